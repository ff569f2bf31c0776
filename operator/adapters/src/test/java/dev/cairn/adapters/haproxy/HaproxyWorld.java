package dev.cairn.adapters.haproxy;

import dev.cairn.adapters.testing.FakeContainer;
import dev.cairn.adapters.testing.HttpConnection;
import dev.cairn.core.model.Backend;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.port.Proxy;
import dev.cairn.core.port.ProxyContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real HAProxy of its own in a directory, on free loopback ports. */
final class HaproxyWorld implements ProxyContract.World {
    private static final Pattern ANSWER = Pattern.compile("([^/]+)/(.+)-stack([0-9]+)-app([0-9]+)");

    private static final Duration GONE = Duration.ofSeconds(10);

    private static final Pattern STATUS = Pattern.compile("HTTP/1.1 ([0-9]{3})[^0-9].*");

    final Path stateDir;
    private final Map<Backend, FakeContainer> containers = new HashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Integer> given = new HashSet<>();

    HaproxyWorld(Path stateDir) {
        this.stateDir = stateDir;
    }

    @Override
    public Proxy operator() {
        return new Haproxy(stateDir);
    }

    @Override
    public int freePort() {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (given.add(socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public AutoCloseable occupy(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    @Override
    public Backend container(Owner owner) throws IOException {
        FakeContainer container = new FakeContainer(owner);
        containers.put(container.backend(), container);
        return container.backend();
    }

    @Override
    public void kill(Backend backend) {
        containers.remove(backend).close();
    }

    @Override
    public void revive(Backend backend) throws IOException {
        containers.put(backend, new FakeContainer(backend.owner(), backend.port()));
    }

    @Override
    public Optional<Owner> ask(int port) throws Exception {
        return send(port, "/").get(20, TimeUnit.SECONDS);
    }

    @Override
    public ProxyContract.Answer ask(int port, String host, String path) throws IOException {
        try (HttpConnection connection = new HttpConnection("127.0.0.1", port, host)) {
            return new ProxyContract.Answer(200, owner(connection.get(path, false)));
        } catch (IOException e) {
            Matcher status = STATUS.matcher(String.valueOf(e.getMessage()));
            if (!status.matches()) {
                throw e;
            }
            return new ProxyContract.Answer(Integer.parseInt(status.group(1)), Optional.empty());
        }
    }

    @Override
    public ProxyContract.Connection connect(int port) throws IOException {
        HttpConnection connection = new HttpConnection("127.0.0.1", port);
        connection.open();
        return new ProxyContract.Connection() {
            @Override
            public Optional<Owner> ask() throws IOException {
                return owner(connection.get("/", true));
            }

            @Override
            public void close() {
                connection.close();
            }
        };
    }

    @Override
    public ProxyContract.Request begin(int port) {
        CompletableFuture<Optional<Owner>> answer = send(port, "/hold");
        return () -> {
            containers.values().forEach(FakeContainer::release);
            return answer.get(20, TimeUnit.SECONDS);
        };
    }

    private CompletableFuture<Optional<Owner>> send(int port, String path) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return get(port, path);
                    } catch (IOException e) {
                        return Optional.empty();
                    }
                },
                threads);
    }

    private static Optional<Owner> get(int port, String path) throws IOException {
        // Not Java's own client: it keeps connections open for itself, and those count as sessions.
        try (HttpConnection connection = new HttpConnection("127.0.0.1", port)) {
            return owner(connection.get(path, false));
        }
    }

    private static Optional<Owner> owner(String answer) {
        Matcher matcher = ANSWER.matcher(answer);
        return matcher.matches()
                ? Optional.of(new Owner(
                        new ObjectKey(matcher.group(1), matcher.group(2)),
                        Integer.parseInt(matcher.group(3)),
                        Integer.parseInt(matcher.group(4))))
                : Optional.empty();
    }

    /** HTTP on these ports. */
    static Map<Integer, Protocol> http(Integer... ports) {
        return Arrays.stream(ports).collect(Collectors.toMap(port -> port, port -> Protocol.HTTP));
    }

    /** Kills the worker and its master. */
    @Override
    public void crash() throws IOException {
        Path pidFile = stateDir.resolve(StateDir.PID);
        if (!Files.exists(pidFile)) {
            return;
        }
        Optional<ProcessHandle> master =
                ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()));
        List<ProcessHandle> all = master.stream()
                .flatMap(m -> Stream.concat(Stream.of(m), m.children()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        if (!Wait.until(GONE, () -> all.stream().allMatch(Daemon::ended))) {
            throw new IllegalStateException("HAProxy was killed and does not end: " + all);
        }
    }

    @Override
    public void pause() {
        LockSupport.parkNanos(10_000_000);
    }

    /** In a hurry: a graceful stop has its own test. */
    @Override
    public void close() throws IOException {
        containers.values().forEach(FakeContainer::close);
        threads.shutdownNow();
        crash();
        Haproxy.stop(stateDir);
    }
}
