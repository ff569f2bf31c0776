package dev.cairn.embedded.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.Yaml;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            app=a                    | true
            app==b                   | false
            app!=b                   | true
            none!=x                  | true
            app in (a, b),tier       | true
            app notin (a)            | false
            none notin (a)           | true
            !app                     | false
            !none                    | true
            cairn.dev/x=y,app        | true
            app=a,tier=back          | false
            """)
    void labels(String selector, boolean matches) throws IOException {
        ObjectNode object = (ObjectNode) Yaml.documents("{metadata: {labels: {app: a, tier: front, cairn.dev/x: y}}}")
                .get(0);
        assertThat(Selectors.labels(selector).test(object)).isEqualTo(matches);
    }

    @Test
    void rubbishIsRefused() {
        assertThatThrownBy(() -> Selectors.labels("a=b=c")).isInstanceOf(ApiError.class);
        assertThatThrownBy(() -> Selectors.labels("a in b")).isInstanceOf(ApiError.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/v1/namespaces                                  |                |            | namespaces | -   | -
            /api/v1/namespaces/x                                |                |            | namespaces | x   | -
            /api/v1/namespaces/x/finalize                       |                |            | namespaces | x   | finalize
            /api/v1/namespaces/x/configmaps                     |                | x          | configmaps | -   | -
            /apis/g/v1/namespaces/x/things/y/status             | g              | x          | things     | y   | status
            /apis/g/v1/things/y                                 | g              |            | things     | y   | -
            """)
    void routes(String path, String group, String namespace, String plural, String name, String subresource) {
        Route route = Route.parse(List.of(path.substring(1).split("/"))).orElseThrow();
        assertThat(route)
                .isEqualTo(new Route(text(group), "v1", text(namespace), plural, text(name), text(subresource)));
    }

    private static String text(String cell) {
        return cell == null || cell.equals("-") ? "" : cell;
    }

    @Test
    void discoveryPathsAreNoRoutes() {
        assertThat(Route.parse(List.of("apis", "g", "v1"))).isEmpty();
        assertThat(Route.parse(List.of("api", "v1"))).isEmpty();
        assertThat(Route.parse(List.of("version"))).isEmpty();
    }
}
