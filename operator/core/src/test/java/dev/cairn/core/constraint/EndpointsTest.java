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
import java.util.Optional;
import java.util.TreeMap;
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
    void winner(String endpoints, String routed, String expected) {
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
            assertThat(UniqueRoute.winner(list, live).map(e -> e.key().name())).isEqualTo(named);
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
                        + "choose another port");
        assertThat(Constraints.check(desired, routing(younger))).isEmpty();
        assertThat(Constraints.blocksRoute(Constraints.check(desired), younger.key()))
                .isTrue();
        assertThat(Constraints.blocksRoute(Constraints.check(desired), elsewhere.key()))
                .isFalse();
        assertThat(Constraints.blocksChange(Constraints.check(desired))).isFalse();
    }

    private static RouteTable routing(Endpoint... endpoints) {
        TreeMap<RouteKey, Row> rows = new TreeMap<>();
        Arrays.stream(endpoints).forEach(e -> rows.put(e.route(), new Row(e.key(), e.service(), List.of())));
        return new RouteTable(rows, new TreeMap<>());
    }
}
