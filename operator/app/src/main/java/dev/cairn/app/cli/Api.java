package dev.cairn.app.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The API that a command talks to.
 *
 * @param client fails at once when nothing listens
 * @param namespace of the service that the command is about
 * @param kubeconfig where the address was found
 * @param warnings what the API has warned of and nobody has shown yet
 */
record Api(KubernetesClient client, String namespace, Path kubeconfig, Queue<String> warnings)
        implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;

    private static final int REQUEST_MILLIS = 30_000;

    private static final int MAX_WARNINGS = 20;

    /** The warn-text of RFC 7234: {@code 299 - "text"}. */
    private static final Pattern WARNING = Pattern.compile("\\d{3} \\S+ \"((?:[^\"\\\\]|\\\\.)*)\"");

    /**
     * @param namespace null for the one that the kubeconfig names
     * @throws UserError when the file cannot be used
     */
    static Api connect(Path kubeconfig, @Nullable String namespace) {
        if (!Files.isRegularFile(kubeconfig)) {
            throw new UserError("no API is known, since there is no kubeconfig at " + kubeconfig
                    + "; start one with make up or cairn up DIR, or name a cluster's with --kubeconfig FILE");
        }
        Config config;
        try {
            config = new ConfigBuilder(Config.fromKubeconfig(kubeconfig.toFile()))
                    .withConnectionTimeout(CONNECT_MILLIS)
                    .withRequestTimeout(REQUEST_MILLIS)
                    .withRequestRetryBackoffLimit(0)
                    .build();
        } catch (RuntimeException e) {
            throw new UserError("the kubeconfig " + kubeconfig + " cannot be used: " + Texts.line(e.getMessage()));
        }
        Queue<String> warnings = new LinkedBlockingQueue<>(MAX_WARNINGS);
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientBuilderConsumer(
                        builder -> builder.addOrReplaceInterceptor("cairn-warnings", new Listener(warnings)))
                .build();
        String fromFile = config.getNamespace() == null ? "default" : config.getNamespace();
        return new Api(client, namespace == null ? fromFile : namespace, kubeconfig, warnings);
    }

    private record Listener(Queue<String> warnings) implements Interceptor {
        @Override
        public void after(
                HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
            for (String header : response.headers("Warning")) {
                Matcher matcher = WARNING.matcher(header);
                while (matcher.find()) {
                    warnings.offer(matcher.group(1).replaceAll("\\\\(.)", "$1"));
                }
            }
        }
    }

    /** What went wrong in one line: the API's own words where it has answered. */
    UserError explain(KubernetesClientException e) {
        String said = e.getStatus() == null ? null : e.getStatus().getMessage();
        if (e.getCode() == 0 && said == null) {
            return new UserError("no API answers at " + client.getMasterUrl() + " (from " + kubeconfig
                    + "); start it with make up or cairn up DIR");
        }
        if (e.getCode() == 401) {
            return new UserError("the API at " + client.getMasterUrl() + " does not accept the credentials in "
                    + kubeconfig + "; use a kubeconfig that is valid there");
        }
        if (e.getCode() == 404 && (e.getName() == null || e.getName().isEmpty())) {
            return new UserError("the API at " + client.getMasterUrl()
                    + " does not know Cairn's kinds; install them there with kubectl apply -f crds/");
        }
        return new UserError(Texts.line(said == null ? e.getMessage() : said));
    }

    @Override
    public void close() {
        client.close();
    }
}
