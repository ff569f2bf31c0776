package dev.cairn.adapters.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import dev.cairn.core.model.Container.Phase;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Template;
import dev.cairn.core.port.PortException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Brings one container to running under its name, adopting it when it is there already. */
final class Starts {
    private static final int LONGEST_HOSTNAME = 63;
    private static final int ATTEMPTS = 3;
    private static final Duration PORT_PAUSE = Duration.ofMillis(50);

    private final DockerHost engine;
    private final Host host;
    private final String name;
    private final Entry entry;
    private final Map<String, String> labels;
    private final Duration portTimeout;
    private final Images images;
    private final ImagePull pull;

    Starts(
            DockerHost engine,
            Host host,
            String installation,
            Owner owner,
            Entry entry,
            Duration portTimeout,
            Images images) {
        this.images = images;
        pull = entry.template().imagePull(owner.service().namespace());
        this.engine = engine;
        this.host = host;
        this.entry = entry;
        this.portTimeout = portTimeout;
        name = Labels.containerName(owner);
        labels = Labels.write(installation, owner, entry);
    }

    /** Creates or adopts, starts, and waits until the ports are reported. */
    void run() throws PortException {
        Labels.Reading own = Labels.read(labels, name);
        if (own.meaning() == null) {
            throw StartTrouble.failed(host, name, own.lie());
        }
        Optional<String> unknown = Limits.of(entry.template()).unknownCapability();
        if (unknown.isPresent()) {
            throw StartTrouble.failed(host, name, "Docker has no capability " + unknown.get());
        }
        if (entry.template().security().runAsNonRoot()
                && entry.template().security().runAsUser() == null) {
            requireNonRoot();
        }
        if (bindings().values().stream().anyMatch(port -> port < 1 || port > 65535)) {
            throw StartTrouble.failed(host, name, "port " + entry.hostPort() + " leaves no room for all its ports");
        }
        Optional<String> renamed = engine.displaced(name);
        if (renamed.isPresent()) {
            takeBack(renamed.get());
        }
        // Between a refusal of the name and the look at who has it, that one can vanish: hence more than one attempt.
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Optional<String> id = createOrAdopt();
            if (id.isPresent() && start(id.get())) {
                awaitPorts(id.get());
                return;
            }
        }
        throw StartTrouble.busy(host, name);
    }

    /** The id of the container to start; empty when it has to be tried again. */
    private Optional<String> createOrAdopt() throws PortException {
        try {
            return Optional.of(engine.quick(client -> create(client).exec().getId()));
        } catch (ConflictException e) {
            return adopt();
        } catch (NotFoundException e) {
            String text = Trouble.message(e);
            if (text.contains("No such image")) {
                images.pull(engine, host, entry.image(), pull);
                return Optional.empty();
            }
            throw StartTrouble.of(host, name, text);
        } catch (DockerException e) {
            throw StartTrouble.of(host, name, Trouble.message(e));
        }
    }

    /**
     * Gives a container that somebody has renamed its name back: it has the very ports that this one must have. One that
     * only carries a copy of its labels is left alone.
     */
    private void takeBack(String id) throws PortException {
        try {
            InspectContainerResponse found =
                    engine.quick(client -> client.inspectContainerCmd(id).exec());
            Seen seen = Seen.of(found);
            boolean same = carries(seen.labels())
                    && seen.wanted().equals(bindings())
                    && seen.phase() == Phase.RUNNING
                    && found.getConfig() != null
                    && entry.image().equals(found.getConfig().getImage());
            if (same) {
                engine.quick(
                        client -> client.renameContainerCmd(id).withName(name).exec());
            }
        } catch (NotFoundException | ConflictException e) {
            // It went, or the name is taken meanwhile: then it is as if nobody had been there.
        }
    }

    /** Whether these are the labels of this container, perhaps with others beside them. */
    private boolean carries(Map<String, String> held) {
        return held.entrySet().containsAll(labels.entrySet());
    }

    private Optional<String> adopt() throws PortException {
        Optional<Seen> holder = engine.quick(Look.inspect(name));
        if (holder.isEmpty()) {
            return Optional.empty();
        }
        if (!carries(holder.get().labels()) || !holder.get().name().equals(name)) {
            throw StartTrouble.nameTaken(host, name);
        }
        if (holder.get().phase() == Phase.PAUSED) {
            throw StartTrouble.failed(host, name, "it is there and paused");
        }
        return Optional.of(holder.get().id());
    }

    /** As the kubelet does: a user that is only a name may be root too. */
    private void requireNonRoot() throws PortException {
        String user = images.user(engine, host, entry.image(), pull);
        if (user.isEmpty() || !user.matches("0*[1-9]\\d*(:.*)?")) {
            throw StartTrouble.failed(
                    host,
                    name,
                    "runAsNonRoot is true and the image's user is "
                            + (user.isEmpty() ? "root" : "\"" + Labels.brief(user) + "\", not a number other than 0"));
        }
    }

    /** Whether it runs now; false when it has to be created anew. */
    private boolean start(String id) throws PortException {
        try {
            engine.quick(client -> client.startContainerCmd(id).exec());
            return true;
        } catch (NotModifiedException e) {
            return true;
        } catch (NotFoundException e) {
            if (engine.quick(Look.inspect(id)).isEmpty()) {
                return false; // removed by somebody in between
            }
            throw StartTrouble.of(host, name, Trouble.message(e));
        } catch (DockerException e) {
            String text = Trouble.message(e);
            if (engine.init() && StartTrouble.isAboutInit(text)) {
                engine.withoutInit();
                engine.quick(client -> client.removeContainerCmd(id).exec()); // it never ran
                return false;
            }
            StartTrouble.takenPort(text).ifPresent(engine.refusedPorts()::add);
            throw StartTrouble.of(host, name, text);
        }
    }

    /** A container that has ended already is left to the next look, which tells its exit code. */
    private void awaitPorts(String id) throws PortException {
        Set<Map.Entry<Integer, Integer>> wanted = bindings().entrySet();
        Deadline deadline = Deadline.in(portTimeout);
        while (!wanted.isEmpty()) {
            Optional<Seen> seen = engine.quick(Look.inspect(id));
            if (seen.isEmpty()
                    || seen.get().phase() != Phase.RUNNING
                    || seen.get().published().entrySet().containsAll(wanted)) {
                return;
            }
            if (deadline.passed() || !engine.pause(PORT_PAUSE)) {
                throw StartTrouble.portNotReported(host, name, wanted, portTimeout);
            }
        }
    }

    private CreateContainerCmd create(DockerClient client) {
        Template template = entry.template();
        CreateContainerCmd create = client.createContainerCmd(entry.image())
                .withName(name)
                .withLabels(labels)
                .withEnv(environment())
                .withStopTimeout(template.terminationGracePeriodSeconds())
                .withExposedPorts(
                        bindings().keySet().stream().map(ExposedPort::tcp).toList())
                .withHostConfig(hostConfig());
        if (name.length() <= LONGEST_HOSTNAME) {
            create.withHostName(name); // what Docker users see in their logs; a longer one the kernel does not take
        }
        Limits.of(template).user().ifPresent(create::withUser);
        if (!template.command().isEmpty()) {
            create.withEntrypoint(template.command());
        }
        if (!template.args().isEmpty()) {
            create.withCmd(template.args());
        }
        return create;
    }

    private HostConfig hostConfig() {
        String address = StartTrouble.isAddress(host.address()) ? host.address() : "0.0.0.0";
        List<PortBinding> published = new ArrayList<>();
        bindings()
                .forEach((inside, outside) -> published.add(new PortBinding(
                        new Ports.Binding(address, Integer.toString(outside)), ExposedPort.tcp(inside))));
        HostConfig config = HostConfig.newHostConfig()
                .withRestartPolicy(RestartPolicy.alwaysRestart())
                .withLogConfig(
                        new LogConfig(LogConfig.LoggingType.JSON_FILE, Map.of("max-size", "10m", "max-file", "3")))
                .withPortBindings(published);
        Limits.of(entry.template()).apply(config);
        return engine.init() ? config.withInit(true) : config;
    }

    /** Host port by container port: the first container port at the entry's host port, the others behind it. */
    private Map<Integer, Integer> bindings() {
        Map<Integer, Integer> bindings = new TreeMap<>();
        List<Template.Port> ports = entry.template().ports();
        for (int i = 0; i < ports.size(); i++) {
            bindings.putIfAbsent(ports.get(i).containerPort(), entry.hostPort() + i);
        }
        return bindings;
    }

    private List<String> environment() {
        return entry.template().env().entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
    }
}
