package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The product touches what is its own, lets nobody else edit its record, and takes all of it away when told. */
@ExtendWith(CairnExtension.class)
final class OwnershipTest {
    private static Seen foreign(Cairn cairn, String host, String name, Map<String, String> labels) {
        DockerClient docker = cairn.engines().of(host).client();
        String id = docker.createContainerCmd("training:v0.1")
                .withName(name)
                .withLabels(labels)
                .exec()
                .getId();
        docker.startContainerCmd(id).exec();
        return cairn.engines().container(host, name);
    }

    private static void removeForeign(Cairn cairn, Seen foreign) {
        cairn.engines().remove(foreign);
    }

    @Test
    void F02_F31_F32_deletionTakesWhatIsOwnAndNothingElse(Cairn cairn) throws IOException {
        List<Seen> foreign = new ArrayList<>();
        foreign.add(foreign(cairn, Engines.FIRST, "owned-stack0-app99", Map.of()));
        foreign.add(foreign(
                cairn,
                Engines.SECOND,
                "owned-stack1-app99",
                Map.of(
                        "cairn.dev/installation", "another",
                        "cairn.dev/namespace", "default",
                        "cairn.dev/service", "owned",
                        "cairn.dev/stack", "1",
                        "cairn.dev/n", "99",
                        "cairn.dev/version", "v0.1",
                        "cairn.dev/template", "0123456789")));
        try (Subject neighbour = Subject.declare(cairn, new Yaml.Service("owned-stack0", "v0.1").stacks(1));
                Subject owned = Subject.start(cairn, new Yaml.Service("owned", "v0.1, v0.2, v0.3"))) {
            neighbour.awaitReady();
            List<String> neighbours = neighbour.lives();
            owned.change("v0.1, v0.2, v0.3, v0.4");
            owned.change("v0.2, v0.3, v0.4");

            Kubectl.Result refusal = cairn.kubectl().run("", "delete", "services.cairn.dev", "owned");
            assertThat(refusal.code()).isNotZero();
            assertThat(refusal.err())
                    .contains("Service default/owned is in use by the Endpoints", "owned-prod", "delete them first");
            owned.awaitReady();
            assertThat(owned.answers()).containsExactly("v0.2", "v0.3", "v0.4");

            cairn.kubectl().ok("delete", "endpoints.cairn.dev", "owned-prod", "owned-qa", "owned-dev");
            cairn.kubectl().ok("delete", "services.cairn.dev", "owned", "--timeout=90s");
            assertThat(owned.stacks()).isEmpty();
            assertThat(owned.containers()).isEmpty();
            assertThat(neighbour.lives()).isEqualTo(neighbours);
            for (Seen container : foreign) {
                assertThat(cairn.engines()
                                .container(container.host(), container.name())
                                .life())
                        .isEqualTo(container.life());
            }
        } finally {
            foreign.forEach(container -> removeForeign(cairn, container));
        }
    }

    @Test
    void F32_aNameThatSomebodyElseHoldsIsToldAndLeftAlone(Cairn cairn) throws IOException {
        List<Seen> foreign = cairn.engines().all().keySet().stream()
                .map(host -> foreign(cairn, host, "named-stack0-app2", Map.of()))
                .toList();
        try (Subject named = Subject.declare(cairn, new Yaml.Service("named", "v0.1, v0.2, v0.3"))) {
            patiently("the trouble told").until(() -> {
                assertThat(cairn.kubectl().ok("describe", "services.cairn.dev", "named"))
                        .contains("NameTaken", "named-stack0-app2", "remove or rename it");
                return true;
            });
            // The next attempt takes the next number; nobody has to remove anything.
            named.awaitReady();
            named.assertHolds("v0.1", "v0.2", "v0.3");
            for (Seen container : foreign) {
                assertThat(cairn.engines()
                                .container(container.host(), container.name())
                                .life())
                        .isEqualTo(container.life());
            }
        } finally {
            foreign.forEach(container -> removeForeign(cairn, container));
        }
    }

    @Test
    void F10_recordOfAStackIsRefusedToUsersAndPutBackWhenItWasEdited(Cairn cairn) throws IOException {
        try (Subject guarded = Subject.start(cairn, new Yaml.Service("guarded", "v0.1, v0.2, v0.3"))) {
            List<String> lives = guarded.lives();
            JsonNode before = guarded.stacks().get(1).path("spec");
            String swapped =
                    "{\"spec\":{\"containers\":[" + before.path("containers").get(1) + ","
                            + before.path("containers").get(0) + ","
                            + before.path("containers").get(2) + "]}}";
            Kubectl.Result refusal = cairn.kubectl()
                    .run("", "patch", "servicestacks.cairn.dev", "guarded-stack1", "--type=merge", "-p", swapped);
            assertThat(refusal.code()).isNotZero();
            assertThat(refusal.err())
                    .contains("written by the operator only", "change Service default/guarded instead");

            String path = Api.path("default", "servicestacks") + "/guarded-stack1";
            long generation = cairn.api()
                    .get(path)
                    .body()
                    .path("metadata")
                    .path("generation")
                    .asLong();
            assertThat(cairn.operatorsApi().patch(path, swapped).status()).isEqualTo(200);
            patiently("the record put back").until(() -> {
                JsonNode now = cairn.api().get(path).body();
                return now.path("metadata").path("generation").asLong() >= generation + 2
                        && now.path("spec").equals(before);
            });
            guarded.awaitReady();
            assertThat(guarded.lives()).isEqualTo(lives);
            assertThat(guarded.answers()).containsExactly("v0.1", "v0.2", "v0.3");
        }
    }

    @Test
    void F10_recordWhoseLabelWasTakenAwayIsStillTheServicesOwn(Cairn cairn) throws IOException {
        try (Subject marked = Subject.start(cairn, new Yaml.Service("marked", "v0.1, v0.2, v0.3"))) {
            List<String> lives = marked.lives();
            Kubectl.Result taken =
                    cairn.kubectl().run("", "label", "servicestacks.cairn.dev", "marked-stack1", "cairn.dev/service-");
            assertThat(taken.code()).as(taken.err()).isZero();
            patiently("the label put back")
                    .until(() -> cairn.api()
                            .get(Api.path("default", "servicestacks") + "/marked-stack1")
                            .body()
                            .path("metadata")
                            .path("labels")
                            .path("cairn.dev/service")
                            .asText()
                            .equals("marked"));
            marked.awaitReady();
            assertThat(marked.lives()).isEqualTo(lives);
        }
    }
}
