package dev.cairn.e2e;

import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cluster that -Dcairn.kubeconfig names, where the operator under test uses it in place of an API of its own. It may do
 * there what manifests/ lets it. -Dcairn.webhook names the address at which the cluster reaches this machine.
 */
final class NamedCluster implements AutoCloseable {
    static final String PROPERTY = "cairn.kubeconfig";
    private static final String NAMESPACE = "cairn-system";
    private static final long TOKEN_SECONDS = 12 * 3600L;

    private static final String SCRAPER = """
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: scraper, namespace: cairn-system}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: cairn-e2e-scraper}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cairn-metrics}
            subjects: [{kind: ServiceAccount, name: scraper, namespace: cairn-system}]
            """;

    private final Path user;
    private final String address = System.getProperty("cairn.webhook", "127.0.0.1");
    private final int port;
    private final KubernetesClient client;
    private final Kubectl kubectl;
    private final String accounts;
    private final Path operator;
    private @Nullable Api operatorsPages;

    private NamedCluster(Path user, Path directory) throws IOException {
        this.user = user;
        kubectl = new Kubectl(user, directory);
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(user.toFile()))
                .build();
        kubectl.ok("apply", "-k", Cairn.root().resolve("crds").toString());
        String hosts = kubectl.ok("get", "hosts.cairn.dev", "-o", "name");
        if (!hosts.isBlank()) {
            throw new IOException(
                    "the cluster of " + user + " has " + hosts.strip().replace('\n', ' ')
                            + "; name a cluster where Cairn does nothing yet, or delete its Services, Endpoints and Hosts");
        }
        accounts = Files.readString(Cairn.root().resolve("manifests/operator.yaml"))
                        .replace("[cairn-cairn]", "[cairn-" + Cairn.INSTALLATION + "]")
                + SCRAPER;
        kubectl.apply(accounts);
        operator = Files.writeString(directory.resolve("operator.kubeconfig"), kubeconfig(token("cairn")));
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            port = any.getLocalPort();
        }
    }

    /** Empty where the operator has an API of its own. */
    static Optional<NamedCluster> in(Path directory) throws IOException {
        String named = System.getProperty(PROPERTY, "");
        return named.isEmpty()
                ? Optional.empty()
                : Optional.of(new NamedCluster(Path.of(named).toAbsolutePath(), directory));
    }

    /** How the tests, as users, reach it. */
    Path user() {
        return user;
    }

    /** How the operator reaches it. */
    Path operator() {
        return operator;
    }

    /** What an operator is started with to use it. */
    List<String> options() {
        return List.of("--kubeconfig=" + operator, "--webhook=" + address + ":" + port);
    }

    /** The page of the operator's metrics, as Prometheus reads it. */
    String metrics() throws IOException {
        Api pages = operatorsPages;
        if (pages == null) {
            String authority = client.admissionRegistration()
                    .v1()
                    .validatingWebhookConfigurations()
                    .withName("cairn-" + Cairn.INSTALLATION)
                    .get()
                    .getWebhooks()
                    .get(0)
                    .getClientConfig()
                    .getCaBundle();
            pages = Api.of(new ConfigBuilder(Config.empty())
                    .withMasterUrl("https://" + address + ":" + port)
                    .withCaCertData(authority)
                    .withOauthToken(token("scraper"))
                    .build());
            operatorsPages = pages;
        }
        return pages.text("/metrics");
    }

    private String token(String account) {
        TokenRequest request = new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(TOKEN_SECONDS)
                .endSpec()
                .build();
        return client.serviceAccounts()
                .inNamespace(NAMESPACE)
                .withName(account)
                .tokenRequest(request)
                .getStatus()
                .getToken();
    }

    private String kubeconfig(String token) throws IOException {
        Config config = client.getConfiguration();
        String authority = config.getCaCertData() != null
                ? config.getCaCertData()
                : Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(config.getCaCertFile())));
        return """
                apiVersion: v1
                kind: Config
                current-context: tested
                contexts: [{name: tested, context: {cluster: tested, user: tested}}]
                clusters: [{name: tested, cluster: {server: "%s", certificate-authority-data: %s}}]
                users: [{name: tested, user: {token: "%s"}}]
                """.formatted(config.getMasterUrl().replaceAll("/$", ""), authority, token);
    }

    /** The definitions stay: they may have been there before. */
    @Override
    public void close() {
        kubectl.run(accounts, "delete", "--ignore-not-found", "--timeout=60s", "-f", "-");
        client.close();
    }
}
