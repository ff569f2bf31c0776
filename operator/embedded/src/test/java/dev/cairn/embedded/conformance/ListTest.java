package dev.cairn.embedded.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.embedded.conformance.Cluster.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lists as clients ask for them: selectors, chunks, resource versions, tables, metadata only. */
class ListTest extends OnCluster {
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

    private Answer list(String path, String query, String accept) {
        return cluster.send("GET", path + query, "", "", request -> {
            if (!accept.isEmpty()) {
                request.header("Accept", accept);
            }
        });
    }

    private List<String> selected(String labels) {
        String query = "?labelSelector=" + URLEncoder.encode(labels, StandardCharsets.UTF_8);
        return names(cluster.get(configMaps + query).expect(200).json());
    }

    @Test
    void labelSelectors() {
        createConfigMap("a", "labels: {on: t, x: a}");
        createConfigMap("b", "labels: {on: t, x: b, my.dev/y: z}");
        createConfigMap("c", "labels: {on: t}");
        assertThat(selected("on")).containsExactly("a", "b", "c");
        assertThat(selected("x=a")).containsExactly("a");
        assertThat(selected("x==a,on=t")).containsExactly("a");
        assertThat(selected("on,x!=a")).containsExactly("b", "c");
        assertThat(selected("x in (a, b)")).containsExactly("a", "b");
        assertThat(selected("on, x notin (a)")).containsExactly("b", "c");
        assertThat(selected("on,!x")).containsExactly("c");
        assertThat(selected("my.dev/y=z")).containsExactly("b");
        assertThat(selected("on,x=")).isEmpty();
        for (String wrong : List.of("a==b==c", "x in", "!", "a b", "x=!", "=a")) {
            String query = "?labelSelector=" + URLEncoder.encode(wrong, StandardCharsets.UTF_8);
            assertThat(cluster.get(configMaps + query).expect(400).reason())
                    .as(wrong)
                    .isEqualTo("BadRequest");
        }
    }

    @Test
    void fieldSelectors() {
        createWidget("a", "{image: a}");
        createWidget("b", "{image: a}");
        assertThat(names(cluster.get(widgets + "?fieldSelector=metadata.name=a").json()))
                .containsExactly("a");
        assertThat(names(
                        cluster.get(widgets + "?fieldSelector=metadata.name!=a").json()))
                .containsExactly("b");
        String everywhere = "/apis/test.cairn.dev/v1/widgets?fieldSelector=metadata.namespace=" + namespace;
        assertThat(names(cluster.get(everywhere).json())).containsExactly("a", "b");
        cluster.get(widgets + "?fieldSelector=spec.image=a").expect(400);
        cluster.get(configMaps + "?fieldSelector=nonsense").expect(400);
    }

