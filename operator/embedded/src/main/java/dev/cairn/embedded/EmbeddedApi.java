package dev.cairn.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.admission.Admission;
import dev.cairn.embedded.http.ApiServer;
import dev.cairn.embedded.http.Credentials;
import dev.cairn.embedded.http.InProcess;
import dev.cairn.embedded.kinds.Kind;
import dev.cairn.embedded.kinds.Kinds;
import dev.cairn.embedded.kinds.Yaml;
import dev.cairn.embedded.objects.Call;
import dev.cairn.embedded.objects.Collector;
import dev.cairn.embedded.objects.ObjectWriter;
import dev.cairn.embedded.objects.ObjectWriter.Target;
import dev.cairn.embedded.store.Json;
import dev.cairn.embedded.store.Store;
import dev.cairn.embedded.store.StoreException;
import dev.cairn.embedded.store.Stored;
import dev.cairn.embedded.store.Transaction;
import dev.cairn.embedded.watch.WatchHub;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A Kubernetes API in this process: kubectl and any Kubernetes client work against it. */
public final class EmbeddedApi implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EmbeddedApi.class.getName());

    private final Config config;
    private final Credentials credentials;
    private final Store store;
    private final WatchHub hub;
    private final ApiServer server;
    private final ScheduledExecutorService housekeeping;
    private final int port;

    /**
     * What to serve.
     *
     * @param directory holds objects, key and tokens; made when missing; one process at a time
     * @param address to bind, such as 127.0.0.1
     * @param port 0 for any free one, which is kept for the next start
     * @param definitions YAML texts with CustomResourceDefinitions that are installed or updated at start
     * @param admission asked before every write of a client
     * @param history changes that are kept for watchers who come back, 1 or more
     */
    public record Config(
            Path directory, String address, int port, List<String> definitions, Admission admission, int history) {
        private static final int HISTORY = 2_000;

        public Config {
            definitions = List.copyOf(definitions);
        }

        /** With the usual history. */
        public Config(Path directory, String address, int port, List<String> definitions, Admission admission) {
            this(directory, address, port, definitions, admission, HISTORY);
        }

        /** On loopback and any free port. */
        public static Config local(Path directory, List<String> definitions, Admission admission) {
            return new Config(directory, "127.0.0.1", 0, definitions, admission);
        }
    }

    private EmbeddedApi(Config config) throws IOException {
        this.config = config;
        Files.createDirectories(
                config.directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        CompletableFuture<Vertx> vertx = CompletableFuture.supplyAsync(ApiServer::newVertx);
        this.credentials = Credentials.loadOrCreate(config.directory, config.address);
        this.store = openStore(vertx);
        try {
            Kinds kinds = new Kinds(
                    store.list(Kinds.CRD_GROUP, Kinds.CRD_PLURAL, null).items());
            hub = new WatchHub(store, config.history);
            Collector collector = new Collector(kinds);
            store.start(kinds, hub, collector);
            installBasics(kinds, collector);
            ObjectWriter writer = new ObjectWriter(kinds, config.admission);
            this.server = new ApiServer(vertx.join(), credentials, store, kinds, writer, hub);
            this.port = listen();
        } catch (IOException | RuntimeException e) {
            vertx.join().close();
            store.close();
            throw e;
        }
        this.housekeeping = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "embedded-housekeeping");
            thread.setDaemon(true);
            return thread;
        });
        housekeeping.scheduleWithFixedDelay(this::expireEvents, 1, 1, TimeUnit.MINUTES);
    }

    /**
     * Starts to serve.
     *
     * @throws StoreException when the store is damaged or in use
     * @throws IOException when a file or the port cannot be used
     * @throws IllegalArgumentException when a definition is not a valid CustomResourceDefinition
     */
    public static EmbeddedApi start(Config config) throws IOException {
        return new EmbeddedApi(config);
    }

    private Store openStore(CompletableFuture<Vertx> vertx) {
        try {
            return Store.open(config.directory);
        } catch (StoreException e) {
            vertx.join().close();
            throw e;
        }
    }

    private int listen() throws IOException {
        Path file = config.directory.resolve("port");
        int wanted = config.port;
        if (wanted == 0 && Files.exists(file)) {
            try {
                wanted = Integer.parseInt(Files.readString(file).strip());
            } catch (NumberFormatException e) {
                throw new IOException("The file " + file + " holds no port number; remove it to get a new port.", e);
            }
        }
        int chosen = server.listen(config.address, wanted);
        Files.writeString(file, chosen + "\n");
        return chosen;
    }

    private void installBasics(Kinds kinds, Collector collector) throws IOException {
        List<ObjectNode> definitions = new ArrayList<>();
        for (String text : config.definitions) {
            for (JsonNode document : Yaml.documents(text)) {
                if (!document.path("kind").asText().equals("CustomResourceDefinition")) {
                    throw new IllegalArgumentException(
                            "A " + document.path("kind").asText("document without kind")
                                    + " cannot be installed at start; only CustomResourceDefinitions can.");
                }
                definitions.add((ObjectNode) document);
            }
        }
        ObjectWriter system = new ObjectWriter(kinds, Admission.ALLOW_ALL);
        Kind namespaces = kinds.find("", "namespaces").orElseThrow();
        Kind crds = kinds.find(Kinds.CRD_GROUP, Kinds.CRD_PLURAL).orElseThrow();
        store.write(true, tx -> {
            for (String name : List.of("default", "kube-system")) {
                ObjectNode namespace = Json.object().put("apiVersion", "v1").put("kind", "Namespace");
                namespace.putObject("metadata").put("name", name);
                if (tx.get(namespaces.key("", name)) == null) {
                    system.create(tx, call(), new Target(namespaces, "", name, ""), namespace);
                }
            }
            definitions.forEach(definition -> install(tx, system, crds, definition));
            return "";
        });
        store.write(true, tx -> {
            collector.sweep(tx);
            return "";
        });
    }

    private static void install(Transaction tx, ObjectWriter system, Kind crds, ObjectNode definition) {
        String name = Json.meta(definition, "name");
        Target target = new Target(crds, "", name, "");
        Stored old = tx.get(crds.key("", name));
        if (old == null) {
            system.create(tx, call(), target, definition);
        } else {
            Json.child(definition, "metadata").put("resourceVersion", Long.toString(old.revision()));
            system.update(tx, call(), target, definition);
        }
    }

    private static Call call() {
        return new Call(Call.SYSTEM, false, "cairn-embedded", Call.Unknown.REFUSE, List.of(), new ArrayList<>());
    }

    private void expireEvents() {
        try {
            store.write(true, tx -> {
                Collector.expireEvents(tx);
                return "";
            });
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Old events could not be removed: {0}", e.getMessage());
        }
    }

    /** Such as {@code https://127.0.0.1:40123}; loopback where it listens on all addresses. */
    public String url() {
        String address = config.address.equals("0.0.0.0") ? "127.0.0.1" : config.address;
        String host = address.contains(":") ? "[" + address + "]" : address;
        return "https://" + host + ":" + port;
    }

    /** The certificate to trust, PEM. */
    public String caCertificate() {
        return credentials.server().certificate();
    }

    /** Token of the user {@code admin}. */
    public String adminToken() {
        return credentials.adminToken();
    }

    /** Token of the user {@code system:serviceaccount:cairn-system:cairn}. */
    public String operatorToken() {
        return credentials.operatorToken();
    }

    /** Token of the user {@code view}, who reads everything but Secrets. */
    public String viewToken() {
        return credentials.viewToken();
    }

    /** The same API for clients in this process, without a connection; closed with it. */
    public InProcess inProcess() {
        return server.inProcess();
    }

    /** How many watches are open. */
    int watches() {
        return hub.watching();
    }

    /** Serves at {@code /metrics}, to whoever has a token, what the supplier gives: Prometheus' text format. */
    public void metrics(Supplier<String> scrape) {
        server.metrics(scrape);
    }

    /** Writes a kubeconfig with the admin token, mode 0600. */
    public void writeKubeconfig(Path file) throws IOException {
        Credentials.writePrivate(file.toAbsolutePath(), kubeconfig(Credentials.ADMIN, adminToken()));
    }

    /** Writes a kubeconfig with the token that only reads, mode 0600. */
    public void writeViewKubeconfig(Path file) throws IOException {
        Credentials.writePrivate(file.toAbsolutePath(), kubeconfig(Credentials.VIEW, viewToken()));
    }

    private String kubeconfig(String user, String token) {
        String ca = Base64.getEncoder().encodeToString(caCertificate().getBytes(StandardCharsets.UTF_8));
        return """
                apiVersion: v1
                kind: Config
                clusters:
                  - name: cairn
                    cluster: {server: "%s", certificate-authority-data: %s}
                users:
                  - name: %s
                    user: {token: "%s"}
                contexts:
                  - name: cairn
                    context: {cluster: cairn, user: %s, namespace: default}
                current-context: cairn
                """.formatted(url(), ca, user, token, user);
    }

    @Override
    public void close() throws IOException {
        housekeeping.shutdownNow();
        try {
            server.close();
        } finally {
            store.close();
        }
    }
}
