package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who has which route when endpoints came behind admission's back, or change; and what is spoken on their ports. */
class RoutesTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");

    private static World world(Endpoint... endpoints) {
        return World.of(List.of(Samples.service("webapp", 1, 2, 1, 2)), List.of(endpoints), Samples.hosts(1));
    }

    private static Endpoint endpoint(
            String name, int position, int age, Protocol protocol, String path, String... hosts) {
        return new Endpoint(
                Samples.key(name),
                Instant.ofEpochSecond(age),
                "webapp",
                null,
                position,
                "http",
                80,
                false,
                protocol,
                List.of(hosts),
                path);
    }

    private static Endpoint http(String name, int age, String... hosts) {
        return endpoint(name, 0, age, Protocol.HTTP, "/", hosts);
    }

    /** Which endpoint the table has for each route, in one line, and how many containers answer. */
    private static String routed(Passes passes) {
        return passes.world().proxy().live().rows().entrySet().stream()
                .map(row -> row.getKey() + "=" + row.getValue().endpoint().name() + "/"
                        + row.getValue().backends().size())
                .collect(Collectors.joining(" "));
    }

    private static Passes settled(Endpoint... endpoints) {
        Passes passes = new Passes(world(endpoints), WEBAPP);
        passes.settle();
        return passes;
    }

    @Test
    void ofTwoThatCameTogetherTheOlderHasWhatBothWantAndEachTheRest() {
        Endpoint young = http("young", 2, "a.io", "b.io");
        Endpoint old = http("old", 1, "b.io", "c.io");
        for (Passes passes : List.of(settled(young, old), settled(old, young))) {
            assertThat(routed(passes)).isEqualTo("a.io:80=young/1 b.io:80=old/1 c.io:80=old/1");
        }
    }

    @Test
    void theOneThatIsRoutedNowKeepsItsRouteFromAnOlderOneUntilItGoes() {
        Endpoint young = http("young", 2, "b.io");
        Endpoint old = http("old", 1, "b.io");
        Passes passes = settled(young);
        passes.change(w -> w.declareEndpoints(List.of(old, young)));
        assertThat(passes.settle()).isEmpty();
        passes.change(w -> w.declareEndpoints(List.of(old)));
        passes.settle();
        assertThat(routed(passes)).isEqualTo("b.io:80=old/1");
    }

    @Test
    void aListenerKeepsWhatIsSpokenOnItAsLongAsSomebodySpeaksIt() {
        Endpoint tcp = endpoint("tcp", 1, 1, Protocol.TCP, "/");
        Endpoint web = http("web", 2, "a.io");
        Passes passes = settled(web);
        passes.change(w -> w.declareEndpoints(List.of(tcp, web)));
        assertThat(passes.settle()).isEmpty();
        assertThat(passes.world().proxy().listeners()).isEqualTo(Map.of(80, Protocol.HTTP));
        passes.change(w -> w.declareEndpoints(List.of(tcp)));
        assertThat(passes.settle()).contains("listen on 80/tcp: the endpoints ask for these ports");
        assertThat(routed(passes)).isEqualTo(":80/tcp=tcp/1");
        // The last one on its port may say something else.
        Endpoint edited = endpoint("tcp", 1, 1, Protocol.HTTP, "/api");
        passes.change(w -> w.declareEndpoints(List.of(edited)));
        passes.settle();
        assertThat(passes.world().proxy().listeners()).isEqualTo(Map.of(80, Protocol.HTTP));
        assertThat(routed(passes)).isEqualTo(":80/api=tcp/1");
    }

    @Test
    void whereNoEndpointIsLeftTheProxyListensOnNoPort() {
        Passes passes = settled(http("web", 1, "a.io"));
        passes.change(w -> w.declareEndpoints(List.of()));
        assertThat(passes.settle()).contains("listen on no port: no endpoint asks for a port");
        assertThat(passes.world().proxy().listeners()).isEmpty();
    }

    @Test
    void namesComeAndGoWithoutAWordToTheListeners() {
        Passes passes = settled(http("web", 1, "a.io", "b.io"));
        passes.change(w -> w.declareEndpoints(List.of(http("web", 1, "b.io", "c.io"))));
        assertThat(passes.settle())
                .noneMatch(line -> line.startsWith("listen"))
                .contains(
                        "prepare c.io:80 [webapp-stack0-app1]: the pools that carry no traffic must hold what comes next")
                .contains("switch a.io:80 [], c.io:80 [webapp-stack0-app1]: a.io:80 is served no more, "
                        + "Endpoint default/web gets v0.1");
        assertThat(routed(passes)).isEqualTo("b.io:80=web/1 c.io:80=web/1");
        assertThat(passes.world().proxy().spare())
                .as("the pools of the name that has gone are cleared, though the port stays")
                .isEmpty();
    }

    @Test
    void aPromotionTurnsAllRoutesOfAllEndpointsInOneSwitch() {
        Passes passes = settled(
                http("prod", 1, "a.io", "*.a.io"),
                endpoint("path", 1, 2, Protocol.HTTP, "/api", "a.io"),
                endpoint("rest", 1, 3, Protocol.HTTP, "/"));
        passes.change(w -> w.declare(WEBAPP, Samples.versions(1, 2, 3)));
        passes.settle();
        passes.change(w -> w.declare(WEBAPP, Samples.versions(2, 3)));
        assertThat(passes.settle())
                .filteredOn(line -> line.startsWith("switch") && !line.startsWith("switch stamps"))
                .containsExactly("switch :80 [webapp-stack0-app3], *.a.io:80 [webapp-stack0-app2], "
                        + "a.io:80 [webapp-stack0-app2], a.io:80/api [webapp-stack0-app3]: "
                        + "Endpoint default/rest goes from v0.2 to v0.3, "
                        + "Endpoint default/prod goes from v0.1 to v0.2, "
                        + "Endpoint default/path goes from v0.2 to v0.3");
    }

    @Test
    void aRouteIsKnownBeforeAnythingRuns() {
        Passes passes = new Passes(world(http("web", 1, "a.io")), WEBAPP);
        passes.pass();
        passes.pass();
        assertThat(routed(passes)).isEqualTo("a.io:80=web/0");
    }
}
