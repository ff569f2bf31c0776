package dev.cairn.adapters.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * All that an engine leaves on the machine when its process is killed: containerd and its shims, docker-proxies,
 * containers, mounts, cgroups, the bridge, files. Everything is recognised by the engine's own directory or seat.
 */
record Leftovers(Path directory, PrivateEngine.Seat seat) {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    void remove() {
        Awaitility.await("processes of " + seat.name() + " ended")
                .atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    Set<Long> processes = processes();
                    processes.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
                    return processes.isEmpty();
                });
        mounts().forEach(mount -> PrivateEngine.Seat.attempt("umount", "-l", mount));
        PrivateEngine.Seat.attempt("ip", "link", "del", seat.name());
        cgroups().forEach(Leftovers::removeEmptyTree);
        removeFiles();
    }

    /** Whether nothing of the engine is left. */
    boolean gone() {
        return processes().isEmpty()
                && mounts().isEmpty()
                && cgroups().isEmpty()
                && !Files.exists(directory)
                && !Files.exists(Path.of("/sys/class/net", seat.name()));
    }

    private Set<Long> processes() {
        Set<Long> found = new TreeSet<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                String command = read(process.resolve("cmdline")).replace('\0', ' ');
                if (command.contains(directory + "/")
                        || command.contains("docker-proxy") && command.contains(" " + seat.address() + " ")) {
                    found.add(Long.valueOf(process.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        found.remove(ProcessHandle.current().pid());
        for (Path cgroup : cgroups()) {
            for (Path one : tree(cgroup)) {
                read(one.resolve("cgroup.procs")).lines().map(Long::valueOf).forEach(found::add);
            }
        }
        return found;
    }

    /** Innermost first. */
    private List<String> mounts() {
        List<String> mounts = new ArrayList<>();
        for (String line : read(Path.of("/proc/self/mountinfo")).lines().toList()) {
            String mount = line.split(" ")[4];
            if (mount.startsWith(directory + "/")) {
                mounts.add(mount);
            }
        }
        Collections.reverse(mounts);
        return mounts;
    }

    /** The engine's directory in each hierarchy; with cgroup v2 there is one. */
    private List<Path> cgroups() {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> hierarchies = Files.list(CGROUPS)) {
            Stream.concat(Stream.of(CGROUPS), hierarchies)
                    .map(hierarchy -> hierarchy.resolve(seat.name()))
                    .filter(Files::isDirectory)
                    .filter(cgroup -> !Files.isSymbolicLink(cgroup.getParent()))
                    .forEach(found::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** A directory and all below it, parents first. */
    private static List<Path> tree(Path root) {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isDirectory).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of(); // it vanished meanwhile
        }
    }

    private static void removeEmptyTree(Path cgroup) {
        List<Path> all = new ArrayList<>(tree(cgroup));
        Collections.reverse(all);
        for (Path one : all) {
            Awaitility.await("cgroup " + one + " removed")
                    .atMost(Duration.ofSeconds(5))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(20))
                    .ignoreExceptions() // busy until the kernel has reaped the last process
                    .until(() -> {
                        Files.deleteIfExists(one);
                        return true;
                    });
        }
    }

    private void removeFiles() {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it vanished meanwhile
        }
    }
}
