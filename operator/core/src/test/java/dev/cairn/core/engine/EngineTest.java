package dev.cairn.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Probe;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import dev.cairn.core.plan.Action;
import dev.cairn.core.plan.Plan;
import dev.cairn.core.plan.Timers;
import dev.cairn.core.port.ContainerEngine;
import dev.cairn.core.port.FakePorts;
import dev.cairn.core.port.PortException;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One pass: what a look asks for, when it is repeated, how each call may end, and what is remembered of it. */
class EngineTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Host HOST = Samples.hosts(1).get(0);
    private static final Probe PROBE = new Probe("/ready", 80, 0, 1, 1, 3);
    private static final String CAUSE = "why not";

    private final FakePorts ports = new FakePorts(World.of(
            List.of(Samples.service("webapp", 1, 1, 1)),
            List.of(Samples.endpoint("prod", "webapp", 0, 80)),
            Samples.hosts(1)));
    private final Watched engines = new Watched();
    private final Engine engine = new Engine(engines, ports, ports, new InTurn());

    /** The engines of {@link #ports}, which note what they are asked and refuse starts when told to. */
    private final class Watched implements ContainerEngine {
        private final List<Set<Owner>> probes = new ArrayList<>();
        private final List<Set<String>> images = new ArrayList<>();
        private @Nullable PortException refusal;

        @Override
        public HostView look(Host host, Map<Owner, Probe> asked, Set<String> references) {
            probes.add(asked.keySet());
            images.add(references);
            return ports.look(host, asked, references);
        }

        @Override
        public String pull(Host host, String image, ImagePull how) throws PortException {
            return ports.pull(host, image, how);
        }

        @Override
        public void start(Host host, Owner owner, Entry entry) throws PortException {
            if (refusal != null) {
                throw refusal;
            }
            ports.start(host, owner, entry);
        }

        @Override
        public void remove(Host host, String id, int graceSeconds) throws PortException {
            ports.remove(host, id, graceSeconds);
        }
    }

    private static Entry entry(int n, @Nullable Probe probe) {
        Template template =
                new Template(List.of(), List.of(), Map.of(), List.of(new Template.Port("http", 80)), probe, 10);
        return new Entry(n, new Version("v0." + n), "repo@sha256:0" + n, 20000 + n, template);
    }

    private static ServiceStack stack(String service, List<Entry> containers, @Nullable List<Entry> next) {
        ObjectKey key = Samples.key(service);
        return new ServiceStack(
                Samples.key(service + "-stack0"),
                1,
                "1",
                key,
                0,
                "docker01",
                4,
                9,
                null,
                containers,
                next,
                false,
                false);
    }

    private ServiceStack stored() {
        return ports.world().stacks().values().iterator().next();
    }

    private void record(ServiceStack stack) {
        ports.change(world -> world.create(stack).world());
    }

    private Report look() throws PortException {
        return engine.look(WEBAPP, null, Timers.NONE, NOW);
    }

    /** What becomes of these actions, planned by whomever. */
    private Report act(Timers timers, Action... actions) throws PortException {
        return act(look(), timers, actions);
    }

    private Report act(Report seen, Timers timers, Action... actions) {
        Plan plan = new Plan(List.of(actions), List.of(), null, List.of());
        return engine.act(new Report(seen.desired(), seen.observed(), plan, List.of(), timers, NOW), NOW);
    }

    private static Action write(Action.Step step, ServiceStack after) {
        return new Action.Write(step, after, CAUSE);
    }

    @Test
    void whoeverIsOvertakenIsToldSoByEachCallThatCompares() throws PortException {
        record(stack("webapp", List.of(), null));
        ServiceStack old = stored();
        ports.change(world -> world.tamper(Samples.withGeneration(old, 2)));
        Report seen = look();
        assertThat(ports.commit(ports.look(), RouteTable.EMPTY))
                .as("somebody else's switch")
                .isTrue();
        Report report = act(
                seen,
                Timers.NONE,
                write(Action.Step.RAISE, old),
                new Action.CreateStack(old, CAUSE),
                new Action.DeleteStack(old, CAUSE),
                new Action.ReleaseStack(old, CAUSE),
                new Action.Switch(0, RouteTable.EMPTY, Set.of(), CAUSE));
        assertThat(report.outcomes()).hasSize(5).allMatch(outcome -> outcome.conflict() && !outcome.done());
        assertThat(report.outcomes()).allMatch(outcome -> outcome.failure() == null);
    }

    @Test
    void callsThatCannotBeOvertakenAreDone() throws PortException {
        record(stack("webapp", List.of(entry(1, null)), null));
        Report report = act(
                Timers.NONE,
                new Action.Pull(HOST, "registry.example.com/webapp:v0.1", CAUSE, ImagePull.DEFAULT),
                new Action.Start(HOST, new Owner(WEBAPP, 0, 1), entry(1, null), CAUSE),
                new Action.ReleaseService(WEBAPP, CAUSE));
        assertThat(report.outcomes()).hasSize(3).allMatch(Outcome::done);
        assertThat(ports.world().engine("docker01").boxes()).containsKey(new Owner(WEBAPP, 0, 1));
        assertThat(ports.world().services()).isEmpty();
    }

    /** What a write enables is done by the next pass, beside the slow calls. */
    @Test
    void slowCallsWaitWhereTheRecordIsWrittenByWhomever() throws PortException {
        record(stack("webapp", List.of(entry(1, null)), null));
        Action start = new Action.Start(HOST, new Owner(WEBAPP, 0, 1), entry(1, null), CAUSE);
        ServiceStack old = stored();
        assertThat(act(Timers.NONE, start, write(Action.Step.RAISE, old)).outcomes())
                .extracting(Outcome::action)
                .doesNotContain(start);
        ports.change(world -> world.tamper(Samples.withGeneration(old, 7)));
        assertThat(act(Timers.NONE, start, write(Action.Step.RAISE, old)).outcomes())
                .as("somebody else has written it")
                .extracting(Outcome::action)
                .doesNotContain(start);
        assertThat(act(Timers.NONE, start).outcomes())
                .extracting(Outcome::action)
                .containsExactly(start);
    }

    @Test
    void onlyWhatIsDoneIsRemembered() throws PortException {
        record(stack("webapp", List.of(), null));
        ServiceStack old = stored();
        ports.change(world -> world.tamper(Samples.withGeneration(old, 2)));
        ServiceStack failed = old.with(5, 9, 1L, List.of(), null);
        Timers none = look().timers();
        for (Action late : List.of(
                write(Action.Step.HEAL, old), write(Action.Step.BEGIN, old), write(Action.Step.ABANDON, failed))) {
            assertThat(act(none, late).timers()).as(late.text()).isEqualTo(none);
        }
        ports.change(world -> world.engine("docker01", host -> host.reachable(false)));
        Action pull = new Action.Pull(HOST, "webapp:v0.1", CAUSE, ImagePull.DEFAULT);
        assertThat(act(none, pull).timers().pulls()).isEmpty();
    }

    @Test
    void replacementsBeginningsAndFailuresAreRemembered() throws PortException {
        record(stack("webapp", List.of(), null));
        Timers healed = act(Timers.NONE, write(Action.Step.HEAL, stored())).timers();
        assertThat(healed.healAllowedAt(stored().key())).isEqualTo(NOW.plusSeconds(1));
        assertThat(healed.begun()).isNull();
        Timers earlier = Timers.NONE.begun(stored(), true, NOW.minusSeconds(60));
        List<Entry> next = List.of(entry(3, null));
        Timers begun = act(earlier, write(Action.Step.BEGIN, stored().with(5, 9, null, List.of(), next)))
                .timers();
        assertThat(begun.begun()).isEqualTo(new Timers.Begun(5, NOW, Samples.versions(3)));
        Timers aimed = act(earlier, write(Action.Step.RETARGET, stored().with(6, 9, null, List.of(), next)))
                .timers();
        assertThat(aimed.begun()).isEqualTo(new Timers.Begun(6, NOW.minusSeconds(60), Samples.versions(3)));
        Timers withdrawn = act(Timers.NONE, write(Action.Step.ABANDON, stored().with(7, 9, null, List.of(), null)))
                .timers();
        assertThat(withdrawn.retries()).isNull();
        Timers failed = act(Timers.NONE, write(Action.Step.ABANDON, stored().with(8, 9, 1L, List.of(), null)))
                .timers();
        assertThat(failed.retries()).isEqualTo(new Timers.Attempts(1, NOW, CAUSE, ""));
        Timers raised = act(Timers.NONE, write(Action.Step.RAISE, stored().with(9, 9, 1L, List.of(), null)))
                .timers();
        assertThat(raised).isEqualTo(Timers.NONE);
        Timers pulled = act(Timers.NONE, new Action.Pull(HOST, "webapp:v0.1", CAUSE, ImagePull.DEFAULT))
                .timers();
        assertThat(pulled.pulls()).extracting(Timers.Pulled::image).containsExactly("webapp:v0.1");
    }

    @Test
    void aStartThatIsRefusedIsRememberedAndOneThatMayYetSucceedIsNot() throws PortException {
        Owner owner = new Owner(WEBAPP, 0, 1);
        Action start = new Action.Start(HOST, owner, entry(1, null), CAUSE);
        engines.refusal = new PortException.Invalid("StartFailed", "no such command");
        assertThat(act(Timers.NONE, start).timers().failedStarts()).isEqualTo(Map.of(owner, "no such command"));
        engines.refusal = new PortException.Transient("Timeout", "it is slow");
        Report slow = act(Timers.NONE, start);
        assertThat(slow.timers().failedStarts()).isEmpty();
        assertThat(slow.outcomes()).extracting(Outcome::failure).containsExactly(engines.refusal);
        assertThat(slow.outcomes()).noneMatch(outcome -> outcome.done() || outcome.conflict());
    }

    @Test
    void everyContainersProbeIsAskedForWhoeversItIs() throws PortException {
        record(stack("webapp", List.of(entry(1, PROBE), entry(2, null)), List.of(entry(3, PROBE))));
        record(stack("other", List.of(entry(1, PROBE)), null));
        look();
        assertThat(engines.probes)
                .containsExactly(Set.of(
                        new Owner(WEBAPP, 0, 1), new Owner(WEBAPP, 0, 3), new Owner(Samples.key("other"), 0, 1)));
    }

    @Test
    void imagesAreAskedForThatAChangeNeedsAndThatMayHaveMoved() throws PortException {
        record(stack("webapp", List.of(entry(1, null)), null));
        look();
        ports.change(world -> world.declare(WEBAPP, Samples.versions(1, 2)));
        look();
        ports.change(world -> world.forget(WEBAPP));
        look();
        assertThat(engines.images)
                .containsExactly(
                        Set.of("repo:v0.1"),
                        Set.of("repo:v0.1", "registry.example.com/webapp:v0.1", "registry.example.com/webapp:v0.2"),
                        Set.of());
    }

    @Test
    void aLookIsRepeatedWhereTheRecordAsksForMoreThanTheHintDid() throws PortException {
        record(stack("webapp", List.of(), null));
        Desired hint = ports.read(WEBAPP);
        ports.change(world -> world.declare(WEBAPP, Samples.versions(1, 2)));
        Report report = engine.look(WEBAPP, hint, Timers.NONE, NOW);
        assertThat(engines.images).hasSize(2);
        assertThat(report.desired()).isEqualTo(ports.read(WEBAPP));
        engines.images.clear();
        engine.look(WEBAPP, report.desired(), Timers.NONE, NOW);
        assertThat(engines.images).hasSize(1);
    }

    @Test
    void aRecordThatOthersKeepWritingEndsTheThirdLook() {
        int[] reads = {0};
        UnaryOperator<Desired> growing = desired -> {
            int height = ++reads[0];
            return new Desired(
                    WEBAPP, Samples.service("webapp", 1, 1, height, height + 1), desired.stacks(), desired.around());
        };
        assertThatThrownBy(() -> engine.foresee(List.of(WEBAPP), growing, NOW))
                .isInstanceOf(PortException.Transient.class)
                .hasMessage("somebody else changes the record all the time");
        assertThat(engines.images).hasSize(3);
    }

    /** What a pass that only wrote records saw of the hosts still holds for a moment. */
    @Test
    void nothingButTheRecordIsReadAgainAMomentAfterAWrite() throws PortException {
        record(stack("webapp", List.of(), null));
        Report written = act(Timers.NONE, write(Action.Step.RAISE, stored()));
        engines.images.clear();
        Report again = engine.lookAgain(WEBAPP, written, Timers.NONE, NOW.plusMillis(299));
        assertThat(engines.images).isEmpty();
        assertThat(again.desired()).isEqualTo(ports.read(WEBAPP));
        assertThat(again.lookedAt()).isEqualTo(NOW);
        assertThat(engine.lookAgain(WEBAPP, written, Timers.NONE, NOW.plusMillis(300))
                        .lookedAt())
                .isEqualTo(NOW.plusMillis(300));
        assertThat(engines.images).hasSize(1);
    }

    @Test
    void aRecordThatComesOrGoesIsNoReasonToLookAtHostsAgain() throws PortException {
        onlyTheRecordIsReadAfter(new Action.CreateStack(stack("webapp", List.of(), null), CAUSE));
        onlyTheRecordIsReadAfter(new Action.DeleteStack(stored(), CAUSE));
        onlyTheRecordIsReadAfter(new Action.ReleaseStack(stored(), CAUSE));
    }

    private void onlyTheRecordIsReadAfter(Action action) throws PortException {
        Report done = act(Timers.NONE, action);
        assertThat(done.outcomes()).as(action.text()).allMatch(Outcome::done);
        engines.images.clear();
        Report again = engine.lookAgain(WEBAPP, done, Timers.NONE, NOW);
        assertThat(engines.images).as(action.text()).isEmpty();
        assertThat(again.desired()).as(action.text()).isEqualTo(ports.read(WEBAPP));
    }

    @Test
    void everythingIsLookedAtAgainAfterAnythingElse() throws PortException {
        record(stack("webapp", List.of(), null));
        Report idle = act(Timers.NONE);
        Report pulled = act(
                Timers.NONE,
                write(Action.Step.RAISE, stored()),
                new Action.Pull(HOST, "webapp:v0.1", CAUSE, ImagePull.DEFAULT));
        Report written = act(Timers.NONE, write(Action.Step.RAISE, stored()));
        engines.images.clear();
        engine.lookAgain(WEBAPP, idle, Timers.NONE, NOW);
        assertThat(engines.images).as("nothing was done").hasSize(1);
        engine.lookAgain(WEBAPP, pulled, Timers.NONE, NOW);
        assertThat(engines.images).as("an image was pulled").hasSize(2);
        ports.change(world -> world.declare(WEBAPP, Samples.versions(1, 2)));
        engine.lookAgain(WEBAPP, written, Timers.NONE, NOW);
        assertThat(engines.images)
                .as("the record asks for more: once by the hint, once more")
                .hasSize(4);
    }

    @Test
    void pullsStartsAndRemovalsTakeLong() throws PortException {
        Action pull = new Action.Pull(HOST, "webapp:v0.1", CAUSE, ImagePull.DEFAULT);
        Action start = new Action.Start(HOST, new Owner(WEBAPP, 0, 1), entry(1, null), CAUSE);
        Action remove = new Action.Remove(HOST, new Owner(WEBAPP, 0, 1), "id", 1, CAUSE);
        Action write = write(Action.Step.RAISE, stack("webapp", List.of(), null));
        for (Action slow : List.of(pull, start, remove)) {
            assertThat(takesLong(slow)).isTrue();
        }
        assertThat(takesLong(write)).isFalse();
        assertThat(takesLong(write, start, remove)).as("the slow ones wait").isFalse();
        assertThat(takesLong(write, pull)).isTrue();
    }

    private static boolean takesLong(Action... actions) {
        return Engine.takesLong(new Plan(List.of(actions), List.of(), null, List.of()));
    }
}
