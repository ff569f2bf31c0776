package dev.cairn.embedded.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class StoredTest {
    @Test
    void theTreeIsMadeAgainFromTheBytes() {
        ObjectNode object = Json.object();
        Json.child(object, "metadata").put("uid", "u1").put("name", "one").put("generation", 3L);
        object.putArray("list").add(1).add("two").add(3.5).addNull();
        Stored stored = new Stored(new Key("", "things", "default", "one"), 7, object, Json.bytes(object));
        assertThat(stored.object()).isSameAs(object);
        stored.dropTree();
        assertThat(stored.object()).isNotSameAs(object).hasToString(object.toString());
        assertThat(stored.object()).isSameAs(stored.object());
        assertThat(stored.uid()).isEqualTo("u1");
        assertThat(Json.bytes(stored.object())).isEqualTo(stored.json());
    }
}
