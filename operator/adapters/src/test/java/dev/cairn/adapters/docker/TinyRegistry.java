package dev.cairn.adapters.docker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;

/** As much of an image registry as a pull needs. Repositories under {@code private/} refuse everybody. */
public final class TinyRegistry implements AutoCloseable {
    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String CONFIG = "application/vnd.docker.container.image.v1+json";
    private static final String LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    private final Map<String, byte[]> content = new ConcurrentHashMap<>();
    private final TinyHttp server = new TinyHttp(this::answer);

    /** {@code 127.0.0.1:port}: what image names start with. */
    public String name() {
        return "127.0.0.1:" + server.port();
    }

    /** Makes an image available; returns the digest of its manifest. */
    public String add(String repository, String tag, TestImage image) {
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
        server.close();
    }

    private TinyHttp.Answer answer(TinyHttp.Request request) {
        String path = request.path().substring("/v2/".length());
        if (path.startsWith("private/")) {
            return new TinyHttp.Answer(
                    401,
                    "WWW-Authenticate: Basic realm=\"registry\"\r\n",
                    error("UNAUTHORIZED", "authentication required"));
        }
        byte[] body = path.isEmpty() ? new byte[0] : content.get(path);
        if (body == null) {
            return new TinyHttp.Answer(404, "", error("MANIFEST_UNKNOWN", "manifest unknown"));
        }
        String headers = path.contains("/manifests/")
                ? "Content-Type: " + MANIFEST + "\r\nDocker-Content-Digest: " + TestImage.digest(body) + "\r\n"
                : "";
        return new TinyHttp.Answer(200, headers, body);
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
