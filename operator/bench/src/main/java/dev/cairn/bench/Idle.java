package dev.cairn.bench;

import dev.cairn.api.ServiceResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What the operator takes while nothing happens, with the twelve containers of {@code make up}: its processor time, its
 * memory, and how often the API was written to, by anybody: the resourceVersion of a list counts the writes.
 */
final class Idle {
    private static final int SECONDS = 60;

    private Idle() {}

    static void run(Installation cairn) throws Exception {
        ProcessHandle operator = cairn.operator();
        for (ServiceResource service : cairn.api()
                .resources(ServiceResource.class)
                .inAnyNamespace()
                .list()
                .getItems()) {
            cairn.awaitReady(service.getMetadata().getName());
        }
        long revision = revision(cairn);
        Duration before = cpu(operator);
        TimeUnit.SECONDS.sleep(SECONDS); // the measurement itself: nothing is waited for
        Duration cpu = cpu(operator).minus(before);
        long writes = revision(cairn) - revision;
        Rounds.say(
                "idle for %d s: %d writes, %.2f %% of a core, %d MB resident",
                SECONDS, writes, 100.0 * cpu.toMillis() / (1000 * SECONDS), residentMegabytes(operator));
    }

    private static long revision(Installation cairn) {
        return Long.parseLong(cairn.api()
                .resources(ServiceResource.class)
                .inAnyNamespace()
                .list()
                .getMetadata()
                .getResourceVersion());
    }

    /** User and system time of all its threads, from /proc/PID/stat. */
    private static Duration cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** Of a process, from /proc/PID/status. */
    static long residentMegabytes(ProcessHandle process) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
