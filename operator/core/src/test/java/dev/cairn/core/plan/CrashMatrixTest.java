package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Placement;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.Service.StrategyType;
import dev.cairn.core.plan.CrashWalk.Operation;
import dev.cairn.core.plan.CrashWalk.Surroundings;
import dev.cairn.core.plan.FaultPoint.Fault;
import dev.cairn.core.plan.FaultPoint.Kill;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * F81, exhaustively: the operator is killed at every single external call of every operation, the call being done, half
 * done or still on its way, and every cell ends as if nobody had been killed. {@code -Dcairn.crash.full=true} puts each
 * cell into all surroundings, {@code -Dcairn.crash.kills=2} kills the second operator at every call as well.
 */
class CrashMatrixTest {
    static final ObjectKey WEBAPP = Samples.key("webapp");
    /** Otherwise both orders of calls and both pauses come, but not each with each. */
    private static final boolean FULL = Boolean.getBoolean("cairn.crash.full");

    private static final int KILLS = Integer.getInteger("cairn.crash.kills", 1);
    private static final Predicate<Owner> NOBODY = owner -> false;
    private static final Predicate<Owner> NEW_ON_THIRD = owner -> owner.stack() == 2 && owner.n() == 4;

    private final AtomicLong cells = new AtomicLong();

    @Test
    void F81_killedAtAnyCallOfAnyOperationItEndsAsIfNobodyHadBeenKilled() {
        List<Operation> operations = operations();
        operations.parallelStream().forEach(operation -> {
            for (boolean reversed : List.of(false, true)) {
                for (boolean downtime : FULL ? List.of(false, true) : List.of(reversed)) {
                    matrix(operation, new Surroundings(reversed, downtime));
                }
            }
        });
        System.out.println("crash matrix: " + operations.size() + " operations, " + cells + " cells, all converged");
    }

    private void matrix(Operation operation, Surroundings surroundings) {
        CrashWalk alive = new CrashWalk(WEBAPP, operation, surroundings);
        List<String> wanted = alive.walk(List.of());
        if (!operation.name().contains("for ever")) {
            assertThat(wanted).as(operation.name()).contains(right(operation));
        }
        kill(operation, surroundings, List.of(), alive.calls(), wanted);
    }

    private static String right(Operation operation) {
        return operation.name().equals("delete") ? "checked: Optional[the service is gone]" : "checked: Optional.empty";
    }

    private void kill(
            Operation operation,
            Surroundings surroundings,
            List<Kill> before,
            List<Set<Fault>> calls,
            List<String> wanted) {
        for (int call = 1; call <= calls.size(); call++) {
            for (Fault fault : calls.get(call - 1)) {
                List<Kill> kills = new ArrayList<>(before);
                kills.add(new Kill(call, fault));
                CrashWalk walk = new CrashWalk(WEBAPP, operation, surroundings);
                List<String> end = walk.walk(kills);
                if (!end.equals(wanted)) {
                    assertThat(end)
                            .as("%s, %s, %s\n%s", operation.name(), surroundings, kills, walk.story())
                            .isEqualTo(wanted);
                }
                cells.incrementAndGet();
                if (kills.size() < KILLS) {
                    kill(operation, surroundings, kills, walk.calls(), wanted);
                }
            }
        }
    }

    // ---- the operations

