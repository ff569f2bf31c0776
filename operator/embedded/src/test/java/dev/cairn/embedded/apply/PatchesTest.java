package dev.cairn.embedded.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.store.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PatchesTest {
    private static JsonNode json(String text) {
        try {
            return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ObjectNode object(String text) {
        return (ObjectNode) json(text);
    }

    @Test
    void mergePatchFollowsTheRfc() {
        ObjectNode before = object("{'a': {'b': 1, 'c': 2}, 'l': [1, 2], 's': 'x'}");
        ObjectNode after =
                Patches.merge(before, json("{'a': {'b': null, 'd': {'e': null, 'f': 3}}, 'l': [3], 's': {'t': 1}}"));
        assertThat(after).isEqualTo(object("{'a': {'c': 2, 'd': {'f': 3}}, 'l': [3], 's': {'t': 1}}"));
        assertThat(before.path("s").asText()).isEqualTo("x");
    }

    @Test
    void jsonPatchTestsAndChanges() {
        ObjectNode before = object("{'a': 1}");
        assertThat(Patches.json(
                        before,
                        json("[{'op': 'test', 'path': '/a', 'value': 1}, {'op': 'add', 'path': '/b', 'value': 2}]")))
                .isEqualTo(object("{'a': 1, 'b': 2}"));
        assertThatThrownBy(() -> Patches.json(before, json("[{'op': 'test', 'path': '/a', 'value': 2}]")))
                .isInstanceOf(ApiError.class);
        assertThatThrownBy(() -> Patches.json(before, json("[{'op': 'remove', 'path': '/nope'}]")))
                .isInstanceOf(ApiError.class);
        assertThatThrownBy(() -> Patches.json(before, json("{'op': 'remove'}"))).isInstanceOf(ApiError.class);
    }

    @Test
    void strategicPatchMergesFinalizersAndOwners() {
        ObjectNode before = object(
                "{'metadata': {'finalizers': ['a'], 'ownerReferences': [{'uid': '1', 'name': 'x'}]}, 'data': {'k': 'v'}}");
        ObjectNode after = Patches.strategic(
                before,
                json("{'metadata': {'finalizers': ['b'], '$setElementOrder/finalizers': ['a', 'b'],"
                        + " 'ownerReferences': [{'uid': '2'}]}, 'data': {'k': null, 'l': 'w'}}"));
        assertThat(after)
                .isEqualTo(object(
                        "{'metadata': {'finalizers': ['a', 'b'], 'ownerReferences': [{'uid': '1', 'name': 'x'}, {'uid': '2'}]},"
                                + " 'data': {'l': 'w'}}"));
        assertThat(Patches.strategic(after, json("{'metadata': {'$deleteFromPrimitiveList/finalizers': ['a']}}"))
                        .path("metadata")
                        .path("finalizers"))
                .isEqualTo(json("['b']"));
    }

    @Test
    void jsonPatchReachesListsMovesCopiesAndUnescapes() {
        ObjectNode before = object("{'l': [1, 3], 'a/b': {'x~y': 1}}");
        assertThat(
                        Patches.json(
                                before,
                                json(
                                        "[{'op': 'add', 'path': '/l/1', 'value': 2}, {'op': 'add', 'path': '/l/-', 'value': 4},"
                                                + " {'op': 'remove', 'path': '/l/0'}, {'op': 'replace', 'path': '/l/0', 'value': 9},"
                                                + " {'op': 'move', 'from': '/a~1b/x~0y', 'path': '/m'}, {'op': 'copy', 'from': '/l', 'path': '/c'}]")))
                .isEqualTo(object("{'l': [9, 3, 4], 'a/b': {}, 'm': 1, 'c': [9, 3, 4]}"));
        assertThatThrownBy(() -> Patches.json(before, json("[{'op': 'add', 'path': '/l/7', 'value': 2}]")))
                .isInstanceOf(ApiError.class);
        assertThatThrownBy(() -> Patches.json(before, json("[{'op': 'replace', 'path': '/n', 'value': 2}]")))
                .isInstanceOf(ApiError.class);
    }
}
