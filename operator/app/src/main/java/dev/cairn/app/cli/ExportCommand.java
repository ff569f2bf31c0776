package dev.cairn.app.cli;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes what is declared, and the records of the stacks, as YAML. */
@Command(
        name = "export",
        description = "Writes hosts, services, endpoints and the records of stacks as YAML, for cairn import.")
final class ExportCommand implements Callable<Integer> {
    private static final String CAIRN = "cairn.dev/v1alpha1";

    /** What the server or a tool keeps for itself. */
    private static final List<String> NOISE =
            List.of("kubectl.kubernetes.io/last-applied-configuration", "cairn.dev/source-commit", "cairn.dev/forget");

    @Option(
            names = "-o",
            paramLabel = "DIR|-",
            defaultValue = "-",
            description = "An empty folder for the files, or - for the terminal, which is the default.")
    String target = "-";

    @Option(
            names = "--secrets",
            description = "Secrets too. They are readable in what is written: keep it accordingly.")
    boolean secrets;

    @Mixin
    ApiOptions options = new ApiOptions();

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    /** One kind to export. */
    private record Kind(String apiVersion, String kind, String folder, boolean namespaced) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("v1", "Secret", "secrets", true),
            new Kind(CAIRN, "Host", "hosts", false),
            new Kind(CAIRN, "ServiceStack", "servicestacks", true),
            new Kind(CAIRN, "Service", "services", true),
            new Kind(CAIRN, "Endpoint", "endpoints", true));

    @Override
    public Integer call() throws IOException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Path folder = target.equals("-") ? null : Path.of(target);
        if (folder != null) {
            checkEmpty(folder);
        }
        try (Api api = options.connect()) {
            int count = 0;
            for (Kind kind : KINDS) {
                if (kind.kind().equals("Secret") && !secrets) {
                    continue;
                }
                for (GenericKubernetesResource object : list(api, kind)) {
                    String yaml = api.client().getKubernetesSerialization().asYaml(plain(object));
                    write(kind, object, yaml, folder, out);
                    count++;
                }
            }
            if (folder != null) {
                out.println(count + " objects written to " + folder);
            }
            return 0;
        }
    }

    private static void checkEmpty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                if (files.findAny().isPresent()) {
                    throw new UserError(folder + " is not empty; name a new folder, since old files in it would be"
                            + " imported too");
                }
            }
        }
    }

    private List<GenericKubernetesResource> list(Api api, Kind kind) {
        try {
            var all = api.client().genericKubernetesResources(kind.apiVersion(), kind.kind());
            var some = !kind.namespaced()
                    ? all.list()
                    : options.namespace == null
                            ? all.inAnyNamespace().list()
                            : all.inNamespace(options.namespace).list();
            return some.getItems().stream()
                    .filter(object -> !object.isMarkedForDeletion())
                    .sorted(Comparator.comparing(Snapshot::name))
                    .toList();
        } catch (KubernetesClientException e) {
            throw api.explain(e);
        }
    }

    /** The object without what belongs to the server it came from. */
    private static Map<String, Object> plain(GenericKubernetesResource object) {
        var from = object.getMetadata();
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", from.getName());
        if (from.getNamespace() != null) {
            metadata.put("namespace", from.getNamespace());
        }
        if (from.getLabels() != null && !from.getLabels().isEmpty()) {
            metadata.put("labels", new TreeMap<>(from.getLabels()));
        }
        Map<String, String> annotations =
                from.getAnnotations() == null ? new TreeMap<>() : new TreeMap<>(from.getAnnotations());
        annotations.keySet().removeAll(NOISE);
        if (!annotations.isEmpty()) {
            metadata.put("annotations", annotations);
        }
        if (object.getKind().equals("ServiceStack")) {
            metadata.put("finalizers", from.getFinalizers());
        }
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("apiVersion", object.getApiVersion());
        plain.put("kind", object.getKind());
        plain.put("metadata", metadata);
        new TreeMap<>(object.getAdditionalProperties()).forEach((field, value) -> {
            if (!field.equals("status")) {
                plain.put(field, value);
            }
        });
        return plain;
    }

    private static void write(
            Kind kind, GenericKubernetesResource object, String yaml, @Nullable Path folder, PrintWriter out)
            throws IOException {
        if (folder == null) {
            out.print(yaml.startsWith("---") ? yaml : "---\n" + yaml);
            return;
        }
        Path directory = Files.createDirectories(folder.resolve(kind.folder()));
        String namespace = object.getMetadata().getNamespace();
        String name = (namespace == null ? "" : namespace + ".")
                + object.getMetadata().getName();
        Path file = directory.resolve(name + ".yaml");
        if (!directory.normalize().equals(file.normalize().getParent())) {
            throw new UserError(Texts.line(name) + " cannot be the name of a file");
        }
        Files.createFile(file);
        if (kind.kind().equals("Secret")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        Files.writeString(file, yaml);
    }
}