    static List<Operation> operations() {
        UnaryOperator<Service> plain = UnaryOperator.identity();
        List<Operation> all = new ArrayList<>(List.of(
                fine("create", fresh(2, 2), w -> w),
                fine("push", settled(2, 2, plain), declaring(1, 2, 3, 4)),
                fine("pop", settled(2, 2, plain, 4), declaring(2, 3, 4)),
                fine("push and pop", settled(2, 2, plain), declaring(2, 3, 4)),
                fine("replace", settled(2, 2, plain), declaring(1, 3, 3)),
                fine("going back", settled(2, 2, plain), declaring(2, 3, 4), declaring(1, 2, 3)),
                fine("undo", settled(2, 2, keeping(1), 4), declaring(2, 3, 4), declaring(1, 2, 3, 4)),
                fine("pop that retains", settled(2, 2, keeping(1), 4), declaring(2, 3, 4), declaring(3, 4, 5)),
                fine("promotion by new containers", settled(2, 2, CrashMatrixTest::recreating), declaring(2, 3, 4)),
                fine("hotfix", settled(2, 2, Samples::ordered, 5), declaring(1, 2, 3, 4, 5)),
                fine("scale up", settled(2, 3, plain), scaling(3)),
                fine("scale down", settled(3, 3, plain), scaling(1)),
                fine(
                        "scale and push",
                        settled(2, 3, plain),
                        w -> declaring(2, 3, 4).apply(scaling(3).apply(w))),
                fine("move", settled(2, 3, plain), w -> w.available("docker01", Host.Availability.DRAIN)),
                fine("heal", settled(2, 2, plain), CrashMatrixTest::killed),
                fine("removed by hand", settled(2, 2, plain), w -> w.engine("docker02", e -> e.lost(second(1)))),
                fine(
                        "proxy that lost all",
                        settled(2, 2, plain),
                        w -> w.proxy(w.proxy().restarted())),
                fine("record edited by hand", settled(2, 2, plain), CrashMatrixTest::tampered),
                fine(
                        "host lost and back",
                        settled(2, 3, CrashMatrixTest::impatient),
                        reach("docker02", false),
                        reach("docker02", true)),
                fine(
                        "lead's host lost and back",
                        settled(2, 3, CrashMatrixTest::impatient),
                        reach("docker01", false),
                        reach("docker01", true)),
                fine("host lost for ever", settled(2, 3, CrashMatrixTest::impatient), reach("docker02", false)),
                fine(
                        "push while a host is lost, which comes back",
                        settled(2, 2, plain),
                        w -> declaring(2, 3, 4).apply(reach("docker02", false).apply(w)),
                        reach("docker02", true)),
                fine(
                        "delete",
                        settled(2, 2, plain),
                        w -> w.declare(Samples.edited(w.service(WEBAPP), 2, Samples.TEMPLATE, true))),
                hurried("abandon", declaring(2, 3, 4), declaring(1, 2, 3)),
                hurried("retarget", declaring(2, 3, 4), declaring(2, 3, 5), declaring(1, 2, 3, 5)),
                hurried(
                        "push while it moves",
                        w -> w.available("docker01", Host.Availability.DRAIN),
                        declaring(2, 3, 4))));
        for (StrategyType type : StrategyType.values()) {
            World before = settled(3, 3, s -> Samples.following(s, type));
            all.add(fine(type + " that succeeds", before, declaring(2, 3, 4)));
            all.add(new Operation(
                    type + " that fails on the third stack", before, List.of(declaring(2, 3, 4)), false, NEW_ON_THIRD));
            all.add(new Operation(
                    type + " that fails on the third stack, and is edited",
                    before,
                    List.of(declaring(2, 3, 4), declaring(2, 3, 5)),
                    false,
                    NEW_ON_THIRD));
        }
        return all;
    }

    @SafeVarargs
    private static Operation fine(String name, World before, UnaryOperator<World>... changes) {
        return new Operation(name, before, List.of(changes), false, NOBODY);
    }

    @SafeVarargs
    private static Operation hurried(String name, UnaryOperator<World>... changes) {
        return new Operation(name, settled(2, 3, UnaryOperator.identity()), List.of(changes), true, NOBODY);
    }

    private static World fresh(int stacks, int hosts) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int position = 0; position < 3; position++) {
            endpoints.add(Samples.endpoint("at" + position, "webapp", position, 8000 + position));
        }
        return World.of(List.of(Samples.service("webapp", stacks, 3, 1, 2, 3)), endpoints, Samples.hosts(hosts));
    }

    /** Stacks of v0.1, v0.2, v0.3, and v0.4 and so on up to the height. */
    private static World settled(int stacks, int hosts, UnaryOperator<Service> behaviour, int... height) {
        World fresh = fresh(stacks, hosts);
        Passes passes = new Passes(fresh.declare(behaviour.apply(fresh.service(WEBAPP))), WEBAPP);
        passes.settle();
        if (height.length > 0) {
            passes.change(height[0] == 4 ? declaring(1, 2, 3, 4) : declaring(1, 2, 3, height[0]));
            passes.settle();
        }
        World world = passes.world();
        return world.proxy(world.proxy().withSessions(Set.of()));
    }

    private static UnaryOperator<World> declaring(int... minors) {
        return w -> w.declare(WEBAPP, Samples.versions(minors));
    }

    private static UnaryOperator<World> scaling(int stacks) {
        return w -> w.declare(Samples.edited(w.service(WEBAPP), stacks, Samples.TEMPLATE, false));
    }

    private static UnaryOperator<World> reach(String host, boolean answers) {
        return w -> w.engine(host, e -> e.reachable(answers));
    }

    private static UnaryOperator<Service> keeping(int count) {
        return s -> Samples.retaining(s, count);
    }

    private static Service recreating(Service s) {
        return Samples.behaving(s, s.placement(), Service.Promotion.RECREATE, s.strategy(), s.retain());
    }

    /** Stacks on a lost host are made anew elsewhere after 20 s. */
    private static Service impatient(Service s) {
        Placement placement = new Placement(Placement.Spread.REQUIRED, Set.of(), List.of(), Duration.ofSeconds(20));
        return Samples.behaving(s, placement, s.promotion(), s.strategy(), s.retain());
    }

    private static Owner second(int stack) {
        return new Owner(WEBAPP, stack, 2);
    }

    private static World killed(World w) {
        return w.engine("docker02", e -> e.living(second(1), dev.cairn.core.port.FakeHost.Life.DEAD));
    }

    /** As the records' adapter tells it: the stack as it was, and that somebody has edited it. */
    private static World tampered(World w) {
        dev.cairn.core.model.ServiceStack s =
                java.util.Objects.requireNonNull(w.stacks().get(Samples.key("webapp-stack1")));
        return w.tamper(Samples.edited(s));
    }
}
