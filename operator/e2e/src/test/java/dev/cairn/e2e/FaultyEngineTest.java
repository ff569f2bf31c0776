package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.adapters.docker.PrivateEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One engine is in trouble beside a healthy one: what is elsewhere is released as ever, no user notices more of it than
 * the trouble itself takes away, and after it all is as declared.
 */
@ExtendWith(CairnExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FaultyEngineTest {
    private static final String OLDER = "v0.1, v0.2, v0.3";
    private static final String NEWER = "v0.2, v0.3, v0.4";

    private enum Trouble {
        STOPPED((engine, proxy) -> engine.stop(), (engine, proxy) -> engine.restart()),
        FROZEN((engine, proxy) -> engine.freeze(), (engine, proxy) -> engine.thaw()),
        SLOW(new EngineProxy.Mood(Duration.ofMillis(400), 0, 1)),
        FAILING(new EngineProxy.Mood(Duration.ZERO, 10, 1)),
        EVENTS_LOST(new EngineProxy.Mood(Duration.ZERO, 0, 0)),
        EVENTS_REPEATED(new EngineProxy.Mood(Duration.ZERO, 0, 3));

        private final BiConsumer<PrivateEngine, EngineProxy> begin;
        private final BiConsumer<PrivateEngine, EngineProxy> end;

        Trouble(BiConsumer<PrivateEngine, EngineProxy> begin, BiConsumer<PrivateEngine, EngineProxy> end) {
            this.begin = begin;
            this.end = end;
        }

        Trouble(EngineProxy.Mood mood) {
            this((engine, proxy) -> proxy.be(mood), (engine, proxy) -> proxy.be(EngineProxy.Mood.WELL));
        }

        /** Whether the engine does what it is asked for, sooner or later. */
        boolean works() {
            return this != STOPPED && this != FROZEN;
        }
    }

    private Cairn cairn;
    private PrivateEngine engine;
    private EngineProxy proxy;
    private Subject elsewhere;
    private Subject both;

    @BeforeAll
    void start(Cairn environment) throws IOException {
        cairn = environment;
        engine = cairn.engines().of(Engines.SECOND);
        proxy = new EngineProxy(engine.url());
        reach(proxy.url());
        elsewhere = Subject.start(
                cairn,
                new Yaml.Service("elsewhere", OLDER)
                        .stacks(1)
                        .spec("placement: {hostNames: [" + Engines.FIRST + "]}", "retain: {count: 0}"));
        both = Subject.start(cairn, new Yaml.Service("besides", OLDER));
    }

    @AfterAll
    void remove() throws IOException {
        reach(engine.url());
        proxy.close();
        elsewhere.close();
        both.close();
    }

    private void reach(String url) throws IOException {
        cairn.api().patch(Cairn.hostPath(Engines.SECOND), "{\"spec\":{\"docker\":{\"url\":\"" + url + "\"}}}");
        cairn.awaitCondition(Cairn.hostPath(Engines.SECOND), "Ready", "True");
    }

    private Load load(Subject subject) {
        return Load.start(cairn, subject, 2, Duration.ofMillis(40), "/");
    }

    private static List<List<String>> lists(String... versions) {
        List<List<String>> lists = new ArrayList<>();
        for (String list : versions) {
            lists.add(Arrays.asList(list.split(", ")));
        }
        return lists;
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void F78_engineInTroubleHoldsUpNobodyElseAndCatchesUp(Trouble trouble) throws Exception {
        String before = elsewhere.yaml().versions();
        String after = before.equals(OLDER) ? NEWER : OLDER;
        try (Load unconcerned = load(elsewhere);
                Load concerned = load(both);
                Engines.Births births = cairn.engines().births()) {
            trouble.begin.accept(engine, proxy);
            try {
                elsewhere.change(after);
                assertThat(elsewhere.answers())
                        .containsExactlyElementsOf(lists(after).get(0));
                both.edit(both.yaml().versions(after));
                if (trouble.works()) {
                    both.awaitReady();
                    both.assertHolds(after.split(", "));
                    concerned.finish(lists(before, after));
                    assertHealed(trouble);
                }
            } finally {
                trouble.end.accept(engine, proxy);
            }
            cairn.awaitCondition(Cairn.hostPath(Engines.SECOND), "Ready", "True");
            both.awaitReady();
            patiently("both hosts answering").until(() -> both.answering("prod").size() == 2);
            both.assertHolds(after.split(", "));
            elsewhere.assertHolds(after.split(", "));
            unconcerned.finish(lists(before, after));
            if (trouble == Trouble.FROZEN) {
                concerned.finish(lists(before, after));
            }
            assertThat(births.of("besides")).doesNotHaveDuplicates();
        }
    }

    /** Its containers are seen to end before it is seen to be gone. */
    @Test
    void F91_nothingIsReplacedBecauseAnEngineIsToldToEnd() throws Exception {
        List<String> ids = both.containers().stream().map(Seen::id).toList();
        double dead = cairn.drift("dead");
        engine.stop();
        try {
            cairn.awaitCondition(Cairn.hostPath(Engines.SECOND), "Ready", "EngineUnknown");
        } finally {
            engine.restart();
        }
        cairn.awaitCondition(Cairn.hostPath(Engines.SECOND), "Ready", "True");
        patiently("both hosts answering").until(() -> both.answering("prod").size() == 2);
        both.awaitReady();
        assertThat(both.containers()).extracting(Seen::id).isEqualTo(ids);
        assertThat(cairn.drift("dead")).isEqualTo(dead);
    }

    /** What somebody takes away from that very engine comes back while the trouble lasts, and is told of once. */
    private void assertHealed(Trouble trouble) {
        double missing = cairn.drift("missing");
        Seen victim = both.containers().stream()
                .filter(c -> c.host().equals(Engines.SECOND))
                .findFirst()
                .orElseThrow();
        List<String> others = both.lives().stream()
                .filter(life -> !life.equals(victim.life()))
                .toList();
        engine.client().removeContainerCmd(victim.id()).withForce(true).exec();
        patiently("healed").untilAsserted(() -> {
            assertThat(both.lives()).hasSize(others.size() + 1).containsAll(others);
            both.assertHolds(both.yaml().versions().split(", "));
        });
        both.awaitReady();
        if (trouble != Trouble.FAILING) {
            assertThat(cairn.drift("missing")).isEqualTo(missing + 1);
        }
    }
}
