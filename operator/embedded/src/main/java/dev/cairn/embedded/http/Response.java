package dev.cairn.embedded.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.embedded.store.Json;
import java.util.List;

/** A whole answer. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Response(int code, String contentType, byte[] body, List<String> warnings) {
    static final String JSON = "application/json";

    static Response json(int code, JsonNode node) {
        return new Response(code, JSON, Json.bytes(node), List.of());
    }

    static Response json(int code, byte[] body, List<String> warnings) {
        return new Response(code, JSON, body, warnings);
    }

    static Response text(String text) {
        return new Response(200, "text/plain", text.getBytes(java.nio.charset.StandardCharsets.UTF_8), List.of());
    }

    Response withWarnings(List<String> all) {
        return new Response(code, contentType, body, List.copyOf(all));
    }
}
