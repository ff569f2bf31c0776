package dev.cairn.app.source;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Creates what an export has written. The records of the stacks come before their services, and the services last: from
 * the first moment on the operator finds which container is which and which endpoints lead to it.
 */
public final class Importer {
    private static final List<String> LATE = List.of("ServiceStack", "Endpoint", "Service");

    private final ApiObjects user;
    private final ApiObjects operator;
    private final Consumer<String> report;

    /**
     * @param user creates what users declare
     * @param operator creates the records of stacks
     * @param report takes one line for each object
     */
    public Importer(KubernetesClient user, KubernetesClient operator, Consumer<String> report) {
        this.user = new ApiObjects(user);
        this.operator = new ApiObjects(operator);
        this.report = report;
    }

    /**
     * Creates all that does not exist. A service that exists is left alone together with its stacks.
     *
     * @return how many objects were created
     * @throws IOException when a file cannot be used, before anything is created, or the API refuses, with one sentence
     */
    public int run(Path folder) throws IOException {
        Scan scan = Scanner.ofFolders(List.of(folder)).scan(Instant.MAX);
        for (Scan.Problem problem : scan.problems()) {
            throw new IOException(problem + "; nothing was imported");
        }
        List<Document> documents = new ArrayList<>(scan.folders().get(0).documents());
        documents.sort(Comparator.comparingInt(Importer::turn).thenComparing(Document::id));
        try {
            namespaces(documents);
            Set<ObjectId> present = presentServices(documents);
            int created = 0;
            for (Document document : documents) {
                created += create(document, present) ? 1 : 0;
            }
            return created;
        } catch (Refusal e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static int turn(Document document) {
        boolean cairn = document.id().group().equals("cairn.dev");
        return cairn && LATE.contains(document.id().kind())
                ? 10 + LATE.indexOf(document.id().kind())
                : document.id().rank();
    }

    private void namespaces(List<Document> documents) throws Refusal {
        Set<String> names = new TreeSet<>();
        documents.forEach(document -> names.add(document.id().namespace()));
        names.removeAll(Set.of("", "default"));
        for (String name : names) {
            ObjectId id = new ObjectId("", "Namespace", "", name);
            Map<String, Object> content =
                    Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", name));
            user.create(new Document(id, "v1", "", content, ""));
        }
    }

    private Set<ObjectId> presentServices(List<Document> documents) throws Refusal {
        Set<ObjectId> present = new HashSet<>();
        for (Document document : documents) {
            boolean service = document.id().group().equals("cairn.dev")
                    && document.id().kind().equals("Service");
            if (service && user.exists(document.id(), document.apiVersion())) {
                present.add(document.id());
            }
        }
        return present;
    }

    private boolean create(Document document, Set<ObjectId> present) throws Refusal {
        ObjectId id = document.id();
        boolean stack = id.group().equals("cairn.dev") && id.kind().equals("ServiceStack");
        if (stack && present.contains(serviceOf(document))) {
            report.accept(id + " left out: its service exists already, and the operator keeps its own record of it");
            return false;
        }
        boolean created;
        try {
            created = (stack ? operator : user).create(document);
        } catch (Refusal e) {
            throw new Refusal(document.file() + ": " + id + ": " + e.getMessage(), e.lasting());
        }
        report.accept(id + (created ? " created" : " exists already and is left as it is"));
        return created;
    }

    private static ObjectId serviceOf(Document stack) {
        Object name = stack.content().get("spec") instanceof Map<?, ?> spec ? spec.get("serviceName") : null;
        return new ObjectId("cairn.dev", "Service", stack.id().namespace(), String.valueOf(name));
    }
}
