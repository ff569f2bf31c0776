package dev.cairn.core.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The settings of a container, copied into a stack's entry at push and never changed there. */
public final class Template {
    private final List<String> command;
    private final List<String> args;
    private final Map<String, String> env;
    private final List<Port> ports;
    private final @Nullable Probe readinessProbe;
    private final int terminationGracePeriodSeconds;
    private final List<String> imagePullSecrets;
    private final ImagePull.Policy imagePullPolicy;
    private final Resources resources;
    private final Security security;

    /** Made when it is asked for; whoever makes it twice makes the same. */
    private @Nullable String hash;

    /** A named container port, 1 to 65535. */
    public record Port(String name, int containerPort) {}

    /** Settings without any of the later ones. */
    public Template(
            List<String> command,
            List<String> args,
            Map<String, String> env,
            List<Port> ports,
            @Nullable Probe readinessProbe,
            int terminationGracePeriodSeconds) {
        this(
                command,
                args,
                env,
                ports,
                readinessProbe,
                terminationGracePeriodSeconds,
                List.of(),
                ImagePull.Policy.IF_NOT_PRESENT,
                Resources.NONE,
                Security.NONE);
    }

    /**
     * All settings.
     *
     * @param command replaces the image's entry point; empty: the image's own
     * @param args replaces the image's command; empty: the image's own
     * @param env environment by name, in the declared order
     * @param ports the ports that the container serves, in the declared order
     * @param readinessProbe what decides that the container is healthy; null: the image's HEALTHCHECK, else that it runs
     * @param terminationGracePeriodSeconds seconds between the request to stop and the kill, 0 or more
     * @param imagePullSecrets names of Secrets in the service's namespace with credentials for the image's registry
     * @param imagePullPolicy when that registry is asked
     * @param resources what the container may use
     * @param security as whom it runs, and what it may do
     */
    public Template(
            List<String> command,
            List<String> args,
            Map<String, String> env,
            List<Port> ports,
            @Nullable Probe readinessProbe,
            int terminationGracePeriodSeconds,
            List<String> imagePullSecrets,
            ImagePull.Policy imagePullPolicy,
            Resources resources,
            Security security) {
        this.command = List.copyOf(command);
        this.args = List.copyOf(args);
        this.env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
        this.ports = List.copyOf(ports);
        this.readinessProbe = readinessProbe;
        this.terminationGracePeriodSeconds = terminationGracePeriodSeconds;
        this.imagePullSecrets = List.copyOf(imagePullSecrets);
        this.imagePullPolicy = imagePullPolicy;
        this.resources = resources;
        this.security = security;
    }

    public List<String> command() {
        return command;
    }

    public List<String> args() {
        return args;
    }

    public Map<String, String> env() {
        return env;
    }

    public List<Port> ports() {
        return ports;
    }

    public @Nullable Probe readinessProbe() {
        return readinessProbe;
    }

    public int terminationGracePeriodSeconds() {
        return terminationGracePeriodSeconds;
    }

    public List<String> imagePullSecrets() {
        return imagePullSecrets;
    }

    public ImagePull.Policy imagePullPolicy() {
        return imagePullPolicy;
    }

    public Resources resources() {
        return resources;
    }

    public Security security() {
        return security;
    }

    /** The declared port of that name, or whose number is written out. */
    public Optional<Port> port(String nameOrNumber) {
        return ports.stream()
                .filter(p -> p.name().equals(nameOrNumber)
                        || Integer.toString(p.containerPort()).equals(nameOrNumber))
                .findFirst();
    }

    /** How the image of a service in that namespace comes onto a host. */
    public ImagePull imagePull(String namespace) {
        return new ImagePull(
                imagePullPolicy,
                imagePullSecrets.stream()
                        .map(name -> new ObjectKey(namespace, name))
                        .toList());
    }

    /** Ten hexadecimal digits that change with any setting; a label on the container, never a decision. */
    public String hash() {
        String known = hash;
        if (known == null) {
            known = digest();
            hash = known;
        }
        return known;
    }

    private String digest() {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(text().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum, 0, 5);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * All settings as one text. What a setting adds to it when nothing is declared is nothing: a container that was
     * started before the setting existed must not pass for another one.
     */
    private String text() {
        StringBuilder text = new StringBuilder("Template[command=" + command + ", args=" + args + ", env=" + env
                + ", ports=" + ports + ", readinessProbe=" + readinessProbe + ", terminationGracePeriodSeconds="
                + terminationGracePeriodSeconds + "]");
        if (!imagePull("").equals(ImagePull.DEFAULT)) {
            text.append(imagePullSecrets).append(imagePullPolicy);
        }
        if (!resources.equals(Resources.NONE)) {
            text.append(resources);
        }
        if (!security.equals(Security.NONE)) {
            text.append(security);
        }
        return text.toString();
    }

    private List<@Nullable Object> settings() {
        return Arrays.asList(
                command,
                args,
                env,
                ports,
                readinessProbe,
                terminationGracePeriodSeconds,
                imagePullSecrets,
                imagePullPolicy,
                resources,
                security);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || other instanceof Template that && settings().equals(that.settings());
    }

    @Override
    public int hashCode() {
        return settings().hashCode();
    }

    @Override
    public String toString() {
        return "Template" + settings();
    }
}
