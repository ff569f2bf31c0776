package dev.cairn.app.up;

import dev.cairn.adapters.haproxy.Haproxy;
import dev.cairn.api.Crds;
import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStackResource;
import dev.cairn.app.Machinery;
import dev.cairn.app.UpOptions;
import dev.cairn.app.UpOptions.Cluster;
import dev.cairn.app.UpOptions.Listen;
import dev.cairn.app.operator.CairnOperator;
import dev.cairn.app.operator.LeanResources;
import dev.cairn.app.source.FolderSource;
import dev.cairn.embedded.EmbeddedApi;
import dev.cairn.embedded.http.InProcess;
import dev.cairn.embedded.store.StoreException;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one process of a machine without a cluster: the embedded API, the operator on it, and the folders it follows. */
public final class Up {
    /** The operator's own user at the embedded API: the only one that writes ServiceStacks. */
    private static final String OPERATOR_USER = "system:serviceaccount:cairn-system:cairn";

    private static final Logger LOG = LoggerFactory.getLogger(Up.class);

    private final UpOptions options;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private Up(UpOptions options) {
        this.options = options;
    }

    /**
     * Runs until the process is told to stop.
     *
     * @throws IOException when the state directory cannot be used, with one sentence for the user
     */
    public static void run(UpOptions options) throws IOException, InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        Up up = new Up(options);
        Thread hook = new Thread(() -> {
            told.countDown();
            try {
                stopped.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            up.start();
            told.await();
        } finally {
            up.close();
            stopped.countDown();
        }
    }

    /** Stops the proxy of a state directory; it does not stop by itself when the operator does. */
    public static void stopProxy(Path state) throws IOException {
        Haproxy.stop(proxyState(state));
    }

    static Path proxyState(Path state) {
        return state.resolve("haproxy");
    }

    private static Path installationFile(Path state) {
        return state.resolve("installation");
    }

    /** The name under which containers of this state directory are labelled. */
    static String installation(Path state) throws IOException {
        Path file = installationFile(state);
        return Files.exists(file) ? Files.readString(file).strip() : "cairn";
    }

    private void start() throws IOException {
        Files.createDirectories(options.state());
        Files.writeString(installationFile(options.state()), options.installation() + "\n");
        Path pid = options.state().resolve("cairn.pid");
        Access access =
                options.cluster().isPresent() ? cluster(options.cluster().get()) : embedded();
        Files.writeString(pid, ProcessHandle.current().pid() + "\n");
        open.push(() -> Files.deleteIfExists(pid));
        CairnOperator operator = new CairnOperator(
                access.operator(),
                options.installation(),
                proxyState(options.state()),
                options.proxyAddress(),
                registry);
        open.push(operator);
        operator.start();
        KubernetesClient user = access.user();
        open.push(user);
        FolderSource source = new FolderSource(user, options, LOG::info);
        open.push(source);
        source.start();
        LOG.info("cairn is up: {}", user.getMasterUrl());
    }

    /** How the operator and how the folders, which act for the user, reach the API. */
    private record Access(KubernetesClient operator, KubernetesClient user) {}

    private Access cluster(Cluster cluster) throws IOException {
        Config config = Config.fromKubeconfig(cluster.kubeconfig().toFile());
        try (KubernetesClient client = client(config)) {
            greet(client);
        }
        if (cluster.webhook().isPresent()) {
            KubernetesClient client = client(config);
            open.push(client);
            Path directory = Files.createDirectories(options.state().resolve("webhook"));
            open.push(Webhook.start(
                    client, directory, cluster.webhook().get(), options.installation(), registry::scrape));
        }
        KubernetesClient operator = new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(LeanResources.serialization())
                .build();
        return new Access(operator, client(config));
    }

    /**
     * Reads a little of each kind, before all of it is read and watched.
     *
     * @throws IOException when the cluster does not answer, does not know the kinds or does not let the operator read them,
     *     with one sentence
     */
    static void greet(KubernetesClient client) throws IOException {
        ListOptions little = new ListOptionsBuilder().withLimit(1L).build();
        for (var kind : List.of(
                ServiceResource.class, ServiceStackResource.class, EndpointResource.class, HostResource.class)) {
            try {
                client.resources(kind).inAnyNamespace().list(little);
            } catch (KubernetesClientException e) {
                String cluster = "the cluster at " + client.getMasterUrl();
                throw new IOException(
                        switch (e.getCode()) {
                            case 401 -> cluster + " does not know the user of the kubeconfig: " + said(e);
                            case 403 ->
                                cluster + " does not let the operator read what it must: " + said(e)
                                        + "; kubectl apply -k manifests gives its user the rights";
                            case 404 ->
                                cluster + " does not know Cairn's resources; kubectl apply -k manifests defines them";
                            default -> cluster + " cannot be read: " + said(e);
                        },
                        e);
            }
        }
    }

    /** What the API itself said, without the words of the client around it. */
    static String said(KubernetesClientException e) {
        return String.valueOf(
                e.getStatus() == null || e.getStatus().getMessage() == null
                        ? e.getMessage()
                        : e.getStatus().getMessage());
    }

    private Access embedded() throws IOException {
        EmbeddedApi api = api(options.state(), options.api());
        open.push(api);
        api.metrics(registry::scrape);
        api.writeKubeconfig(options.state().resolve("kubeconfig"));
        api.writeViewKubeconfig(options.state().resolve("kubeconfig.view"));
        InProcess way = api.inProcess();
        return new Access(
                InProcessClient.of(way, config(api, api.operatorToken()), LeanResources.serialization()),
                InProcessClient.of(way, config(api, api.adminToken()), new KubernetesSerialization()));
    }

    private static EmbeddedApi api(Path state, Listen listen) throws IOException {
        try {
            return EmbeddedApi.start(new EmbeddedApi.Config(
                    state.resolve("api"),
                    listen.address(),
                    listen.port(),
                    Crds.yaml(),
                    new CoreAdmission(OPERATOR_USER)));
        } catch (StoreException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    static Machinery.Served serve(Path state) throws IOException {
        EmbeddedApi api = api(state, new Listen("127.0.0.1", 0));
        return new Machinery.Served() {
            @Override
            public Config user() {
                return config(api, api.adminToken());
            }

            @Override
            public Config operator() {
                return config(api, api.operatorToken());
            }

            @Override
            public void close() throws IOException {
                api.close();
            }
        };
    }

    private static Config config(EmbeddedApi api, String token) {
        byte[] ca = api.caCertificate().getBytes(StandardCharsets.UTF_8);
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(api.url())
                .withCaCertData(Base64.getEncoder().encodeToString(ca))
                .withOauthToken(token)
                .build();
    }

    private static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private void close() {
        for (AutoCloseable part : open) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("while stopping: {}", e.getMessage());
            }
        }
    }
}
