package dev.cairn.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Placement;
import dev.cairn.core.model.Placement.Operator;
import dev.cairn.core.model.Placement.Requirement;
import dev.cairn.core.model.Probe;
import dev.cairn.core.model.Resources;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.Security;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.Stage;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MappingTest {
    @Test
    void theSmallestServiceGetsTheDefaults() throws InvalidResource {
        Service service = Mapping.toModel(service("image: webapp, versions: [v1, v2]"));

        assertThat(service)
                .isEqualTo(new Service(
                        new ObjectKey("shop", "webapp"),
                        0,
                        "webapp",
                        List.of(new Version("v1"), new Version("v2")),
                        1,
                        List.of(new Stage("prod", 0), new Stage("qa", 1), new Stage("dev", 2)),
                        3,
                        Service.VersionOrder.NON_DECREASING,
                        Service.VersionEntry.ON_TOP,
                        Placement.ANYWHERE,
                        Service.Promotion.IN_PLACE,
                        new Service.Strategy(Duration.ofSeconds(600), Duration.ZERO, Duration.ofSeconds(30)),
                        new Service.Retain(1, Duration.ofHours(1)),
                        new Template(List.of(), List.of(), Map.of(), List.of(), null, 30),
                        false,
                        Service.Hold.NEVER,
                        Service.Request.NONE));
    }

    @Test
    void whatAServiceSaysIsTaken() throws InvalidResource {
        ServiceResource resource = Serialization.unmarshal(Samples.FULL_SERVICE, ServiceResource.class);
        resource.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        Map<String, String> env = Map.of("COLOUR", "blue", "EMPTY", "");
        List<Template.Port> ports = List.of(new Template.Port("http", 80), new Template.Port("9090", 9090));

        assertThat(Mapping.toModel(resource))
                .isEqualTo(new Service(
                        new ObjectKey("shop", "webapp"),
                        4,
                        "localhost:5000/team/web-app",
                        List.of(new Version("v0.1"), new Version("v0.2"), new Version("1.0.0-rc.1")),
                        2,
                        List.of(new Stage("live", 0), new Stage("next", 1)),
                        3,
                        Service.VersionOrder.ANY,
                        Service.VersionEntry.ORDERED,
                        new Placement(
                                Placement.Spread.PREFERRED,
                                Set.of("docker01", "docker02"),
                                List.of(
                                        new Requirement("disk", Operator.IN, Set.of("ssd")),
                                        new Requirement("zone", Operator.NOT_IN, Set.of("c")),
                                        new Requirement("gpu", Operator.DOES_NOT_EXIST, Set.of())),
                                Duration.ofSeconds(11)),
                        Service.Promotion.RECREATE,
                        new Service.Strategy(
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(7),
                                Duration.ZERO,
                                Service.StrategyType.ROLLBACK_ON_FAILURE,
                                Duration.ofSeconds(8)),
                        new Service.Retain(2, Duration.ofSeconds(9)),
                        new Template(
                                List.of("/bin/serve"),
                                List.of("--port", "80"),
                                env,
                                ports,
                                new Probe("/ready?deep=1", 80, 1, 2, 3, 4),
                                5),
                        true,
                        new Service.Hold(
                                true,
                                List.of(new Service.Freeze(
                                        Instant.parse("2026-12-20T00:00:00Z"),
                                        Instant.parse("2027-01-04T00:00:00Z"),
                                        "holidays"))),
                        Service.Request.NONE));
    }

    @Test
    void whatAUserSaysWithAChangeIsOneLineAndShort() throws InvalidResource {
        ServiceResource resource = service("image: webapp, versions: [v1]");
        resource.getMetadata()
                .setAnnotations(Map.of(
                        "kubernetes.io/change-cause",
                        "release\n42\u001b[31m " + "x".repeat(1_000_000),
                        "cairn.dev/retry",
                        "2"));
        Service.Request request = Mapping.toModel(resource).request();
        assertThat(request.retry()).isEqualTo("2");
        assertThat(request.cause())
                .hasSize(256)
                .startsWith("release 42 [31m xxx")
                .endsWith("x...");
    }

    @Test
    void aFreezeEndsAfterItBegins() {
        assertInvalid(
                "Service shop/webapp: spec.freezeWindows[0] ends at 2026-01-01T00:00:00Z and begins at"
                        + " 2026-01-01T00:00:00Z; it must end later",
                () -> Mapping.toModel(service("image: webapp, versions: [v1], freezeWindows: [{from:"
                        + " '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z'}]")));
        assertInvalid(
                "Service shop/webapp: spec.freezeWindows[0].to is \"2026-02-30T00:00:00Z\"; it must be a time such as"
                        + " 2026-01-31T12:00:00Z",
                () -> Mapping.toModel(service("image: webapp, versions: [v1], freezeWindows: [{from:"
                        + " '2026-01-01T00:00:00Z', to: '2026-02-30T00:00:00Z'}]")));
    }

    @Test
    void minHeightIsJustEnoughForTheStages() throws InvalidResource {
        assertThat(minHeight("stages: []")).isEqualTo(1);
        assertThat(minHeight("stages: [{name: prod, position: 0}]")).isEqualTo(1);
        assertThat(minHeight("stages: [{name: dev, position: 4}, {name: prod, position: 0}]"))
                .isEqualTo(5);
        assertThat(minHeight("stages: [{name: dev, position: 4}], minHeight: 2"))
                .as("StackHeight reports what is too low")
                .isEqualTo(2);
    }

    @Test
    void aProbeHasTheDefaultsOfKubernetes() throws InvalidResource {
        ServiceResource resource = service("image: webapp, versions: [v1], template: {container: {"
                + "ports: [{name: web, containerPort: 8080}], readinessProbe: {httpGet: {port: web}}}}");

        assertThat(Mapping.toModel(resource).template().readinessProbe()).isEqualTo(new Probe("/", 8080, 0, 10, 1, 3));
    }

    @Test
    void limitsUsersAndCredentialsAreTaken() throws InvalidResource {
        Template template = Mapping.toModel(
                        service("image: webapp, versions: [v1], template: {imagePullSecrets: [{name:"
                                + " regcred}], container: {imagePullPolicy: Always, resources: {limits: {cpu: '1.5', memory:"
                                + " 64Mi}, requests: {cpu: 250m, memory: 32M}}, securityContext: {runAsUser: 1000, runAsGroup:"
                                + " 1001, runAsNonRoot: true, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false,"
                                + " capabilities: {add: [NET_ADMIN], drop: [ALL]}}}}"))
                .template();
        assertThat(template.imagePull("shop"))
                .isEqualTo(new ImagePull(ImagePull.Policy.ALWAYS, List.of(new ObjectKey("shop", "regcred"))));
        assertThat(template.resources()).isEqualTo(new Resources(1500, 64 << 20, 250, 32_000_000));
        assertThat(template.security())
                .isEqualTo(new Security(1000L, 1001L, true, true, true, List.of("NET_ADMIN"), List.of("ALL")));
    }

    @Test
    void amountsThatAreNoneAreRefusedWithASentence() {
        assertAmount("limits: {memory: lots}", "limits.memory is \"lots\"; it must be a quantity such as 128Mi or 1Gi");
        assertAmount("limits: {cpu: 2 cores}", "limits.cpu is \"2 cores\"; it must be a quantity such as 500m or 2");
        assertAmount("limits: {cpu: 0}", "limits.cpu is \"0\"; it must be more than 0 and no more than a machine has");
        assertAmount("limits: {cpu: '-1'}", "limits.cpu is \"-1\"; it must be a quantity such as 500m or 2");
        assertAmount(
                "limits: {memory: '9e90'}",
                "limits.memory is \"9e90\"; it must be more than 0 and no more than a machine has");
        assertAmount("limits: {memory: 5Mi}", "limits.memory is 5242880 bytes; it must be 6Mi or more");
        assertAmount(
                "limits: {cpu: 1}, requests: {cpu: 1100m}",
                "requests.cpu is more than limits.cpu; it must not be more than the limit");
    }

    private static void assertAmount(String resources, String message) {
        assertInvalid(
                "Service shop/webapp: spec.template.container.resources." + message,
                () -> Mapping.toModel(service(
                        "image: webapp, versions: [v1], template: {container: {resources: {" + resources + "}}}")));
    }

    @Test
    void theResourceIsNotChanged() throws InvalidResource {
        ServiceResource resource = service("image: webapp, versions: [v1]");
        String before = Serialization.asJson(resource);

        Mapping.toModel(resource);

        assertThat(Serialization.asJson(resource)).isEqualTo(before);
    }

    @Test
    void endpoints() throws InvalidResource {
        EndpointResource resource = endpoint(new EndpointSpec("webapp", "prod", null, null, null, 80, null, null));
        resource.getMetadata().setCreationTimestamp("2026-01-01T00:00:00Z");

        assertThat(Mapping.toModel(resource))
                .isEqualTo(new Endpoint(
                        new ObjectKey("shop", "front"),
                        Instant.parse("2026-01-01T00:00:00Z"),
                        "webapp",
                        "prod",
                        null,
                        "http",
                        80,
                        false));
        assertThat(Mapping.toModel(endpoint(
                                new EndpointSpec("webapp", null, 2, new IntOrString(8080), "HTTP", 81, null, null)))
                        .targetPort())
                .isEqualTo("8080");
        assertThat(Mapping.toModel(endpoint(new EndpointSpec("webapp", null, 2, null, null, 81, null, null)))
                        .created())
                .as("what no server has dated yet is youngest")
                .isAfter(Instant.parse("9999-01-01T00:00:00Z"));
    }

    @Test
    void endpointsByNameAndPathAndWholePorts() throws InvalidResource {
        List<String> names = List.of("shop.example.com", "*.example.com");
        assertThat(Mapping.toModel(endpoint(new EndpointSpec("webapp", "prod", null, null, null, 80, names, "/api/")))
                        .routes())
                .containsExactlyInAnyOrder(
                        new RouteKey(80, "shop.example.com", "/api"), new RouteKey(80, "*.example.com", "/api"));
        assertThat(Mapping.toModel(endpoint(new EndpointSpec("webapp", "prod", null, null, "TCP", 5432, null, "/")))
                        .routes())
                .containsExactly(RouteKey.tcp(5432));
        assertThat(Mapping.toModel(endpoint(new EndpointSpec("webapp", "prod", null, null, null, 80, List.of(), "/")))
                        .routes())
                .containsExactly(new RouteKey(80));
    }

    @Test
    void hosts() throws InvalidResource {
        assertThat(Mapping.toModel(host("url: unix:///run/docker.sock")))
                .isEqualTo(new Host("docker01", "unix:///run/docker.sock", "127.0.0.1", 20000, 29999, false));
        assertThat(Mapping.toModel(host(
                        "url: 'tcp://10.0.0.11:2375', address: 10.0.0.12, portRange: {first: 25000, last: 25010}")))
                .isEqualTo(new Host("docker01", "tcp://10.0.0.11:2375", "10.0.0.12", 25000, 25010, false));
        assertThat(Mapping.toModel(host("url: 'tcp://10.0.0.11:2376', address: 10.0.0.11, tlsSecretRef: {name:"
                                + " docker01-tls, namespace: cairn-system}"))
                        .tlsSecret())
                .isEqualTo(new ObjectKey("cairn-system", "docker01-tls"));
        assertInvalid(
                "Host docker01: spec.docker.tlsSecretRef.namespace is \"../x\"; it must be the name of a namespace",
                () -> Mapping.toModel(
                        host("url: 'tcp://a:2376', address: 10.0.0.11, tlsSecretRef: {name: a, namespace: ../x}")));
    }

    @Test
    void errorsNameTheObjectTheProblemAndTheRemedy() {
        assertInvalid(
                "Service shop/webapp: spec.image is \"webapp:v1\"; it must be the name of an image without tag and"
                        + " digest, such as registry.example.com/webapp",
                () -> Mapping.toModel(service("image: 'webapp:v1', versions: [v1]")));
        assertInvalid(
                "Service shop/webapp: spec.versions has 0 entries; it must have from 1 to 32",
                () -> Mapping.toModel(service("image: webapp, versions: []")));
        assertInvalid(
                "Service shop/webapp: spec.versions[1] is \"\"; it must be an image tag such as v1.2.3, at most 128"
                        + " characters long",
                () -> Mapping.toModel(service("image: webapp, versions: [v1, '']")));
        assertInvalid(
                "Service shop/webapp: spec.versionOrder is \"Up\"; it must be one of Any, Equal, Increasing,"
                        + " NonDecreasing",
                () -> Mapping.toModel(service("image: webapp, versions: [v1], versionOrder: Up")));
        assertInvalid(
                "Service shop/webapp: spec.versions[0] is missing; set it",
                () -> Mapping.toModel(service("image: webapp, versions: [null]")));
        assertInvalid(
                "Endpoint shop/front: spec has both stage and position; set exactly one of them",
                () -> Mapping.toModel(endpoint(new EndpointSpec("webapp", "qa", 1, null, null, 80, null, null))));
        assertInvalid("Endpoint shop/front: spec is missing; set it", () -> Mapping.toModel(endpoint(null)));
        assertInvalid(
                "Host docker01: spec.docker.address is missing; with a tcp:// url it must be one IPv4 address of the"
                        + " host, such as 10.0.0.11",
                () -> Mapping.toModel(host("url: 'tcp://10.0.0.11:2375'")));
    }

    @Test
    void hostileTextIsShownOnOneShortLine() {
        assertThatThrownBy(() -> Mapping.toModel(
                        service("image: webapp, versions: [\"v1\\n\\e[31mReady: all fine " + "x".repeat(500) + "\"]")))
                .isInstanceOf(InvalidResource.class)
                .hasMessageContaining("\"v1??[31mReady")
                .message()
                .hasSizeLessThan(250);
    }

    @Test
    void whatCannotBeSeenIsNotShownAndNoCharacterIsCutInTwo() throws InvalidResource {
        for (String unseen : List.of("\u0085", "\u009b", "\u2028", "\u202e", "\ufeff", "\ud800")) {
            ServiceResource resource = service("image: webapp, versions: [v1]");
            resource.getSpec().versions().set(0, "v1" + unseen);
            assertThatThrownBy(() -> Mapping.toModel(resource)).hasMessageContaining("\"v1?\"");
        }
        ServiceResource resource = service("image: webapp, versions: [v1]");
        resource.getMetadata().setAnnotations(Map.of("kubernetes.io/change-cause", "x" + "\ud83d\ude00".repeat(1000)));
        assertThat(Mapping.toModel(resource).request().cause()).isEqualTo("x" + "\ud83d\ude00".repeat(126) + "...");
    }

    @Test
    void nothingInAListIsMissing() {
        for (String list : List.of(
                "stages: [null]",
                "freezeWindows: [null]",
                "placement: {hostNames: [null]}",
                "placement: {hostSelector: {matchExpressions: [null]}}",
                "placement: {hostSelector: {matchExpressions: [{key: a, operator: In, values: [null]}]}}",
                "template: {imagePullSecrets: [null]}",
                "template: {container: {command: [null]}}",
                "template: {container: {env: [null]}}",
                "template: {container: {ports: [null]}}")) {
            assertThatThrownBy(() -> Mapping.toModel(service("image: webapp, versions: [v1], " + list)))
                    .as(list)
                    .isInstanceOf(InvalidResource.class)
                    .hasMessageEndingWith("[0] is missing; set it");
        }
        HostResource nameless = host("url: unix:///run/docker.sock");
        nameless.setMetadata(null);
        assertInvalid("Host: metadata is missing; set metadata.name", () -> Mapping.toModel(nameless));
    }

    @Test
    void aLabelWithoutAValueHasTheEmptyOne() throws InvalidResource {
        HostResource resource = host("url: unix:///run/docker.sock");
        resource.getMetadata().setLabels(Collections.singletonMap("disk", null));
        assertThat(Mapping.toModel(resource).labels()).isEqualTo(Map.of("disk", ""));
    }

    @Test
    void textThatIsFarTooLongIsRefusedWithoutBeingRead() {
        String parts = "a/".repeat(100_000);
        assertThatThrownBy(() -> Mapping.toModel(service("image: '" + parts + "a', versions: [v1]")))
                .isInstanceOf(InvalidResource.class);
        assertThatThrownBy(() -> Mapping.toModel(
                        endpoint(new EndpointSpec("webapp", "prod", null, null, null, 80, null, "/" + parts))))
                .isInstanceOf(InvalidResource.class);
    }

    @Test
    void aTemplateThatNoStackCouldKeepIsRefused() {
        List<ContainerSpec.EnvVar> env = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            env.add(new ContainerSpec.EnvVar("E" + i, "x".repeat(8000)));
        }
        ServiceResource resource = service("image: webapp, versions: [v1]");
        ServiceSpec spec = resource.getSpec();
        resource.setSpec(new ServiceSpec(
                spec.image(),
                spec.versions(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new TemplateSpec(new ContainerSpec(null, null, env, null, null), null),
                null,
                null));

        assertThatThrownBy(() -> Mapping.toModel(resource))
                .isInstanceOf(InvalidResource.class)
                .hasMessageStartingWith("Service shop/webapp: spec.template has 24")
                .hasMessageEndingWith("it may have 16384, because every stack keeps a copy per version");
    }

    @Test
    void aFieldOfANewerVersionDoesNotStopTheReader() throws InvalidResource {
        assertThat(Mapping.toModel(service("image: webapp, versions: [v1], template: {container: {resources: {}}},"
                                + " promotion: InPlace"))
                        .image())
                .isEqualTo("webapp");
    }

    private static void assertInvalid(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(InvalidResource.class).hasMessage(message);
    }

    private static int minHeight(String stages) throws InvalidResource {
        return Mapping.toModel(service("image: webapp, versions: [v1], " + stages))
                .minHeight();
    }

    private static ServiceResource service(String spec) {
        return Serialization.unmarshal(Samples.service(spec), ServiceResource.class);
    }

    private static HostResource host(String docker) {
        return Serialization.unmarshal(Samples.host(docker), HostResource.class);
    }

    private static EndpointResource endpoint(EndpointSpec spec) {
        EndpointResource resource = new EndpointResource();
        resource.getMetadata().setName("front");
        resource.getMetadata().setNamespace("shop");
        resource.setSpec(spec);
        return resource;
    }
}
