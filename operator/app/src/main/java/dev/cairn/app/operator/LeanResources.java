package dev.cairn.app.operator;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.api.config.Cloner;
import java.io.IOException;
import java.util.Map;

/**
 * Resources as the operator reads and caches them: without the fields that each manager owns, which were half of what it
 * held in memory. So none of them may be written back with its managedFields; without any, an API keeps what is stored.
 */
public final class LeanResources {
    /** What {@link PastChanges} asks for: who has set the versions. */
    static final String VERSIONS = "f:versions";

    private LeanResources() {}

    /** For a client of the operator's. */
    public static KubernetesSerialization serialization() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.addMixIn(ManagedFieldsEntry.class, Entry.class);
        return new KubernetesSerialization(mapper, true);
    }

    private abstract static class Entry {
        @JsonProperty("fieldsV1")
        @JsonDeserialize(using = Fields.class)
        FieldsV1 fieldsV1 = new FieldsV1();
    }

    private static final class Fields extends JsonDeserializer<FieldsV1> {
        @Override
        public FieldsV1 deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            FieldsV1 fields = new FieldsV1();
            int depth = 0;
            do {
                JsonToken token = parser.currentToken();
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (token == JsonToken.FIELD_NAME && parser.currentName().equals(VERSIONS)) {
                    fields.setAdditionalProperty(VERSIONS, Map.of());
                }
            } while (depth > 0 && parser.nextToken() != null);
            return fields;
        }
    }

    /** For reconcilers, which change neither spec nor status: those are the same objects, and the metadata is a copy. */
    static Cloner cloner(KubernetesSerialization serialization) {
        return new Cloner() {
            @Override
            @SuppressWarnings("unchecked")
            public <R extends HasMetadata> R clone(R resource) {
                if (!(resource instanceof CustomResource<?, ?> custom)) {
                    return serialization.clone(resource);
                }
                try {
                    CustomResource<Object, Object> copy = (CustomResource<Object, Object>)
                            custom.getClass().getDeclaredConstructor().newInstance();
                    copy.setMetadata(new ObjectMetaBuilder(custom.getMetadata()).build());
                    copy.setSpec(custom.getSpec());
                    copy.setStatus(custom.getStatus());
                    return (R) copy;
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException("every resource can be made anew", e);
                }
            }
        };
    }
}
