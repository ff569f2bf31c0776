package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Placement;
import dev.cairn.core.model.Retained;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a team does with its services and hosts: undo, hotfix, scale, drain, recreate. */
class OperationsTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");

    /** Two stacks of v0.1 to v0.3 on the first two of so many hosts. */
    private static Passes settled(int hosts, UnaryOperator<Service> behaviour) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int position = 0; position < 3; position++) {
            endpoints.add(Samples.endpoint("at" + position, "webapp", position, 8000 + position));
        }
        Service service = behaviour.apply(Samples.service("webapp", 2, 3, 1, 2, 3));
        Passes passes = new Passes(World.of(List.of(service), endpoints, Samples.hosts(hosts)), WEBAPP);
        passes.settle();
        return passes;
    }

    private static Passes retaining(int count) {
        return settled(2, service -> Samples.retaining(service, count));
    }

    private static ServiceStack stack(Passes passes, int ordinal) {
        return Objects.requireNonNull(passes.world().stacks().get(Samples.key("webapp-stack" + ordinal)));
    }

    private static List<Integer> numbers(Passes passes, int ordinal) {
        return stack(passes, ordinal).containers().stream().map(Entry::n).toList();
    }

    private static List<String> hosts(Passes passes) {
        return passes.world().stacks().values().stream()
                .map(stack -> stack.key().name() + " on " + stack.hostName())
                .toList();
    }

    private static List<String> declare(Passes passes, int... minors) {
        passes.change(w -> w.declare(WEBAPP, Samples.versions(minors)));
        List<String> done = passes.settle();
        assertThat(new Checker(WEBAPP).end(passes.world())).isEmpty();
        return done;
    }

    private static List<String> starting(List<String> lines, String verb) {
        return lines.stream().filter(line -> line.startsWith(verb + " ")).toList();
    }

    /** The lists that a write leads to are known before it is done: nobody waits for a pass of its own. */
    @Test
    void what_comes_next_is_warmed_beside_the_write_that_begins_it() {
        List<Endpoint> endpoints = List.of(Samples.endpoint("prod", "webapp", 0, 8000));
        Passes passes = new Passes(
                World.of(List.of(Samples.service("webapp", 1, 1, 1, 2)), endpoints, Samples.hosts(1)), WEBAPP);
        passes.settle();
        passes.change(w -> w.declare(WEBAPP, Samples.versions(2)));
        List<Action> actions = passes.plan().actions();
        assertThat(actions).filteredOn(Action.Write.class::isInstance).hasSize(1);
        assertThat(actions)
                .filteredOn(Action.Warm.class::isInstance)
                .flatExtracting(warm -> ((Action.Warm) warm).rows().values())
                .flatExtracting(Row::backends)
                .extracting(backend -> ((Backend) backend).owner().n())
                .containsExactly(2);
    }

    @Test
    void undo_takes_the_popped_containers_back_and_starts_nothing() {
        Passes passes = retaining(1);
        declare(passes, 1, 2, 3, 4);
        assertThat(starting(declare(passes, 2, 3, 4), "remove")).isEmpty();
        assertThat(stack(passes, 1).retained())
                .extracting(one -> one.entry().n())
                .containsExactly(1);

        List<String> undo = declare(passes, 1, 2, 3, 4);
        assertThat(starting(undo, "start")).isEmpty();
        assertThat(starting(undo, "pull")).isEmpty();
        assertThat(numbers(passes, 0)).containsExactly(1, 2, 3, 4);
        assertThat(numbers(passes, 1)).containsExactly(1, 2, 3, 4);
        assertThat(stack(passes, 1).retained()).isEmpty();
    }

    @Test
    void what_is_retained_is_given_up_in_time_or_when_there_is_more_of_it() {
        Passes passes = retaining(1);
        declare(passes, 1, 2, 3, 4);
        declare(passes, 2, 3, 4);
        List<String> done = declare(passes, 3, 4, 5);
        assertThat(starting(done, "remove")).hasSize(2).allMatch(line -> line.contains("-app1 "));
        assertThat(stack(passes, 0).retained())
                .extracting(Retained::entry)
                .extracting(Entry::n)
                .containsExactly(2);
        passes.later(599);
        assertThat(passes.plan().text()).isEmpty();
        assertThat(passes.plan().lookAgainAt()).isPresent();
        passes.later(2);
        done = passes.settle();
        assertThat(starting(done, "expire"))
                .containsExactly(
                        "expire webapp-stack0 [v0.3,v0.4,v0.5]: what was popped is kept for an undo no longer",
                        "expire webapp-stack1 [v0.3,v0.4,v0.5]: what was popped is kept for an undo no longer");
        assertThat(starting(done, "remove")).hasSize(2).allMatch(line -> line.contains("-app2 "));
    }

    @Test
    void what_was_popped_last_is_kept_first() {
        Passes passes = retaining(2);
        declare(passes, 1, 2, 3, 4);
        declare(passes, 2, 3, 4);
        declare(passes, 3, 4, 5);
        assertThat(stack(passes, 0).retained())
                .extracting(Retained::entry)
                .extracting(Entry::n)
                .containsExactly(2, 1);
    }

    @Test
    void undo_on_a_stack_whose_popped_container_is_gone_starts_one_with_its_old_settings() {
        Passes passes = retaining(1);
        declare(passes, 1, 2, 3, 4);
        declare(passes, 2, 3, 4);
        Entry kept = stack(passes, 0).retained().get(0).entry();
        passes.change(w -> w.declare(Samples.edited(
                w.service(WEBAPP),
                2,
                new dev.cairn.core.model.Template(
                        List.of(), List.of(), java.util.Map.of("A", "b"), Samples.TEMPLATE.ports(), null, 10),
                false)));
        passes.live(new Owner(WEBAPP, 1, 1), dev.cairn.core.port.FakeHost.Life.DEAD);
        List<String> undo = declare(passes, 1, 2, 3, 4);
        assertThat(starting(undo, "start"))
                .containsExactly("start webapp-stack1-app5 v0.1 on docker02: declared at position 0, not running");
        assertThat(stack(passes, 1).containers().get(0).template()).isEqualTo(kept.template());
        assertThat(stack(passes, 1).containers().get(0).image()).isEqualTo(kept.image());
    }

    @Test
    void a_hotfix_enters_below_newer_versions_and_the_plan_names_what_it_skips() {
        Passes passes = settled(2, service -> Samples.ordered(service));
        List<String> done = declare(passes, 1, 2, 2, 3);
        assertThat(starting(done, "begin")).hasSize(1).allMatch(line -> !line.contains("skips"));
        passes.change(w -> w.declare(WEBAPP, List.of(v("v0.1"), v("v0.1.1"), v("v0.2"), v("v0.3"))));
        done = passes.settle();
        assertThat(starting(done, "begin"))
                .containsExactly("begin webapp-stack0 [v0.1,v0.2,v0.2,v0.3] -> [v0.1,v0.1.1,v0.2,v0.3]: declared [v0.1,"
                        + " v0.1.1, v0.2, v0.3], committed [v0.1, v0.2, v0.2, v0.3]; v0.1.1 enters at position 1 and"
                        + " skips dev");
    }

    private static dev.cairn.core.model.Version v(String tag) {
        return new dev.cairn.core.model.Version(tag);
    }

    @Test
    void scaling_keeps_the_names_and_copies_the_whole_stack() {
        Passes passes = settled(3, UnaryOperator.identity());
        passes.change(w -> w.declare(Samples.edited(w.service(WEBAPP), 3, Samples.TEMPLATE, false)));
        assertThat(starting(passes.settle(), "start")).hasSize(3);
        assertThat(hosts(passes))
                .containsExactly("webapp-stack0 on docker01", "webapp-stack1 on docker02", "webapp-stack2 on docker03");
        passes.change(w -> w.declare(Samples.edited(w.service(WEBAPP), 1, Samples.TEMPLATE, false)));
        assertThat(starting(passes.settle(), "delete"))
                .containsExactly(
                        "delete stack webapp-stack2: Service default/webapp declares 1 stacks",
                        "delete stack webapp-stack1: Service default/webapp declares 1 stacks");
        assertThat(hosts(passes)).containsExactly("webapp-stack0 on docker01");
        assertThat(new Checker(WEBAPP).end(passes.world())).isEmpty();
    }

    @Test
    void a_drained_host_is_left_when_another_stack_has_taken_over() {
        Passes passes = settled(3, UnaryOperator.identity());
        passes.change(w -> w.available("docker01", Host.Availability.DRAIN));
        List<String> done = passes.settle();
        assertThat(starting(done, "create"))
                .containsExactly("create stack webapp-stack2 on docker03: Host docker01 is drained");
        assertThat(done.indexOf("delete stack webapp-stack0: Host docker01 is drained, and others have taken over"))
                .isGreaterThan(done.lastIndexOf(
                        "start webapp-stack2-app3 v0.3 on docker03: declared at position 2, not running"));
        assertThat(hosts(passes)).containsExactly("webapp-stack1 on docker02", "webapp-stack2 on docker03");
        assertThat(new Checker(WEBAPP).end(passes.world())).isEmpty();
    }

    @Test
    void nothing_new_is_put_on_a_paused_host_and_nothing_leaves_it() {
        Passes passes = settled(3, UnaryOperator.identity());
        passes.change(w -> w.available("docker01", Host.Availability.PAUSE));
        passes.change(w -> w.available("docker03", Host.Availability.PAUSE));
        assertThat(passes.settle()).isEmpty();
        passes.change(w -> w.declare(Samples.edited(w.service(WEBAPP), 3, Samples.TEMPLATE, false)));
        assertThat(passes.plan().waits())
                .containsExactly(new Plan.Wait(
                        "SpreadStacks",
                        "SpreadStacks: Service default/webapp: no Ready Host is free for stack 2 (docker01,"
                                + " docker03 not Active; docker02 taken by another stack of it); add a Host, lower"
                                + " spec.stacks, or set spec.placement.spread to Preferred",
                        null)); // all hosts answer: an event will tell
    }

    @Test
    void a_stack_on_a_lost_host_is_made_anew_elsewhere_after_a_while() {
        Passes passes = settled(3, UnaryOperator.identity());
        passes.change(w -> w.engine("docker02", host -> host.reachable(false)));
        assertThat(passes.settle()).isEmpty();
        passes.later(299);
        assertThat(starting(passes.settle(), "create")).isEmpty();
        passes.later(2);
        assertThat(starting(passes.settle(), "create"))
                .containsExactly("create stack webapp-stack2 on docker03: Host docker02 has not answered for 300 s");
        assertThat(passes.world().stacks().get(Samples.key("webapp-stack1")).deleting())
                .isTrue();
        passes.change(w -> w.engine("docker02", host -> host.reachable(true)));
        assertThat(starting(passes.settle(), "remove")).hasSize(3).allMatch(line -> line.contains("docker02"));
        assertThat(hosts(passes)).containsExactly("webapp-stack0 on docker01", "webapp-stack2 on docker03");
        assertThat(new Checker(WEBAPP).end(passes.world())).isEmpty();
    }

    @Test
    void a_stack_moves_to_where_its_placement_says() {
        Passes passes = settled(3, UnaryOperator.identity());
        passes.change(w -> {
            Service s = w.service(WEBAPP);
            Placement placement = new Placement(
                    Placement.Spread.REQUIRED, Set.of("docker02", "docker03"), List.of(), Duration.ofMinutes(5));
            return w.declare(Samples.behaving(s, placement, s.promotion(), s.strategy(), s.retain()));
        });
        assertThat(starting(passes.settle(), "create"))
                .containsExactly("create stack webapp-stack2 on docker03: spec.placement excludes Host docker01");
        assertThat(hosts(passes)).containsExactly("webapp-stack1 on docker02", "webapp-stack2 on docker03");
    }

    @Test
    void the_least_loaded_host_is_taken_and_the_first_by_name_of_equals() {
        List<ServiceStack> others = new ArrayList<>();
        int[] loads = {5, 1, 3};
        for (int host = 0; host < loads.length; host++) {
            for (int i = 0; i < loads[host]; i++) {
                ObjectKey other = Samples.key("other" + others.size());
                ObjectKey key = Samples.key(ServiceStack.name(other, 0));
                others.add(new ServiceStack(
                        key, 1, "1", other, 0, "docker0" + (host + 1), 0, 0, null, List.of(), null, false, false));
            }
        }
        World world = World.of(List.of(Samples.service("webapp", 1, 1, 1)), List.of(), Samples.hosts(3));
        for (ServiceStack other : others) {
            world = world.tamper(other);
        }
        assertThat(new Passes(world, WEBAPP).plan().text())
                .contains("create stack webapp-stack0 on docker02: Service default/webapp declares 1 stacks");
    }

    @Test
    void recreate_starts_a_container_of_the_same_bits_for_each_new_position() {
        Passes passes = settled(
                2,
                s -> Samples.behaving(
                        s, s.placement(), Service.Promotion.RECREATE, s.strategy(), Service.Retain.NOTHING));
        declare(passes, 1, 2, 3, 4);
        assertThat(numbers(passes, 0)).containsExactly(1, 2, 3, 4);
        List<Entry> before = stack(passes, 0).containers();
        assertThat(starting(declare(passes, 2, 3, 4), "start")).hasSize(6);
        assertThat(numbers(passes, 0)).containsExactly(5, 6, 7);
        assertThat(stack(passes, 0).containers())
                .extracting(Entry::image)
                .containsExactlyElementsOf(
                        before.stream().skip(1).map(Entry::image).toList());
    }

    @Test
    void a_new_container_must_have_been_ready_for_a_while() {
        Passes passes = settled(
                2,
                s -> Samples.behaving(
                        s,
                        s.placement(),
                        s.promotion(),
                        new Service.Strategy(Duration.ofSeconds(600), Duration.ofSeconds(20), Duration.ofSeconds(30)),
                        s.retain()));
        assertThat(stack(passes, 0).containers())
                .as("the first change waits as well")
                .isEmpty();
        assertThat(passes.plan().waits()).extracting(Plan.Wait::reason).contains("Settling");
        passes.later(19);
        assertThat(passes.settle()).isEmpty();
        passes.later(1);
        passes.settle();
        assertThat(numbers(passes, 1)).containsExactly(1, 2, 3);
    }
}
