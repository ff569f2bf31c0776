package dev.cairn.embedded.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.embedded.schema.Schema;
import dev.cairn.embedded.store.Key;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A served kind.
 *
 * @param group empty for the core group
 * @param builtIn part of this server rather than from a CustomResourceDefinition
 * @param listOnly can only be looked for: there never is one
 * @param scale null when there is no scale subresource
 */
public record Kind(
        String group,
        String version,
        String kind,
        String listKind,
        String plural,
        String singular,
        List<String> shortNames,
        List<String> categories,
        boolean namespaced,
        boolean builtIn,
        boolean listOnly,
        boolean hasStatus,
        @Nullable Scale scale,
        Schema schema,
        JsonNode rawSchema,
        List<Column> columns) {

    /** Paths such as {@code .spec.stacks}; the selector's may be empty. */
    public record Scale(String specReplicas, String statusReplicas, String selector) {}

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** {@code widgets.example.com}, or the plural alone in the core group. */
    public String resource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    public Key key(String namespace, String name) {
        return new Key(group, plural, namespaced ? namespace : "", name);
    }

    public boolean is(String group, String plural) {
        return this.group.equals(group) && this.plural.equals(plural);
    }
}
