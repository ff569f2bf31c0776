package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Service;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Edits while a change is under way: a push of v0.3 that every stack has prepared and that is not committed. */
class EditsTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private Passes passes;

    @BeforeEach
    void pushed() {
        List<Endpoint> endpoints = List.of(Samples.endpoint("prod", "webapp", 0, 8000));
        passes = new Passes(
                World.of(List.of(Samples.service("webapp", 2, 2, 1, 2)), endpoints, Samples.hosts(2)), WEBAPP);
        passes.settle();
        declare(1, 2, 3);
        for (int i = 0; i < 4; i++) {
            passes.pass();
        }
    }

    private void declare(int... minors) {
        passes.change(w -> w.declare(WEBAPP, Samples.versions(minors)));
    }

    private String lines() {
        return String.join("\n", passes.pass()) + "\n";
    }

    @Test
    void the_committed_list_declared_again_gives_the_change_up() {
        declare(1, 2);
        assertThat(lines()).isEqualTo("""
                abandon webapp-stack0 [v0.1,v0.2]: the declared versions are the committed ones
                """);
        passes.settle();
        assertThat(new Checker(WEBAPP).end(passes.world())).isEmpty();
    }

    @Test
    void a_list_that_is_not_admissible_gives_the_change_up_and_is_no_failure() {
        declare(2);
        assertThat(lines()).isEqualTo("""
                abandon webapp-stack0 [v0.1,v0.2]: the declared versions are not admissible
                """);
        assertThat(passes.settle()).noneMatch(line -> line.startsWith("begin "));
        assertThat(passes.world().stacks().values()).allMatch(stack -> stack.failedGeneration() == null);
    }

    @Test
    void another_list_is_aimed_at_with_what_was_started_for_the_first() {
        declare(2, 3);
        assertThat(lines()).isEqualTo("""
                retarget webapp-stack0 [v0.1,v0.2] -> [v0.2,v0.3]: the declared versions are now [v0.2, v0.3]
                """);
        assertThat(lines()).isEqualTo("""
                prepare webapp-stack1 [v0.1,v0.2] -> [v0.2,v0.3]: change 3 leads to [v0.2, v0.3]
                """);
        passes.startup();
        assertThat(passes.settle()).noneMatch(line -> line.startsWith("start "));
        assertThat(passes.world().stacks().values())
                .allSatisfy(stack ->
                        assertThat(stack.containers()).extracting(Entry::n).containsExactly(2, 3));
    }

    /** What a follower prepared for the list before is healthy, and is not what the lead would commit. */
    @Test
    void another_list_is_committed_only_when_every_stack_has_prepared_it() {
        passes.startup();
        declare(2, 3);
        passes.pass();
        assertThat(lines()).isEqualTo("""
                prepare webapp-stack1 [v0.1,v0.2] -> [v0.2,v0.3]: change 3 leads to [v0.2, v0.3]
                prepare :8000 [webapp-stack0-app2,webapp-stack1-app2]: the pools that carry no traffic must hold what comes next
                """);
        assertThat(lines()).isEqualTo("""
                commit webapp-stack0 [v0.2,v0.3]: every container of change 3 is healthy on every stack
                """);
    }

    @Test
    void an_edit_after_the_commit_begins_when_every_stack_has_followed() {
        passes.startup();
        passes.pass();
        declare(1, 2);
        assertThat(passes.plan().text())
                .containsExactly("follow webapp-stack1 [v0.1,v0.2,v0.3]: change 2 is committed");
        passes.pass();
        assertThat(passes.plan().text())
                .contains("begin webapp-stack0 [v0.1,v0.2,v0.3] -> [v0.1,v0.2]: declared [v0.1, v0.2],"
                        + " committed [v0.1, v0.2, v0.3]");
    }

    @Test
    void other_settings_make_what_was_started_with_the_old_ones_anew() {
        passes.change(w -> w.declare(Samples.edited(w.service(WEBAPP), 2, Samples.levelled("debug"), false)));
        assertThat(lines()).isEqualTo("""
                retarget webapp-stack0 [v0.1,v0.2] -> [v0.1,v0.2,v0.3]: the declared versions are now [v0.1, v0.2, v0.3]
                """);
        passes.settle();
        assertThat(passes.world().stacks().values())
                .allSatisfy(stack -> assertThat(stack.containers())
                        .extracting(Entry::template)
                        .containsExactly(Samples.TEMPLATE, Samples.TEMPLATE, Samples.levelled("debug")));
        assertThat(passes.world().stacks().values())
                .allSatisfy(stack ->
                        assertThat(stack.containers()).extracting(Entry::n).containsExactly(1, 2, 4));
    }

    @Test
    void what_has_died_meanwhile_is_not_used_for_another_list() {
        passes.live(new Owner(WEBAPP, 0, 3), Life.DEAD);
        declare(2, 3);
        passes.pass();
        passes.settle();
        assertThat(passes.world().stacks().values())
                .extracting(stack -> stack.containers().stream().map(Entry::n).toList())
                .containsExactly(List.of(2, 4), List.of(2, 3));
    }

    @Test
    void no_other_list_is_aimed_at_while_the_service_is_paused() {
        passes.change(w ->
                w.declare(Samples.holding(w.service(WEBAPP), new Service.Hold(true, List.of()), Service.Request.NONE)));
        declare(2, 3);
        assertThat(passes.plan().text()).isEmpty();
        assertThat(passes.plan().waits()).extracting(Plan.Wait::reason).containsExactly("Paused");
    }

    @Test
    void who_is_not_healthy_yet_is_named_with_what_it_is() {
        assertThat(passes.plan().waits())
                .extracting(Plan.Wait::message)
                .containsExactly(
                        "webapp-stack0-app3 v0.3 on docker01 is starting",
                        "webapp-stack1-app3 v0.3 on docker02 is starting");
    }
}
