package dev.cairn.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.ServiceResource;
import dev.cairn.app.Planning.Edits;
import dev.cairn.app.Planning.ServicePlan;
import dev.cairn.app.TestApi;
import dev.cairn.app.up.CoreAdmission;
import dev.cairn.core.constraint.Blocks;
import dev.cairn.core.constraint.Violation;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import dev.cairn.core.plan.Action;
import dev.cairn.core.plan.Plan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the user of {@code cairn plan} sees, and what is asked of the planning; the API is a real one. */
class PlanCommandTest {
    private static final String SERVICE = """
            apiVersion: cairn.dev/v1alpha1
            kind: Service
            metadata: {name: %s}
            spec: {image: webapp, versions: [%s], stacks: 2}
            """;

    @TempDir
    Path directory;

    private TestApi api;
    private final CommandLineRun.Recorder machinery = new CommandLineRun.Recorder();
    private final List<Set<ObjectKey>> asked = new ArrayList<>();
    private final List<Edits> edits = new ArrayList<>();
    private List<ServicePlan> plans = List.of();

    @BeforeEach
    void start() throws IOException {
        api = new TestApi(directory, new CoreAdmission("operator"));
        api.apply(SERVICE.formatted("webapp", "v0.1, v0.2, v0.3"));
        machinery.planning = (services, edited) -> {
            asked.add(services);
            edits.add(edited);
            return plans;
        };
    }

    @AfterEach
    void stop() throws IOException {
        api.close();
    }

    private CommandLineRun run(String... words) {
        List<String> all = new ArrayList<>(List.of("plan", "--kubeconfig=" + api.kubeconfig()));
        all.addAll(List.of(words));
        return CommandLineRun.of(machinery, all.toArray(String[]::new));
    }

