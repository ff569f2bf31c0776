package dev.cairn.embedded.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StoredTest {
    private static final Key KEY = new Key("", "things", "default", "one");

    @Test
    void theTreeIsMadeAgainFromTheBytes() {
        ObjectNode object = Json.object();
        Json.child(object, "metadata").put("uid", "u1").put("name", "one").put("generation", 3L);
        object.putArray("list").add(1).add("two").add(3.5).addNull();
        Stored stored = new Stored(KEY, 7, object, Json.bytes(object));
        assertThat(stored.object()).isSameAs(object);
        stored.dropTree();
        assertThat(stored.object()).isNotSameAs(object).hasToString(object.toString());
        assertThat(stored.object()).isSameAs(stored.object());
        assertThat(stored.uid()).isEqualTo("u1");
        assertThat(Json.bytes(stored.object())).isEqualTo(stored.json());
    }

    @Test
    void oneThatIsReadIsTheSameAsTheOneThatWasWritten() throws Exception {
        String text =
                "{'metadata': {'name': 'one', 'resourceVersion': '7', 'uid': 'u1', 'managedFields': [{'uid': 'x'}],"
                        + " 'ownerReferences': [{'kind': 'Thing', 'uid': 'u2'}, {'uid': 'u3', 'controller': true}]%s},"
                        + " 'spec': {'metadata': {'uid': 'y'}}}";
        for (String deleting : new String[] {"", ", 'deletionTimestamp': '2026-01-01T00:00:00Z'"}) {
            byte[] json = text.formatted(deleting).replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            Stored written = new Stored(KEY, 7, (ObjectNode) Json.parse(json), json);
            Stored read = new Stored(KEY, json);
            assertThat(read).usingRecursiveComparison().ignoringFields("tree").isEqualTo(written);
            assertThat(read.owners()).containsExactly("u2", "u3");
            assertThat(read.isDeleting()).isEqualTo(!deleting.isEmpty());
            assertThat(read.object()).isEqualTo(written.object());
        }
    }

    @Test
    void oneWithoutUidAndOwnersCanBeRead() throws Exception {
        Stored read = new Stored(
                KEY, "{'metadata': {'resourceVersion': '7'}}".replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        assertThat(read.uid()).isEmpty();
        assertThat(read.owners()).isEmpty();
        assertThat(read.isDeleting()).isFalse();
    }
}
