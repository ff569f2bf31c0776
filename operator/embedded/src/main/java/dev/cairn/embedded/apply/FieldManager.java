package dev.cairn.embedded.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.apply.Ownership.Owner;
import dev.cairn.embedded.kinds.ApiError;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.store.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Field ownership as in Kubernetes' structured merge: an update takes what it changes from everybody, an apply owns what
 * it names, removes what it named before and nobody else owns, and conflicts with others' fields that it would change.
 *
 * @param manager the field manager's name
 * @param subresource empty or {@code status} or {@code scale}
 * @param now time for changed entries, RFC 3339
 */
public record FieldManager(Kind kind, String manager, String subresource, String now) {
    private static final String BEFORE = "before-first-apply";

    /** Records an update in the new object's managedFields. {@code old} is null on create. */
    public void update(@Nullable ObjectNode old, ObjectNode fresh) {
        Map<String, JsonNode> before = old == null ? Map.of() : Fields.withContainers(kind.schema(), old);
        Map<String, JsonNode> after = Fields.withContainers(kind.schema(), fresh);
        Set<String> changed = new TreeSet<>();
        after.forEach((path, value) -> {
            if (!value.equals(before.get(path))) {
                changed.add(path);
            }
        });
        Ownership ownership = Ownership.read(base(old, fresh));
        Owner self = new Owner(manager, "Update", subresource);
        ownership.takeFromOthers(self, path -> changed.contains(path) || !after.containsKey(path));
        Set<String> mine = new TreeSet<>(ownership.fieldsOf(self));
        mine.addAll(changed);
        mine.retainAll(after.keySet());
        ownership.set(self, kind.apiVersion(), mine, now);
        ownership.writeTo(fresh);
    }

    /** The ownership a client sent, which may reset it, or the stored one when it sent none. */
    private static JsonNode base(@Nullable ObjectNode old, ObjectNode fresh) {
        JsonNode sent = fresh.path("metadata").path("managedFields");
        return sent.isArray() || old == null ? sent : old.path("metadata").path("managedFields");
    }

    /**
     * Applies a configuration and returns the merged object with its managedFields.
     *
     * @param live the stored object, or one with only its name when there is none
     * @throws ApiError 409 with one cause for each conflict, unless forced
     */
    public ObjectNode apply(ObjectNode live, ObjectNode applied, boolean force) {
        Owner self = new Owner(manager, "Apply", subresource);
        Ownership ownership = Ownership.read(live.path("metadata").path("managedFields"));
        if (ownership.entries().isEmpty()) { // what nobody owned so far belongs to whoever made it
            Set<String> all = new TreeSet<>(Fields.of(kind.schema(), live).keySet());
            all.removeIf(path -> !belongsHere(path));
            ownership.set(new Owner(BEFORE, "Update", ""), kind.apiVersion(), all, now);
        }
        Set<String> named = new TreeSet<>(Fields.of(kind.schema(), applied).keySet());
        named.removeIf(path -> !belongsHere(path));
        ObjectNode merged = (ObjectNode) Merge.merge(kind.schema(), live, onlyHere(applied));
        Merge.remove(kind.schema(), merged, abandoned(self, ownership, named));

        Map<String, JsonNode> before = Fields.withContainers(kind.schema(), live);
        Map<String, JsonNode> after = Fields.withContainers(kind.schema(), merged);
        Map<Owner, List<String>> conflicts = new TreeMap<>(java.util.Comparator.comparing(Owner::toString));
        ownership.entries().forEach((owner, entry) -> {
            List<String> contested = entry.fields().stream()
                    .filter(path -> !owner.equals(self) && named.contains(path))
                    .filter(path -> after.containsKey(path) && !after.get(path).equals(before.get(path)))
                    .toList();
            if (!contested.isEmpty()) {
                conflicts.put(owner, contested);
            }
        });
        if (!conflicts.isEmpty() && !force) {
            throw conflict(conflicts, ownership);
        }
        Set<String> contested =
                conflicts.values().stream().flatMap(List::stream).collect(Collectors.toSet());
        ownership.takeFromOthers(self, path -> contested.contains(path) || !after.containsKey(path));
        ownership.set(self, kind.apiVersion(), named, now);
        ownership.writeTo(merged);
        return merged;
    }

