package dev.cairn.core.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Placement;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Stage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** F25: what is refused at apply, and in which words. */
class AdmissionTest {
    private static final Stored NOTHING = new Stored(List.of(), List.of(), List.of(World.host("docker01")), List.of());

    @ParameterizedTest
    @CsvSource({
        "v0.1 v0.2 v0.3, true",
        "v0.1,           true",
        "v0.1 v0.1 v0.2, true",
        "v0.2 v0.1 v0.3, false",
        "v0.1 v0.2,      false",
        "latest,         false",
        "'''''',         false",
        "'',             false",
    })
    void serviceCreation(String versions, boolean allowed) {
        Verdict verdict = Admission.service(null, World.declaring(versions).service(), NOTHING, Writer.USER);
        assertThat(verdict.allowed()).isEqualTo(allowed);
        assertThat(verdict.message().isEmpty()).isEqualTo(allowed);
    }

    /** Committed and declared before is v0.1 v0.2 v0.3. */
    @ParameterizedTest
    @CsvSource({
        "v0.1 v0.2 v0.3 v0.4,  true",
        "v0.2 v0.3 v0.4,       true",
        "v0.1 v0.1 v0.3,       true",
        "v0.0 v0.1 v0.2,       true",
        "v0.2 v0.3,            false",
        "v0.1 v0.2 v0.2.5 v0.3, false",
        "v0.4,                 false",
        "v0.3 v0.2 v0.1,       false",
    })
    void serviceUpdate(String versions, boolean allowed) {
        World world = new World().committed("v0.1 v0.2 v0.3");
        Verdict verdict =
                Admission.service(world.service(), World.declaring(versions).service(), world.stored(), Writer.USER);
        assertThat(verdict.allowed()).isEqualTo(allowed);
    }

    @Test
    void allViolationsStandInOneMessage() {
        World world = World.declaring("v0.3 v0.2");
        world.stacks = 0;
        Verdict verdict = Admission.service(null, world.service(), NOTHING, Writer.USER);
        assertThat(verdict)
                .isEqualTo(new Verdict(
                        false,
                        "StackCount: Service default/webapp: stacks is 0; set it to 1 or more, or delete the Service; "
                                + "VersionOrder: Service default/webapp: position 0 has v0.3 and position 1 above it has "
                                + "v0.2; list the oldest version first, none lower than the one before; "
                                + "StackHeight: Service default/webapp: [v0.3, v0.2] has 2 versions, but minHeight is 3; "
                                + "declare 3 or more versions, oldest first",
                        List.of()));
    }

    @Test
    void tooFewHostsIsAWarningBecauseOneMayStillCome() {
        World world = new World();
        world.stacks = 2;
        Verdict verdict = Admission.service(null, world.service(), NOTHING, Writer.USER);
        assertThat(verdict.allowed()).isTrue();
        assertThat(verdict.warnings())
                .containsExactly("SpreadStacks: Service default/webapp: stacks is 2, but the only Host is docker01; "
                        + "add 1 Host, or set stacks to 1, or set placement.spread to Preferred");
    }

    /** kubectl scale beyond the hosts, and a push taken back that an endpoint was waiting for. */
    @Test
    void anEditThatOnlyLeavesSomethingWaitingIsAWarning() {
        World world = World.declaring("1 2 3 4").committed("1 2 3").endpoint(World.toPosition("peek", 3, 80));
        World after = World.declaring("1 2 3");
        after.stacks = 3;
        Verdict verdict = Admission.service(world.service(), after.service(), world.stored(), Writer.USER);
        assertThat(verdict.allowed()).isTrue();
        assertThat(verdict.warnings())
                .containsExactly(
                        "StackHeight: Endpoint default/peek: points at position 3, but Service default/webapp declares "
                                + "3 versions, so its highest position is 2; point it lower, or push onto the service",
                        "SpreadStacks: Service default/webapp: stacks is 3, but the only Hosts are docker01, docker02; "
                                + "add 1 Host, or set stacks to 2, or set placement.spread to Preferred");
    }

