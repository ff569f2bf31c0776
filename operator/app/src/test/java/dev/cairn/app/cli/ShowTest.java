package dev.cairn.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.api.HostResource;
import dev.cairn.api.ServiceResource;
import dev.cairn.app.source.SourceState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShowTest {
    private static List<String> tables(@Nullable String pattern) {
        return ShowTables.lines(Samples.snapshot(), Filter.of(pattern));
    }

    private static List<String> tree(@Nullable String pattern) {
        return ShowTree.lines(Samples.snapshot(), Filter.of(pattern));
    }

    @Test
    void tables() {
        assertThat(tables(null))
                .containsExactly(
                        "SERVICE  VERSIONS                    STACKS  READY  REASON",
                        "webapp   prod=v0.1 qa=v0.2 dev=v0.3  1/2     False  Converging: start webapp-stack1-app4 v0.4",
                        "",
                        "ENDPOINT     SERVICE  STAGE  VERSION  URL                     READY  REASON",
                        "webapp-prod  webapp   prod   v0.1     http://127.0.0.1:8080/  True   Routed",
                        "",
                        "HOST      ENGINE    STACKS  CONTAINERS  READY  REASON",
                        "docker01  20.10.24  1       4           True   Reachable");
    }

    @Test
    void theTreeHasTheTopOfTheStackAtTheTop() {
        assertThat(tree(null))
                .containsExactly(
                        "webapp",
                        "  webapp-stack0 on docker01",
                        "    next  -     v0.4  webapp-stack0-app4  starting  127.0.0.1:20003",
                        "    2     dev   v0.3  webapp-stack0-app3  dead      -",
                        "    1     qa    v0.2  webapp-stack0-app2  healthy   127.0.0.1:20001",
                        "    0     prod  v0.1  webapp-stack0-app1  healthy   127.0.0.1:20000  <- webapp-prod");
    }

    @Test
    void aPatternLeavesOutTheRest() {
        assertThat(tables("docker*")).hasSize(2);
        assertThat(tables("v0.2")).hasSize(2);
        assertThat(tables("nothing")).isEmpty();
        assertThat(tree("dead")).hasSize(3).last().asString().contains("webapp-stack0-app3");
        assertThat(tree("*app?")).hasSize(6);
        assertThat(tree("docker01")).hasSize(6);
        assertThat(tree("nothing")).isEmpty();
    }

    @Test
    void wildcardsAreNoRegularExpressions() {
        assertThat(Filter.of("a.c").text("abc")).isFalse();
        assertThat(Filter.of("A.C").text("xa.cx")).isTrue();
        assertThat(Filter.of("a*c").text("abbc")).isTrue();
        assertThat(Filter.of("a*c").text("abbcx")).isFalse();
        assertThat(Filter.of("\\E(").text("\\e(")).isTrue();
    }

    @Test
    void aSingleVersionStandsForAWholeStack() {
        ServiceResource one = Samples.read(
                Samples.WEBAPP.replace("[v0.1, v0.2, v0.3, v0.4]", "[v1]").replace("v0.1,v0.2,v0.3", "v1,v1,v1"),
                ServiceResource.class);
        assertThat(Positions.of(one).declared(one)).containsExactly("v1", "v1", "v1");
        assertThat(Positions.of(one).text(List.of("v1", "v1", "v1", "v2"))).isEqualTo("prod=v1 qa=v1 dev=v1 3=v2");
    }

    @Test
    void oneOfSeveralPatternsMustMatchAndAVersionCanBeNamedWithItsService() {
        assertThat(ShowTables.lines(Samples.snapshot(), Filter.any(List.of("docker*", "*-prod"))))
                .hasSize(5)
                .noneMatch(line -> line.startsWith("SERVICE"));
        assertThat(tables("*@v0.3")).hasSize(2).last().asString().startsWith("webapp ");
        assertThat(tables("*@v0.9")).isEmpty();
    }

    @Test
    void wideHasMoreColumns() {
        List<String> wide = ShowTables.lines(Samples.snapshot(), Filter.of(null), true);
        assertThat(wide.get(0)).endsWith("IMAGE");
        assertThat(wide.get(1)).endsWith("webapp");
        assertThat(wide.get(3)).endsWith("BACKENDS");
        assertThat(wide.get(7)).endsWith("unix:///run/docker01.sock");
    }

    @Test
    void twoHostsOnOneEngineAreTold() {
        var host = Samples.read(
                Samples.HOST.replace(
                        "[{type: Ready",
                        "[{type: EngineShared, status: \"True\", reason: EngineShared, message: \"with h2\"}, {type: Ready"),
                HostResource.class);
        Snapshot snapshot = new Snapshot(List.of(), List.of(), List.of(host), List.of());
        assertThat(ShowTables.lines(snapshot, Filter.of(null)).get(1))
                .endsWith("True   Reachable; EngineShared: with h2");
    }

    @Test
    void sourcesAreShownWithTheirCommitAndProblems() {
        Instant now = Instant.parse("2026-01-02T00:00:00Z");
        SourceState folder = new SourceState("examples", null, null, null, List.of(), List.of());
        SourceState git = new SourceState(
                "https://x/shop.git main",
                "1234567890abcdef",
                "2026-01-01T21:00:00Z",
                "release \u001b[2J\nv0.4",
                List.of("shop.git:a.yaml: not\u001b YAML"),
                List.of("Service default/a", "Service default/b"));
        assertThat(ShowSources.lines(List.of(folder, git), Filter.of(null), now))
                .containsExactly(
                        "SOURCE                   COMMIT      AGE  SUBJECT            PROBLEMS",
                        "examples                 -           -    -                  0",
                        "https://x/shop.git main  1234567890  3h   release  [2J v0.4  2",
                        "  shop.git:a.yaml: not  YAML",
                        "  2 objects are declared no more and wait for cairn prune --yes: Service default/a, Service"
                                + " default/b");
        assertThat(ShowSources.lines(List.of(folder, git), Filter.of("shop"), now))
                .hasSize(4);
        assertThat(ShowSources.lines(List.of(folder), Filter.of("shop"), now)).isEmpty();
        assertThat(ShowSources.age("2026-01-01T23:59:00Z", now)).isEqualTo("60s");
        assertThat(ShowSources.age("2025-01-01T23:59:00Z", now)).isEqualTo("365d");
        assertThat(ShowSources.age("soon", now)).isEqualTo("-");
    }
}
