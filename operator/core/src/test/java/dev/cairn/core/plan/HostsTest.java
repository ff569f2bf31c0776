package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.constraint.Violation;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Placement;
import dev.cairn.core.model.Resources;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.Security;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.FakePorts;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which host a stack goes to, whether a registry is asked again, and tags that have moved. */
class HostsTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");

    private static ServiceStack stack(String service, int ordinal, String host, List<Entry> entries) {
        ObjectKey key = Samples.key(service);
        return new ServiceStack(
                Samples.key(ServiceStack.name(key, ordinal)),
                1,
                "1",
                key,
                ordinal,
                host,
                0,
                entries.size(),
                null,
                entries,
                null,
                false,
                false);
    }

    @Test
    void F33_ofLoadsFiveOneAndThreeTheOneIsChosen() {
        World world = World.of(List.of(Samples.service("webapp", 1, 1, 1)), List.of(), Samples.hosts(3));
        int n = 0;
        for (String host : List.of("1", "1", "1", "1", "1", "2", "3", "3", "3")) {
            world = world.create(stack("other" + n++, 0, "docker0" + host, List.of()))
                    .world();
        }
        assertThat(new Passes(world, WEBAPP).plan().text())
                .contains("create stack webapp-stack0 on docker02: Service default/webapp declares 1 stacks");
    }

    @Test
    void alwaysAsksTheRegistryAtEveryPushAndOnlyThen() {
        World world = World.of(List.of(Samples.service("webapp", 1, 1, 1)), List.of(), Samples.hosts(1));
        Template always = new Template(
                List.of(),
                List.of(),
                Map.of(),
                Samples.TEMPLATE.ports(),
                null,
                1,
                List.of("regcred"),
                ImagePull.Policy.ALWAYS,
                Resources.NONE,
                Security.NONE);
        String image = "registry.example.com/webapp:v0.1";
        FakePorts ports = new FakePorts(world.declare(Samples.edited(world.service(WEBAPP), 1, always, false))
                .engine("docker01", host -> host.withImage(image, Samples.pinned(image)))
                .create(stack("webapp", 0, "docker01", List.of()))
                .world());
        Timers timers = Timers.NONE;
        Plan first = plan(ports, timers);
        assertThat(first.text())
                .contains("pull " + image + " on docker01: version v0.1 is declared and imagePullPolicy is Always")
                .noneMatch(line -> line.startsWith("begin"));
        assertThat(first.actions())
                .filteredOn(Action.Pull.class::isInstance)
                .extracting(action -> ((Action.Pull) action).how().secrets())
                .containsExactly(List.of(Samples.key("regcred")));
        timers = timers.pulled(ports.read(WEBAPP), "docker01", image);
        assertThat(plan(ports, timers).text())
                .noneMatch(line -> line.startsWith("pull"))
                .anyMatch(line -> line.startsWith("begin"));
        ports.change(w -> w.declare(WEBAPP, Samples.versions(1, 1)));
        Timers next = timers.observe(ports.read(WEBAPP), Map.of(), ports.world().proxyView(), Instant.EPOCH);
        assertThat(next.pulls()).as("another declaration is another push").isEmpty();
    }

    private static Plan plan(FakePorts ports, Timers timers) {
        Observed observed = new Observed(
                Map.of("docker01", ports.world().view("docker01")),
                ports.world().proxyView(),
                timers);
        return new Planner().plan(ports.read(WEBAPP), observed, Instant.EPOCH);
    }

    /** Each of two operators has deleted one of two stacks, because the other one was there. */
    @Test
    void whatTwoOperatorsHaveDeletedTogetherServesUntilThereIsAnother() {
        Passes passes = new Passes(
                World.of(
                        List.of(Samples.service("webapp", 2, 1, 1)),
                        List.of(Samples.endpoint("at0", "webapp", 0, 8000)),
                        Samples.hosts(4)),
                WEBAPP);
        passes.settle();
        passes.change(w -> {
            World gone = w;
            for (ServiceStack stack : w.stacks().values()) {
                gone = gone.delete(stack).world();
            }
            return gone.declare(WEBAPP, Samples.versions(2));
        });
        for (int pass = 0; pass < 30; pass++) {
            passes.pass();
            passes.startup();
            assertThat(passes.world()
                            .proxy()
                            .live()
                            .rows()
                            .get(new RouteKey(8000))
                            .backends())
                    .as("pass %d", pass)
                    .isNotEmpty()
                    .allMatch(passes.world()::answers);
        }
        assertThat(new Checker(WEBAPP).end(passes.world())).isEmpty();
    }

    @Test
    void aVersionThatIsAnotherImageOnEachHostIsNotStarted() {
        String image = "registry.example.com/webapp:v0.1";
        World world = World.of(List.of(Samples.service("webapp", 2, 1, 1)), List.of(), Samples.hosts(2))
                .create(stack("webapp", 0, "docker01", List.of()))
                .world()
                .create(stack("webapp", 1, "docker02", List.of()))
                .world()
                .engine("docker01", host -> host.withImage(image, "webapp@sha256:aa"))
                .engine("docker02", host -> host.withImage(image, "webapp@sha256:bb"));
        Passes passes = new Passes(world, WEBAPP);
        assertThat(passes.plan().text()).noneMatch(line -> line.startsWith("begin ") || line.startsWith("pull "));
        assertThat(passes.plan().waits())
                .containsExactly(new Plan.Wait(
                        "SameBits",
                        "SameBits: image registry.example.com/webapp:v0.1 is not the same on all hosts of Service"
                                + " default/webapp; remove the outdated one from its host or push the version under a"
                                + " new tag",
                        Instant.parse("2026-01-01T00:00:30Z")));
    }

    @Test
    void tagThatNamesAnotherImageThanWhatWasPushedIsReportedOnce() {
        String digest = "registry.example.com/webapp@sha256:" + "a".repeat(64);
        assertThat(moved(digest, digest)).isEmpty();
        assertThat(moved(digest, null)).isEmpty();
        assertThat(moved(digest, "registry.example.com/webapp@sha256:" + "b".repeat(64)))
                .containsExactly("TagMoved: Service default/webapp: v0.1 was pushed as sha256:aaaaaaaaaaaa, and"
                        + " registry.example.com/webapp:v0.1 on Host docker01 is sha256:bbbbbbbbbbbb by now; what runs stays as"
                        + " it was pushed; give the new build a version of its own");
        assertThat(moved(digest, "sha256:" + "b".repeat(64))).hasSize(1);
        String id = "sha256:" + "c".repeat(64);
        assertThat(moved(id, "sha256:" + "d".repeat(64))).hasSize(1);
        assertThat(moved(id, digest))
                .as("it may have been pushed since, as it is")
                .isEmpty();
    }

    private static List<String> moved(String pushed, String now) {
        Entry entry = new Entry(1, new Version("v0.1"), pushed, 20001, Samples.TEMPLATE);
        World world = World.of(List.of(Samples.service("webapp", 2, 1, 1)), List.of(), Samples.hosts(2))
                .create(stack("webapp", 0, "docker01", List.of(entry)))
                .world()
                .create(stack("webapp", 1, "docker02", List.of(entry)))
                .world();
        Map<String, HostView> hosts = new HashMap<>();
        for (String host : List.of("docker01", "docker02")) {
            HostView view = world.view(host);
            Map<String, String> images = now == null ? Map.of() : Map.of("registry.example.com/webapp:v0.1", now);
            hosts.put(host, new HostView(null, host, "fake", view.containers(), images, view.takenPorts()));
        }
        Observed observed = new Observed(hosts, world.proxyView(), Timers.NONE);
        List<Violation> all = new ArrayList<>(new Planner()
                .plan(world.desired(WEBAPP), observed, Instant.EPOCH)
                .violations());
        return all.stream()
                .filter(v -> v.constraint().equals("TagMoved"))
                .map(Violation::message)
                .toList();
    }

    /** Each reason once, with the hosts that it keeps out. */
    @Test
    void whereNoHostIsFreeItIsSaidWhyOfEachOne() {
        Placement placement = new Placement(
                Placement.Spread.REQUIRED,
                Set.of("docker01", "docker02", "docker03", "docker05", "docker06"),
                List.of(),
                Duration.ofMinutes(5));
        Service plain = Samples.service("webapp", 2, 1, 1);
        Service service =
                Samples.behaving(plain, placement, plain.promotion(), plain.strategy(), Service.Retain.NOTHING);
        List<Host> hosts = new ArrayList<>(Samples.hosts(6));
        hosts.set(1, new Host("docker02", "tcp://h", "h", 1, 2, true));
        World world = World.of(List.of(service), List.of(), hosts)
                .available("docker03", Host.Availability.PAUSE)
                .available("docker05", Host.Availability.DRAIN)
                .engine("docker06", engine -> engine.reachable(false))
                .create(stack("webapp", 0, "docker01", List.of()))
                .world();
        assertThat(new Passes(world, WEBAPP).plan().waits())
                .contains(new Plan.Wait(
                        "SpreadStacks",
                        "SpreadStacks: Service default/webapp: no Ready Host is free for stack 1 (docker02 deleted;"
                                + " docker04 excluded by spec.placement; docker03, docker05 not Active; docker06 not"
                                + " Ready; docker01 taken by another stack of it); add a Host, lower spec.stacks, or"
                                + " set spec.placement.spread to Preferred",
                        Instant.parse("2026-01-01T00:00:05Z")));
    }

    /** With one stack of another service on the first host. More stacks than hosts once had no end. */
    @Test
    void stacksThatMayShareAHostDoSoOnlyWhereThereAreTooFewAndEvenly() {
        Service plain = Samples.service("webapp", 5, 1, 1);
        Service service = Samples.behaving(
                plain,
                Placement.ANYWHERE.withSpread(Placement.Spread.PREFERRED),
                plain.promotion(),
                plain.strategy(),
                Service.Retain.NOTHING);
        World world = World.of(List.of(service), List.of(), Samples.hosts(2))
                .create(stack("other", 0, "docker01", List.of()))
                .world();
        assertThat(new Passes(world, WEBAPP).plan().actions())
                .filteredOn(Action.CreateStack.class::isInstance)
                .extracting(Action::what)
                .containsExactly(
                        "create stack webapp-stack0 on docker02",
                        "create stack webapp-stack1 on docker01",
                        "create stack webapp-stack2 on docker02",
                        "create stack webapp-stack3 on docker01",
                        "create stack webapp-stack4 on docker02");
    }

    @Test
    void aStackWhoseHostWasForgottenIsMadeAnewElsewhereAndItsRecordReleased() {
        World world = World.of(
                List.of(Samples.service("webapp", 1, 1, 1)),
                List.of(Samples.endpoint("prod", "webapp", 0, 8000)),
                Samples.hosts(2));
        Passes passes = new Passes(world, WEBAPP);
        passes.settle();
        passes.change(w ->
                new World(w.services(), w.endpoints(), w.hosts().subList(1, 2), w.stacks(), w.engines(), w.proxy()));
        assertThat(passes.settle())
                .contains(
                        "create stack webapp-stack1 on docker02: Host docker01 was forgotten",
                        "delete stack webapp-stack0: Host docker01 was forgotten, and others have taken over",
                        "release stack webapp-stack0: its Host docker01 was forgotten");
    }

    @Test
    void aDeletedServiceWaitsForTheHostOfItsStack() {
        World world = World.of(List.of(Samples.service("webapp", 1, 1, 1)), List.of(), Samples.hosts(1));
        Passes passes = new Passes(world, WEBAPP);
        passes.settle();
        passes.change(w -> w.declare(Samples.edited(w.service(WEBAPP), 1, Samples.TEMPLATE, true))
                .engine("docker01", host -> host.reachable(false)));
        passes.settle();
        assertThat(passes.plan().waits())
                .containsExactly(new Plan.Wait(
                        "HostUnknown",
                        "Stack default/webapp-stack0 cannot be removed while its Host docker01 does not answer",
                        Instant.parse("2026-01-01T00:00:05Z")));
        assertThat(passes.world().stacks()).hasSize(1);
    }

    @Test
    void aStackThatServesStaysUntilAsManyOthersAreHealthyAsAreDeclared() {
        World world = World.of(List.of(Samples.service("webapp", 2, 1, 1)), List.of(), Samples.hosts(2));
        Passes passes = new Passes(world, WEBAPP);
        passes.settle();
        passes.live(new Owner(WEBAPP, 0, 1), Life.STARTING);
        passes.change(w -> w.declare(Samples.edited(w.service(WEBAPP), 1, Samples.TEMPLATE, false)));
        assertThat(passes.plan().text()).isEmpty();
        assertThat(passes.plan().waits())
                .containsExactly(
                        new Plan.Wait("Moving", "Stack default/webapp-stack1 goes when 1 others are healthy", null));
        passes.live(new Owner(WEBAPP, 1, 1), Life.STARTING);
        assertThat(passes.plan().text())
                .as("one that does not serve is no loss")
                .contains("delete stack webapp-stack1: Service default/webapp declares 1 stacks");
    }
}