    @Test
    void theStacksOfOtherServicesAreNotJudged() {
        Stored stored = new World().committed("1 2 3").stored();
        Service other = new Service(
                new ObjectKey("default", "other"),
                1,
                "registry.example.com/other",
                World.list("7 8 9"),
                1,
                stored.services().get(0).stages(),
                3,
                Service.VersionOrder.NON_DECREASING,
                Service.VersionEntry.ON_TOP,
                Placement.ANYWHERE,
                Service.Promotion.IN_PLACE,
                new Service.Strategy(Duration.ZERO, Duration.ZERO, Duration.ZERO),
                Service.Retain.NOTHING,
                World.TEMPLATE,
                false,
                Service.Hold.NEVER,
                Service.Request.NONE);
        Desired desired = stored.with(other);
        assertThat(desired.stacks()).isEmpty();
        assertThat(desired.otherStacks()).isEqualTo(stored.stacks());
    }

    @Test
    void latestIsAllowedWhereOrderIsFreeAndTheUserIsTold() {
        World world = World.declaring("latest").anyHeight();
        world.order = Service.VersionOrder.ANY;
        assertThat(Admission.service(null, world.service(), NOTHING, Writer.USER))
                .isEqualTo(new Verdict(
                        true,
                        "",
                        List.of("Service default/webapp: latest is resolved once, when it is pushed; "
                                + "a newer build under that tag is not followed")));
    }

    @Test
    void aPositionOrStageThatAnEndpointUsesIsNotTakenAway() {
        World world = World.declaring("1 2 3 4")
                .committed("1 2 3 4")
                .endpoint(World.toPosition("peek", 3, 80))
                .endpoint(World.toStage("web-qa", "qa", 81));
        World after = World.declaring("2 3 4");
        after.stages = List.of(new Stage("prod", 0), new Stage("dev", 2));
        Verdict verdict = Admission.service(world.service(), after.service(), world.stored(), Writer.USER);
        assertThat(verdict.allowed()).isFalse();
        assertThat(verdict.message())
                .isEqualTo(
                        "StackHeight: Service default/webapp: [2, 3, 4] has 3 versions, but Endpoint default/peek uses "
                                + "position 3; declare 4 or more versions, or point the Endpoint lower first; "
                                + "EndpointService: Endpoint default/web-qa: leads to stage \"qa\", which Service default/webapp does "
                                + "not have; choose one of prod, dev");
        // On creation the very same endpoints only wait.
        Stored waiting = new Stored(List.of(), world.endpoints, world.hosts, List.of());
        Verdict creation = Admission.service(null, after.service(), waiting, Writer.USER);
        assertThat(creation.allowed()).isTrue();
        assertThat(creation.warnings()).hasSize(2);
    }

    /** A commit may come between: the stored list became inadmissible. Other edits still pass; a fresh mistake does not. */
    @Test
    void whatStoodBeforeTheWriteIsNotHeldAgainstIt() {
        World world = World.declaring("1 2 3 4 5").committed("1 2 3 5");
        World scaled = World.declaring("1 2 3 4 5");
        scaled.stacks = 2;
        Verdict verdict = Admission.service(world.service(), scaled.service(), world.stored(), Writer.USER);
        assertThat(verdict.allowed()).isTrue();
        assertThat(verdict.warnings()).hasSize(1).first().asString().startsWith("EntryOnTop");
        Service worse = World.declaring("1 2 3 4 4 5").service();
        assertThat(Admission.service(world.service(), worse, world.stored(), Writer.USER)
                        .allowed())
                .isFalse();
    }

    @Test
    void whatIsBeingDeletedMayAlwaysBeWritten() {
        World world = World.declaring("2 1");
        world.deleting = true;
        Service before = World.declaring("1 2 3").service();
        assertThat(Admission.service(before, world.service(), NOTHING, Writer.USER))
                .isEqualTo(Verdict.ALLOWED);
    }

    /** F31. */
    @Test
    void aServiceInUseDoesNotVanish() {
        World world = new World();
        for (String name : List.of("d", "b", "c", "a")) {
            world.endpoint(World.toStage(name, "prod", 80));
        }
        world.endpoint(World.endpoint("stranger", "other", "prod", null, 90, 0));
        Verdict verdict = Admission.service(world.service(), null, world.stored(), Writer.USER);
        assertThat(verdict)
                .isEqualTo(Verdict.refused("Service default/webapp is in use by the Endpoints default/a, default/b, "
                        + "default/c and 1 more; delete them first, or point them at another Service"));
        assertThat(Admission.service(world.service(), null, world.stored(), Writer.CLEANER))
                .isEqualTo(Verdict.ALLOWED);
        world.endpoints.replaceAll(World::beingDeleted);
        assertThat(Admission.service(world.service(), null, world.stored(), Writer.USER))
                .isEqualTo(Verdict.ALLOWED);
    }

