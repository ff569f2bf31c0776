package dev.cairn.adapters.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.Ports;
import dev.cairn.core.model.Container.Health;
import dev.cairn.core.model.Container.Phase;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One container as the engine's inspect call shows it, in the model's words.
 *
 * @param labels all of its labels
 * @param health what the image's HEALTHCHECK says; null when it has none
 * @param startedAt null when it never ran, or is being removed
 * @param published host port by container port, as it is now
 * @param wanted host port by container port, as it will be whenever the container runs
 */
record Seen(
        String id,
        String name,
        Map<String, String> labels,
        Phase phase,
        @Nullable Health health,
        @Nullable Instant startedAt,
        int restarts,
        int exitCode,
        Map<Integer, Integer> published,
        Map<Integer, Integer> wanted) {

    /** A removal takes a moment; one that hangs for longer has failed. */
    private static final Duration REMOVAL = Duration.ofSeconds(30);

    static Seen of(InspectContainerResponse answer) {
        ContainerState state = answer.getState();
        boolean leaving = leaving(state, Instant.now());
        Ports published = answer.getNetworkSettings() == null
                ? null
                : answer.getNetworkSettings().getPorts();
        Ports wanted =
                answer.getHostConfig() == null ? null : answer.getHostConfig().getPortBindings();
        Map<String, String> labels =
                answer.getConfig() == null ? null : answer.getConfig().getLabels();
        return new Seen(
                answer.getId(),
                plainName(answer.getName()),
                labels == null ? Map.of() : Map.copyOf(labels),
                leaving ? Phase.LEAVING : phase(state.getStatus()),
                health(state),
                leaving ? null : instant(state.getStartedAt()),
                Optional.ofNullable(answer.getRestartCount()).orElse(0),
                state.getExitCodeLong() == null ? 0 : state.getExitCodeLong().intValue(),
                ports(published),
                ports(wanted));
    }

    /** The engine writes names with a slash in front. */
    static String plainName(@Nullable String name) {
        return name == null ? "" : name.startsWith("/") ? name.substring(1) : name;
    }

    private static Phase phase(@Nullable String status) {
        return switch (status == null ? "" : status) {
            case "created" -> Phase.CREATED;
            case "running" -> Phase.RUNNING;
            case "restarting" -> Phase.RESTARTING;
            case "paused" -> Phase.PAUSED;
            default -> Phase.EXITED; // exited, dead, removing for long
        };
    }

    /**
     * Whether somebody removes it at this moment. It is not dead, since it will be gone at once and its event tells of
     * that: whoever replaced it now would do so under another name.
     */
    static boolean leaving(ContainerState state, Instant now) {
        Instant ended = instant(state.getFinishedAt());
        return "removing".equals(state.getStatus())
                && ended != null
                && ended.plus(REMOVAL).isAfter(now);
    }

    private static @Nullable Health health(ContainerState state) {
        if (state.getHealth() == null || state.getHealth().getStatus() == null) {
            return null;
        }
        return switch (state.getHealth().getStatus()) {
            case "healthy" -> Health.HEALTHY;
            case "starting" -> Health.STARTING;
            case "unhealthy" -> Health.UNHEALTHY;
            default -> null; // "none"
        };
    }

    private static @Nullable Instant instant(@Nullable String text) {
        try {
            Instant at = text == null ? Instant.EPOCH : Instant.parse(text);
            return at.isAfter(Instant.EPOCH) ? at : null; // the engine writes year 1 for never
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Map<Integer, Integer> ports(@Nullable Ports ports) {
        Map<Integer, Integer> byContainerPort = new TreeMap<>();
        if (ports != null) {
            for (Map.Entry<ExposedPort, Ports.Binding[]> port :
                    ports.getBindings().entrySet()) {
                if (port.getValue() != null
                        && port.getValue().length > 0
                        && port.getKey().getProtocol() == InternetProtocol.TCP) {
                    number(port.getValue()[0].getHostPortSpec())
                            .ifPresent(host -> byContainerPort.put(port.getKey().getPort(), host));
                }
            }
        }
        return Map.copyOf(byContainerPort);
    }

    private static Optional<Integer> number(@Nullable String port) {
        return port != null && port.matches("[1-9]\\d{0,4}") ? Optional.of(Integer.valueOf(port)) : Optional.empty();
    }
}
