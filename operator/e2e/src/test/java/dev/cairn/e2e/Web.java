package dev.cairn.e2e;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** One request at a time, each on a new connection, and what the sample server's line says. */
final class Web {
    private static final int TIMEOUT_MILLIS = 10_000;

    private Web() {}

    /** An answer; the words of its line by their names, such as {@code version}. */
    record Answer(int status, String text) {
        Map<String, String> words() {
            return java.util.Arrays.stream(text.strip().split(" "))
                    .filter(word -> word.contains("="))
                    .collect(Collectors.toMap(
                            word -> word.substring(0, word.indexOf('=')),
                            word -> word.substring(word.indexOf('=') + 1),
                            (one, other) -> one));
        }

        String version() {
            return words().getOrDefault("version", "status " + status);
        }

        String container() {
            return words().getOrDefault("container", "status " + status);
        }
    }

    /** Asks once. */
    static Answer get(String address, int port, String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://" + address + ":" + port + path).toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setRequestProperty("Connection", "close");
        int status = connection.getResponseCode();
        try (var body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            String text = body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(status, text);
        } finally {
            connection.disconnect();
        }
    }
}