    /** F12, F64: one of several names is enough, and the message says which; F92: a port speaks one thing. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a.io,b.io | b.io,c.io | b.io:8080 belongs to Endpoint default/first; choose another port, host name or path
            a.io/api  | a.io      | -
            a.io      | /         | -
            *.io      | a.io      | -
            tcp       | a.io      | wants HTTP on port 8080, where Endpoint default/first has TCP; choose another port
            a.io      | tcp       | wants TCP on port 8080, where Endpoint default/first has HTTP; choose another port
            tcp       | tcp       | port 8080 belongs to Endpoint default/first; choose another port
            """)
    void aHostNameOrProtocolThatIsHeldIsRefused(String first, String second, String message) {
        Endpoint holder = World.along(World.endpoint("first", "webapp", "prod", null, 8080, 5), first);
        Endpoint asking = World.along(World.endpoint("second", "webapp", "qa", null, 8080, 1), second);
        assertThat(Admission.endpoint(null, asking, new World().endpoint(holder).stored()))
                .isEqualTo(
                        message.equals("-")
                                ? Verdict.ALLOWED
                                : Verdict.refused("UniqueRoute: Endpoint default/second: " + message));
    }

    /** An edit may keep what it competes for already, and may not take more. */
    @Test
    void anEditMayNotTakeAFurtherNameThatIsHeld() {
        Endpoint plain = World.endpoint("second", "webapp", "qa", null, 8080, 9);
        Endpoint before = World.along(plain, "b.io,c.io");
        Stored stored = new World()
                .endpoint(World.along(World.endpoint("first", "webapp", "prod", null, 8080, 5), "a.io,b.io"))
                .endpoint(before)
                .stored();
        assertThat(Admission.endpoint(before, World.along(plain, "c.io,b.io,d.io"), stored)
                        .allowed())
                .isTrue();
        assertThat(Admission.endpoint(before, World.along(plain, "a.io,b.io,c.io"), stored)
                        .allowed())
                .isFalse();
    }

    @Test
    void whatIsSpokenOnAnotherPortOrByItselfUntilNowIsNoReasonToRefuseAnEndpoint() {
        Endpoint database = World.along(World.endpoint("database", "webapp", "prod", null, 5432, 1), "tcp");
        Endpoint before = World.along(World.endpoint("shop", "webapp", "prod", null, 8080, 1), "tcp");
        Endpoint after = World.endpoint("shop", "webapp", "prod", null, 8080, 1);
        Stored stored = new World().endpoint(database).endpoint(before).stored();
        assertThat(Admission.endpoint(before, after, stored)).isEqualTo(Verdict.ALLOWED);
    }

    /** F12: the first keeps serving. */
    @Test
    void aRouteThatIsHeldIsRefused() {
        Endpoint holder = World.endpoint("first", "webapp", "prod", null, 8080, 5);
        Endpoint second = World.endpoint("second", "webapp", "qa", null, 8080, 1);
        Endpoint elsewhere = World.endpoint("second", "webapp", "qa", null, 8081, 1);
        Stored stored = new World().endpoint(holder).stored();
        Verdict refused =
                Verdict.refused("UniqueRoute: Endpoint default/second: port 8080 belongs to Endpoint default/first; "
                        + "choose another port, host name or path");
        assertThat(Admission.endpoint(null, second, stored)).isEqualTo(refused);
        assertThat(Admission.endpoint(elsewhere, second, stored)).isEqualTo(refused);
        assertThat(Admission.endpoint(null, elsewhere, stored)).isEqualTo(Verdict.ALLOWED);
        assertThat(Admission.endpoint(second, elsewhere, stored)).isEqualTo(Verdict.ALLOWED);
        // Stored behind admission's back: it may still be edited, and its user is told.
        Verdict standing = Admission.endpoint(second, second, stored);
        assertThat(standing.allowed()).isTrue();
        assertThat(standing.warnings()).containsExactly(refused.message());
        // An endpoint does not compete with itself, nor with one that leaves.
        assertThat(Admission.endpoint(holder, holder, stored)).isEqualTo(Verdict.ALLOWED);
        Stored leaving = new World().endpoint(World.beingDeleted(holder)).stored();
        assertThat(Admission.endpoint(null, second, leaving)).isEqualTo(Verdict.ALLOWED);
    }

