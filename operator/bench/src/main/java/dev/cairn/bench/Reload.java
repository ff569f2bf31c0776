package dev.cairn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The same promotion by a HAProxy of its own: three ports with two containers behind each. A new process is started with
 * the configuration in which each port leads to the containers that were behind the next one; {@code -sf} makes the old
 * process end.
 */
final class Reload implements AutoCloseable {
    private static final int FIRST_PORT = 18091;
    private static final int VERSIONS = Promotion.STAGES + 1;
    private static final int END_SECONDS = 10;

    private static final String HEAD = """
            global
              nbthread 1
            defaults
              mode http
              timeout connect 3s
              timeout client 60s
              timeout server 60s
            """;

    private final Path file = Files.createTempFile("cairn-bench-", ".cfg");
    private final List<Engines.Raw> containers = new ArrayList<>();
    private @Nullable Process running;
    private int bottom;

    /** Starts HAProxy and one container of each version on each engine. */
    Reload(Engines engines) throws Exception {
        for (int i = 0; i < VERSIONS * engines.all().size(); i++) {
            containers.add(engines.start(engines.of(i), image(i / engines.all().size()), Engines.port(i)));
        }
        Files.writeString(file, configuration());
        launch();
        for (int i = 0; i < Promotion.STAGES; i++) {
            int port = FIRST_PORT + i;
            Await.until("an answer of HAProxy", () -> Http.ready("127.0.0.1", port));
        }
    }

    /** From the start of the new process until all ports answer from the containers of the new configuration. */
    Duration promote(Asking asking) throws Exception {
        bottom++;
        List<Asking.Expected> expected = new ArrayList<>();
        for (int i = 0; i < Promotion.STAGES; i++) {
            expected.add(new Asking.Expected(FIRST_PORT + i, "version=" + tag(bottom + i)));
        }
        Files.writeString(file, configuration());
        Process old = running;
        Duration took = asking.untilSwitched(expected, () -> {
            long start = System.nanoTime();
            launch();
            return start;
        });
        end(old);
        return took;
    }

    private void launch() throws IOException {
        List<String> command = new ArrayList<>(List.of("haproxy", "-db", "-f", file.toString()));
        if (running != null) {
            command.addAll(List.of("-sf", Long.toString(running.pid())));
        }
        running = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private String configuration() {
        StringBuilder text = new StringBuilder(HEAD);
        int perVersion = containers.size() / VERSIONS;
        for (int i = 0; i < Promotion.STAGES; i++) {
            text.append("listen port%d\n  bind 127.0.0.1:%d\n".formatted(i, FIRST_PORT + i));
            for (int j = 0; j < perVersion; j++) {
                Engines.Raw raw = containers.get((bottom + i) % VERSIONS * perVersion + j);
                text.append(
                        "  server s%d %s:%d check\n".formatted(j, raw.engine().address(), raw.port()));
            }
        }
        return text.toString();
    }

    private static String image(int number) {
        return "webapp:" + tag(number);
    }

    private static String tag(int number) {
        return "v0." + (1 + number % VERSIONS);
    }

    private static void end(@Nullable Process process) throws InterruptedException {
        if (process != null && !process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    @Override
    public void close() throws Exception {
        if (running != null) {
            running.destroy();
        }
        end(running);
        Files.deleteIfExists(file);
    }
}
