package dev.cairn.app.source;

import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.ServiceResource;
import dev.cairn.app.Planning;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What the API would store if a file were applied, and stores not. */
public final class DryRun {
    private final KubernetesClient client;
    private final String namespace;
    private final List<Document> documents = new ArrayList<>();

    /** @param namespace of objects that name none */
    public DryRun(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /**
     * Reads one more file.
     *
     * @throws IOException when it cannot be used, with one sentence
     */
    public void read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException("there is no file " + file);
        }
        if (!Files.isRegularFile(file) && Files.isDirectory(file)) {
            throw new IOException(file + " is a folder; name the files in it");
        }
        try (InputStream in = Files.newInputStream(file)) {
            read(file.toString(), in);
        }
    }

    /** The same from a stream. */
    public void read(String name, InputStream in) throws IOException {
        try {
            List<Document> read = YamlText.read(name, YamlText.decode(in.readNBytes(YamlText.MAX_BYTES + 1)));
            if (read.isEmpty()) {
                throw new IOException(name + " declares nothing");
            }
            documents.addAll(read);
        } catch (BadFile e) {
            throw new IOException(name + ": " + e.getMessage(), e);
        }
    }

    /**
     * What would be stored.
     *
     * @throws IOException when the API would refuse, in its words
     */
    public Planning.Edits edits() throws IOException {
        List<ServiceResource> services = new ArrayList<>();
        List<EndpointResource> endpoints = new ArrayList<>();
        List<HostResource> hosts = new ArrayList<>();
        ApiObjects objects = new ApiObjects(client);
        documents.sort(Comparator.comparingInt(document -> document.id().rank()));
        for (Document document : documents) {
            GenericKubernetesResource stored = tried(objects, placed(document));
            if (document.id().group().equals("cairn.dev")) {
                switch (document.id().kind()) {
                    case "Service" -> services.add(as(ServiceResource.class, stored));
                    case "Endpoint" -> endpoints.add(as(EndpointResource.class, stored));
                    case "Host" -> hosts.add(as(HostResource.class, stored));
                    default -> {}
                }
            }
        }
        return new Planning.Edits(services, endpoints, hosts);
    }

    private static GenericKubernetesResource tried(ApiObjects objects, Document document) throws IOException {
        try {
            return objects.tryApply(document);
        } catch (Refusal e) {
            throw new IOException(document.file() + ": " + document.id() + ": " + e.getMessage(), e);
        }
    }

    private <T> T as(Class<T> type, GenericKubernetesResource stored) {
        return client.getKubernetesSerialization().convertValue(stored, type);
    }

    private Document placed(Document document) {
        ObjectId id = document.id();
        boolean named = document.content().get("metadata") instanceof java.util.Map<?, ?> metadata
                && metadata.get("namespace") != null;
        return named || id.namespace().isEmpty()
                ? document
                : new Document(
                        new ObjectId(id.group(), id.kind(), namespace, id.name()),
                        document.apiVersion(),
                        document.hash(),
                        document.content(),
                        document.file());
    }
}