    @Test
    void chunksAreOneListAsOfOneMoment() {
        for (int i = 0; i < 7; i++) {
            createWidget("w" + i, "{image: a}");
        }
        Answer first = cluster.get(widgets + "?limit=3").expect(200);
        assertThat(names(first.json())).containsExactly("w0", "w1", "w2");
        assertThat(first.at("/metadata/remainingItemCount")).isEqualTo("4");
        cluster.delete(widgets + "/w4").expect(200);
        createWidget("w5b", "{image: a}");
        List<String> rest = new ArrayList<>();
        String next = first.at("/metadata/continue");
        Answer chunk = first;
        while (!next.isEmpty()) {
            chunk = cluster.get(widgets + "?limit=3&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8))
                    .expect(200);
            assertThat(chunk.at("/metadata/resourceVersion")).isEqualTo(first.at("/metadata/resourceVersion"));
            rest.addAll(names(chunk.json()));
            next = chunk.at("/metadata/continue");
        }
        assertThat(rest).containsExactly("w3", "w4", "w5", "w6");
        assertThat(meta(chunk.json()).has("remainingItemCount")).isFalse();
        cluster.get(widgets + "?limit=3&continue=nonsense").expect(400);
    }

    @Test
    void resourceVersionsOfLists() {
        createWidget("a", "{image: a}");
        String then = cluster.get(widgets).at("/metadata/resourceVersion");
        createWidget("b", "{image: a}");
        assertThat(names(cluster.get(widgets + "?resourceVersion=" + then + "&resourceVersionMatch=Exact")
                        .expect(200)
                        .json()))
                .containsExactly("a");
        assertThat(names(cluster.get(widgets + "?resourceVersion=" + then + "&resourceVersionMatch=NotOlderThan")
                        .expect(200)
                        .json()))
                .contains("a");
        assertThat(names(cluster.get(widgets + "?resourceVersion=0").expect(200).json()))
                .contains("a");
        assertThat(Long.parseLong(cluster.get(widgets).at("/metadata/resourceVersion")))
                .isGreaterThanOrEqualTo(
                        Long.parseLong(cluster.get(widgets + "/b").at("/metadata/resourceVersion")));
        cluster.get(widgets + "?resourceVersion=nonsense").expect(400);
        cluster.get(widgets + "?resourceVersionMatch=Exact").expect(422);
        cluster.get(widgets + "?resourceVersion=0&resourceVersionMatch=Exact").expect(422);
        cluster.get(widgets + "?resourceVersion=1&resourceVersionMatch=Nonsense")
                .expect(422);
        Answer future = cluster.get(widgets + "?resourceVersion=99999999999&resourceVersionMatch=NotOlderThan");
        assertThat(future.code()).isIn(504, 500);
        assertThat(future.message()).contains("Too large resource version");
    }

    @Test
    void tablesAreWhatKubectlPrints() {
        createWidget("row", "{image: a, size: 3}");
        Answer table = list(widgets, "", TABLE).expect(200);
        assertThat(table.at("/kind")).isEqualTo("Table");
        assertThat(table.at("/apiVersion")).isEqualTo("meta.k8s.io/v1");
        List<String> columns = new ArrayList<>();
        table.json()
                .path("columnDefinitions")
                .forEach(column -> columns.add(
                        column.path("name").asText() + " " + column.path("type").asText() + " "
                                + column.path("format").asText() + " " + column.path("priority")));
        assertThat(columns)
                .containsExactly(
                        "Name string name 0", "Size integer  0", "Ready string  0", "Color string  1", "Age date  0");
        JsonNode cells = table.json().at("/rows/0/cells");
        assertThat(cells.path(0).asText()).isEqualTo("row");
        assertThat(cells.path(1)).isEqualTo(Cluster.parse("{x: 3}").path("x"));
        assertThat(cells.path(3).asText()).isEqualTo("red");
        assertThat(cells.path(4).asText()).matches("\\d+s");
        JsonNode object = table.json().at("/rows/0/object");
        assertThat(object.path("kind").asText()).isEqualTo("PartialObjectMetadata");
        assertThat(object.at("/metadata/name").asText()).isEqualTo("row");
        assertThat(object.has("spec")).isFalse();
        assertThat(list(widgets, "?includeObject=Object", TABLE).at("/rows/0/object/kind"))
                .isEqualTo("Widget");
        assertThat(list(widgets, "?includeObject=None", TABLE)
                        .json()
                        .at("/rows/0")
                        .path("object")
                        .isEmpty())
                .isTrue();
        assertThat(list(widgets + "/row", "", TABLE).json().path("rows")).hasSize(1);
        assertThat(list(widgets, "", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
                        .at("/kind"))
                .isEqualTo("Table");
    }

    @Test
    void metadataOnly() {
        createWidget("part", "{image: a}");
        String one = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
        Answer object = list(widgets + "/part", "", one).expect(200);
        assertThat(object.at("/kind")).isEqualTo("PartialObjectMetadata");
        assertThat(object.json().has("spec")).isFalse();
        Answer all =
                list(widgets, "", one.replace("Metadata;", "MetadataList;")).expect(200);
        assertThat(all.at("/kind")).isEqualTo("PartialObjectMetadataList");
        assertThat(all.at("/items/0/metadata/name")).isEqualTo("part");
        list(widgets, "", "text/plain").expect(406);
        list(widgets, "", "application/vnd.kubernetes.protobuf,application/json")
                .expect(200);
    }

    @Test
    void listsHaveKindAndVersion() {
        createWidget("x", "{image: a}");
        Answer list = cluster.get(widgets).expect(200);
        assertThat(list.at("/kind")).isEqualTo("WidgetList");
        assertThat(list.at("/apiVersion")).isEqualTo("test.cairn.dev/v1");
        assertThat(list.at("/items/0/kind")).isEqualTo("Widget");
        assertThat(cluster.get(widgets + "?labelSelector=none")
                        .json()
                        .path("items")
                        .isArray())
                .isTrue();
        Answer maps = cluster.get(configMaps).expect(200);
        assertThat(maps.at("/kind")).isEqualTo("ConfigMapList");
        assertThat(maps.at("/apiVersion")).isEqualTo("v1");
    }
}
