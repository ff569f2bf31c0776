package dev.cairn.embedded.store;

/**
 * Where an object is stored.
 *
 * @param group API group, empty for the core group
 * @param namespace empty for a cluster-scoped object
 */
public record Key(String group, String plural, String namespace, String name) {
    /** Sorts by group, plural, namespace and name. */
    public String text() {
        return prefix(group, plural, namespace) + name;
    }

    static Key parse(String text) {
        String[] parts = text.split("/", -1);
        return new Key(parts[0], parts[1], parts[2], parts[3]);
    }

    static String prefix(String group, String plural, String namespace) {
        return group + "/" + plural + "/" + namespace + "/";
    }

    static String prefix(String group, String plural) {
        return group + "/" + plural + "/";
    }
}
