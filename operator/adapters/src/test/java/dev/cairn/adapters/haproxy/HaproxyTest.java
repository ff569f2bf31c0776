package dev.cairn.adapters.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cairn.adapters.testing.HttpConnection;
import dev.cairn.core.model.Backend;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.port.PortException;
import dev.cairn.core.port.ProxyContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only the real HAProxy can show, beyond the contract of every proxy. */
class HaproxyTest {
    private static final ObjectKey SERVICE = new ObjectKey("default", "webapp");
    private static final ObjectKey STACK = new ObjectKey("default", "webapp-stack0");
    private static final ObjectKey OTHER_STACK = new ObjectKey("default", "other-stack0");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path stateDir;

    private HaproxyWorld world;
    private Haproxy proxy;

    @BeforeEach
    void setUp() {
        world = new HaproxyWorld(stateDir);
        proxy = new Haproxy(stateDir);
    }

    @AfterEach
    void tearDown() throws Exception {
        world.close();
    }

    @Test
    void aKilledWorkerIsSeenAndReplacedByAnEmptyProxy() throws Exception {
        int port = listening();
        turn(Map.of(port, row(container(1))), 1);
        master().children().forEach(ProcessHandle::destroyForcibly);
        assertThat(proxy.look().known()).isFalse();
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            proxy.listen(HaproxyWorld.http(port));
            assertThat(proxy.look().trouble()).isNull();
        });
        assertThat(proxy.look().live()).isEqualTo(RouteTable.EMPTY);
        assertThat(proxy.look().listeners()).containsOnlyKeys(port);
    }

    @Test
    void itIsNoChildOfTheOperatorAndStopsGracefully() throws Exception {
        int port = listening();
        Backend a = container(1);
        turn(Map.of(port, row(a)), 1);
        ProcessHandle master = master();
        assertThat(master.parent()).isNotEqualTo(Optional.of(ProcessHandle.current()));
        ProxyContract.Request request = world.begin(port);
        await().atMost(PATIENCE).until(() -> proxy.look().sessions().equals(Map.of(a.owner(), 1)));
        Future<?> stopped = run(() -> proxy.stop());
        await().atMost(PATIENCE).until(() -> world.ask(port).isEmpty());
        assertThat(request.end()).contains(a.owner());
        stopped.get();
        assertThat(Daemon.ended(master)).isTrue();
        assertThat(proxy.look().known()).isFalse();
        Haproxy.stop(stateDir);
    }

    @Test
    void whoOnlyWatchesSeesTheSameAndLeavesNoTrace() throws Exception {
        int port = listening();
        turn(Map.of(port, row(container(1))), 1);
        Worker.Versions before = versions();
        Haproxy watching = Haproxy.watching(stateDir);
        assertThat(watching.look().live()).isEqualTo(proxy.look().live());
        Worker.Versions own = versions();
        assertThat(own).as("an operator's look prepares a table").isNotEqualTo(before);
        for (int i = 0; i < 3; i++) {
            assertThat(watching.look().known()).isTrue();
        }
        assertThat(versions()).isEqualTo(own);
        assertThat(watching.commit(watching.look(), RouteTable.EMPTY)).isFalse();
        assertThat(proxy.look().live()).isNotEqualTo(RouteTable.EMPTY);
    }

    private Worker.Versions versions() throws IOException {
        try (Worker worker = Worker.open(StateDir.at(stateDir).worker())) {
            return worker.versions();
        }
    }

    @Test
    void itTellsWhatFailedAndNothingElse() throws Exception {
        int port = listening();
        Backend a = container(1);
        turn(Map.of(port, row(a)), 1);
        assertThat(world.ask(port)).contains(a.owner());
        assertThat(failed()).isEmpty();
        try (ServerSocket hangsUp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            run(() -> {
                while (true) {
                    try (Socket asked = hangsUp.accept()) {
                        asked.getInputStream().read();
                    }
                }
            });
            Backend b = new Backend(new Owner(SERVICE, 0, 2), "127.0.0.1", hangsUp.getLocalPort());
            turn(Map.of(port, row(b)), 2);
            try (HttpConnection connection = new HttpConnection("127.0.0.1", port)) {
                assertThatThrownBy(() -> connection.get("/orders?token=secret", false))
                        .hasMessageContaining(" 502 ");
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(failed())
                            .hasLineCount(1)
                            .contains("/" + ServerName.of(b) + " ", " 502 ", " GET /orders HTTP/1.1")
                            .doesNotContain("secret"));
        }
    }

    private String failed() throws IOException {
        return Cli.once(StateDir.at(stateDir).worker(), "show events failed");
    }

    /** As after an operator that was killed while it started HAProxy. */
    @Test
    void oneThatNoPidFileNamesIsStoppedAndReplaced() throws Exception {
        int port = listening();
        ProcessHandle first = master();
        Files.delete(stateDir.resolve(StateDir.PID));
        proxy.listen(HaproxyWorld.http(port));
        assertThat(Daemon.ended(first)).isTrue();
        assertThat(proxy.look().refused()).isEmpty();
        assertThat(proxy.look().listeners()).containsOnlyKeys(port);
        ProcessHandle second = master();
        Files.delete(stateDir.resolve(StateDir.PID));
        Haproxy.stop(stateDir);
        assertThat(Daemon.ended(second)).isTrue();
    }

    @Test
    void onlyItsOwnProcessIsStopped() throws Exception {
        Process foreign = new ProcessBuilder("sleep", "60").start();
        try {
            Files.writeString(stateDir.resolve(StateDir.PID), foreign.pid() + "\n");
            Haproxy.stop(stateDir);
            assertThat(foreign.isAlive()).isTrue();
        } finally {
            foreign.destroyForcibly();
        }
    }

    @Test
    void aMissingProgramIsNamed() {
        assertThatThrownBy(() -> Daemon.executable(Stream.of(stateDir.toString())))
                .isInstanceOf(PortException.Invalid.class)
                .hasMessageContaining("apt-get install haproxy");
    }

    @Test
    void anAddressOfAnotherMachineIsRefused() throws Exception {
        int port = world.freePort();
        Haproxy elsewhere = new Haproxy(stateDir, "203.0.113.7");
        elsewhere.listen(HaproxyWorld.http(port));
        assertThat(elsewhere.look().refused().get(port)).contains("203.0.113.7");
    }

    @Test
    void aDirectoryWithALongAndStrangeNameWorks() throws Exception {
        Path strange = stateDir.resolve("a, 'b\" %c".repeat(15));
        try (HaproxyWorld other = new HaproxyWorld(strange)) {
            int port = other.freePort();
            Haproxy there = new Haproxy(strange);
            there.listen(HaproxyWorld.http(port));
            there.listen(HaproxyWorld.http(port, other.freePort()));
            assertThat(there.look().trouble()).isNull();
        }
    }

    @Test
    void aContainerThatAcceptsConnectionsIsUpAtOnceAndOthersAreNot() throws Exception {
        int port = listening();
        Backend there = container(1);
        Backend gone = container(2);
        world.kill(gone);
        proxy.warm(Map.of(new RouteKey(port), row(there, gone)));
        assertThat(spare(port)).isEqualTo(Map.of(there, true, gone, false));
        await().during(Duration.ofMillis(300))
                .atMost(PATIENCE)
                .until(() -> spare(port).equals(Map.of(there, true, gone, false)));
        world.kill(there);
        await().atMost(PATIENCE).until(() -> spare(port).equals(Map.of(there, false, gone, false)));
    }

    private Map<Backend, Boolean> spare(int port) {
        return proxy.look().spare().get(new RouteKey(port));
    }

    @Test
    void serversChangedByHandShowUpAndHeal() throws Exception {
        int port = listening();
        Backend a = container(1);
        Backend b = container(2);
        turn(Map.of(port, row(a, b)), 1);
        try (Cli cli = Cli.open(stateDir.resolve("worker.sock"))) {
            cli.ask("set server " + Server.path(new Pool("h0", 'a'), a) + " state maint");
            assertThat(proxy.look().live().rows().get(new RouteKey(port))).isEqualTo(row(b));
            cli.ask("set server " + Server.path(new Pool("h0", 'a'), b) + " addr 127.0.0.1 port 1");
            assertThat(proxy.look().live().rows().get(new RouteKey(port))).isEqualTo(row());
        }
        turn(Map.of(port, row(a, b)), 2);
        assertThat(world.ask(port)).isPresent();
    }

    @Test
    void aRouteChangedByHandShowsUpAndHeals() throws Exception {
        int port = listening();
        Backend a = container(1);
        turn(Map.of(port, row(a)), 1);
        try (Cli cli = Cli.open(stateDir.resolve("worker.sock"))) {
            cli.ask("set map " + Worker.MAP + " f" + port + "// nonsense");
        }
        assertThat(proxy.look().live().rows()).isEmpty();
        turn(Map.of(port, row(a)), 1);
        assertThat(world.ask(port)).contains(a.owner());
    }

    @Test
    void aReloadByHandLeadsNowhereRatherThanAstray() throws Exception {
        int port = listening();
        Backend a = container(1);
        turn(Map.of(port, row(a)), 1);
        proxy.listen(HaproxyWorld.http(port, world.freePort()));
        assertThat(world.ask(port)).contains(a.owner());
        long before = worker();
        ProxyView seen = proxy.look();
        new Master(stateDir.resolve("master.sock")).reload();
        await().ignoreExceptions().atMost(PATIENCE).until(() -> worker() != before);
        assertThat(world.ask(port)).isEmpty();
        assertThat(proxy.commit(seen, table(Map.of(), 1)))
                .as("token of another process")
                .isFalse();
        turn(Map.of(port, row(a)), 1);
        assertThat(world.ask(port)).contains(a.owner());
    }

    @Test
    void hostileNamesNeverReachACommand() throws Exception {
        int port = listening();
        for (String hostile : List.of("x;quit", "x y", "x\nadd", "../x", "", "X", "x|y", "x_y")) {
            Owner owner = new Owner(new ObjectKey("default", hostile), 0, 1);
            Row badOwner = row(new Backend(owner, "127.0.0.1", 80));
            Row badAddress = row(new Backend(new Owner(SERVICE, 0, 1), hostile + ";", 80));
            Row badEndpoint = new Row(new ObjectKey(hostile, "prod"), SERVICE, List.of());
            for (Row row : List.of(badOwner, badAddress, badEndpoint)) {
                assertThatThrownBy(() -> proxy.warm(Map.of(new RouteKey(port), row)))
                        .isInstanceOf(PortException.Invalid.class);
                assertThatThrownBy(() -> proxy.commit(proxy.look(), table(Map.of(port, row), 1)))
                        .isInstanceOf(PortException.Invalid.class);
            }
        }
        for (RouteKey hostile : List.of(
                new RouteKey(port, "a;quit", "/"),
                new RouteKey(port, "a/b", "/"),
                new RouteKey(port, "A.io", "/"),
                new RouteKey(port, "*.", "/"),
                new RouteKey(port, "a.io", "/x y"),
                new RouteKey(port, "a.io", "/x\nadd"),
                new RouteKey(port, "a.io", "x"),
                new RouteKey(port, "a.io", "//"),
                new RouteKey(port, "a.io", "/x/"),
                new RouteKey(port, "a.io", ""))) {
            RouteTable table = new RouteTable(new TreeMap<>(Map.of(hostile, row())), new TreeMap<>());
            assertThatThrownBy(() -> proxy.warm(table.rows())).isInstanceOf(PortException.Invalid.class);
            assertThatThrownBy(() -> proxy.commit(proxy.look(), table)).isInstanceOf(PortException.Invalid.class);
        }
        assertThat(proxy.look().spare()).isEmpty();
    }

    @Test
    void twoHundredRowsMoveInOneStep() throws Exception {
        Map<Integer, Row> rows = new HashMap<>();
        Backend a = container(1);
        Backend b = container(2);
        for (int i = 0; i < 200; i++) {
            rows.put(world.freePort(), row(a, b));
        }
        proxy.listen(HaproxyWorld.http(rows.keySet().toArray(new Integer[0])));
        turn(rows, 1);
        assertThat(proxy.look().live()).isEqualTo(table(rows, 1));
        proxy.listen(HaproxyWorld.http(Stream.concat(rows.keySet().stream(), Stream.of(world.freePort()))
                .toArray(Integer[]::new)));
        assertThat(proxy.look().live()).isEqualTo(table(rows, 1));
        assertThat(world.ask(rows.keySet().iterator().next())).isPresent();
    }

    /** F64: a name or a path on a port that is there is no reason for a new process. */
    @Test
    void furtherRoutesNeedNoNewProcessUntilThePoolsAreUsedUp() throws Exception {
        int port = listening();
        long process = worker();
        Backend a = container(1);
        Map<RouteKey, Row> rows = new HashMap<>();
        for (int i = 0; i < HaproxyConfig.FIRST_PAIRS; i++) {
            rows.put(new RouteKey(port, "n" + i + ".io", i % 2 == 0 ? "/" : "/path"), row(a));
        }
        turn(new RouteTable(new TreeMap<>(rows), new TreeMap<>()));
        assertThat(worker()).isEqualTo(process);

        // The pools of a route that has gone serve the next one.
        RouteKey gone = new RouteKey(port, "n0.io", "/");
        rows.remove(gone);
        turn(new RouteTable(new TreeMap<>(rows), new TreeMap<>()));
        proxy.warm(Map.of(gone, row()));
        rows.put(new RouteKey(port, "*.next.io", "/"), row(a));
        turn(new RouteTable(new TreeMap<>(rows), new TreeMap<>()));
        assertThat(worker()).isEqualTo(process);
        assertThat(world.ask(port, "a.next.io", "/").owner()).contains(a.owner());
        assertThat(world.ask(port, "n0.io", "/").status()).isEqualTo(404);

        // One more than there are pools for: all that was is still there.
        rows.put(new RouteKey(port), row(a));
        turn(new RouteTable(new TreeMap<>(rows), new TreeMap<>()));
        assertThat(worker()).isNotEqualTo(process);
        assertThat(proxy.look().live().rows()).isEqualTo(rows);
        assertThat(world.ask(port, "a.next.io", "/").owner()).contains(a.owner());
        assertThat(world.ask(port, "n0.io", "/").owner()).contains(a.owner());
    }

    /** Whoever prepares a table and never puts it in force must not change where requests go. */
    @Test
    void aTableInPreparationRoutesNothing() throws Exception {
        int port = listening();
        Backend a = container(1);
        RouteKey key = new RouteKey(port, "*.io", "/");
        turn(new RouteTable(new TreeMap<>(Map.of(key, row(a))), new TreeMap<>()));
        try (Cli cli = Cli.open(stateDir.resolve("worker.sock"))) {
            String version = cli.ask("prepare map " + Worker.MAP).replaceAll("[^0-9]", "");
            for (String text : List.of("a.io/", "*.io/", "*.io/deep/", "/", "a.io/deep/")) {
                assertThat(cli.ask("add map @" + version + " " + Worker.MAP + " f" + port + "/" + text + " nowhere"))
                        .isEmpty();
            }
        }
        for (String path : List.of("/", "/deep")) {
            assertThat(world.ask(port, "a.io", path).owner()).contains(a.owner());
        }
        assertThat(world.ask(port, "other.org", "/").status()).isEqualTo(404);
    }

    /** It may have been removed and be on its way back: its port is there before its network is. */
    @Test
    void nobodyConnectsToOneThatRests() throws Exception {
        int port = listening();
        Backend a = container(1);
        Backend b = container(2);
        turn(Map.of(port, row(a, b)), 1);
        world.kill(a);
        world.kill(b);
        proxy.rest(a.owner());
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket listener = new ServerSocket(a.port(), 50, InetAddress.getLoopbackAddress())) {
            run(() -> {
                while (true) {
                    listener.accept().close();
                    connections.incrementAndGet();
                }
            });
            // Three rounds of checks at least have passed when they have found b thrice.
            for (int i = 0; i < 3; i++) {
                world.revive(b);
                await().atMost(PATIENCE).until(() -> world.ask(port).equals(Optional.of(b.owner())));
                world.kill(b);
                await().atMost(PATIENCE).until(() -> world.ask(port).isEmpty());
            }
            assertThat(connections).hasValue(0);
            proxy.wake(a.owner());
            await().atMost(PATIENCE).until(() -> connections.get() > 0);
        }
    }

    @Test
    void whatIsDownInThePoolThatASwitchLeavesIsNotAskedAnyMore() throws Exception {
        int port = listening();
        Backend a = container(1);
        Backend b = container(2);
        turn(Map.of(port, row(a, b)), 1);
        world.kill(a);
        await().atMost(PATIENCE).until(() -> !up(a));
        turn(Map.of(port, row(b)), 2);
        assertThat(proxy.look().resting()).containsExactly(a.owner());
        // It comes back, by itself: woken, it can be switched to again.
        world.revive(a);
        proxy.wake(a.owner());
        turn(Map.of(port, row(a, b)), 3);
        assertThat(proxy.look().resting()).isEmpty();
    }

    private boolean up(Backend backend) throws Exception {
        try (Worker worker = Worker.open(stateDir.resolve("worker.sock"))) {
            return worker.snapshot().servers().stream()
                    .anyMatch(server -> server.backend().equals(backend) && server.up());
        }
    }

    /** A connection that was idle during a reload still ends at the process before, which knows no later switch. */
    @Test
    void aConnectionThatIdledThroughAReloadIsServedByTheNewTable() throws Exception {
        int port = listening();
        Backend a = container(1);
        Backend b = container(2);
        turn(Map.of(port, row(a)), 1);
        try (HttpConnection kept = new HttpConnection("127.0.0.1", port)) {
            assertThat(kept.get("/", true)).isEqualTo(a.owner().toString());
            proxy.listen(HaproxyWorld.http(port, world.freePort()));
            turn(Map.of(port, row(b)), 2);
            world.kill(a);
            assertThat(kept.isOpen()).isTrue();
            assertThat(kept.get("/", true)).isEqualTo(b.owner().toString());
            assertThat(kept.isOpen()).as("told to connect anew").isFalse();
        }
    }

    @Test
    void switchesOfOneOperatorKeepOutOfEachOthersWayAndOutOfNobodyElses() throws Exception {
        listening();
        ProxyView view = proxy.look();
        assertThat(proxy.commit(view, stamped(view, STACK, 1))).isTrue();
        assertThat(proxy.commit(view, stamped(view, OTHER_STACK, 1)))
                .as("of another service")
                .isTrue();
        assertThat(proxy.look().settled()).isTrue();
        assertThat(proxy.commit(view, stamped(view, STACK, 2)))
                .as("of the same service, from an old look")
                .isFalse();
        ProxyView late = proxy.look();
        Haproxy somebodyElse = new Haproxy(stateDir);
        ProxyView theirs = somebodyElse.look();
        assertThat(somebodyElse.commit(theirs, stamped(theirs, STACK, 7))).isTrue();
        assertThat(proxy.commit(late, stamped(late, OTHER_STACK, 2)))
                .as("somebody else has switched since")
                .isFalse();
        ProxyView again = proxy.look();
        assertThat(again.live().stamps()).isEqualTo(Map.of(STACK, 7L, OTHER_STACK, 1L));
        assertThat(proxy.commit(again, stamped(again, OTHER_STACK, 2))).isTrue();
        assertThat(proxy.commit(late, stamped(late, OTHER_STACK, 3)))
                .as("from before somebody else has switched")
                .isFalse();
    }

    private static RouteTable stamped(ProxyView view, ObjectKey stack, long stamp) {
        TreeMap<ObjectKey, Long> stamps = new TreeMap<>(view.live().stamps());
        stamps.put(stack, stamp);
        return new RouteTable(view.live().rows(), stamps);
    }

    /** Of eight switches that are asked for at once the first goes alone, and the others together after it. */
    private List<Boolean> atOnce(List<RouteTable> tables) throws Exception {
        ProxyView view = proxy.look();
        List<Future<Boolean>> answers = new ArrayList<>();
        List<Thread> asking = new CopyOnWriteArrayList<>();
        try (StateLock lock = StateLock.take(stateDir, new ReentrantLock())) {
            for (RouteTable table : tables) {
                CompletableFuture<Boolean> answer = new CompletableFuture<>();
                answers.add(answer);
                Thread thread = new Thread(() -> {
                    try {
                        answer.complete(proxy.commit(view, table));
                    } catch (PortException e) {
                        answer.completeExceptionally(e);
                    }
                });
                asking.add(thread);
                thread.start();
            }
            awaitWaiting(asking);
        }
        List<Boolean> done = new ArrayList<>();
        for (Future<Boolean> answer : answers) {
            done.add(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
        return done;
    }

    /** All but the one that has its turn. */
    private static void awaitWaiting(List<Thread> asking) {
        await().atMost(PATIENCE)
                .until(() -> asking.stream()
                                .filter(thread -> thread.getState() == Thread.State.WAITING)
                                .count()
                        == asking.size() - 1);
    }

    private static ObjectKey stack(int i) {
        return new ObjectKey("default", "web" + i + "-stack0");
    }

    @Test
    void whatIsAskedForWhileHaproxyIsBusyIsDoneInOneStep() throws Exception {
        listening();
        ProxyView view = proxy.look();
        List<RouteTable> tables = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            tables.add(stamped(view, stack(i), 1));
        }
        long acts = proxy.acts().state().count();
        assertThat(atOnce(tables)).doesNotContain(false);
        assertThat(proxy.acts().state().count() - acts).isEqualTo(2);
        assertThat(proxy.look().live().stamps()).hasSize(8);
    }

    @Test
    void whatCannotBeSwitchedKeepsNothingElseBack() throws Exception {
        int port = listening();
        ProxyView view = proxy.look();
        List<RouteTable> tables = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            tables.add(stamped(view, stack(i), 1));
        }
        tables.set(5, table(Map.of(port, row(container(1))), 1));
        List<Boolean> done = atOnce(tables);
        assertThat(done.indexOf(false)).as("its pool was never filled").isEqualTo(5);
        assertThat(done).containsOnlyOnce(false);
        assertThat(proxy.look().live().stamps()).hasSize(7);
        assertThat(proxy.look().live().rows()).isEmpty();
    }

    @Test
    void whatCannotBeWarmedKeepsNothingElseBack() throws Exception {
        int port = listening();
        Backend a = container(1);
        Map<RouteKey, Row> right = Map.of(new RouteKey(port), row(a));
        Map<RouteKey, Row> wrong = Map.of(new RouteKey(world.freePort()), row(a));
        List<CompletableFuture<String>> answers = new ArrayList<>();
        try (StateLock lock = StateLock.take(stateDir, new ReentrantLock())) {
            List<Thread> asking = new ArrayList<>();
            for (Map<RouteKey, Row> rows : List.of(right, wrong, right, wrong)) {
                CompletableFuture<String> answer = new CompletableFuture<>();
                answers.add(answer);
                Thread thread = new Thread(() -> {
                    try {
                        proxy.warm(rows);
                        answer.complete("");
                    } catch (PortException e) {
                        answer.complete(e.reason());
                    }
                });
                asking.add(thread);
                thread.start();
            }
            awaitWaiting(asking);
        }
        List<String> troubles = new ArrayList<>();
        for (CompletableFuture<String> answer : answers) {
            troubles.add(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
        assertThat(troubles).containsExactly("", "NoListener", "", "NoListener");
        assertThat(proxy.look().spare()).containsOnlyKeys(new RouteKey(port));
    }

    /**
     * Every switch adds one to the stamp it has read: none may be lost, whatever comes between. Each operator works on
     * two services at once.
     */
    @Test
    void noSwitchIsLostAmongOperatorsAndReloads() throws Exception {
        int port = listening();
        AtomicInteger done = new AtomicInteger();
        AtomicInteger doneBeside = new AtomicInteger();
        int rounds = 40;
        List<Future<?>> operators = new ArrayList<>();
        for (Haproxy operator : List.of(new Haproxy(stateDir), new Haproxy(stateDir))) {
            operators.add(run(() -> count(operator, STACK, done, rounds)));
            operators.add(run(() -> count(operator, OTHER_STACK, doneBeside, rounds)));
        }
        Haproxy third = new Haproxy(stateDir);
        for (int i = 0; i < 6; i++) {
            int floor = (i + 1) * rounds / 8;
            await().atMost(PATIENCE).until(() -> done.get() >= floor);
            third.listen(i % 2 == 0 ? HaproxyWorld.http(port, world.freePort()) : HaproxyWorld.http(port));
        }
        for (Future<?> operator : operators) {
            operator.get();
        }
        assertThat(proxy.look().live().stamps())
                .isEqualTo(Map.of(STACK, (long) done.get(), OTHER_STACK, (long) doneBeside.get()));
    }

    private static void count(Haproxy operator, ObjectKey stack, AtomicInteger done, int until) throws Exception {
        while (done.get() < until) {
            ProxyView view = operator.look();
            long stamp = view.live().stamps().getOrDefault(stack, 0L);
            if (view.known() && operator.commit(view, stamped(view, stack, stamp + 1))) {
                done.incrementAndGet();
            }
        }
    }

    /** Something that may throw. */
    private interface Task {
        void run() throws Exception;
    }

    private static Future<?> run(Task task) {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<?> future = thread.submit(() -> {
            task.run();
            return null;
        });
        thread.shutdown();
        return future;
    }

    private ProcessHandle master() throws Exception {
        String pid = Files.readString(stateDir.resolve(StateDir.PID)).strip();
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    private long worker() throws Exception {
        return new Master(stateDir.resolve("master.sock")).workers().current();
    }

    private int listening() throws Exception {
        int port = world.freePort();
        proxy.listen(HaproxyWorld.http(port));
        return port;
    }

    private Backend container(int n) throws Exception {
        return world.container(new Owner(SERVICE, 0, n));
    }

    private static Row row(Backend... backends) {
        return new Row(new ObjectKey("default", "webapp-prod"), SERVICE, Arrays.asList(backends));
    }

    private static RouteTable table(Map<Integer, Row> rows, long stamp) {
        TreeMap<RouteKey, Row> byKey = new TreeMap<>();
        rows.forEach((port, row) -> byKey.put(new RouteKey(port), row));
        return new RouteTable(byKey, new TreeMap<>(Map.of(STACK, stamp)));
    }

    private void turn(Map<Integer, Row> rows, long stamp) throws Exception {
        turn(table(rows, stamp));
    }

    private void turn(RouteTable table) throws Exception {
        RouteTable live = proxy.look().live();
        Map<RouteKey, Row> changed = new HashMap<>(table.rows());
        changed.entrySet().removeIf(row -> row.getValue().equals(live.rows().get(row.getKey())));
        proxy.warm(changed);
        await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(() -> {
            ProxyView view = proxy.look();
            return proxy.commit(view, table);
        });
    }
}
