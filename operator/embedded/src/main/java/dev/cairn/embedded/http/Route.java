package dev.cairn.embedded.http;

import java.util.List;
import java.util.Optional;

/**
 * A path to objects: {@code /api/v1/...} or {@code /apis/<group>/<version>/...}.
 *
 * @param namespace empty for all namespaces and for cluster-scoped kinds
 * @param name empty for a collection
 */
record Route(String group, String version, String namespace, String plural, String name, String subresource) {

    /** Nothing when the path is not one to objects, such as discovery. */
    static Optional<Route> parse(List<String> path) {
        boolean core = !path.isEmpty() && path.get(0).equals("api");
        int start = core ? 2 : 3;
        if (path.size() <= start || !(core || path.get(0).equals("apis"))) {
            return Optional.empty();
        }
        String group = core ? "" : path.get(1);
        String version = path.get(start - 1);
        List<String> rest = path.subList(start, path.size());
        String namespace = "";
        if (rest.get(0).equals("namespaces") && rest.size() >= 3 && !isOfNamespaceItself(core, rest)) {
            namespace = rest.get(1);
            rest = rest.subList(2, rest.size());
        }
        if (rest.size() > 3) {
            return Optional.empty();
        }
        return Optional.of(new Route(
                group,
                version,
                namespace,
                rest.get(0),
                rest.size() > 1 ? rest.get(1) : "",
                rest.size() > 2 ? rest.get(2) : ""));
    }

    private static boolean isOfNamespaceItself(boolean core, List<String> rest) {
        return core
                && rest.size() == 3
                && (rest.get(2).equals("status") || rest.get(2).equals("finalize"));
    }
}
