package dev.cairn.adapters.docker;

import dev.cairn.core.model.Host;
import dev.cairn.core.port.PortException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a container does not start, in one sentence. */
final class StartTrouble {
    static final String NAME_TAKEN = "NameTaken";
    static final String PORT_TAKEN = "PortTaken";
    static final String FAILED = "StartFailed";
    static final String ADDRESS = "AddressNotOnHost";
    static final String PORT_NOT_REPORTED = "PortNotReported";
    static final String BUSY = "ContainerBusy";

    private static final Pattern BOUND_PORT = Pattern.compile("(?:Bind for|listen tcp[46]?) \\S*?:(\\d{1,5})\\b");
    private static final Pattern NOISE = Pattern.compile("OCI runtime create failed: |failed to create shim(?: task)?: "
            + "|runc create failed: |unable to start container process: |container_linux\\.go:\\d+: "
            + "|starting container process caused: |process_linux\\.go:\\d+: |Error response from daemon: "
            + "|(?:: unknown)?\\.?\\s*$");
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private StartTrouble() {}

    private static boolean isPortTaken(String text) {
        return text.contains("port is already allocated") || text.contains("address already in use");
    }

    /** The port of the host that the engine could not bind because somebody else has it, if that is what the text says. */
    static OptionalInt takenPort(String text) {
        Matcher port = BOUND_PORT.matcher(text);
        return isPortTaken(text) && port.find() ? OptionalInt.of(Integer.parseInt(port.group(1))) : OptionalInt.empty();
    }

    /** What the engine's text about a failed create or start means. */
    static PortException of(Host host, String name, String text) {
        if (isPortTaken(text)) {
            OptionalInt port = takenPort(text);
            return new PortException.Invalid(
                    PORT_TAKEN,
                    (port.isPresent() ? "port " + port.getAsInt() : "a port") + " on host " + host.name()
                            + ", wanted by container " + name
                            + ", is used by somebody else: free it or change spec.docker.portRange");
        }
        if (text.contains("cannot assign requested address")) {
            return new PortException.Invalid(
                    ADDRESS,
                    Trouble.sentence(
                            host,
                            "the address " + Labels.brief(host.address()) + " is not one of its machine's",
                            "correct spec.docker.address"));
        }
        if (text.contains("marked for removal") || text.contains("is already in progress")) {
            return busy(host, name);
        }
        return Trouble.diskFull(host, "container " + name, text).orElseGet(() -> failed(host, name, condensed(text)));
    }

    /** Does not start, for a reason in the engine's words. */
    static PortException failed(Host host, String name, String reason) {
        return new PortException.Invalid(
                FAILED,
                "container " + name + " does not start on host " + host.name() + " (" + Labels.brief(reason)
                        + "): correct spec.template or the image");
    }

    /** The name is held by a container that is not this one. */
    static PortException nameTaken(Host host, String name) {
        return new PortException.Invalid(
                NAME_TAKEN,
                "container " + name + " is there on host " + host.name()
                        + " with other labels, so it is left alone: remove or rename it");
    }

    /** The engine never reported the published ports. */
    static PortException portNotReported(
            Host host, String name, Set<Map.Entry<Integer, Integer>> wanted, Duration waited) {
        String ports = String.join(
                ", ",
                wanted.stream()
                        .map(port -> port.getKey() + " at " + port.getValue())
                        .toList());
        return new PortException.Transient(
                PORT_NOT_REPORTED,
                "container " + name + " runs on host " + host.name() + ", but the engine did not report its port "
                        + ports + " within " + Trouble.seconds(waited) + ": remove the container or look into the"
                        + " engine's log");
    }

    /** The container is just being removed. */
    static PortException busy(Host host, String name) {
        return new PortException.Transient(
                BUSY,
                "container " + name + " on host " + host.name() + " is just being removed: wait until it has gone");
    }

    /** Whether the engine could not give the container an init process. */
    static boolean isAboutInit(String text) {
        return text.contains("docker-init");
    }

    /** Whether the text is an IP address rather than a name. */
    static boolean isAddress(String text) {
        return IPV4.matcher(text).matches() || IPV6.matcher(text).matches();
    }

    /** The cause alone, without the names of the layers that it came through. */
    static String condensed(String text) {
        return NOISE.matcher(text.replaceAll("\\s+", " ").trim()).replaceAll("");
    }
}
