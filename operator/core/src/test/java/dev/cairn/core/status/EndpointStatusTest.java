package dev.cairn.core.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What users are told of an endpoint: where requests go now, and why they go nowhere. */
class EndpointStatusTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final Endpoint SHOP = Samples.endpoint("shop", "webapp", 0, 80);
    private static final Condition COMPLIANT = new Condition("Compliant", true, "AllConstraintsHold", "");

    /** Stack k holds v0.1 as n 1 and is about to hold v0.2 as n 2. */
    private static ServiceStack stack(int k) {
        return new ServiceStack(
                Samples.key("webapp-stack" + k),
                1,
                "1",
                WEBAPP,
                k,
                "docker0" + (k + 1),
                2,
                2,
                null,
                List.of(entry(1)),
                List.of(entry(2)),
                false,
                false);
    }

    private static Entry entry(int n) {
        return new Entry(n, new Version("v0." + n), "image", 20000 + n, Samples.TEMPLATE);
    }

    private static Desired desired(@Nullable Service service, Endpoint... others) {
        List<Endpoint> endpoints = new ArrayList<>(List.of(SHOP));
        endpoints.addAll(List.of(others));
        return new Desired(WEBAPP, service, List.of(stack(0), stack(1)), List.of(), endpoints, Samples.hosts(2));
    }

    private static Desired desired() {
        return desired(Samples.service("webapp", 2, 1, 1));
    }

    private static Backend backend(int stack, int n) {
        return new Backend(new Owner(WEBAPP, stack, n), "10.0.0." + (stack + 1), 20000 + n);
    }

    /** A proxy whose port 80 leads to these, for that endpoint. */
    private static ProxyView routing(String endpoint, Map<Integer, String> refused, Backend... backends) {
        TreeMap<RouteKey, Row> rows = new TreeMap<>();
        rows.put(new RouteKey(80), new Row(Samples.key(endpoint), WEBAPP, List.of(backends)));
        rows.put(new RouteKey(81), new Row(Samples.key("shop"), WEBAPP, List.of(backend(0, 9))));
        return new ProxyView(
                null, 1, true, new RouteTable(rows, new TreeMap<>()), Map.of(), Map.of(), Map.of(), refused);
    }

    private static Condition notReady(String reason, String message) {
        return new Condition("Ready", false, reason, message);
    }

    @Test
    void an_endpoint_that_is_routed_is_ready_and_tells_who_answers() {
        EndpointStatus status =
                EndpointStatus.of(SHOP, desired(), routing("shop", Map.of(), backend(1, 1), backend(0, 1)));
        assertThat(status.conditions()).containsExactly(new Condition("Ready", true, "Routed", ""), COMPLIANT);
        assertThat(status.position()).hasValue(0);
        assertThat(status.versions()).isEqualTo(Samples.versions(1));
        assertThat(status.backends()).containsExactly(backend(0, 1), backend(1, 1));
    }

    /** With RollbackOnFailure what answers may be what is only prepared. */
    @Test
    void versions_that_answer_are_told_whichever_list_has_them_and_nothing_of_what_is_gone() {
        EndpointStatus status = EndpointStatus.of(
                SHOP, desired(), routing("shop", Map.of(), backend(0, 2), backend(1, 1), backend(1, 7), backend(5, 1)));
        assertThat(status.versions()).isEqualTo(Samples.versions(1, 2));
        assertThat(status.backends()).hasSize(4);
    }

    @Test
    void nobody_answers_where_no_row_or_another_endpoints_row_is() {
        Condition nobody = notReady("NoBackends", "no container of Service default/webapp is routed yet");
        assertThat(EndpointStatus.of(SHOP, desired(), routing("shop", Map.of())).conditions())
                .containsExactly(nobody, COMPLIANT);
        EndpointStatus other = EndpointStatus.of(SHOP, desired(), routing("other", Map.of(), backend(0, 1)));
        assertThat(other.conditions()).contains(nobody);
        assertThat(other.backends()).isEmpty();
        Endpoint elsewhere = Samples.endpoint("shop", "webapp", 0, 443);
        assertThat(EndpointStatus.of(elsewhere, desired(), routing("shop", Map.of(), backend(0, 1)))
                        .conditions())
                .contains(nobody);
    }

    @Test
    void the_proxys_trouble_and_a_port_that_it_cannot_have_are_told() {
        assertThat(EndpointStatus.of(SHOP, desired(), ProxyView.unknown("it is away"))
                        .conditions())
                .containsExactly(notReady("ProxyUnknown", "it is away"), COMPLIANT);
        assertThat(EndpointStatus.of(SHOP, desired(), routing("shop", Map.of(80, "80 is nginx's"), backend(0, 1)))
                        .conditions())
                .containsExactly(notReady("PortTaken", "80 is nginx's"), COMPLIANT);
        assertThat(EndpointStatus.of(SHOP, desired(), routing("shop", Map.of(81, "81 is nginx's"), backend(0, 1)))
                        .conditions())
                .contains(new Condition("Ready", true, "Routed", ""));
    }

    @Test
    void a_violated_constraint_comes_before_everything_else() {
        EndpointStatus status =
                EndpointStatus.of(SHOP, desired(null), routing("shop", Map.of(80, "80 is nginx's"), backend(0, 1)));
        Condition ready = status.conditions().get(0);
        assertThat(ready.holds()).isFalse();
        assertThat(ready.reason()).isEqualTo("EndpointService");
        assertThat(ready.message()).startsWith("EndpointService: Endpoint default/shop: ");
        assertThat(status.conditions().get(1))
                .isEqualTo(new Condition("Compliant", false, "EndpointService", ready.message()));
        assertThat(status.position()).isEmpty();
    }

    @Test
    void what_is_wrong_with_another_endpoint_or_with_the_service_is_not_told_here() {
        Endpoint bishop = Samples.endpoint("bishop", "webapp", 0, 80);
        Desired desired =
                desired(Samples.service("webapp", 2, 3, 1), bishop, Samples.endpoint("high", "webapp", 9, 82));
        assertThat(EndpointStatus.of(SHOP, desired, routing("shop", Map.of(), backend(0, 1)))
                        .conditions())
                .containsExactly(new Condition("Ready", true, "Routed", ""), COMPLIANT);
        assertThat(EndpointStatus.of(bishop, desired, routing("shop", Map.of(), backend(0, 1)))
                        .conditions()
                        .get(0))
                .isEqualTo(notReady(
                        "UniqueRoute",
                        "UniqueRoute: Endpoint default/bishop: port 80 belongs to Endpoint default/shop;"
                                + " choose another port, host name or path"));
    }
}
