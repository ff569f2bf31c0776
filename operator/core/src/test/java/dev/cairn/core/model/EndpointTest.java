package dev.cairn.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointTest {
    @Test
    void asksForItsRoutesAndForNoOthers() {
        List<RouteKey> keys = new ArrayList<>();
        for (int port : List.of(80, 81)) {
            keys.add(RouteKey.tcp(port));
            for (String host : List.of("", "a.test", "*.test")) {
                for (String path : List.of("/", "/api")) {
                    keys.add(new RouteKey(port, host, path));
                }
            }
        }
        for (Protocol protocol : Protocol.values()) {
            for (List<String> hosts : List.of(List.<String>of(), List.of("a.test"), List.of("a.test", "*.test"))) {
                for (String path : List.of("/", "/api")) {
                    Endpoint endpoint = new Endpoint(
                            new ObjectKey("default", "shop"),
                            Instant.EPOCH,
                            "web",
                            "prod",
                            null,
                            "http",
                            80,
                            false,
                            protocol,
                            hosts,
                            path);
                    assertThat(endpoint.routes()).isNotEmpty();
                    assertThat(keys)
                            .allSatisfy(key -> assertThat(endpoint.asksFor(key))
                                    .as("%s for %s", endpoint, key)
                                    .isEqualTo(endpoint.routes().contains(key)));
                }
            }
        }
    }
}
