package dev.cairn.e2e;

import com.github.dockerjava.api.command.InspectContainerResponse;
import java.util.List;
import java.util.Map;

/**
 * A container as its engine tells of it.
 *
 * @param host name of the Host whose engine it is on
 * @param running whether its process runs, not whether it is about to
 * @param pid of its first process on this machine; 0 when it does not run
 */
record Seen(
        String host,
        String id,
        String name,
        String image,
        String imageId,
        Map<String, String> labels,
        boolean running,
        String startedAt,
        long pid,
        List<String> env) {

    static Seen of(String host, InspectContainerResponse c) {
        String[] env = c.getConfig().getEnv();
        Map<String, String> labels = c.getConfig().getLabels();
        return new Seen(
                host,
                c.getId(),
                c.getName().substring(1),
                String.valueOf(c.getConfig().getImage()),
                c.getImageId(),
                labels == null ? Map.of() : Map.copyOf(labels),
                // An engine calls a container running while it waits to start it again.
                Boolean.TRUE.equals(c.getState().getRunning())
                        && !Boolean.TRUE.equals(c.getState().getRestarting()),
                String.valueOf(c.getState().getStartedAt()),
                c.getState().getPidLong() == null ? 0 : c.getState().getPidLong(),
                env == null ? List.of() : List.of(env));
    }

    String version() {
        return labels.getOrDefault("cairn.dev/version", "");
    }

    int stack() {
        return Integer.parseInt(labels.getOrDefault("cairn.dev/stack", "-1"));
    }

    int n() {
        return Integer.parseInt(labels.getOrDefault("cairn.dev/n", "-1"));
    }

    /** What stays the same as long as nobody restarts it. */
    String life() {
        return name + " " + id + " " + startedAt + " " + pid;
    }
}