    /** What this manager named before, names no more, and nobody else owns or has something below. */
    private static Set<String> abandoned(Owner self, Ownership ownership, Set<String> named) {
        Set<String> kept = new TreeSet<>(ownership.ownedByOthers(self));
        kept.addAll(named);
        Set<String> gone = new TreeSet<>();
        for (String path : ownership.fieldsOf(self)) {
            if (!kept.contains(path)
                    && kept.stream().noneMatch(other -> Fields.isBelow(other, path))
                    && !isLiveKey(path, kept)) {
                gone.add(path);
            }
        }
        return gone;
    }

    /** Whether the field is a key of a list item in which somebody still owns something. */
    private static boolean isLiveKey(String path, Set<String> kept) {
        int cut = path.lastIndexOf(Fields.SEPARATOR);
        if (cut < 0) {
            return false;
        }
        String item = path.substring(0, cut);
        String[] elements = Fields.elements(item);
        String last = elements[elements.length - 1];
        return last.startsWith("k:")
                && Fields.parse(last.substring(2)).has(path.substring(cut + 3))
                && kept.stream().anyMatch(other -> other.equals(item) || Fields.isBelow(other, item));
    }

    private boolean belongsHere(String path) {
        boolean status = path.equals("f:status") || path.startsWith("f:status" + Fields.SEPARATOR);
        return !kind.hasStatus() || status == subresource.equals("status");
    }

    private ObjectNode onlyHere(ObjectNode applied) {
        ObjectNode result = applied.deepCopy();
        if (result.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove(List.of("managedFields", "resourceVersion", "creationTimestamp", "uid", "generation"));
        }
        if (kind.hasStatus() && subresource.equals("status")) {
            result.retain("status");
        } else if (kind.hasStatus()) {
            result.remove("status");
        }
        return result;
    }

    private static ApiError conflict(Map<Owner, List<String>> conflicts, Ownership ownership) {
        ObjectNode details = Json.object();
        ArrayNode causes = details.putArray("causes");
        List<String> texts = new ArrayList<>();
        conflicts.forEach((owner, paths) -> {
            Ownership.Entry entry = ownership.entries().getOrDefault(owner, new Ownership.Entry("", "", Set.of()));
            String who = "\"" + owner.manager() + "\""
                    + (owner.subresource().isEmpty() ? "" : " with subresource \"" + owner.subresource() + "\"")
                    + (owner.operation().equals("Update")
                            ? " using " + entry.apiVersion() + " at " + entry.time()
                            : "");
            for (String path : paths) {
                causes.addObject()
                        .put("reason", "FieldManagerConflict")
                        .put("message", "conflict with " + who)
                        .put("field", Fields.display(path));
            }
            texts.add(
                    paths.size() == 1
                            ? "conflict with " + who + ": " + Fields.display(paths.get(0))
                            : "conflicts with " + who + ":\n- "
                                    + paths.stream().map(Fields::display).collect(Collectors.joining("\n- ")));
        });
        String count = causes.size() + " conflict" + (causes.size() == 1 ? "" : "s");
        return new ApiError(409, "Conflict", "Apply failed with " + count + ": " + String.join("\n", texts), details);
    }

    /** Whether two objects are the same but for the times in their managedFields and their resource version. */
    public static boolean same(ObjectNode one, ObjectNode other) {
        JsonNode metadata = one.path("metadata");
        JsonNode otherMetadata = other.path("metadata");
        return Json.sameBut(Set.of("metadata"), one, other)
                && Json.sameBut(Set.of("resourceVersion", "managedFields"), metadata, otherMetadata)
                && timelessSame(metadata.path("managedFields"), otherMetadata.path("managedFields"));
    }

    private static boolean timelessSame(JsonNode managed, JsonNode otherManaged) {
        boolean same = managed.size() == otherManaged.size();
        for (int i = 0; same && i < managed.size(); i++) {
            same = Json.sameBut(Set.of("time"), managed.path(i), otherManaged.path(i));
        }
        return same;
    }
}
