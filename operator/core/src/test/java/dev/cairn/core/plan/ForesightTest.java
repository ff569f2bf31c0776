package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Container;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.FakeHost;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is foreseen where a plan does not begin at rest: things start, serve, rest or are given up at that moment. */
class ForesightTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final ObjectKey OTHER = Samples.key("other");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private Passes passes;

    @BeforeEach
    void settled() {
        List<Endpoint> endpoints = List.of(Samples.endpoint("prod", "webapp", 0, 8000));
        passes = new Passes(
                World.of(List.of(Samples.service("webapp", 2, 2, 1, 2)), endpoints, Samples.hosts(2)), WEBAPP);
        passes.settle();
    }

    private Foresight.Course foreseen() {
        World world = passes.world().prepared();
        Map<String, HostView> views = new HashMap<>();
        world.hosts().forEach(host -> views.put(host.name(), world.view(host.name())));
        return Foresight.of(world.desired(WEBAPP), new Observed(views, world.proxyView(), Timers.NONE), NOW);
    }

    private static List<String> told(Foresight.Course course) {
        return course.actions().stream().filter(Action::told).map(Action::what).toList();
    }

    private static Stream<Container> containers(Foresight.Course course, Owner owner) {
        return course.observed().hosts().values().stream()
                .flatMap(view -> view.containers().stream())
                .filter(container -> container.owner().equals(owner));
    }

    @Test
    void what_starts_now_will_be_healthy_and_the_change_goes_on() {
        passes.change(w -> w.declare(WEBAPP, Samples.versions(1, 2, 3)));
        for (int i = 0; i < 4; i++) {
            passes.pass();
        }
        assertThat(told(foreseen())).containsExactly("commit webapp-stack0 [v0.1,v0.2,v0.3]");
        assertThat(containers(foreseen(), new Owner(WEBAPP, 1, 3)))
                .extracting(Container::health)
                .containsExactly(Container.Health.HEALTHY);
    }

    @Test
    void nothing_is_foreseen_of_another_services_containers() {
        Entry entry = new Entry(1, new Version("v0.1"), "image", 25000, Samples.TEMPLATE);
        passes.change(w -> w.engine(
                "docker01", host -> host.with(new Owner(OTHER, 0, 1), new FakeHost.Box("x", entry, Life.STARTING))));
        passes.change(w -> w.declare(WEBAPP, Samples.versions(1, 2, 3)));
        assertThat(containers(foreseen(), new Owner(OTHER, 0, 1)))
                .extracting(Container::health)
                .containsExactly(Container.Health.STARTING);
    }

    @Test
    void a_container_that_was_only_created_is_started_and_is_there_once() {
        passes.live(new Owner(WEBAPP, 0, 2), Life.CREATED);
        assertThat(told(foreseen())).containsExactly("start webapp-stack0-app2 v0.2 on docker01");
        assertThat(containers(foreseen(), new Owner(WEBAPP, 0, 2)))
                .extracting(Container::phase)
                .containsExactly(Container.Phase.RUNNING);
    }

    @Test
    void who_rests_is_woken_once() {
        Owner first = new Owner(WEBAPP, 0, 1);
        passes.live(first, Life.STARTING);
        passes.change(w -> w.rest(first).world());
        passes.live(first, Life.HEALTHY);
        assertThat(told(foreseen())).containsExactly("wake webapp-stack0-app1");
        assertThat(foreseen().observed().proxy().resting()).isEmpty();
    }

    @Test
    void who_rests_and_is_started_rests_no_more() {
        Owner first = new Owner(WEBAPP, 0, 1);
        passes.live(first, Life.CREATED);
        passes.change(w -> w.rest(first).world());
        assertThat(told(foreseen())).contains("start webapp-stack0-app1 v0.1 on docker01");
        assertThat(told(foreseen())).doesNotContain("wake webapp-stack0-app1");
    }

    /** Whoever is still served has left by then. */
    @Test
    void sessions_end() {
        passes.change(w -> w.declare(WEBAPP, Samples.versions(2, 3)));
        Set<Owner> served = Set.of(new Owner(WEBAPP, 0, 1), new Owner(WEBAPP, 1, 1));
        passes.change(w -> w.proxy(w.proxy().withSessions(served)));
        assertThat(told(foreseen()))
                .contains("remove webapp-stack0-app1 on docker01", "remove webapp-stack1-app1 on docker02");
        assertThat(foreseen().last().waits()).isEmpty();
    }

    @Test
    void a_change_that_has_failed_is_given_up_and_ends_there_for_its_own_reason() {
        passes.doom(owner -> owner.n() == 3);
        passes.change(w -> w.declare(WEBAPP, Samples.versions(1, 2, 3)));
        for (int i = 0; i < 4; i++) {
            passes.pass();
        }
        passes.startup();
        Foresight.Course course = foreseen();
        assertThat(told(course).get(0)).isEqualTo("abandon webapp-stack0 [v0.1,v0.2]");
        assertThat(told(course)).noneMatch(line -> line.startsWith("begin "));
        assertThat(course.last().waits())
                .extracting(Plan.Wait::message)
                .containsExactly("the last change failed: webapp-stack0-app3 v0.3 on docker01 exits with code 137"
                        + " (started 1 times); it is tried again at 2026-01-01T00:00:01Z, or at once when the Service"
                        + " is edited or annotated with another value of cairn.dev/retry");
    }

    @Test
    void two_that_die_one_after_the_other_are_replaced_after_the_pause_between() {
        passes.live(new Owner(WEBAPP, 0, 1), Life.DEAD);
        passes.live(new Owner(WEBAPP, 0, 2), Life.DEAD);
        Foresight.Course course = foreseen();
        assertThat(course.observed().timers().healAllowedAt(Samples.key("webapp-stack0")))
                .isEqualTo(NOW.plusSeconds(1));
        assertThat(told(course)).contains("heal webapp-stack0 [v0.1,v0.2]");
        assertThat(course.last().actions()).isEmpty();
    }

    @Test
    void what_is_pulled_is_remembered_for_the_change_that_asks_for_it() {
        passes.change(w -> w.declare(WEBAPP, Samples.versions(1, 2, 3)));
        Foresight.Course course = foreseen();
        assertThat(told(course))
                .startsWith(
                        "pull registry.example.com/webapp:v0.3 on docker01",
                        "pull registry.example.com/webapp:v0.3 on docker02",
                        "begin webapp-stack0 [v0.1,v0.2] -> [v0.1,v0.2,v0.3]");
        assertThat(course.desired().stacks()).extracting(ServiceStack::change).containsExactly(2L, 2L);
    }

    @Test
    void each_container_port_is_published_on_the_next_host_port() {
        Template two = new Template(
                List.of(),
                List.of(),
                Map.of(),
                List.of(new Template.Port("http", 80), new Template.Port("admin", 81)),
                null,
                10);
        passes.change(w -> w.declare(Samples.edited(w.service(WEBAPP), 2, two, false)));
        passes.change(w -> w.declare(WEBAPP, Samples.versions(1, 2, 3)));
        Foresight.Course course = foreseen();
        int port = course.desired().stacks().get(0).containers().get(2).hostPort();
        assertThat(containers(course, new Owner(WEBAPP, 0, 3)))
                .extracting(Container::ports)
                .containsExactly(Map.of(80, port, 81, port + 1));
    }
}
