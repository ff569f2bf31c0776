package dev.cairn.adapters.docker;

import com.github.dockerjava.api.exception.DockerException;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Probe;
import dev.cairn.core.port.ContainerEngine;
import dev.cairn.core.port.PortException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Containers on Docker engines. Keeps one connection for each host that it has met, with its events and probes, until
 * {@link #hosts} no longer names it. Only containers with this installation's labels are ever changed.
 */
public final class DockerEngine implements ContainerEngine, AutoCloseable {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    private final String installation;
    private final DockerConfig config;
    private final DockerListener listener;
    private final Prober prober;
    private final TlsStore tls;
    private final Images images;
    private final Look look;

    /** By host name; guarded by this. A host whose URL or TLS material changes gets a new connection. */
    private final Map<String, DockerHost> open = new HashMap<>();

    private boolean closed;

    /**
     * @param installation name of the installation, a DNS label: what all its containers are labelled with
     * @param listener told when something may have changed
     * @param secrets where the contents of Secrets come from
     * @throws IllegalArgumentException when the name is no DNS label
     */
    public DockerEngine(String installation, DockerConfig config, DockerListener listener, Secrets secrets) {
        if (!Labels.isInstallation(installation)) {
            throw new IllegalArgumentException("installation \"" + Labels.brief(installation)
                    + "\" is not a DNS label: use lower-case letters, digits and hyphens");
        }
        this.installation = installation;
        this.config = config;
        this.listener = listener;
        tls = new TlsStore(secrets);
        images = new Images(secrets, config.pullTimeout());
        prober = new Prober(owner -> listener.onService(owner.service()));
        look = new Look(installation, config, prober, new Disbelieved(listener::onStranger));
    }

    /** An engine for hosts without TLS and images without credentials. */
    public DockerEngine(String installation, DockerConfig config, DockerListener listener) {
        this(installation, config, listener, Secrets.NONE);
    }

    /** The name that containers of this owner have on their engine. */
    public static String containerName(Owner owner) {
        return Labels.containerName(owner);
    }

    /** The hosts that there are: their events are followed from now on, those of all others no longer. */
    public void hosts(Collection<Host> known) {
        Set<String> names = new HashSet<>();
        for (Host host : known) {
            names.add(host.name());
            try {
                connection(host);
            } catch (PortException e) {
                // a look at it tells the user what is wrong
            }
        }
        tls.retain(names);
        Set<DockerHost> gone = new HashSet<>();
        synchronized (this) {
            open.values().removeIf(one -> !names.contains(one.host().name()) && gone.add(one));
        }
        gone.forEach(this::close);
    }

    @Override
    public HostView look(Host host, Map<Owner, Probe> probes, Set<String> images) {
        return look(host, engine -> look.at(engine, host, probes, images, false));
    }

    @Override
    public HostView glance(Host host, Map<Owner, Probe> probes, Set<String> images) {
        return look(host, engine -> engine.glances().get(new Look.Glance(host, probes, images)));
    }

    private HostView look(Host host, Function<DockerHost, HostView> how) {
        try {
            HostView view = how.apply(connection(host));
            if (!view.known()) {
                tls.doubt(host);
            }
            return view;
        } catch (PortException e) {
            return Look.unknown(e);
        }
    }

    @Override
    public String pull(Host host, String image, ImagePull how) throws PortException {
        return images.pull(connection(host), host, image, how);
    }

    @Override
    public void start(Host host, Owner owner, Entry entry) throws PortException {
        DockerHost engine = connection(host);
        try {
            new Starts(engine, host, installation, owner, entry, config.portTimeout(), images).run();
        } catch (DockerException e) {
            throw StartTrouble.of(host, containerName(owner), Trouble.message(e));
        } finally {
            engine.inspected().touched();
        }
    }

    @Override
    public void remove(Host host, String id, int graceSeconds) throws PortException {
        if (!ID.matcher(id).matches()) {
            throw new PortException.Invalid(
                    "IdInvalid", "\"" + Labels.brief(id) + "\" is not the id of a container: give all 64 digits");
        }
        DockerHost engine = connection(host);
        try {
            // An id's labels never change, and what else has changed the calls themselves find out.
            Optional<Seen> known = engine.followed() ? engine.inspected().get(id) : Optional.empty();
            Optional<Seen> seen = known.isPresent() ? known : engine.quick(Look.inspect(id));
            if (seen.isPresent()) {
                requireOurs(host, seen.get());
                engine.endings().end(seen.get(), Math.max(0, graceSeconds));
            }
        } catch (DockerException e) {
            throw new PortException.Transient(
                    "RemoveFailed",
                    "container " + id.substring(0, 12) + " on host " + host.name() + " could not be removed ("
                            + Labels.brief(Trouble.message(e)) + "): look into the engine's log");
        } finally {
            engine.inspected().touched();
        }
    }

    @Override
    public void close() {
        Set<DockerHost> all;
        synchronized (this) {
            closed = true;
            all = new HashSet<>(open.values());
            open.clear();
        }
        all.forEach(this::close);
        prober.close();
    }

    private void close(DockerHost engine) {
        engine.close();
        prober.forget(engine.host().name());
    }

    private DockerHost connection(Host host) throws PortException {
        Optional<PortException> bad = Trouble.badUrl(host);
        if (bad.isPresent()) {
            throw bad.get();
        }
        Optional<Tls> material = material(host);
        DockerHost stale = null;
        DockerHost engine;
        synchronized (this) {
            engine = open.get(host.name());
            if (engine != null && !engine.isTo(host, material)) {
                stale = engine;
                engine = null;
            }
            if (engine == null) {
                if (closed) {
                    throw new PortException.Transient(
                            "Closed", "host " + host.name() + " is not asked: Cairn is ending");
                }
                engine = new DockerHost(host, material, installation, config, listener, look);
                open.put(host.name(), engine);
                engine.follow();
            }
        }
        if (stale != null) {
            stale.close();
        }
        return engine;
    }

    /** Where it cannot be had, nothing goes on under what was withdrawn. */
    private Optional<Tls> material(Host host) throws PortException {
        try {
            return tls.of(host);
        } catch (PortException e) {
            DockerHost withdrawn;
            synchronized (this) {
                withdrawn = open.remove(host.name());
            }
            if (withdrawn != null) {
                close(withdrawn);
            }
            throw e;
        }
    }

    private void requireOurs(Host host, Seen seen) throws PortException {
        boolean ours = installation.equals(seen.labels().get(Labels.INSTALLATION))
                && Labels.read(seen.labels(), seen.name()).meaning() != null;
        if (!ours) {
            throw new PortException.Invalid(
                    "NotOurs",
                    "container " + Labels.brief(seen.name()) + " on host " + host.name()
                            + " does not carry the labels of installation " + installation + ": it is left alone");
        }
    }
}
