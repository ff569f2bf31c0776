package dev.cairn.adapters.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.adapters.testing.HttpConnection;
import dev.cairn.adapters.testing.LoadClient;
import dev.cairn.core.model.Backend;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody who asks may notice a switch or a reload: not one failed request, not one answer from the old content. */
class HaproxyLoadTest {
    private static final ObjectKey SERVICE = new ObjectKey("default", "webapp");
    private static final int SWITCHES = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path stateDir;

    /** From the moment that commit returned until the next one was called, only this container may be asked. */
    private record Reign(Owner owner, long from, long to) {}

    @Test
    void switchesAndReloadsUnderLoadLoseNothingAndNothingIsLate() throws Exception {
        try (HaproxyWorld world = new HaproxyWorld(stateDir)) {
            Haproxy proxy = new Haproxy(stateDir);
            int port = world.freePort();
            RouteKey key = new RouteKey(port);
            proxy.listen(HaproxyWorld.http(port));
            Backend old = world.container(new Owner(SERVICE, 0, 0));
            turn(proxy, key, old);
            List<Reign> reigns = new ArrayList<>();
            try (LoadClient load = LoadClient.start("127.0.0.1", port, "/soon", 8)) {
                long from = System.nanoTime();
                for (int i = 1; i <= SWITCHES; i++) {
                    long floor = load.requests() + 40;
                    await().atMost(PATIENCE).until(() -> load.requests() >= floor);
                    Backend fresh = world.container(new Owner(SERVICE, 0, i));
                    long to = turn(proxy, key, fresh);
                    reigns.add(new Reign(old.owner(), from, to));
                    from = System.nanoTime();
                    if (i % 5 == 0) {
                        proxy.listen(i % 10 == 0 ? HaproxyWorld.http(port) : HaproxyWorld.http(port, world.freePort()));
                    }
                    retire(world, proxy, key, old);
                    old = fresh;
                }
                LoadClient.Result result = load.finish(PATIENCE);
                assertThat(result.failures()).isEmpty();
                assertThat(result.requests()).isGreaterThan(SWITCHES * 40L);
                assertThat(result.spans()).hasSizeGreaterThanOrEqualTo(SWITCHES);
                for (Reign reign : reigns) {
                    assertThat(result.answers())
                            .filteredOn(a -> a.started() > reign.from() && a.ended() < reign.to())
                            .extracting(LoadClient.Answer::text)
                            .as("answers between two switches")
                            .containsOnly(reign.owner().toString());
                }
                Owner last = old.owner();
                long end = from;
                assertThat(result.answers())
                        .filteredOn(a -> a.started() > end)
                        .extracting(LoadClient.Answer::text)
                        .containsOnly(last.toString());
            }
        }
    }

    /** F92: whoever connects is answered, by the content in force or the one before, whatever happens to the listeners. */
    @Test
    void newTcpConnectionsSurviveSwitchesAndReloads() throws Exception {
        try (HaproxyWorld world = new HaproxyWorld(stateDir)) {
            Haproxy proxy = new Haproxy(stateDir);
            int port = world.freePort();
            RouteKey key = RouteKey.tcp(port);
            proxy.listen(Map.of(port, Protocol.TCP));
            Backend old = world.container(new Owner(SERVICE, 0, 0));
            turn(proxy, key, old);
            AtomicBoolean running = new AtomicBoolean(true);
            Queue<String> failures = new ConcurrentLinkedQueue<>();
            AtomicLong asked = new AtomicLong();
            ExecutorService clients = Executors.newFixedThreadPool(4);
            for (int i = 0; i < 4; i++) {
                clients.execute(() -> {
                    while (running.get()) {
                        try (HttpConnection connection = new HttpConnection("127.0.0.1", port)) {
                            connection.get("/", false);
                        } catch (IOException e) {
                            failures.add(String.valueOf(e.getMessage()));
                        }
                        asked.incrementAndGet();
                    }
                });
            }
            for (int i = 1; i <= SWITCHES; i++) {
                long floor = asked.get() + 40;
                await().atMost(PATIENCE).until(() -> asked.get() >= floor);
                Backend fresh = world.container(new Owner(SERVICE, 0, i));
                turn(proxy, key, fresh);
                proxy.listen(
                        i % 2 == 0
                                ? Map.of(port, Protocol.TCP)
                                : Map.of(port, Protocol.TCP, world.freePort(), Protocol.HTTP));
                retire(world, proxy, key, old);
                old = fresh;
            }
            running.set(false);
            clients.shutdown();
            assertThat(clients.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            assertThat(failures).as("of " + asked.get()).isEmpty();
        }
    }

    /** Warms and switches; returns the time just before the switch. */
    private static long turn(Haproxy proxy, RouteKey key, Backend to) throws Exception {
        Row row = new Row(new ObjectKey("default", "prod"), SERVICE, List.of(to));
        proxy.warm(Map.of(key, row));
        await().pollInterval(Duration.ofMillis(5))
                .atMost(PATIENCE)
                .until(() -> Map.of(to, true).equals(proxy.look().spare().get(key)));
        ProxyView seen = proxy.look();
        long before = System.nanoTime();
        assertThat(proxy.commit(seen, new RouteTable(new TreeMap<>(Map.of(key, row)), new TreeMap<>())))
                .isTrue();
        return before;
    }

    /** What an operator does: waits for the last session to end, then removes the container. */
    private static void retire(HaproxyWorld world, Haproxy proxy, RouteKey key, Backend old) throws Exception {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(PATIENCE)
                .until(() -> !proxy.look().sessions().containsKey(old.owner()));
        proxy.warm(Map.of(key, new Row(new ObjectKey("default", "prod"), SERVICE, List.of())));
        world.kill(old);
    }
}