    @ParameterizedTest
    @CsvSource({
        "webapp,  prod,,    ''",
        "webapp,  ,2,       ''",
        "webapp,  ,3,       StackHeight",
        "webapp,  staging,, EndpointService",
        "missing, prod,,    EndpointService",
    })
    void whatMayStillComeIsAWarning(String service, String stage, Integer position, String constraint) {
        Endpoint endpoint = World.endpoint("web", service, stage, position, 80, 0);
        Verdict verdict = Admission.endpoint(null, endpoint, new World().stored());
        assertThat(verdict.allowed()).isTrue();
        assertThat(verdict.warnings())
                .hasSize(constraint.isEmpty() ? 0 : 1)
                .allMatch(w -> w.startsWith(constraint + ": "));
    }

    @Test
    void anEndpointMayAlwaysGo() {
        Endpoint endpoint = World.toStage("web", "prod", 80);
        Stored stored = new World().endpoint(World.toStage("first", "prod", 80)).stored();
        assertThat(Admission.endpoint(endpoint, null, stored)).isEqualTo(Verdict.ALLOWED);
        assertThat(Admission.endpoint(endpoint, World.beingDeleted(endpoint), stored))
                .isEqualTo(Verdict.ALLOWED);
    }

    /** Decision 11. */
    @Test
    void aHostWithStacksGoesOnlyWhenForgotten() {
        World world = new World().committed("1 2 3");
        var docker01 = World.host("docker01");
        for (int i = 1; i < 3; i++) {
            world.recorded.add(World.stack(i, "docker01", 1, "1 2 3", null));
        }
        assertThat(Admission.host(docker01, null, world.stored(), false))
                .isEqualTo(Verdict.refused("Host docker01 still has the ServiceStacks default/webapp-stack0, "
                        + "default/webapp-stack1, default/webapp-stack2; "
                        + "delete or scale down their Services first, or, if its engine is lost for good, annotate it with "
                        + "cairn.dev/forget=true"));
        assertThat(Admission.host(docker01, null, world.stored(), true)).isEqualTo(Verdict.ALLOWED);
        assertThat(Admission.host(World.host("docker02"), null, world.stored(), false))
                .isEqualTo(Verdict.ALLOWED);
        assertThat(Admission.host(docker01, docker01, world.stored(), false)).isEqualTo(Verdict.ALLOWED);
        assertThat(Admission.host(null, docker01, world.stored(), false)).isEqualTo(Verdict.ALLOWED);
    }

    @ParameterizedTest
    @EnumSource(Writer.class)
    void stacksAreWrittenByTheOperatorOnly(Writer writer) {
        ServiceStack stack = World.stack(0, "docker01", 1, "1 2 3", null);
        Verdict expected = writer == Writer.USER
                ? Verdict.refused(
                        "ServiceStacks are written by the operator only: change Service default/webapp instead")
                : Verdict.ALLOWED;
        assertThat(Admission.stack(null, stack, writer)).isEqualTo(expected);
        assertThat(Admission.stack(stack, null, writer)).isEqualTo(expected);
        for (ServiceStack edited : List.of(
                World.stack(1, "docker01", 1, "1 2 3", null),
                World.stack(0, "docker02", 1, "1 2 3", null),
                World.stack(0, "docker01", 2, "1 2 3", null),
                World.stack(0, "docker01", 1, "1 2", null),
                World.stack(0, "docker01", 1, "1 2 3", "1 2 3"),
                stack.with(1, 8, null, stack.containers(), null),
                stack.with(1, 9, 3L, stack.containers(), null))) {
            assertThat(Admission.stack(stack, edited, writer)).isEqualTo(expected);
        }
        // Finalizers, labels, the deletion mark.
        assertThat(Admission.stack(stack, World.with(stack, true, false), writer))
                .isEqualTo(Verdict.ALLOWED);
    }

    @ParameterizedTest
    @CsvSource({
        "cairn-operator,                                             OPERATOR",
        "admin,                                                      USER",
        "'',                                                         USER",
        "system:serviceaccount:kube-system:generic-garbage-collector, CLEANER",
        "system:serviceaccount:kube-system:namespace-controller,     CLEANER",
        "system:serviceaccount:default:generic-garbage-collector,    USER",
    })
    void writers(String user, Writer expected) {
        assertThat(Writer.of(user, "cairn-operator")).isEqualTo(expected);
    }
}
