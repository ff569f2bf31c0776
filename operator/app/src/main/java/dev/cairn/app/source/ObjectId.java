package dev.cairn.app.source;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * What names an object of the API, whatever the version of its group.
 *
 * @param group empty for the core group
 * @param namespace empty for an object that belongs to none
 */
record ObjectId(String group, String kind, String namespace, String name) implements Comparable<ObjectId> {
    private static final Pattern KEY = Pattern.compile("([^/]*)/([^/]+)/([^/]*)/([^/]+)");
    private static final Comparator<ObjectId> ORDER = Comparator.comparing(ObjectId::group)
            .thenComparing(ObjectId::kind)
            .thenComparing(ObjectId::namespace)
            .thenComparing(ObjectId::name);

    /**
     * The id that {@link #key()} wrote.
     *
     * @throws IllegalArgumentException when the text is none
     */
    static ObjectId parse(String key) {
        var matcher = KEY.matcher(key);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + key + "\" is not group/kind/namespace/name");
        }
        return new ObjectId(matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4));
    }

    /** {@code group/kind/namespace/name}; the parts hold no slash. */
    String key() {
        return group + "/" + kind + "/" + namespace + "/" + name;
    }

    /** Objects of this kind come before those of a higher rank, which need them. */
    int rank() {
        return switch (group + "/" + kind) {
            case "/Namespace" -> 0;
            case "apiextensions.k8s.io/CustomResourceDefinition" -> 1;
            case "cairn.dev/Host" -> 3;
            case "cairn.dev/Service" -> 4;
            case "cairn.dev/Endpoint" -> 5;
            default -> 2;
        };
    }

    @Override
    public int compareTo(ObjectId other) {
        return ORDER.compare(this, other);
    }

    /** For the user: {@code Service default/webapp}, {@code Host docker01}. */
    @Override
    public String toString() {
        return kind + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
    }
}
