package dev.cairn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code kubectl apply} refuses, and with which words. Nothing here may reach an engine. */
@ExtendWith(CairnExtension.class)
final class AdmissionTest {
    private Cairn cairn;
    private Kubectl kubectl;

    @BeforeEach
    void environment(Cairn environment) {
        cairn = environment;
        kubectl = environment.kubectl();
    }

    @AfterEach
    void nothingWasStarted() throws IOException {
        assertThat(cairn.engines().containers("judged")).isEmpty();
        assertThat(cairn.api().get(Cairn.servicePath("judged")).status()).isEqualTo(404);
    }

    private static Yaml.Service service(String versions) {
        return new Yaml.Service("judged", versions);
    }

    private static String ordered(String versions, String order) {
        return service(versions).text().replace("  stacks: 2\n", "  stacks: 2\n  versionOrder: " + order + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NonDecreasing | v0.1, v0.1, v0.2 | v0.2, v0.1, v0.3",
                "NonDecreasing | v0.1, v0.2, v0.2 | v0.1, v0.3, v0.2",
                "Increasing    | v0.1, v0.2, v0.3 | v0.1, v0.1, v0.2",
                "Increasing    | v0.1, v0.2, v0.3 | v0.1, v0.2, v0.2",
                "Equal         | v0.1, v0.1, v0.1 | v0.1, v0.1, v0.2",
                "Equal         | nightly, nightly, nightly | v0.1, v0.2, v0.2",
            })
    void F06_versionOrderIsJudgedAtEveryPair(String order, String right, String wrong) {
        kubectl.dryRun(ordered(right, order));
        assertThat(kubectl.refused(ordered(wrong, order)))
                .contains("VersionOrder", "Service default/judged", "position");
    }

    @Test
    void F06_anyOrderIsFree() {
        kubectl.dryRun(ordered("v0.3, nightly, v0.1", "Any"));
    }

    @Test
    void F07_versionsAreComparedAsNumbers() {
        kubectl.dryRun(service("v0.8, v0.9, v0.10").text());
        assertThat(kubectl.refused(service("v0.8, v0.10, v0.9").text())).contains("VersionOrder", "v0.10", "v0.9");
    }

    @Test
    void F13_aVersionIsRequiredAndLatestIsNone() {
        assertThat(kubectl.refused(service("v0.1, v0.2, \"\"").text())).contains("version", "image tag");
        assertThat(kubectl.refused(service("v0.1, v0.2, latest").text()))
                .contains("ContainerVersion", "position 2 has latest", "no order", "v1.4.0");
        assertThat(kubectl.refused(service("v0.1, v0.2, nightly").text()))
                .contains("ContainerVersion", "nightly, which has no order");
    }

    @Test
    void F25_everyViolationIsNamedWithItsRemedy() {
        String both = kubectl.refused(service("v0.2, latest").text());
        assertThat(both)
                .contains("ContainerVersion: Service default/judged")
                .contains("StackHeight: Service default/judged");
    }

    @Test
    void F25_whatMayStillComeIsAWarning() {
        String said = kubectl.dryRun(Yaml.endpoint("judged-prod", "judged", "prod", Subject.freePort()));
        assertThat(said).contains("Warning:", "EndpointService", "Service default/judged, which does not exist");
        said = kubectl.dryRun(service("v0.1, v0.2, v0.3").stacks(3).text());
        assertThat(said).contains("Warning:", "SpreadStacks", "stacks is 3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "image: webapp | imag: webapp | unknown field | imag",
                "stacks: 2 | stacks: two | stacks | integer",
                "stacks: 2 | stacks: 0 | stacks | 1",
                "versions: [v0.1, v0.2, v0.3] | versions: [] | versions | 1",
                "versions: [v0.1, v0.2, v0.3] | versions: [v0.1, v0.2] | StackHeight | declare",
                "versions: [v0.1, v0.2, v0.3] | versions: [v0.3, v0.2, v0.1] | VersionOrder | oldest version first",
                "image: webapp | image: webapp:v0.1 | image must not have a tag | versions",
                "name: judged | name: Judged_1 | Judged_1 | name",
                "kind: Service | kind: Servis | Servis | kind",
            })
    void badInputIsRefusedWithTheFieldAndTheRemedy(String right, String wrong, String problem, String remedy) {
        String yaml = service("v0.1, v0.2, v0.3").text();
        assertThat(yaml).contains(right);
        assertThat(kubectl.refused(yaml.replace(right, wrong))).contains(problem, remedy);
    }

    @Test
    void whatIsNotYamlIsRefused() {
        assertThat(kubectl.refused("apiVersion: cairn.dev/v1alpha1\nkind: [Service\n"))
                .contains("yaml");
    }

    @Test
    void twoEndpointsOnOneRouteAreRefusedAndTheFirstKeepsIt() throws IOException {
        int port = Subject.freePort();
        kubectl.apply(Yaml.endpoint("judged-first", "judged", "prod", port));
        try {
            assertThat(kubectl.refused(Yaml.endpoint("judged-second", "judged", "qa", port)))
                    .contains("UniqueRoute", "port " + port + " belongs to Endpoint default/judged-first");
        } finally {
            cairn.api().delete(Cairn.endpointPath("judged-first"));
        }
    }

    @Test
    void F03_endpointWithoutAServiceIsNotReadyAndHealsWhenTheServiceAppears() throws IOException {
        String name = "early";
        int port = Subject.freePort();
        kubectl.apply(Yaml.endpoint(name, name, "prod", port));
        cairn.awaitCondition(Cairn.endpointPath(name), "Ready", "EndpointService");
        JsonNode routes =
                cairn.api().get(Cairn.endpointPath(name)).body().path("status").path("routes");
        assertThat(routes).isEmpty();
        try (Subject early = Subject.declare(cairn, new Yaml.Service(name, "v0.2").stacks(1))) {
            cairn.awaitCondition(Cairn.endpointPath(name), "Ready", "True");
            assertThat(Web.get(cairn.proxyAddress(), port, "/").version()).isEqualTo("v0.2");
            cairn.api().delete(Cairn.endpointPath(name));
        }
    }
}
