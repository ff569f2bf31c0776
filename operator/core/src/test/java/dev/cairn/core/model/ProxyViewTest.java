package dev.cairn.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxyViewTest {
    private static final Owner IN_SPARE = new Owner(new ObjectKey("default", "webapp"), 0, 1);
    private static final Owner NOWHERE = new Owner(new ObjectKey("default", "webapp"), 0, 2);

    @Test
    void whatIsInASparePoolIsNamedToo() {
        Map<Backend, Boolean> pool = Map.of(new Backend(IN_SPARE, "10.0.0.1", 20000), false);
        ProxyView view = new ProxyView(
                null, 1, true, RouteTable.EMPTY, Map.of(new RouteKey(80), pool), Map.of(), Map.of(), Map.of());
        assertThat(view.names(IN_SPARE)).isTrue();
        assertThat(view.names(NOWHERE)).isFalse();
    }
}
