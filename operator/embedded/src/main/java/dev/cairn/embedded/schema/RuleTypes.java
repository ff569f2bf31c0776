package dev.cairn.embedded.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Checks a CEL rule against the types that its schema declares: fields that are not there, comparisons that cannot be. */
final class RuleTypes {
    private final ImmutableMap.Builder<String, CelType> structs = ImmutableMap.builder();

    private int count;

    private RuleTypes() {}

    /** Why the rule cannot be asked of values of the schema, if it cannot. */
    static Optional<String> problem(JsonNode schema, String rule) {
        RuleTypes types = new RuleTypes();
        CelType self = types.of(schema, true);
        try {
            CelType result = Rule.compiler(self, new Provider(types.structs.buildKeepingLast()))
                    .compile(rule)
                    .getAst()
                    .getResultType();
            return result.equals(SimpleType.BOOL) || result.equals(SimpleType.DYN)
                    ? Optional.empty()
                    : Optional.of("cel expression must evaluate to a bool");
        } catch (CelValidationException e) {
            return Optional.of("compilation failed: " + e.getMessage());
        }
    }

    private CelType of(JsonNode schema, boolean root) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean() || schema.has("format")) {
            return SimpleType.DYN;
        }
        return switch (schema.path("type").asText()) {
            case "boolean" -> SimpleType.BOOL;
            case "integer" -> SimpleType.INT;
            case "number" -> SimpleType.DOUBLE;
            case "string" -> SimpleType.STRING;
            case "array" -> ListType.create(of(schema.path("items"), false));
            case "object" -> object(schema, root);
            default -> SimpleType.DYN;
        };
    }

    private CelType object(JsonNode schema, boolean root) {
        if (schema.path("additionalProperties").isObject()) {
            return MapType.create(SimpleType.STRING, of(schema.path("additionalProperties"), false));
        }
        boolean open = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                || schema.path("x-kubernetes-embedded-resource").asBoolean();
        if (open || (schema.path("properties").isEmpty() && !root)) {
            return SimpleType.DYN;
        }
        Map<String, CelType> fields = new HashMap<>();
        schema.path("properties").properties().forEach(e -> {
            String field = Rules.escape(e.getKey());
            fields.put(field, of(e.getValue(), false));
        });
        if (root) { // of the object that has the rule, and of every object that is a resource
            for (String field : new String[] {"apiVersion", "kind"}) {
                fields.putIfAbsent(field, SimpleType.STRING);
            }
            fields.putIfAbsent("metadata", SimpleType.DYN);
        }
        ImmutableMap<String, CelType> known = ImmutableMap.copyOf(fields);
        String type = "schema" + ++count; // no path: the checker would take it for a name in the rule
        CelType struct = StructType.create(type, known.keySet(), field -> Optional.ofNullable(known.get(field)));
        structs.put(type, struct);
        return struct;
    }

    private record Provider(ImmutableMap<String, CelType> structs) implements CelTypeProvider {
        @Override
        public ImmutableCollection<CelType> types() {
            return structs.values();
        }

        @Override
        public Optional<CelType> findType(String name) {
            return Optional.ofNullable(structs.get(name));
        }
    }
}
