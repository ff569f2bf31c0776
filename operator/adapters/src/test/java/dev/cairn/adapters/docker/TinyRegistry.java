package dev.cairn.adapters.docker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/** As much of an image registry as a pull needs. Repositories under {@code private/} refuse everybody. */
final class TinyRegistry implements AutoCloseable {
    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String CONFIG = "application/vnd.docker.container.image.v1+json";
    private static final String LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final Map<String, byte[]> content = new ConcurrentHashMap<>();

    TinyRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/v2/", this::answer);
        server.start();
    }

    /** {@code 127.0.0.1:port}: what image names start with. */
    String name() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Makes an image available; returns the digest of its manifest. */
    String add(String repository, String tag, TestImage image) {
        byte[] layer = TestImage.layer();
        byte[] packed = gzip(layer);
        byte[] config = image.config(layer);
        byte[] manifest = TestImage.json(Map.of(
                "schemaVersion",
                2,
                "mediaType",
                MANIFEST,
                "config",
                part(CONFIG, config),
                "layers",
                List.of(part(LAYER, packed))));
        String digest = TestImage.digest(manifest);
        content.put(repository + "/manifests/" + tag, manifest);
        content.put(repository + "/manifests/" + digest, manifest);
        content.put(repository + "/blobs/" + TestImage.digest(config), config);
        content.put(repository + "/blobs/" + TestImage.digest(packed), packed);
        return digest;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/v2/".length());
        byte[] body = path.isEmpty() ? new byte[0] : content.get(path);
        int status = 200;
        if (path.startsWith("private/")) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"registry\"");
            status = 401;
            body = error("UNAUTHORIZED", "authentication required");
        } else if (body == null) {
            status = 404;
            body = error("MANIFEST_UNKNOWN", "manifest unknown");
        } else if (path.contains("/manifests/")) {
            exchange.getResponseHeaders().set("Content-Type", MANIFEST);
            exchange.getResponseHeaders().set("Docker-Content-Digest", TestImage.digest(body));
        }
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
        }
        exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
        if (!head && body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private static byte[] error(String code, String message) {
        return ("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> part(String type, byte[] bytes) {
        return Map.of("mediaType", type, "size", bytes.length, "digest", TestImage.digest(bytes));
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
