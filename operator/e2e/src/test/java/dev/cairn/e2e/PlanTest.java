package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.app.cli.Cli;
import dev.cairn.app.up.LocalMachinery;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** F22: what {@code cairn plan} says is what is then done, line by line, and saying it changes nothing anywhere. */
@ExtendWith(CairnExtension.class)
final class PlanTest {
    private static final String THREE = "v0.1, v0.2, v0.3";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    /** What a command has printed, and its exit code. */
    private record Told(int code, String out, String err) {}

    private static Told plan(Cairn cairn, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] all = Stream.of(Stream.of("plan"), cairn.whereabouts().stream(), Stream.of(words))
                .flatMap(part -> part)
                .toArray(String[]::new);
        int code = Cli.run(all, new LocalMachinery(), new PrintWriter(out), new PrintWriter(err));
        return new Told(code, out.toString(), err.toString());
    }

    private String file(String text) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "plan", ".yaml"), text)
                .toString();
    }

    /** The lines of what would be done if the text were applied. */
    private List<String> planned(Cairn cairn, String text) throws IOException {
        Told json = plan(cairn, "-o", "json", "-f", file(text));
        assertThat(json.err()).isEmpty();
        assertThat(json.code()).as("there is something to do").isEqualTo(2);
        List<String> lines = new ArrayList<>();
        JsonNode services = JSON.readTree(json.out()).path("services");
        assertThat(services).hasSize(1);
        services.get(0)
                .path("actions")
                .forEach(action -> lines.add(action.path("text").asText()));
        assertThat(services.get(0).path("waits")).as("nothing is waited for").isEmpty();
        assertThat(lines).isNotEmpty();
        String text2 = plan(cairn, "-f", file(text)).out();
        assertThat(text2.lines()).as("the text and the JSON").isEqualTo(lines);
        return lines;
    }

    /** The lines that the operator has logged of a service: what it has done. */
    private static List<String> done(Cairn cairn, String service) throws IOException {
        String mark = "Service default/" + service + ": ";
        return Files.readAllLines(cairn.state().resolveSibling("operator.log")).stream()
                .filter(line -> line.contains(mark))
                .map(line -> line.substring(line.indexOf(mark) + mark.length()))
                .toList();
    }

    /** Plans a text, applies it, and compares what is done with what was planned. */
    private void assertRunIsPlan(Cairn cairn, Subject subject, String text) throws IOException {
        List<String> plan = sorted(planned(cairn, text));
        int before = done(cairn, subject.name()).size();
        cairn.kubectl().apply(text);
        patiently("the run is the plan").untilAsserted(() -> {
            List<String> all = done(cairn, subject.name());
            assertThat(sorted(all.subList(before, all.size()))).isEqualTo(plan);
        });
        subject.awaitReady();
        Told after = plan(cairn, subject.name());
        assertThat(after).isEqualTo(new Told(0, "nothing to do\n", ""));
        List<String> all = done(cairn, subject.name());
        assertThat(sorted(all.subList(before, all.size())))
                .as("and nothing more")
                .isEqualTo(plan);
    }

    private static final Pattern ROW = Pattern.compile("\\S+ \\[[^\\]]*\\]");

    /** Sorted; a row that only gains a container takes it when it is up, so that each row counts for itself. */
    private static List<String> sorted(List<String> lines) {
        return lines.stream()
                .flatMap(line -> line.startsWith("switch ")
                        ? ROW.matcher(line).results().map(row -> "switch " + row.group())
                        : Stream.of(line))
                .sorted()
                .toList();
    }

    @Test
    void F22_aRunIsItsPlan(Cairn cairn) throws Exception {
        Yaml.Service yaml = new Yaml.Service("planned", THREE).stacks(1);
        try (Subject planned = Subject.start(cairn, yaml)) {
            assertThat(plan(cairn, "planned")).isEqualTo(new Told(0, "nothing to do\n", ""));
            Yaml.Service release = yaml.versions(THREE + ", v0.4");
            assertRunIsPlan(cairn, planned, release.text());
            Yaml.Service promotion = yaml.versions("v0.2, v0.3, v0.4");
            assertThat(plan(cairn, "-f", file(promotion.text())).out())
                    .contains(
                            "Endpoint default/planned-prod goes from v0.1 to v0.2",
                            "Endpoint default/planned-dev goes from v0.3 to v0.4",
                            "remove planned-stack0-app1 on ");
            assertRunIsPlan(cairn, planned, promotion.text());
            assertRunIsPlan(cairn, planned, promotion.stacks(2).text());
            assertThat(planned.answers()).containsExactly("v0.2", "v0.3", "v0.4");
            assertRunIsPlan(cairn, planned, Yaml.endpoint("planned-prod", "planned", "qa", planned.port("prod")));
            patiently("prod is moved")
                    .untilAsserted(() -> assertThat(planned.answers()).containsExactly("v0.3", "v0.3", "v0.4"));
        }
    }

    private static Map<String, String> resourceVersions(Cairn cairn) throws IOException {
        Map<String, String> versions = new TreeMap<>();
        for (String kind : List.of("services", "endpoints", "hosts", "servicestacks")) {
            for (JsonNode object : cairn.api().list(Api.GROUP + "/" + kind)) {
                JsonNode metadata = object.path("metadata");
                // Of hosts the spec counts: their status tells how full they are from time to time.
                versions.put(
                        kind + " " + metadata.path("namespace").asText() + "/"
                                + metadata.path("name").asText(),
                        metadata.path(kind.equals("hosts") ? "generation" : "resourceVersion")
                                .asText());
            }
        }
        return versions;
    }

    @Test
    void F22_planningChangesNothing(Cairn cairn) throws Exception {
        Yaml.Service yaml = new Yaml.Service("unplanned", THREE);
        try (Subject subject = Subject.start(cairn, yaml);
                EngineProxy first =
                        new EngineProxy(cairn.engines().of(Engines.FIRST).url());
                EngineProxy second =
                        new EngineProxy(cairn.engines().of(Engines.SECOND).url())) {
            List<String> lives = subject.lives();
            Map<String, String> before = resourceVersions(cairn);
            assertThat(before).hasSizeGreaterThan(7);
            String config = cairn.proxyConfig();
            int done = done(cairn, "unplanned").size();
            // The engines as the plan sees them, and nobody else: all that is asked of them goes through the proxies.
            String hosts = Yaml.host(
                            Engines.FIRST,
                            first.url(),
                            cairn.engines().of(Engines.FIRST).address())
                    + Yaml.host(
                            Engines.SECOND,
                            second.url(),
                            cairn.engines().of(Engines.SECOND).address());
            Told release =
                    plan(cairn, "-f", file(yaml.versions(THREE + ", v0.4").text() + hosts));
            Told moved = plan(
                    cairn,
                    "-f",
                    file(Yaml.endpoint("unplanned-prod", "unplanned", "dev", subject.port("prod"))
                            + Yaml.endpoint("more", "unplanned", "qa", Subject.freePort())
                            + hosts));
            assertThat(release.code()).as(release.err()).isEqualTo(2);
            assertThat(release.out()).contains("start unplanned-stack0-app4 v0.4 on ", "commit unplanned-stack0 ");
            assertThat(moved.out())
                    .contains(
                            "Endpoint default/unplanned-prod goes from v0.1 to v0.3",
                            "Endpoint default/more gets v0.2");

            List<String> requests = new ArrayList<>(first.requests());
            requests.addAll(second.requests());
            assertThat(requests)
                    .hasSizeGreaterThan(3)
                    .allMatch(request -> request.startsWith("GET ") || request.startsWith("HEAD "));
            assertThat(resourceVersions(cairn)).isEqualTo(before);
            assertThat(subject.lives()).isEqualTo(lives);
            assertThat(cairn.proxyConfig()).isEqualTo(config);
            assertThat(subject.answers()).containsExactly("v0.1", "v0.2", "v0.3");
            assertThat(done(cairn, "unplanned"))
                    .as("the operator had nothing to do")
                    .hasSize(done);
        }
    }

    @Test
    void F22_aRefusalIsItsMessageAndAMistakeIsASentence(Cairn cairn) throws Exception {
        Yaml.Service yaml = new Yaml.Service("unruly", THREE).stacks(1);
        try (Subject subject = Subject.start(cairn, yaml)) {
            Told refused = plan(cairn, "-f", file(yaml.versions("v0.2, v0.3").text()));
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.out()).isEmpty();
            assertThat(refused.err().lines()).hasSize(1);
            assertThat(refused.err()).contains("StackHeight", "to release and promote declare [v0.2, v0.3, <new>]");
            assertThat(plan(cairn, "nobody").err()).contains("there is no Service nobody in namespace default");
            subject.edit(yaml.spec("retain: {count: 0}", "paused: true"));
            Told paused = plan(cairn, "unruly", "v0.1", "v0.2", "v0.3", "v0.4");
            assertThat(paused.code()).isEqualTo(2);
            assertThat(Arrays.asList(paused.out().split("\n")))
                    .anyMatch(line -> line.startsWith("wait: Service default/unruly is paused"))
                    .noneMatch(line -> line.startsWith("start "));
        }
    }

    @Test
    void F22_aChangeThatFailedIsToldWithItsReason(Cairn cairn) throws Exception {
        Yaml.Service yaml = new Yaml.Service("doomed", THREE).stacks(1);
        try (Subject subject = Subject.start(cairn, yaml)) {
            subject.edit(yaml.deadline(5).versions(THREE + ", " + Cairn.NEVER_READY));
            patiently("the reason").untilAsserted(() -> {
                Told plan = plan(cairn, "doomed");
                assertThat(plan.code()).isEqualTo(2);
                // Which try it is depends on how long a plan takes: the operator goes on trying.
                assertThat(plan.out())
                        .containsPattern("wait: the last change failed: doomed-stack0-app[0-9]+ v0\\.6 on .* 5 s");
            });
        }
    }
}
