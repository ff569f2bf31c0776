package dev.cairn.embedded.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.kinds.Tables;
import dev.cairn.embedded.objects.EventAlias;
import dev.cairn.embedded.store.Json;
import dev.cairn.embedded.store.Stored;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** In which form a client wants objects: as they are, as a table, or only their metadata. */
record Shape(Kind kind, Form form, String include) {
    enum Form {
        OBJECT,
        TABLE,
        METADATA
    }

    static Shape of(Kind kind, String accept, String includeObject) {
        String first = accept.split(",", 2)[0];
        if (!accept.isEmpty() && !accept.contains("json") && !accept.contains("*")) {
            throw new ApiError(
                    406,
                    "NotAcceptable",
                    "only the following media types are accepted: application/json, found " + accept);
        }
        Form form = first.contains("as=Table")
                ? Form.TABLE
                : first.contains("as=PartialObjectMetadata") ? Form.METADATA : Form.OBJECT;
        return new Shape(kind, form, includeObject.isEmpty() ? "Metadata" : includeObject);
    }

    /** One object. */
    byte[] one(Stored stored) {
        if (form == Form.OBJECT && !EventAlias.isAlias(kind)) {
            return stored.json();
        }
        ObjectNode object = EventAlias.out(kind, stored.object());
        return Json.bytes(
                switch (form) {
                    case OBJECT -> object;
                    case METADATA -> Tables.partial(object);
                    case TABLE -> Tables.table(kind, List.of(object), Json.meta(object, "resourceVersion"), include);
                });
    }

    private static void describe(Lists.Page page, ObjectNode metadata) {
        if (!page.next().isEmpty()) {
            metadata.put("continue", page.next());
        }
        if (page.remaining() >= 0) {
            metadata.put("remainingItemCount", page.remaining());
        }
    }

    /** A list as of a revision. */
    byte[] list(Lists.Page page) {
        List<Stored> items = page.listing().items();
        String version = Long.toString(page.listing().revision());
        if (form == Form.TABLE) {
            List<ObjectNode> objects = items.stream()
                    .map(item -> EventAlias.out(kind, item.object()))
                    .toList();
            ObjectNode table = Tables.table(kind, objects, version, include);
            describe(page, Json.child(table, "metadata"));
            return Json.bytes(table);
        }
        ObjectNode head = Json.object()
                .put("apiVersion", form == Form.METADATA ? "meta.k8s.io/v1" : kind.apiVersion())
                .put("kind", form == Form.METADATA ? "PartialObjectMetadataList" : kind.listKind());
        describe(page, head.putObject("metadata").put("resourceVersion", version));
        ArrayNode none = head.putArray("items");
        byte[] empty = Json.bytes(head);
        if (none.size() == items.size()) {
            return empty;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(items.size() * 1024);
        out.write(empty, 0, empty.length - 2); // up to and with the bracket that opens the items
        String separator = "";
        for (Stored item : items) {
            out.writeBytes(separator.getBytes(StandardCharsets.UTF_8));
            out.writeBytes(one(item));
            separator = ",";
        }
        out.writeBytes("]}".getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }
}
