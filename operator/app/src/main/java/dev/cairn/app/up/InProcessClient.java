package dev.cairn.app.up;

import dev.cairn.embedded.http.InProcess;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpClient;
import io.fabric8.kubernetes.client.http.StandardHttpClientBuilder;
import io.fabric8.kubernetes.client.http.StandardHttpHeaders;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.StandardWebSocketBuilder;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.http.WebSocketResponse;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * How a Kubernetes client reaches the API in the same process: by a call. Encrypting what never leaves the process took
 * a quarter of the processor time of a promotion.
 */
final class InProcessClient
        extends StandardHttpClient<InProcessClient, InProcessClient.Factory, InProcessClient.Builder> {

    private final InProcess api;

    private InProcessClient(Builder builder, AtomicBoolean closed) {
        super(builder, closed);
        api = builder.api;
    }

    /** A client that differs from any other one in nothing but the way. */
    static KubernetesClient of(InProcess api, Config config, KubernetesSerialization serialization) {
        Config own = new ConfigBuilder(config).withOnlyHttpWatches(true).build();
        return new KubernetesClientBuilder()
                .withConfig(own)
                .withHttpClientFactory(new Factory(api))
                .withKubernetesSerialization(serialization)
                .build();
    }

    /** Makes clients of one API. */
    record Factory(InProcess api) implements HttpClient.Factory {
        @Override
        public Builder newBuilder() {
            return new Builder(this);
        }
    }

    /** Makes one client, or others that differ from it in their interceptors. */
    static final class Builder extends StandardHttpClientBuilder<InProcessClient, Factory, Builder> {
        private final InProcess api;

        private Builder(Factory factory) {
            super(factory);
            api = factory.api;
        }

        @Override
        public InProcessClient build() {
            return new InProcessClient(this, client == null ? new AtomicBoolean() : client.getClosed());
        }

        @Override
        protected Builder newInstance(Factory factory) {
            return new Builder(factory);
        }
    }

    @Override
    public CompletableFuture<HttpResponse<AsyncBody>> consumeBytesDirect(
            StandardHttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        InProcess.Asked asked;
        try {
            asked = new InProcess.Asked(request.method(), request.uri(), headers(request), bytes(request.body()));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        Body body = new Body(consumer);
        InProcess.Reply reply = api.ask(asked, body);
        InProcess.Answer answer = reply.answer();
        if (answer == null) {
            body.watch = reply.watch();
            return CompletableFuture.completedFuture(new Answer(request, 200, Map.of(), body));
        }
        body.whole = answer.body();
        Map<String, List<String>> headers = Map.of("Content-Type", List.of(answer.contentType()));
        return CompletableFuture.completedFuture(new Answer(request, answer.code(), headers, body));
    }

    private static Map<String, List<String>> headers(StandardHttpRequest request) {
        if (request.getContentType() == null) {
            return request.headers();
        }
        Map<String, List<String>> headers = new java.util.HashMap<>(request.headers());
        headers.put("Content-Type", List.of(request.getContentType()));
        return headers;
    }

    private static byte[] bytes(StandardHttpRequest.@Nullable BodyContent content) throws IOException {
        if (content instanceof StandardHttpRequest.StringBodyContent text) {
            return text.getContent().getBytes(StandardCharsets.UTF_8);
        } else if (content instanceof StandardHttpRequest.ByteArrayBodyContent bytes) {
            return bytes.getContent();
        } else if (content instanceof StandardHttpRequest.InputStreamBodyContent stream) {
            return stream.getContent().readAllBytes();
        }
        return new byte[0];
    }

    /** What the API answers, given out as the client asks for it: in one piece, or event by event. */
    private static final class Body implements AsyncBody, InProcess.Audience {
        private final AsyncBody.Consumer<List<ByteBuffer>> consumer;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private volatile InProcess.@Nullable Watch watch;
        private byte @Nullable [] whole;

        Body(AsyncBody.Consumer<List<ByteBuffer>> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void consume() {
            InProcess.Watch running = watch;
            byte[] next = whole;
            if (running != null) {
                running.more();
            } else if (next != null) {
                whole = null;
                event(next);
                done.complete(null);
            }
        }

        @Override
        public void event(byte[] bytes) {
            try {
                consumer.consume(List.of(ByteBuffer.wrap(bytes)), this);
            } catch (Exception e) {
                done.completeExceptionally(e);
                stop();
            }
        }

        @Override
        public void end() {
            done.complete(null);
        }

        @Override
        public CompletableFuture<Void> done() {
            return done;
        }

        @Override
        public void cancel() {
            done.cancel(false);
            stop();
        }

        private void stop() {
            InProcess.Watch running = watch;
            if (running != null) {
                running.stop();
            }
        }
    }

    private static final class Answer extends StandardHttpHeaders implements HttpResponse<AsyncBody> {
        private final HttpRequest request;
        private final int code;
        private final Body body;

        Answer(HttpRequest request, int code, Map<String, List<String>> headers, Body body) {
            super(headers);
            this.request = request;
            this.code = code;
            this.body = body;
        }

        @Override
        public int code() {
            return code;
        }

        @Override
        public AsyncBody body() {
            return body;
        }

        @Override
        public HttpRequest request() {
            return request;
        }

        @Override
        public Optional<HttpResponse<?>> previousResponse() {
            return Optional.empty();
        }
    }

    @Override
    public CompletableFuture<WebSocketResponse> buildWebSocketDirect(
            StandardWebSocketBuilder builder, WebSocket.Listener listener) {
        return CompletableFuture.failedFuture(
                new UnsupportedOperationException("watches in this process go without WebSocket"));
    }

    @Override
    protected void doClose() {
        // the API is closed by whoever started it
    }
}
