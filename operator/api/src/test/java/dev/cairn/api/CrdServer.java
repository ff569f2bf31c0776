package dev.cairn.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelException;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelRuntime;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Does to a resource what an API server does by its CRD: defaults, unknown fields, schema, then CEL rules. */
final class CrdServer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Cel CEL = CelFactory.standardCelBuilder()
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("self", SimpleType.DYN)
            .addVar("oldSelf", SimpleType.DYN)
            .build();

    private final Map<String, JsonNode> schemas = new HashMap<>();
    private final Map<String, JsonSchema> validators = new HashMap<>();
    private final Map<String, CelRuntime.Program> programs = new HashMap<>();

    CrdServer() {
        for (String yaml : Crds.yaml()) {
            JsonNode spec = parse(yaml).get("spec");
            String kind = spec.at("/names/kind").asText();
            JsonNode schema = spec.at("/versions/0/schema/openAPIV3Schema");
            schemas.put(kind, schema);
            validators.put(
                    kind,
                    JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(schema));
        }
    }

    static ObjectNode parse(String yaml) {
        return (ObjectNode) Serialization.unmarshal(yaml, JsonNode.class);
    }

    /** The OpenAPI schemas by kind. */
    Map<String, JsonNode> schemas() {
        return schemas;
    }

    /** Applies the defaults to the resource and returns everything that is wrong with it. */
    List<String> admit(ObjectNode resource, @Nullable JsonNode old) {
        String kind = resource.get("kind").asText();
        JsonNode schema = schemas.get(kind);
        defaults(schema, resource);
        List<String> errors = new ArrayList<>();
        unknownFields(schema, resource, "", errors);
        validators.get(kind).validate(resource).stream()
                .map(ValidationMessage::getMessage)
                .forEach(errors::add);
        if (errors.isEmpty()) {
            rules(schema, resource, old, "", errors);
        }
        return errors;
    }

    private static void defaults(JsonNode schema, JsonNode value) {
        schema.path("properties").fields().forEachRemaining(property -> {
            if (value.isObject()
                    && !value.has(property.getKey())
                    && property.getValue().has("default")) {
                ((ObjectNode) value)
                        .set(
                                property.getKey(),
                                property.getValue().get("default").deepCopy());
            }
            defaults(property.getValue(), value.path(property.getKey()));
        });
        if (value.isArray()) {
            value.forEach(item -> defaults(schema.path("items"), item));
        }
    }

    private static void unknownFields(JsonNode schema, JsonNode value, String path, List<String> errors) {
        if (schema.has("additionalProperties")) {
            return;
        }
        if (value.isArray()) {
            value.forEach(item -> unknownFields(schema.path("items"), item, path + "[]", errors));
            return;
        }
        value.fields().forEachRemaining(field -> {
            boolean root =
                    path.isEmpty() && List.of("apiVersion", "kind", "metadata").contains(field.getKey());
            if (!root && !schema.path("properties").has(field.getKey())) {
                errors.add("unknown field " + path + "." + field.getKey());
            } else if (!root) {
                unknownFields(
                        schema.get("properties").get(field.getKey()),
                        field.getValue(),
                        path + "." + field.getKey(),
                        errors);
            }
        });
    }

    private void rules(JsonNode schema, JsonNode value, @Nullable JsonNode old, String path, List<String> errors) {
        for (JsonNode rule : schema.path("x-kubernetes-validations")) {
            boolean transition = rule.get("rule").asText().contains("oldSelf");
            if ((!transition || old != null) && !holds(rule.get("rule").asText(), value, old)) {
                errors.add(path + ": " + rule.get("message").asText());
            }
        }
        schema.path("properties").fields().forEachRemaining(property -> {
            if (value.has(property.getKey())) {
                JsonNode oldValue = old == null ? null : old.get(property.getKey());
                rules(
                        property.getValue(),
                        value.get(property.getKey()),
                        oldValue,
                        path + "." + property.getKey(),
                        errors);
            }
        });
        if (value.isArray()) {
            value.forEach(item -> rules(schema.path("items"), item, null, path + "[]", errors));
        }
    }

    private boolean holds(String rule, JsonNode self, @Nullable JsonNode old) {
        try {
            Map<String, Object> variables = new HashMap<>();
            variables.put("self", plain(self));
            variables.put("oldSelf", old == null ? false : plain(old));
            return (Boolean) program(rule).eval(variables);
        } catch (CelException e) {
            throw new AssertionError(rule, e);
        }
    }

    private CelRuntime.Program program(String rule) throws CelException {
        CelRuntime.Program program = programs.get(rule);
        if (program == null) {
            program = CEL.createProgram(CEL.compile(rule).getAst());
            programs.put(rule, program);
        }
        return program;
    }

    /** Plain Java values; CEL's integers are long. */
    private static Object plain(JsonNode value) {
        if (value.isObject()) {
            Map<String, Object> map = new HashMap<>();
            value.fields().forEachRemaining(f -> map.put(f.getKey(), plain(f.getValue())));
            return map;
        }
        if (value.isArray()) {
            List<Object> list = new ArrayList<>();
            value.forEach(item -> list.add(plain(item)));
            return list;
        }
        return value.isIntegralNumber() ? (Object) value.asLong() : JSON.convertValue(value, Object.class);
    }
}
