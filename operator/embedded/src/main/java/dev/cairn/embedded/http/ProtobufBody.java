package dev.cairn.embedded.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.store.Json;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;

/**
 * Reads the protobuf that {@code kubectl create namespace|configmap|secret} and {@code kubectl auth} send instead of JSON. Only what
 * those commands can say is read; the numbers are those of k8s.io/api/core/v1/generated.proto.
 */
final class ProtobufBody {
    private static final byte[] MAGIC = {'k', '8', 's', 0};

    private interface Field {
        /** Reads one field's value or returns false to skip it. */
        boolean read(int number, CodedInputStream in) throws IOException;
    }

    private ProtobufBody() {}

    static ObjectNode read(byte[] body) {
        if (body.length < MAGIC.length || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw ApiError.badRequest("the protobuf body does not begin as Kubernetes' does");
        }
        try {
            ObjectNode object = Json.object();
            ByteString[] raw = {ByteString.EMPTY};
            each(
                    CodedInputStream.newInstance(body, MAGIC.length, body.length - MAGIC.length),
                    (number, in) -> switch (number) {
                        case 1 -> texts(in.readBytes(), object, "apiVersion", "kind");
                        case 2 -> {
                            raw[0] = in.readBytes();
                            yield true;
                        }
                        default -> false;
                    });
            readKind(object, raw[0]);
            return object;
        } catch (IOException e) {
            throw ApiError.badRequest("error decoding the protobuf body: " + e.getMessage());
        }
    }

    private static void readKind(ObjectNode object, ByteString raw) throws IOException {
        String kind = object.path("kind").asText();
        if (kind.startsWith("SelfSubject")) {
            if (kind.equals("SelfSubjectAccessReview")) {
                review(raw, object.putObject("spec"));
            }
            return;
        }
        boolean core = object.path("apiVersion").asText().equals("v1");
        if (!core || !(kind.equals("Namespace") || kind.equals("ConfigMap") || kind.equals("Secret"))) {
            throw new ApiError(
                    415,
                    "UnsupportedMediaType",
                    "protobuf is read for Namespace, ConfigMap and Secret only; send " + kind
                            + " as JSON, for example with kubectl apply -f");
        }
        each(raw.newCodedInput(), (number, in) -> {
            if (number == 1) {
                return metadata(in.readBytes(), object.putObject("metadata"));
            }
            if (kind.equals("ConfigMap")) {
                return (number == 2 && entry(in.readBytes(), Json.child(object, "data"), false))
                        || (number == 3 && entry(in.readBytes(), Json.child(object, "binaryData"), true));
            }
            if (kind.equals("Secret") && number == 3) {
                return put(object, "type", in);
            }
            return kind.equals("Secret")
                    && ((number == 2 && entry(in.readBytes(), Json.child(object, "data"), true))
                            || (number == 4 && entry(in.readBytes(), Json.child(object, "stringData"), false)));
        });
    }

    /** What {@code can-i} asks; what the other reviews of one's own rights ask does not matter. */
    private static void review(ByteString bytes, ObjectNode spec) throws IOException {
        each(
                bytes.newCodedInput(),
                (part, review) -> part == 2
                        && each(review.readBytes().newCodedInput(), (number, in) -> switch (number) {
                            case 1 ->
                                texts(
                                        in.readBytes(),
                                        spec.putObject("resourceAttributes"),
                                        "namespace",
                                        "verb",
                                        "group",
                                        "version",
                                        "resource",
                                        "subresource",
                                        "name");
                            case 2 -> texts(in.readBytes(), spec.putObject("nonResourceAttributes"), "path", "verb");
                            default -> false;
                        }));
    }

    private static boolean metadata(ByteString bytes, ObjectNode metadata) throws IOException {
        each(bytes.newCodedInput(), (number, in) -> switch (number) {
            case 1 -> put(metadata, "name", in);
            case 2 -> put(metadata, "generateName", in);
            case 3 -> put(metadata, "namespace", in);
            case 11 -> entry(in.readBytes(), Json.child(metadata, "labels"), false);
            case 12 -> entry(in.readBytes(), Json.child(metadata, "annotations"), false);
            default -> false;
        });
        return true;
    }

    private static boolean put(ObjectNode object, String name, CodedInputStream in) throws IOException {
        String value = in.readString();
        if (!value.isEmpty()) {
            object.put(name, value);
        }
        return true;
    }

    /** Fields 1, 2, ... of a message, all strings, under these names. */
    private static boolean texts(ByteString bytes, ObjectNode into, String... names) throws IOException {
        each(bytes.newCodedInput(), (number, in) -> number <= names.length && put(into, names[number - 1], in));
        return true;
    }

    /** One entry of a map from string to string, or to bytes, which JSON holds in base64. */
    private static boolean entry(ByteString bytes, ObjectNode into, boolean binary) throws IOException {
        String[] key = {""};
        ByteString[] value = {ByteString.EMPTY};
        each(bytes.newCodedInput(), (number, in) -> {
            if (number == 1) {
                key[0] = in.readString();
            } else if (number == 2) {
                value[0] = in.readBytes();
            }
            return number <= 2;
        });
        into.put(key[0], binary ? Base64.getEncoder().encodeToString(value[0].toByteArray()) : value[0].toStringUtf8());
        return true;
    }

    /** Reads all fields; true, as all that is read. */
    private static boolean each(CodedInputStream in, Field field) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (!field.read(WireFormat.getTagFieldNumber(tag), in)) {
                in.skipField(tag);
            }
        }
        return true;
    }
}