    private String file(String text) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "plan", ".yaml"), text)
                .toString();
    }

    private Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        Stream.of(ServiceResource.class, EndpointResource.class, HostResource.class)
                .flatMap(
                        kind -> api
                                .client()
                                .resources((Class<? extends HasMetadata>) kind)
                                .inAnyNamespace()
                                .list()
                                .getItems()
                                .stream())
                .forEach(one -> versions.put(
                        one.getKind() + " " + one.getMetadata().getName(),
                        one.getMetadata().getResourceVersion()));
        return versions;
    }

    private static ServicePlan plan(
            String service, List<Action> actions, List<Violation> violations, Plan.Wait... waits) {
        return new ServicePlan(new ObjectKey("default", service), actions, violations, List.of(waits));
    }

    private static Host host() {
        return new Host(
                "docker01",
                "tcp://10.0.0.1:2375",
                "10.0.0.1",
                20000,
                29999,
                false,
                Host.Availability.ACTIVE,
                Map.of(),
                null,
                Set.of());
    }

    private static List<Action> actions() {
        Template template = new Template(List.of(), List.of(), Map.of(), List.of(), null, 10);
        Owner owner = new Owner(new ObjectKey("default", "webapp"), 1, 4);
        Entry entry = new Entry(4, new Version("v0.4"), "webapp@sha256:1", 20000, template);
        return List.of(
                new Action.Pull(host(), "webapp:v0.4", "the host does not have it", ImagePull.DEFAULT),
                new Action.Start(host(), owner, entry, "declared at position 3, not running"));
    }

    @Test
    void theExitCodeTellsWhetherThereIsSomethingToDo() {
        plans = List.of(plan("webapp", List.of(), List.of()));
        assertThat(run("webapp")).isEqualTo(new CommandLineRun(0, "nothing to do\n", ""));
        assertThat(asked).containsExactly(Set.of(new ObjectKey("default", "webapp")));

        plans = List.of(plan("webapp", actions(), List.of()));
        assertThat(run("webapp")).isEqualTo(new CommandLineRun(2, """
                pull webapp:v0.4 on docker01: the host does not have it
                start webapp-stack1-app4 v0.4 on docker01: declared at position 3, not running
                """, ""));

        Plan.Wait frozen = new Plan.Wait("Frozen", "it is frozen until noon", Instant.EPOCH);
        plans = List.of(plan("webapp", List.of(), List.of(), frozen));
        assertThat(run()).isEqualTo(new CommandLineRun(2, "wait: it is frozen until noon\n", ""));

        Violation broken =
                new Violation("VersionOrder", "Service default/webapp", "it falls", "let it rise", Blocks.CHANGE);
        plans = List.of(plan("webapp", List.of(), List.of(broken)));
        assertThat(run("webapp").code()).isEqualTo(1);
        assertThat(run("webapp").out())
                .contains("violated: VersionOrder: Service default/webapp: it falls; let it rise");

        machinery.planning = (services, edited) -> {
            throw new IOException("no");
        };
        assertThat(run("webapp")).isEqualTo(new CommandLineRun(1, "", "error: no\n"));
    }

    @Test
    void severalServicesAreToldApart() {
        plans = List.of(
                plan("one", List.of(), List.of()), plan("webapp", actions().subList(0, 1), List.of()));
        assertThat(run()).isEqualTo(new CommandLineRun(2, """
                Service default/one:
                  nothing to do
                Service default/webapp:
                  pull webapp:v0.4 on docker01: the host does not have it
                """, ""));
    }

    @Test
    void jsonHasStableFields() {
        Plan.Wait wait = new Plan.Wait("Paused", "it is paused", null);
        Violation reported = new Violation("IdenticalStacks", "Service default/webapp", "they differ", "wait");
        plans = List.of(plan("webapp", actions(), List.of(reported), wait));
        CommandLineRun run = run("-o", "json", "webapp");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out().strip())
                .isEqualTo("{\"services\":[{\"namespace\":\"default\",\"service\":\"webapp\",\"actions\":["
                        + "{\"action\":\"Pull\",\"object\":\"webapp:v0.4\",\"host\":\"docker01\","
                        + "\"cause\":\"the host does not have it\","
                        + "\"text\":\"pull webapp:v0.4 on docker01: the host does not have it\"},"
                        + "{\"action\":\"Start\",\"object\":\"webapp-stack1-app4\",\"host\":\"docker01\","
                        + "\"version\":\"v0.4\",\"cause\":\"declared at position 3, not running\","
                        + "\"text\":\"start webapp-stack1-app4 v0.4 on docker01: declared at position 3, not running\"}],"
                        + "\"violations\":[{\"constraint\":\"IdenticalStacks\",\"subject\":\"Service default/webapp\","
                        + "\"found\":\"they differ\",\"wanted\":\"wait\","
                        + "\"text\":\"IdenticalStacks: Service default/webapp: they differ; wait\"}],"
                        + "\"waits\":[{\"reason\":\"Paused\",\"text\":\"it is paused\"}]}]}");
    }

    @Test
    void aFileIsTriedAndNotApplied() throws IOException {
        plans = List.of(plan("webapp", actions(), List.of()));
        Map<String, String> before = versions();
        String file = file(SERVICE.formatted("webapp", "v0.1, v0.2, v0.3, v0.4") + "---\n"
                + SERVICE.formatted("other", "v1") + """
                ---
                apiVersion: cairn.dev/v1alpha1
                kind: Endpoint
                metadata: {name: front}
                spec: {serviceName: other, stage: prod, targetPort: http, port: 8080}
                ---
                apiVersion: cairn.dev/v1alpha1
                kind: Host
                metadata: {name: docker09}
                spec: {docker: {url: "tcp://127.0.0.1:2375", address: 127.0.0.1}}
                """);
        assertThat(run("-f", file).code()).isEqualTo(2);
        assertThat(versions()).as("resourceVersions").isEqualTo(before);
        assertThat(edits).hasSize(1);
        assertThat(edits.get(0).services())
                .extracting(one -> one.getMetadata().getName())
                .containsExactly("webapp", "other");
        assertThat(edits.get(0).services().get(0).getSpec().versions()).containsExactly("v0.1", "v0.2", "v0.3", "v0.4");
        assertThat(edits.get(0).endpoints())
                .extracting(one -> one.getSpec().serviceName())
                .containsExactly("other");
        assertThat(edits.get(0).hosts())
                .extracting(one -> one.getMetadata().getName())
                .containsExactly("docker09");

        assertThat(run("webapp", "v0.1", "v0.2", "v0.3", "v0.5").code()).isEqualTo(2);
        assertThat(edits.get(1).services().get(0).getSpec().versions()).endsWith("v0.5");
        assertThat(versions()).isEqualTo(before);
    }

    @Test
    void whatKubectlHasAppliedAndTheFileDropsIsGoneAndWhatOthersHaveSetStays() throws IOException {
        plans = List.of(plan("webapp", actions(), List.of()));
        String applied =
                "{\"apiVersion\":\"cairn.dev/v1alpha1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"webapp\"},"
                        + "\"spec\":{\"image\":\"webapp\",\"versions\":[\"v0.1\",\"v0.2\",\"v0.3\"],\"paused\":true}}";
        api.client()
                .resources(ServiceResource.class)
                .inNamespace("default")
                .withName("webapp")
                .edit(service -> {
                    service.getMetadata()
                            .setAnnotations(Map.of("kubectl.kubernetes.io/last-applied-configuration", applied));
                    return service;
                });
        api.client()
                .resources(ServiceResource.class)
                .inNamespace("default")
                .withName("webapp")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"paused\":true,\"stacks\":3}}");
        assertThat(run("-f", file("""
                apiVersion: cairn.dev/v1alpha1
                kind: Service
                metadata: {name: webapp}
                spec: {image: webapp, versions: [v0.1, v0.2, v0.3]}
                """)).code()).isEqualTo(2);
        ServiceResource tried = edits.get(0).services().get(0);
        assertThat(tried.getSpec().paused()).isNotEqualTo(true);
        assertThat(tried.getSpec().stacks()).isEqualTo(3);
    }

    @Test
    void whatTheApiRefusesIsToldInItsWordsAndNothingElse() throws IOException {
        CommandLineRun refused = run("-f", file(SERVICE.formatted("webapp", "v0.3, v0.2, v0.1")));
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).hasLineCount(1).contains("Service default/webapp", "VersionOrder");
        assertThat(run("webapp", "v0.3", "v0.2", "v0.1").err()).hasLineCount(1).contains("VersionOrder");
        assertThat(edits).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a: [            | not YAML: line 1
            just text       | document 1 is not an object
            ''              | declares nothing
            kind: Service   | has no apiVersion
            {apiVersion: cairn.dev/v1alpha1, kind: Service, metadata: {name: a}, spec: {image: a, versions: [v1], strategy: {drainSeconds: 99999999999999}}} | drainSeconds
            {apiVersion: cairn.dev/v1alpha1, kind: Service, metadata: {name: a}, spec: {image: a, versions: [v1], strategy: {drainSeconds: -1}}} | drainSeconds
            {apiVersion: cairn.dev/v1alpha1, kind: Service, metadata: {name: a}, spec: {image: a, versions: [v1], retain: {seconds: forever}}} | seconds
            {apiVersion: cairn.dev/v1alpha1, kind: Sevice, metadata: {name: a}, spec: {}} | no kind Sevice
            {apiVersion: cairn.dev/v1alpha1, kind: Service, metadata: {name: a}, spec: {image: a, versions: [v1], stakcs: 2}} | stakcs
            """)
    void aFileThatCannotBeUsedIsOneSentence(String text, String told) throws IOException {
        CommandLineRun run = run("-f", file(text == null ? "" : text));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .hasLineCount(1)
                .startsWith("error: ")
                .contains(told)
                .doesNotContain("Exception");
        assertThat(edits).isEmpty();
    }

    @Test
    void otherMistakesAreOneSentenceToo() throws IOException {
        assertThat(run("nothing"))
                .isEqualTo(new CommandLineRun(
                        1,
                        "",
                        "error: there is no Service nothing in namespace default; see cairn show, or name its namespace"
                                + " with -n\n"));
        assertThat(run("-f", "/none.yaml"))
                .isEqualTo(new CommandLineRun(1, "", "error: there is no file /none.yaml\n"));
        assertThat(run("-f", directory.toString()).err()).contains("is a folder; name the files in it");
        assertThat(run("-f", file("#".repeat(4 * 1024 * 1024))).err())
                .hasLineCount(1)
                .contains("is larger than 3145728 bytes");
        assertThat(run("-f", file(""), "webapp")).satisfies(run -> {
            assertThat(run.code()).as("never 2, which means changes").isEqualTo(1);
            assertThat(run.err()).hasLineCount(1).contains("either files with -f or a service");
        });
        assertThat(run("--nonsense").code()).isEqualTo(1);
        assertThat(run("--help").out()).contains("Exit codes:", "nothing to do", "refused", "-f");
    }
}
