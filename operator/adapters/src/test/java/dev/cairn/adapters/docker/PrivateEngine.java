package dev.cairn.adapters.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.DockerClient;
import dev.cairn.adapters.testing.SmallDisk;
import dev.cairn.core.model.Host;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;
import org.jspecify.annotations.Nullable;

/**
 * A real Docker engine of its own, for tests; needs root, Debian's docker.io and iproute2. It has its own files,
 * socket, bridge, subnet, cgroup and publish address, changes no iptables rule, and leaves nothing behind when closed,
 * so any number may run side by side on one machine.
 */
public final class PrivateEngine implements AutoCloseable {
    private final Seat seat;
    private final Path directory;
    private final List<String> moreOptions;
    private final Thread hook = new Thread(this::clean);
    private final DockerClient client;
    private Process process;
    private @Nullable SmallDisk disk;

    private PrivateEngine(int diskMegabytes, List<String> moreOptions) {
        this.moreOptions = List.copyOf(moreOptions);
        try {
            directory = Files.createTempDirectory("cairn-engine-");
            Files.writeString(
                    directory.resolve("daemon.json"),
                    "{\"deprecated-key-path\":\"" + directory.resolve("key.json") + "\"}");
            seat = Seat.take();
            if (diskMegabytes > 0) {
                disk = SmallDisk.at(directory.resolve("data"), diskMegabytes);
            }
            Runtime.getRuntime().addShutdownHook(hook);
            client = new Clients(url()).open(8, Duration.ofSeconds(30));
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts an engine and waits until it answers.
     *
     * @param moreOptions further options of dockerd, such as {@code --host=tcp://127.0.0.1:2375}
     */
    public static PrivateEngine start(String... moreOptions) {
        PrivateEngine engine = new PrivateEngine(0, List.of(moreOptions));
        engine.awaitAnswer();
        return engine;
    }

    /** Starts one whose images and containers are on a disk of that size, which can be filled. */
    public static PrivateEngine startOnSmallDisk(int megabytes) {
        PrivateEngine engine = new PrivateEngine(megabytes, List.of());
        engine.awaitAnswer();
        return engine;
    }

    /** The disk of an engine that has one of its own; its mount goes with the engine. */
    public SmallDisk disk() {
        if (disk == null) {
            throw new IllegalStateException("the engine was not started on a small disk");
        }
        return disk;
    }

    /** {@code unix://...}. */
    public String url() {
        return "unix://" + directory.resolve("docker.sock");
    }

    /** The loopback address at which this engine publishes, and no other one does. */
    public String address() {
        return seat.address();
    }

    /** The machine's address on this engine's bridge. */
    public String bridgeAddress() {
        return seat.bridgeAddress();
    }

    /** The engine as a declared host. */
    public Host host(String name) {
        return new Host(name, url(), address(), 20000, 29999, false);
    }

    /** A client of the engine that the adapter knows nothing of; closed with the engine. */
    public DockerClient client() {
        return client;
    }

    /** Puts an image onto the engine. */
    public void load(TestImage image) {
        client.loadImageCmd(new ByteArrayInputStream(image.archive())).exec();
    }

    /** The end of the engine's own log, for messages of failing tests. */
    public String log() {
        try {
            List<String> lines = Files.readAllLines(directory.resolve("log"));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks the engine to end, and waits until it has; it stops its containers. */
    public void stop() {
        process.destroy();
        awaitEnd();
    }

    /** Kills the engine's process; its containers go on, their containerd dies with it. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
        // Where nobody reaps orphans, the dead containerd stays a zombie, and the next dockerd would wait for it.
        directory.resolve("exec/containerd/containerd.pid").toFile().delete();
    }

    /** Freezes the engine: it accepts connections and answers nothing. */
    public void freeze() {
        Seat.run("kill", "-STOP", Long.toString(process.pid()));
    }

    /** Ends {@link #freeze}. */
    public void thaw() {
        Seat.run("kill", "-CONT", Long.toString(process.pid()));
    }

    /** Starts the engine again after {@link #stop} or {@link #kill}, and waits until it answers. */
    public void restart() {
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitAnswer();
    }

    /** While it is stopped: it will start with another id, as a machine that was set up anew. */
    public void forgetId() {
        try {
            Files.delete(directory.resolve("key.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the engine with all its containers and removes every trace of it. */
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        clean();
    }

    private void clean() {
        Clients.close(client);
        process.destroyForcibly();
        awaitEnd();
        new Leftovers(directory, seat).remove();
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "dockerd",
                "--config-file=" + directory.resolve("daemon.json"),
                "--data-root=" + directory.resolve("data"),
                "--exec-root=" + directory.resolve("exec"),
                "--pidfile=" + directory.resolve("pid"),
                "--host=" + url(),
                "--tls=false",
                "--bridge=" + seat.name(),
                "--iptables=false",
                "--ip6tables=false",
                "--ip-forward=false",
                "--ip-masq=false",
                "--ip=" + seat.address(),
                "--exec-opt=native.cgroupdriver=cgroupfs",
                "--cgroup-parent=/" + seat.name(),
                "--storage-driver=overlay2",
                "--shutdown-timeout=2"));
        command.addAll(moreOptions);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
    }

    private void awaitAnswer() {
        try {
            Awaitility.await("engine in " + directory)
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(20))
                    .failFast(() -> !process.isAlive())
                    .ignoreExceptions()
                    .until(() -> {
                        client.pingCmd().exec();
                        return true;
                    });
        } catch (ConditionTimeoutException | TerminalFailureException e) {
            throw new IllegalStateException("dockerd did not start:\n" + log(), e);
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("dockerd " + process.pid() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What of the machine belongs to one engine: a bridge, by whose name it is taken, a subnet, an address. */
    record Seat(int number) {
        private static final int SEATS = 250;

        /** Takes the first number that nobody has. Making the bridge is what decides between two who try. */
        static Seat take() {
            for (int number = 1; number <= SEATS; number++) {
                Seat seat = new Seat(number);
                if (!Files.exists(Path.of("/sys/class/net", seat.name()))
                        && attempt("ip", "link", "add", seat.name(), "type", "bridge")) {
                    run("ip", "addr", "add", seat.bridgeAddress() + "/24", "dev", seat.name());
                    run("ip", "link", "set", seat.name(), "up");
                    return seat;
                }
            }
            throw new IllegalStateException("no free bridge: remove old ones with: ip link del cairn1");
        }

        /** Of the bridge and of the cgroup. */
        String name() {
            return "cairn" + number;
        }

        String bridgeAddress() {
            return "10.213." + number + ".1";
        }

        String address() {
            return "127.213." + number + ".1";
        }

        static void run(String... command) {
            if (!attempt(command)) {
                throw new IllegalStateException("failed: " + String.join(" ", command));
            }
        }

        static boolean attempt(String... command) {
            try {
                Process run =
                        new ProcessBuilder(command).redirectErrorStream(true).start();
                String output = new String(run.getInputStream().readAllBytes(), UTF_8);
                return run.waitFor() == 0 && !output.startsWith("Error");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
