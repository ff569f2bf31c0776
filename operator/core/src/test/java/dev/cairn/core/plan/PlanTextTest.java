package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.cairn.core.constraint.Violation;
import dev.cairn.core.model.Container;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Template;
import dev.cairn.core.port.FakeHost;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whole plan texts, pass by pass, with an empty line between passes: what {@code cairn plan} prints. */
class PlanTextTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");

    private static World empty(int stacks, int... minors) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int position = 0; position < minors.length; position++) {
            endpoints.add(Samples.endpoint("at" + position, "webapp", position, 8000 + position));
        }
        return World.of(
                List.of(Samples.service("webapp", stacks, minors.length, minors)), endpoints, Samples.hosts(stacks));
    }

    private static Passes settled(int stacks, int... minors) {
        Passes passes = new Passes(empty(stacks, minors), WEBAPP);
        passes.settle();
        assertThat(new Checker(WEBAPP).end(passes.world())).isEmpty();
        return passes;
    }

    @Test
    void a_service_is_created_from_nothing() {
        Passes passes = new Passes(empty(2, 1, 2, 3), WEBAPP);

        assertThat(told(passes.settle())).isEqualTo("""
                create stack webapp-stack0 on docker01: Service default/webapp declares 2 stacks
                create stack webapp-stack1 on docker02: Service default/webapp declares 2 stacks
                listen on 8000, 8001, 8002: the endpoints ask for these ports

                pull registry.example.com/webapp:v0.1 on docker01: version v0.1 is declared and the host does not have it
                pull registry.example.com/webapp:v0.1 on docker02: version v0.1 is declared and the host does not have it
                pull registry.example.com/webapp:v0.2 on docker01: version v0.2 is declared and the host does not have it
                pull registry.example.com/webapp:v0.2 on docker02: version v0.2 is declared and the host does not have it
                pull registry.example.com/webapp:v0.3 on docker01: version v0.3 is declared and the host does not have it
                pull registry.example.com/webapp:v0.3 on docker02: version v0.3 is declared and the host does not have it
                switch :8000 [], :8001 [], :8002 []: Endpoint default/at0 is known and has no container yet, Endpoint default/at1 is known and has no container yet, Endpoint default/at2 is known and has no container yet

                begin webapp-stack0 [] -> [v0.1,v0.2,v0.3]: declared [v0.1, v0.2, v0.3], committed []

                prepare webapp-stack1 [] -> [v0.1,v0.2,v0.3]: change 1 leads to [v0.1, v0.2, v0.3]
                start webapp-stack0-app1 v0.1 on docker01: declared at position 0, not running
                start webapp-stack0-app2 v0.2 on docker01: declared at position 1, not running
                start webapp-stack0-app3 v0.3 on docker01: declared at position 2, not running

                start webapp-stack1-app1 v0.1 on docker02: declared at position 0, not running
                start webapp-stack1-app2 v0.2 on docker02: declared at position 1, not running
                start webapp-stack1-app3 v0.3 on docker02: declared at position 2, not running

                prepare :8000 [webapp-stack0-app1,webapp-stack1-app1], :8001 [webapp-stack0-app2,webapp-stack1-app2], :8002 [webapp-stack0-app3,webapp-stack1-app3]: the pools that carry no traffic must hold what comes next

                commit webapp-stack0 [v0.1,v0.2,v0.3]: every container of change 1 is healthy on every stack

                follow webapp-stack1 [v0.1,v0.2,v0.3]: change 1 is committed
                switch :8000 [webapp-stack0-app1,webapp-stack1-app1], :8001 [webapp-stack0-app2,webapp-stack1-app2], :8002 [webapp-stack0-app3,webapp-stack1-app3]: Endpoint default/at0 gets v0.1, Endpoint default/at1 gets v0.2, Endpoint default/at2 gets v0.3

                switch stamps: the record has changed and the routes have not
                """);
    }

    @Test
    void a_push_starts_one_container_per_stack_and_routes_nobody_to_it() {
        Passes passes = settled(2, 1, 2, 3);
        passes.change(w -> w.declare(WEBAPP, Samples.versions(1, 2, 3, 4)));
        assertThat(told(passes.settle())).isEqualTo("""
                pull registry.example.com/webapp:v0.4 on docker01: version v0.4 is declared and the host does not have it
                pull registry.example.com/webapp:v0.4 on docker02: version v0.4 is declared and the host does not have it

                begin webapp-stack0 [v0.1,v0.2,v0.3] -> [v0.1,v0.2,v0.3,v0.4]: declared [v0.1, v0.2, v0.3, v0.4], committed [v0.1, v0.2, v0.3]

                prepare webapp-stack1 [v0.1,v0.2,v0.3] -> [v0.1,v0.2,v0.3,v0.4]: change 2 leads to [v0.1, v0.2, v0.3, v0.4]
                start webapp-stack0-app4 v0.4 on docker01: declared at position 3, not running

                start webapp-stack1-app4 v0.4 on docker02: declared at position 3, not running

                commit webapp-stack0 [v0.1,v0.2,v0.3,v0.4]: every container of change 2 is healthy on every stack

                follow webapp-stack1 [v0.1,v0.2,v0.3,v0.4]: change 2 is committed

                switch stamps: the record has changed and the routes have not
                """);
    }

    @Test
    void a_pop_promotes_every_stage_in_one_switch_and_starts_nothing() {
        Passes passes = settled(2, 1, 2, 3);
        passes.change(w -> w.declare(WEBAPP, Samples.versions(1, 2, 3, 4)));
        passes.settle();
        passes.change(w -> w.declare(WEBAPP, Samples.versions(2, 3, 4)));
        assertThat(told(passes.settle())).isEqualTo("""
                begin webapp-stack0 [v0.1,v0.2,v0.3,v0.4] -> [v0.2,v0.3,v0.4]: declared [v0.2, v0.3, v0.4], committed [v0.1, v0.2, v0.3, v0.4]

                prepare webapp-stack1 [v0.1,v0.2,v0.3,v0.4] -> [v0.2,v0.3,v0.4]: change 3 leads to [v0.2, v0.3, v0.4]
                prepare :8000 [webapp-stack0-app2,webapp-stack1-app2], :8001 [webapp-stack0-app3,webapp-stack1-app3], :8002 [webapp-stack0-app4,webapp-stack1-app4]: the pools that carry no traffic must hold what comes next

                commit webapp-stack0 [v0.2,v0.3,v0.4]: every container of change 3 is healthy on every stack

                follow webapp-stack1 [v0.2,v0.3,v0.4]: change 3 is committed
                switch :8000 [webapp-stack0-app2,webapp-stack1-app2], :8001 [webapp-stack0-app3,webapp-stack1-app3], :8002 [webapp-stack0-app4,webapp-stack1-app4]: Endpoint default/at0 goes from v0.1 to v0.2, Endpoint default/at1 goes from v0.2 to v0.3, Endpoint default/at2 goes from v0.3 to v0.4

                prepare :8000 [], :8001 [], :8002 []: the pools that carry no traffic must hold what comes next
                switch stamps: the record has changed and the routes have not
                remove webapp-stack0-app1 on docker01: no list has it, no row names it, no session is left

                remove webapp-stack1-app1 on docker02: no list has it, no row names it, no session is left
                """);
    }

    @Test
    void a_dead_container_is_replaced_under_a_new_name() {
        Passes passes = settled(2, 1, 2, 3);
        passes.live(new Owner(WEBAPP, 1, 1), Life.DEAD);
        assertThat(told(passes.settle())).isEqualTo("""
                heal webapp-stack1 [v0.1,v0.2,v0.3]: webapp-stack1-app1 exits with code 137 (started 1 times)
                prepare :8000 [webapp-stack0-app1]: the pools that carry no traffic must hold what comes next

                start webapp-stack1-app4 v0.1 on docker02: declared at position 0, not running
                switch :8000 [webapp-stack0-app1]: Endpoint default/at0 stays at v0.1, by 1 container

                prepare :8000 [webapp-stack0-app1,webapp-stack1-app4]: the pools that carry no traffic must hold what comes next
                remove webapp-stack1-app1 on docker02: no list has it, no row names it, no session is left

                switch :8000 [webapp-stack0-app1,webapp-stack1-app4]: Endpoint default/at0 stays at v0.1, by 2 containers

                prepare :8000 []: the pools that carry no traffic must hold what comes next
                """);
    }

    @Test
    void one_version_of_five_is_exchanged_and_the_others_are_left_alone() {
        Passes passes = settled(2, 1, 2, 3, 4, 5);
        passes.change(w -> w.declare(WEBAPP, Samples.versions(1, 2, 3, 4, 6)));
        assertThat(told(passes.settle())).isEqualTo("""
                pull registry.example.com/webapp:v0.6 on docker01: version v0.6 is declared and the host does not have it
                pull registry.example.com/webapp:v0.6 on docker02: version v0.6 is declared and the host does not have it

                begin webapp-stack0 [v0.1,v0.2,v0.3,v0.4,v0.5] -> [v0.1,v0.2,v0.3,v0.4,v0.6]: declared [v0.1, v0.2, v0.3, v0.4, v0.6], committed [v0.1, v0.2, v0.3, v0.4, v0.5]

                prepare webapp-stack1 [v0.1,v0.2,v0.3,v0.4,v0.5] -> [v0.1,v0.2,v0.3,v0.4,v0.6]: change 2 leads to [v0.1, v0.2, v0.3, v0.4, v0.6]
                start webapp-stack0-app6 v0.6 on docker01: declared at position 4, not running

                start webapp-stack1-app6 v0.6 on docker02: declared at position 4, not running

                prepare :8004 [webapp-stack0-app6,webapp-stack1-app6]: the pools that carry no traffic must hold what comes next

                commit webapp-stack0 [v0.1,v0.2,v0.3,v0.4,v0.6]: every container of change 2 is healthy on every stack

                follow webapp-stack1 [v0.1,v0.2,v0.3,v0.4,v0.6]: change 2 is committed
                switch :8004 [webapp-stack0-app6,webapp-stack1-app6]: Endpoint default/at4 goes from v0.5 to v0.6

                prepare :8004 []: the pools that carry no traffic must hold what comes next
                switch stamps: the record has changed and the routes have not
                remove webapp-stack0-app5 on docker01: no list has it, no row names it, no session is left

                remove webapp-stack1-app5 on docker02: no list has it, no row names it, no session is left
                """);
    }

    @Test
    void a_service_that_shrinks_loses_its_last_stack_after_the_routes_have_left_it() {
        Passes passes = settled(2, 1, 2);
        passes.change(w -> w.declare(Samples.edited(w.service(WEBAPP), 1, Samples.TEMPLATE, false)));
        assertThat(told(passes.settle())).isEqualTo("""
                delete stack webapp-stack1: Service default/webapp declares 1 stacks

                prepare :8000 [webapp-stack0-app1], :8001 [webapp-stack0-app2]: the pools that carry no traffic must hold what comes next

                switch :8000 [webapp-stack0-app1], :8001 [webapp-stack0-app2]: Endpoint default/at0 stays at v0.1, by 1 container, Endpoint default/at1 stays at v0.2, by 1 container

                prepare :8000 [], :8001 []: the pools that carry no traffic must hold what comes next
                remove webapp-stack1-app1 on docker02: no list has it, no row names it, no session is left
                remove webapp-stack1-app2 on docker02: no list has it, no row names it, no session is left

                release stack webapp-stack1: its containers are gone

                switch stamps: the record has changed and the routes have not
                """);
    }

    @Test
    void a_deleted_service_is_unrouted_removed_and_released() {
        Passes passes = settled(2, 1, 2);
        passes.change(w -> w.declare(Samples.edited(w.service(WEBAPP), 2, Samples.TEMPLATE, true)));
        assertThat(told(passes.settle())).isEqualTo("""
                delete stack webapp-stack0: Service default/webapp is being deleted
                delete stack webapp-stack1: Service default/webapp is being deleted
                switch :8000 [], :8001 []: :8000 is served no more, :8001 is served no more

                prepare :8000 [], :8001 []: the pools that carry no traffic must hold what comes next
                switch stamps: the record has changed and the routes have not

                remove webapp-stack0-app1 on docker01: no list has it, no row names it, no session is left
                remove webapp-stack0-app2 on docker01: no list has it, no row names it, no session is left
                remove webapp-stack1-app1 on docker02: no list has it, no row names it, no session is left
                remove webapp-stack1-app2 on docker02: no list has it, no row names it, no session is left

                release stack webapp-stack0: its containers are gone
                release stack webapp-stack1: its containers are gone

                switch stamps: the record has changed and the routes have not

                release service webapp: nothing of it is left
                """);
    }

    @Test
    void a_container_of_the_future_raises_the_record_and_is_then_a_stray() {
        Passes passes = settled(2, 1, 2, 3);
        addCopy(passes, 9);
        assertThat(told(passes.settle())).isEqualTo("""
                raise webapp-stack0 [v0.1,v0.2,v0.3]: the host has webapp-stack0-app9, which the record does not know

                switch stamps: the record has changed and the routes have not

                remove webapp-stack0-app9 on docker01: no list has it, no row names it, no session is left
                """);
    }

    @Test
    void a_stray_is_removed() {
        Passes passes = settled(2, 1, 2, 3);
        passes.live(new Owner(WEBAPP, 0, 1), Life.DEAD);
        passes.settle();
        addCopy(passes, 1);
        assertThat(told(passes.settle())).isEqualTo("""
                switch stamps: another table is in preparation; this one settles which is in force

                remove webapp-stack0-app1 on docker01: no list has it, no row names it, no session is left
                """);
    }

    @Test
    void a_container_removed_by_hand_is_started_again_in_its_place() {
        Passes passes = settled(2, 1, 2, 3);
        passes.change(w -> w.engine("docker01", h -> h.lost(new Owner(WEBAPP, 0, 2))));
        assertThat(told(passes.settle())).isEqualTo("""
                start webapp-stack0-app2 v0.2 on docker01: declared at position 1, not running
                prepare :8001 [webapp-stack1-app2]: the pools that carry no traffic must hold what comes next

                prepare :8001 []: the pools that carry no traffic must hold what comes next
                """);
    }

    @Test
    void a_record_that_somebody_edited_is_put_back() {
        Passes passes = settled(2, 1, 2, 3);
        ServiceStack stack = stack(passes, 1);
        passes.change(w -> w.tamper(Samples.edited(stack)));
        assertThat(told(passes.settle())).isEqualTo("""
                restore webapp-stack1 [v0.1,v0.2,v0.3]: somebody else changed the record
                switch stamps: the record has changed and the routes have not

                switch stamps: the record has changed and the routes have not
                """);
    }

    @Test
    void a_pop_below_the_least_height_is_refused_with_the_right_lists() {
        Passes passes = settled(2, 1, 2, 3);
        passes.change(w -> w.declare(WEBAPP, Samples.versions(2, 3)));
        Plan plan = passes.plan();
        assertThat(plan.text()).isEmpty();
        assertThat(plan.violations())
                .extracting(Violation::constraint, Violation::wanted)
                .containsExactly(tuple(
                        "StackHeight",
                        "to release on top declare [v0.1, v0.2, v0.3, <new>],"
                                + " to release and promote declare [v0.2, v0.3, <new>]"));
    }

    @Test
    void nothing_begins_while_a_host_does_not_answer_until_it_counts_as_lost() {
        Passes passes = settled(2, 1, 2, 3);
        passes.change(
                w -> w.declare(WEBAPP, Samples.versions(1, 2, 3, 4)).engine("docker02", host -> host.reachable(false)));
        assertThat(passes.plan().text()).isEmpty();
        assertThat(passes.plan().waits()).extracting(Plan.Wait::reason).containsExactly("HostUnknown");
        passes.later(59);
        assertThat(passes.plan().text()).isEmpty();
        passes.later(1);
        assertThat(told(passes.settle())).isEqualTo("""
                pull registry.example.com/webapp:v0.4 on docker01: version v0.4 is declared and the host does not have it
                prepare :8000 [webapp-stack0-app1], :8001 [webapp-stack0-app2], :8002 [webapp-stack0-app3]: the pools that carry no traffic must hold what comes next

                begin webapp-stack0 [v0.1,v0.2,v0.3] -> [v0.1,v0.2,v0.3,v0.4]: declared [v0.1, v0.2, v0.3, v0.4], committed [v0.1, v0.2, v0.3]
                switch :8000 [webapp-stack0-app1], :8001 [webapp-stack0-app2], :8002 [webapp-stack0-app3]: Endpoint default/at0 stays at v0.1, by 1 container, Endpoint default/at1 stays at v0.2, by 1 container, Endpoint default/at2 stays at v0.3, by 1 container

                prepare webapp-stack1 [v0.1,v0.2,v0.3] -> [v0.1,v0.2,v0.3,v0.4]: change 2 leads to [v0.1, v0.2, v0.3, v0.4]
                start webapp-stack0-app4 v0.4 on docker01: declared at position 3, not running
                prepare :8000 [], :8001 [], :8002 []: the pools that carry no traffic must hold what comes next

                commit webapp-stack0 [v0.1,v0.2,v0.3,v0.4]: every container of change 2 is healthy on every stack

                follow webapp-stack1 [v0.1,v0.2,v0.3,v0.4]: change 2 is committed

                switch stamps: the record has changed and the routes have not
                """);
        passes.change(w -> w.engine("docker02", host -> host.reachable(true)));
        assertThat(told(passes.settle())).isEqualTo("""
                start webapp-stack1-app4 v0.4 on docker02: declared at position 3, not running
                prepare :8000 [webapp-stack0-app1,webapp-stack1-app1], :8001 [webapp-stack0-app2,webapp-stack1-app2], :8002 [webapp-stack0-app3,webapp-stack1-app3]: the pools that carry no traffic must hold what comes next

                switch :8000 [webapp-stack0-app1,webapp-stack1-app1], :8001 [webapp-stack0-app2,webapp-stack1-app2], :8002 [webapp-stack0-app3,webapp-stack1-app3]: Endpoint default/at0 stays at v0.1, by 2 containers, Endpoint default/at1 stays at v0.2, by 2 containers, Endpoint default/at2 stays at v0.3, by 2 containers

                prepare :8000 [], :8001 [], :8002 []: the pools that carry no traffic must hold what comes next
                """);
    }

    @Test
    void a_version_that_never_runs_is_given_up_and_not_tried_again() {
        Passes passes = settled(2, 1, 2, 3);
        passes.change(w -> w.declare(WEBAPP, Samples.versions(1, 2, 3, 4)));
        for (int pass = 0; pass < 3; pass++) {
            passes.pass();
        }
        passes.live(new Owner(WEBAPP, 0, 4), Life.DEAD);
        assertThat(told(passes.settle())).isEqualTo("""
                abandon webapp-stack0 [v0.1,v0.2,v0.3]: webapp-stack0-app4 v0.4 on docker01 exits with code 137 (started 1 times)
                start webapp-stack1-app4 v0.4 on docker02: declared at position 3, not running

                drop webapp-stack1 [v0.1,v0.2,v0.3]: change 3 is over
                switch stamps: the record has changed and the routes have not

                switch stamps: the record has changed and the routes have not
                remove webapp-stack0-app4 on docker01: no list has it, no row names it, no session is left

                remove webapp-stack1-app4 on docker02: no list has it, no row names it, no session is left
                """);
        assertThat(passes.plan().waits()).extracting(Plan.Wait::reason).containsExactly("ChangeFailed");
    }

    @Test
    void two_hosts_that_name_one_engine_see_each_others_containers_and_touch_none() {
        Passes passes = settled(2, 1, 2);
        World world = passes.world().prepared();
        HostView one = world.view("docker01");
        HostView two = world.view("docker02");
        List<Container> both = new ArrayList<>(one.containers());
        both.addAll(two.containers());
        HostView engine = new HostView(null, "one", "fake", both, one.images(), one.takenPorts());
        Observed observed =
                new Observed(Map.of("docker01", engine, "docker02", engine), world.proxyView(), Timers.NONE);
        assertThat(new Planner()
                        .plan(world.desired(WEBAPP), observed, Instant.EPOCH)
                        .text())
                .isEmpty();
    }

    @Test
    void settings_travel_with_the_next_push_and_start_nothing_before() {
        Passes passes = settled(1, 1, 2);
        Template other = Samples.levelled("debug");
        passes.change(w -> w.declare(Samples.edited(w.service(WEBAPP), 1, other, false)));
        assertThat(passes.settle()).isEmpty();
        passes.change(w -> w.declare(WEBAPP, Samples.versions(1, 2, 2)));
        passes.settle();
        assertThat(stack(passes, 0).containers())
                .extracting(Entry::n, Entry::template)
                .containsExactly(tuple(1, Samples.TEMPLATE), tuple(2, Samples.TEMPLATE), tuple(3, other));
        passes.live(new Owner(WEBAPP, 0, 1), Life.DEAD);
        passes.settle();
        assertThat(stack(passes, 0).containers())
                .extracting(Entry::n, Entry::template)
                .containsExactly(tuple(4, Samples.TEMPLATE), tuple(2, Samples.TEMPLATE), tuple(3, other));
    }

    @Test
    void a_younger_record_at_the_proxy_means_that_the_read_was_late() {
        Passes passes = settled(1, 1, 2);
        ServiceStack stack = stack(passes, 0);
        passes.change(w -> w.tamper(Samples.withGeneration(stack, stack.generation() - 1)));
        assertThat(passes.plan().text()).isEmpty();
        assertThat(passes.plan().waits()).extracting(Plan.Wait::reason).containsExactly("LateRead");
        passes.later(11);
        assertThat(passes.plan().text())
                .as("after a while the record counts as restored from an older copy")
                .containsExactly("switch stamps: the record has changed and the routes have not");
    }

    private static ServiceStack stack(Passes passes, int ordinal) {
        return Optional.ofNullable(passes.world().stacks().get(Samples.key("webapp-stack" + ordinal)))
                .orElseThrow();
    }

    /** Another container like the one at the bottom of stack 0, under the number n. */
    private static void addCopy(Passes passes, int n) {
        Entry bottom = stack(passes, 0).containers().get(0);
        Entry copy = new Entry(n, bottom.version(), bottom.image(), 25000, bottom.template());
        FakeHost.Box box = new FakeHost.Box("copy", copy, Life.HEALTHY);
        passes.change(w -> w.engine("docker01", host -> host.with(new Owner(WEBAPP, 0, n), box)));
    }

    private static String told(List<String> lines) {
        return String.join("\n", lines) + "\n";
    }
}
