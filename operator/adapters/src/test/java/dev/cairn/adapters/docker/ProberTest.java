package dev.cairn.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.core.model.Container.Health;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Probe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProberTest {
    private static final Owner OWNER = new Owner(new ObjectKey("default", "web"), 0, 1);
    private static final Duration PATIENCE = Duration.ofMillis(700);
    private static final Instant NOW = Instant.now();
    private static final Instant LONG_AGO = NOW.minusSeconds(3600);

    private final List<Owner> flips = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();

    /** How often it was asked until the last flip. */
    private final AtomicInteger askedAtFlip = new AtomicInteger();

    private final Prober prober = new Prober(owner -> {
        askedAtFlip.set(asked.get());
        flips.add(owner);
    });
    private volatile int status = 200;
    private final TinyHttp server = new TinyHttp(request -> {
        asked.incrementAndGet();
        return new TinyHttp.Answer(status, "", new byte[0]);
    });

    @AfterEach
    void close() {
        prober.close();
        server.close();
    }

    private static Prober.Target target(int port, Instant startedAt, Probe probe) {
        return new Prober.Target(
                "id", startedAt, OWNER, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), probe);
    }

    private Health watch(Prober.Target target) {
        prober.watch("h", List.of(target), Map.of(), NOW, PATIENCE);
        return prober.health("h", "id");
    }

    @Test
    void whatRanBeforeIsKnownAtOnce() {
        assertThat(watch(target(server.port(), LONG_AGO, new Probe("/", 80, 0, 10, 1, 3))))
                .isEqualTo(Health.HEALTHY);
        await().untilAsserted(() -> assertThat(flips).containsExactly(OWNER));
    }

    @Test
    void whatHasJustStartedIsNotWaitedFor() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            long start = System.nanoTime();
            assertThat(watch(target(silent.getLocalPort(), NOW, new Probe("/", 80, 0, 10, 5, 3))))
                    .isEqualTo(Health.STARTING);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
            watch(target(silent.getLocalPort(), LONG_AGO, new Probe("/", 80, 0, 10, 5, 3)));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(PATIENCE, Duration.ofSeconds(4));
        }
    }

    @Test
    void silentServerFailsAfterTheTimeoutAndIsAskedAgain() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            watch(target(silent.getLocalPort(), LONG_AGO, new Probe("/", 80, 0, 10, 1, 1)));
            silent.setSoTimeout(5000);
            silent.accept().close();
            silent.accept().close();
            assertThat(prober.health("h", "id")).isEqualTo(Health.UNHEALTHY);
        }
    }

    /** A busy machine on which an operator starts: what runs must not be taken for broken because nobody has answered yet. */
    @Test
    void whatRanBeforeIsUnknownUntilItHasAnsweredOrFailedAsOftenAsAReadyOneMay() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            silent.setSoTimeout(5000);
            assertThat(watch(target(silent.getLocalPort(), LONG_AGO, new Probe("/", 80, 0, 10, 1, 2))))
                    .isEqualTo(Health.UNKNOWN);
            silent.accept().close(); // the first failure
            silent.accept();
            assertThat(prober.health("h", "id")).isEqualTo(Health.UNKNOWN);
            await().until(() -> prober.health("h", "id") == Health.UNHEALTHY);
            assertThat(flips).containsExactly(OWNER);
        }
    }

    @Test
    void beforeReadyItIsAskedSoonAndEverMoreSlowly() {
        status = 503;
        watch(target(server.port(), NOW, new Probe("/", 80, 0, 30, 1, 1)));
        await().pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(3))
                .until(() -> asked.get() >= 4); // after 0, 100, 250 and 475 ms, when the period is 30 s
        assertThat(asked.get()).isLessThan(12);
        assertThat(flips).isEmpty();
        status = 200;
        await().until(() -> prober.health("h", "id") == Health.HEALTHY);
        assertThat(flips).containsExactly(OWNER);
    }

    @Test
    void readyOneFailsOnlyAfterItsThreshold() {
        watch(target(server.port(), LONG_AGO, new Probe("/", 80, 0, 1, 1, 2)));
        status = 500;
        int before = asked.get();
        await().until(() -> asked.get() == before + 1);
        assertThat(prober.health("h", "id")).isEqualTo(Health.HEALTHY);
        await().until(() -> flips.size() == 2);
        assertThat(prober.health("h", "id")).isEqualTo(Health.UNHEALTHY);
        assertThat(askedAtFlip.get()).isEqualTo(before + 2);
        status = 204;
        await().atMost(Duration.ofMillis(900)).until(() -> prober.health("h", "id") == Health.HEALTHY);
    }

    @Test
    void initialDelayIsKeptAndNeverLongerThanDeclared() {
        Probe probe = new Probe("/", 80, 1, 10, 1, 1);
        Instant skewed = NOW.plusSeconds(3600);
        assertThat(watch(target(server.port(), skewed, probe))).isEqualTo(Health.STARTING);
        assertThat(asked.get()).isZero();
        await().atMost(Duration.ofSeconds(3)).until(() -> prober.health("h", "id") == Health.HEALTHY);
    }

    @Test
    void newRunStartsAnew() {
        Probe probe = new Probe("/", 80, 0, 10, 1, 1);
        watch(target(server.port(), LONG_AGO, probe));
        status = 500;
        assertThat(watch(target(server.port(), NOW, probe))).isEqualTo(Health.STARTING);
    }

    @Test
    void tcpProbeAsksForAConnection() throws IOException {
        Probe tcp = new Probe(null, 80, 0, 1, 1, 1);
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (listener) {
            assertThat(watch(target(listener.getLocalPort(), LONG_AGO, tcp))).isEqualTo(Health.HEALTHY);
        }
        await().until(() -> prober.health("h", "id") == Health.UNHEALTHY);
    }

    @Test
    void whoKnowsLessOfTheProbesStopsNoneOfThoseThatRun() {
        watch(target(server.port(), LONG_AGO, new Probe("/", 80, 0, 1, 1, 1)));
        prober.watch("h", List.of(), Map.of("id", LONG_AGO), NOW, PATIENCE);
        assertThat(prober.health("h", "id")).isEqualTo(Health.HEALTHY);
        prober.watch("h", List.of(), Map.of("id", LONG_AGO.plusSeconds(1)), NOW, PATIENCE);
        assertThat(prober.targets()).as("another run of it").isZero();
    }

    @Test
    void whatRunsNoLongerIsForgottenOnItsHostOnly() {
        Prober.Target target = target(server.port(), LONG_AGO, new Probe("/", 80, 0, 1, 1, 1));
        watch(target);
        prober.watch("other", List.of(target), Map.of(), NOW, PATIENCE);
        assertThat(prober.targets()).isEqualTo(2);
        prober.watch("h", List.of(), Map.of(), NOW, PATIENCE);
        assertThat(prober.targets()).isEqualTo(1);
        assertThat(prober.health("h", "id")).isEqualTo(Health.STARTING);
        prober.forget("other");
        assertThat(prober.targets()).isZero();
        int before = asked.get();
        await().during(Duration.ofMillis(1300)).atMost(Duration.ofSeconds(3)).until(() -> asked.get() == before);
    }
}
