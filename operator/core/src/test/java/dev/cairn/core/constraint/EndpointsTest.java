package dev.cairn.core.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.Service;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** EndpointService and UniqueRoute. */
class EndpointsTest {
    @ParameterizedTest
    @CsvSource({"prod,,true", "dev,,true", ",0,true", ",7,true", "staging,,false", "Prod,,false", "'',,false"})
    void endpointService(String stage, Integer position, boolean holds) {
        Endpoint endpoint = World.endpoint("web", "webapp", stage, position, 80, 0);
        Optional<Violation> violation = EndpointService.of(endpoint, Optional.of(new World().service()));
        assertThat(violation.isEmpty()).isEqualTo(holds);
        assertThat(new EndpointService().check(new World().endpoint(endpoint).desired()))
                .containsExactlyElementsOf(violation.stream().toList());
    }

    @Test
    void messagesNameTheStagesThatThereAre() {
        Service service = new World().service();
        assertThat(EndpointService.of(World.toStage("web", "staging", 80), Optional.of(service)))
                .map(Violation::message)
                .contains(
                        "EndpointService: Endpoint default/web: leads to stage \"staging\", which Service default/webapp "
                                + "does not have; choose one of prod, qa, dev");
        assertThat(EndpointService.of(World.toStage("web", "prod", 80), Optional.empty()))
                .map(Violation::message)
                .contains(
                        "EndpointService: Endpoint default/web: leads to Service default/webapp, which does not exist; "
                                + "create that Service, or name another one");
    }

    @Test
    void anEndpointOfAMissingServiceGetsNoRouteAndBlocksNoChange() {
        Endpoint endpoint = World.toStage("web", "prod", 80);
        Desired desired = new Desired(World.WEBAPP, null, List.of(), List.of(), List.of(endpoint), List.of());
        List<Violation> violations = Constraints.check(desired);
        assertThat(violations).extracting(Violation::constraint).containsExactly("EndpointService");
        assertThat(Constraints.blocksRoute(violations, endpoint.key())).isTrue();
        assertThat(Constraints.blocksChange(violations)).isFalse();
    }

    /** F12. Endpoints as name:age, one that is being deleted in brackets; which one is routed now; who has the route. */
    @ParameterizedTest
    @CsvSource({
        "a:1,         -, a",
        "a:1 b:2,     -, a",
        "a:2 b:1,     -, b",
        "a:1 b:1,     -, a",
        "a:1 b:2,     b, b",
        "a:2 b:1 c:3, c, c",
        "a:2 b:1,     x, b",
        "(a):1 b:2,   a, b",
        "(a):1,       a, -",
        "'',          -, -",
    })
    void holder(String endpoints, String routed, String expected) {
        List<Endpoint> list = new ArrayList<>();
        for (String text : endpoints.isBlank() ? new String[0] : endpoints.split(" ")) {
            String name = text.replaceAll("[():0-9]", "");
            int age = Integer.parseInt(text.replaceAll("[^0-9]", ""));
            Endpoint endpoint = World.endpoint(name, "webapp", "prod", null, 80, age);
            list.add(text.startsWith("(") ? World.beingDeleted(endpoint) : endpoint);
        }
        RouteTable live = routed.equals("-") ? RouteTable.EMPTY : routing(World.toStage(routed, "prod", 80));
        Optional<String> named = expected.equals("-") ? Optional.empty() : Optional.of(expected);
        for (int shuffle = 0; shuffle < list.size() + 1; shuffle++) {
            assertThat(UniqueRoute.holder(new RouteKey(80), list, live)
                            .map(e -> e.key().name()))
                    .isEqualTo(named);
            Collections.rotate(list, 1);
        }
    }

    @Test
    void onlyTheOneThatLosesIsReportedAndOnlyOnItsOwnRoute() {
        Endpoint older = World.endpoint("older", "other", "prod", null, 80, 1);
        Endpoint younger = World.endpoint("younger", "webapp", "prod", null, 80, 2);
        Endpoint elsewhere = World.endpoint("elsewhere", "webapp", "prod", null, 81, 3);
        Desired desired = new World()
                .endpoint(younger)
                .endpoint(older)
                .endpoint(elsewhere)
                .desired();
        assertThat(Constraints.check(desired))
                .extracting(Violation::message)
                .containsExactly("UniqueRoute: Endpoint default/younger: port 80 belongs to Endpoint default/older; "
                        + "choose another port, host name or path");
        assertThat(Constraints.check(desired, routing(younger))).isEmpty();
        assertThat(Constraints.blocksRoute(Constraints.check(desired), younger.key()))
                .isTrue();
        assertThat(Constraints.blocksRoute(Constraints.check(desired), elsewhere.key()))
                .isFalse();
        assertThat(Constraints.blocksChange(Constraints.check(desired))).isFalse();
    }

