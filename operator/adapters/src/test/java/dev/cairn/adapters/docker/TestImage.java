package dev.cairn.adapters.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A tiny image made here: nothing but busybox, and a web root in /www whose files are {@code ready} and
 * {@code index.html}.
 *
 * @param reference {@code repository:tag}
 * @param command what it runs
 * @param settings further fields of the image's config, such as Labels or Healthcheck
 */
public record TestImage(String reference, List<String> command, Map<String, Object> settings) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    /** An image that serves /www on port 80. */
    public static TestImage server(String reference) {
        return new TestImage(reference, List.of("/bin/busybox", "httpd", "-f", "-p", "80", "-h", "/www"), Map.of());
    }

    /** An image whose command is a line of shell. */
    public static TestImage shell(String reference, String line) {
        return new TestImage(reference, List.of("/bin/sh", "-c", line), Map.of());
    }

    /** The same image with a further field in its config. */
    public TestImage with(String field, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(settings);
        more.put(field, value);
        return new TestImage(reference, command, more);
    }

    /** The only layer, a tar. */
    static byte[] layer() {
        Tar tar = new Tar();
        try {
            tar.file("bin/busybox", Files.readAllBytes(BUSYBOX), 0755);
        } catch (IOException e) {
            throw new UncheckedIOException("the tests need Debian's busybox-static", e);
        }
        for (String applet : List.of("sh", "sleep", "rm", "touch", "kill", "true", "false")) {
            tar.link("bin/" + applet, "busybox");
        }
        tar.file("www/index.html", "hello\n".getBytes(StandardCharsets.UTF_8), 0644);
        tar.file("www/ready", "yes\n".getBytes(StandardCharsets.UTF_8), 0644);
        return tar.end();
    }

    /** The image's config, a JSON document. */
    byte[] config(byte[] layer) {
        Map<String, Object> config = new LinkedHashMap<>(settings);
        config.put("Cmd", command);
        config.put("Env", List.of("PATH=/bin"));
        return json(Map.of(
                "architecture",
                System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64",
                "os",
                "linux",
                "config",
                config,
                "rootfs",
                Map.of("type", "layers", "diff_ids", List.of(digest(layer)))));
    }

    /** What the engine's load call takes. */
    public byte[] archive() {
        byte[] layer = layer();
        byte[] config = config(layer);
        Tar tar = new Tar();
        tar.file("config.json", config, 0644);
        tar.file("layer.tar", layer, 0644);
        tar.file(
                "manifest.json",
                json(List.of(Map.of(
                        "Config", "config.json", "RepoTags", List.of(reference), "Layers", List.of("layer.tar")))),
                0644);
        return tar.end();
    }

    static byte[] json(Object value) {
        try {
            return JSON.writer()
                    .with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Just enough of the ustar format. */
    private static final class Tar {
        private static final int BLOCK = 512;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        void file(String name, byte[] content, int mode) {
            header(name, content.length, mode, '0', "");
            out.writeBytes(content);
            out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
        }

        void link(String name, String target) {
            header(name, 0, 0777, '2', target);
        }

        byte[] end() {
            out.writeBytes(new byte[2 * BLOCK]);
            return out.toByteArray();
        }

        private void header(String name, int size, int mode, char type, String target) {
            byte[] header = new byte[BLOCK];
            put(header, 0, name);
            put(header, 100, String.format("%07o", mode));
            put(header, 108, "0000000");
            put(header, 116, "0000000");
            put(header, 124, String.format("%011o", size));
            put(header, 136, "00000000000");
            Arrays.fill(header, 148, 156, (byte) ' ');
            header[156] = (byte) type;
            put(header, 157, target);
            put(header, 257, "ustar\00000");
            int sum = 0;
            for (byte b : header) {
                sum += b & 0xff;
            }
            put(header, 148, String.format("%06o\0", sum));
            out.writeBytes(header);
        }

        private static void put(byte[] header, int at, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(bytes, 0, header, at, bytes.length);
        }
    }
}
