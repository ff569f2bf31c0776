package dev.cairn.embedded.kinds;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.store.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is served, in the forms that clients ask for. */
public final class Discovery {
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    private static final List<String> LIST_VERBS = List.of("get", "list", "watch");
    private static final List<String> SUB_VERBS = List.of("get", "patch", "update");

    private final Kinds kinds;

    public Discovery(Kinds kinds) {
        this.kinds = kinds;
    }

    /** The version of Kubernetes that this server behaves like. */
    public static ObjectNode version() {
        return Json.object()
                .put("major", "1")
                .put("minor", "32")
                .put("gitVersion", "v1.32.4+cairn")
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "2026-01-01T00:00:00Z")
                .put("goVersion", "none")
                .put("compiler", "java")
                .put("platform", "linux/amd64");
    }

    /** {@code /api}. */
    public static ObjectNode coreVersions() {
        ObjectNode versions = Json.object().put("kind", "APIVersions");
        versions.putArray("versions").add("v1");
        versions.putArray("serverAddressByClientCIDRs");
        return versions;
    }

    /** {@code /apis}. */
    public ObjectNode groups() {
        ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        byGroup().forEach((group, members) -> {
            if (!group.isEmpty()) {
                groups.add(group(group, members));
            }
        });
        return list;
    }

    private static ObjectNode group(String name, List<Kind> members) {
        ObjectNode group = Json.object().put("name", name);
        ArrayNode versions = group.putArray("versions");
        members.stream()
                .map(Kind::version)
                .distinct()
                .forEach(version -> versions.addObject()
                        .put("groupVersion", name + "/" + version)
                        .put("version", version));
        group.set("preferredVersion", versions.get(0));
        return group;
    }

    private Map<String, List<Kind>> byGroup() {
        return kinds.all().stream().collect(Collectors.groupingBy(Kind::group, TreeMap::new, Collectors.toList()));
    }

    /** {@code /apis/<group>}. */
    public ObjectNode oneGroup(String name) {
        List<Kind> members = byGroup().get(name);
        if (members == null) {
            throw ApiError.noSuchPath();
        }
        return group(name, members).put("kind", "APIGroup").put("apiVersion", "v1");
    }

    /** {@code /api/v1} or {@code /apis/<group>/<version>}. */
    public ObjectNode resources(String group, String version) {
        String groupVersion = group.isEmpty() ? version : group + "/" + version;
        ObjectNode list = Json.object()
                .put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", groupVersion);
        ArrayNode resources = list.putArray("resources");
        for (Kind kind : members(group, version)) {
            resources.add(resource(kind));
            if (kind.hasStatus()) {
                subresource(resources.addObject(), kind, "status", kind.kind());
            }
            if (kind.scale() != null) {
                subresource(resources.addObject(), kind, "scale", "Scale")
                        .put("group", "autoscaling")
                        .put("version", "v1");
            }
        }
        return list;
    }

    private List<Kind> members(String group, String version) {
        List<Kind> members = kinds.all().stream()
                .filter(kind -> kind.group().equals(group) && kind.version().equals(version))
                .toList();
        if (members.isEmpty()) {
            throw ApiError.noSuchPath();
        }
        return members;
    }

    private static ObjectNode resource(Kind kind) {
        ObjectNode resource = Json.object()
                .put("name", kind.plural())
                .put("singularName", kind.singular())
                .put("namespaced", kind.namespaced())
                .put("kind", kind.kind());
        verbs(kind).forEach(resource.putArray("verbs")::add);
        namesInto(resource, kind);
        return resource;
    }

    private static List<String> verbs(Kind kind) {
        return kind.listOnly() ? LIST_VERBS : VERBS;
    }

    private static void namesInto(ObjectNode resource, Kind kind) {
        if (!kind.shortNames().isEmpty()) {
            kind.shortNames().forEach(resource.putArray("shortNames")::add);
        }
        if (!kind.categories().isEmpty()) {
            kind.categories().forEach(resource.putArray("categories")::add);
        }
    }

    private static ObjectNode subresource(ObjectNode node, Kind kind, String name, String type) {
        node.put("name", kind.plural() + "/" + name)
                .put("singularName", "")
                .put("namespaced", kind.namespaced())
                .put("kind", type);
        SUB_VERBS.forEach(node.putArray("verbs")::add);
        return node;
    }

    /** Everything at once, for {@code as=APIGroupDiscoveryList}; the core group alone at {@code /api}. */
    public ObjectNode aggregated(boolean core, String version) {
        ObjectNode list =
                Json.object().put("kind", "APIGroupDiscoveryList").put("apiVersion", "apidiscovery.k8s.io/" + version);
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        byGroup().forEach((group, members) -> {
            if (group.isEmpty() == core) {
                ObjectNode item = items.addObject();
                item.putObject("metadata").put("name", group);
                ArrayNode versions = item.putArray("versions");
                members.stream().map(Kind::version).distinct().forEach(name -> {
                    ObjectNode entry = versions.addObject().put("version", name).put("freshness", "Current");
                    ArrayNode resources = entry.putArray("resources");
                    members.stream()
                            .filter(kind -> kind.version().equals(name))
                            .forEach(kind -> resources.add(aggregated(kind)));
                });
            }
        });
        return list;
    }

    private static ObjectNode aggregated(Kind kind) {
        ObjectNode resource = Json.object()
                .put("resource", kind.plural())
                .put("scope", kind.namespaced() ? "Namespaced" : "Cluster")
                .put("singularResource", kind.singular());
        responseKind(resource, kind.group(), kind.version(), kind.kind());
        verbs(kind).forEach(resource.putArray("verbs")::add);
        namesInto(resource, kind);
        ArrayNode subresources = resource.putArray("subresources");
        if (kind.hasStatus()) {
            aggregated(subresources, "status", kind.group(), kind.version(), kind.kind());
        }
        if (kind.scale() != null) {
            aggregated(subresources, "scale", "autoscaling", "v1", "Scale");
        }
        return resource;
    }

    private static void aggregated(ArrayNode into, String name, String group, String version, String kind) {
        ObjectNode node = into.addObject().put("subresource", name);
        responseKind(node, group, version, kind);
        SUB_VERBS.forEach(node.putArray("verbs")::add);
    }

    private static void responseKind(ObjectNode node, String group, String version, String kind) {
        node.putObject("responseKind")
                .put("group", group)
                .put("version", version)
                .put("kind", kind);
    }
}
