package dev.cairn.adapters.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody does to HAProxy is noticed without a look, and what the operator does is not. */
class ProxyWatchTest {
    private static final ObjectKey SERVICE = new ObjectKey("default", "webapp");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path stateDir;

    private HaproxyWorld world;

    @AfterEach
    void tearDown() throws Exception {
        world.close();
    }

    @Test
    void aTableEditedByHandAndAProxyThatIsGoneAreNoticed() throws Exception {
        world = new HaproxyWorld(stateDir);
        Haproxy proxy = new Haproxy(stateDir);
        AtomicInteger noticed = new AtomicInteger();
        try (ProxyWatch watch = new ProxyWatch(proxy, noticed::incrementAndGet)) {
            watch.start();
            awaitLooks(watch);
            int port = world.freePort();
            proxy.listen(HaproxyWorld.http(port));
            turn(proxy, port, 1);
            awaitLooks(watch);
            turn(proxy, port, 2);
            awaitLooks(watch);
            assertThat(noticed).as("what the operator does itself").hasValue(0);
            try (Cli cli = Cli.open(stateDir.resolve("worker.sock"))) {
                cli.ask("clear map " + Worker.MAP);
            }
            await().atMost(PATIENCE).until(() -> noticed.get() == 1);
            turn(proxy, port, 3);
            awaitLooks(watch);
            String pid = Files.readString(stateDir.resolve(StateDir.PID)).strip();
            ProcessHandle master = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
            master.children().forEach(ProcessHandle::destroyForcibly);
            await().atMost(PATIENCE).until(() -> noticed.get() == 2);
            awaitLooks(watch);
            assertThat(noticed).as("once").hasValue(2);
        }
    }

    /** Two begun from now on: the second one has seen all that was done before. */
    private static void awaitLooks(ProxyWatch watch) {
        long before = watch.looks();
        await().atMost(PATIENCE).until(() -> watch.looks() >= before + 2);
    }

    private void turn(Haproxy proxy, int port, int n) throws Exception {
        Row row = new Row(
                new ObjectKey("default", "webapp-prod"), SERVICE, Set.of(world.container(new Owner(SERVICE, 0, n))));
        RouteTable table = new RouteTable(new TreeMap<>(Map.of(new RouteKey(port), row)), new TreeMap<>());
        proxy.warm(table.rows());
        await().atMost(PATIENCE).until(() -> proxy.commit(proxy.look(), table));
        assertThat(world.ask(port)).isPresent();
    }
}