    /**
     * F12, F64, F92. Endpoints of one port as name:way, the older first; which of them are routed now; what is reported
     * in the end, and who has which route.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a:a.io b:b.io            | -   | -                                          | a.io:80=a b.io:80=b
            a:a.io b:/               | -   | -                                          | a.io:80=a :80=b
            a:/api b:/ c:/apix       | -   | -                                          | :80/api=a :80=b :80/apix=c
            a:*.io b:a.io            | -   | -                                          | *.io:80=a a.io:80=b
            a:a.io,b.io b:b.io,c.io  | -   | b: b.io:80 belongs to a                    | a.io:80=a b.io:80=a c.io:80=b
            a:a.io,b.io b:b.io,c.io  | b   | a: b.io:80 belongs to b                    | a.io:80=a b.io:80=b c.io:80=b
            a:a.io,b.io b:b.io,a.io  | -   | b: a.io:80, b.io:80 belong to a            | a.io:80=a b.io:80=a
            a:a.io b:b.io c:a.io,b.io| -   | c: a.io:80 belongs to a, b.io:80 belongs to b | a.io:80=a b.io:80=b
            a:a.io/x b:a.io/y        | -   | -                                          | a.io:80/x=a a.io:80/y=b
            a:a.io/x b:a.io/x        | -   | b: a.io:80/x belongs to a                  | a.io:80/x=a
            a:tcp b:tcp              | -   | b: port 80 belongs to a                    | :80/tcp=a
            a:tcp b:tcp              | b   | a: port 80 belongs to b                    | :80/tcp=b
            a:a.io b:tcp c:c.io      | -   | b: wants TCP on port 80, where a has HTTP  | a.io:80=a c.io:80=c
            a:tcp b:b.io c:/         | -   | b: wants HTTP on port 80, where a has TCP; c: wants HTTP on port 80, where a has TCP | :80/tcp=a
            a:tcp b:b.io c:/         | c   | a: wants TCP on port 80, where c has HTTP  | b.io:80=b :80=c
            a:tcp b:b.io             | a b | b: wants HTTP on port 80, where a has TCP  | :80/tcp=a
            """)
    void routes(String endpoints, String routed, String reported, String expected) {
        List<Endpoint> list = new ArrayList<>();
        for (String text : endpoints.split(" ")) {
            String[] parts = text.split(":");
            list.add(World.along(World.endpoint(parts[0], "webapp", "prod", null, 80, list.size()), parts[1]));
        }
        RouteTable live = routing(list.stream()
                .filter(e -> List.of(routed.split(" ")).contains(e.key().name()))
                .toArray(Endpoint[]::new));
        SortedMap<RouteKey, String> has = new TreeMap<>();
        list.forEach(e -> e.routes()
                .forEach(key -> UniqueRoute.holder(key, list, live)
                        .ifPresent(
                                holder -> has.put(key, key + "=" + holder.key().name()))));
        assertThat(has.values()).containsExactlyInAnyOrder(expected.split(" "));
        World world = new World();
        list.forEach(world::endpoint);
        Map<String, String> found = new TreeMap<>();
        new UniqueRoute(live).check(world.desired()).forEach(v -> {
            assertThat(v.wanted()).startsWith("choose another port");
            found.merge(name(v.subject()), name(v.found()), (one, other) -> one + ", " + other);
        });
        String told = found.entrySet().stream()
                .map(e -> e.getKey() + ": " + e.getValue())
                .collect(Collectors.joining("; "));
        assertThat(told).isEqualTo(reported.equals("-") ? "" : reported);
    }

    private static String name(String text) {
        return text.replace("Endpoint default/", "");
    }

    private static RouteTable routing(Endpoint... endpoints) {
        TreeMap<RouteKey, Row> rows = new TreeMap<>();
        Arrays.stream(endpoints)
                .forEach(e -> e.routes().forEach(key -> rows.put(key, new Row(e.key(), e.service(), List.of()))));
        return new RouteTable(rows, new TreeMap<>());
    }
}
