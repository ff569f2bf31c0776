package dev.cairn.app.cli;

import dev.cairn.api.EndpointResource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What endpoints answer to {@code GET}. */
final class Answers {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final int MAX_BYTES = 4096;

    private static final int UNAVAILABLE = 503;

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    /**
     * What a URL answers.
     *
     * @param ok whether a container has answered, and not the proxy that has none
     * @param text first line of the answer, or what went wrong
     */
    record Answer(boolean ok, String text) {}

    /** Whether its URL can be asked from here: a host name may lead elsewhere, or nowhere yet. */
    static boolean canBeAsked(EndpointResource endpoint) {
        var spec = endpoint.getSpec();
        return spec != null
                && !"TCP".equals(spec.protocol())
                && (spec.hostnames() == null || spec.hostnames().isEmpty());
    }

    Answer get(String url) throws InterruptedException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build();
            HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                String text = new String(body.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
                String line = Texts.line(text.lines().findFirst().orElse(""));
                boolean plain = response.statusCode() == 200 && !line.isEmpty();
                return new Answer(
                        response.statusCode() != UNAVAILABLE,
                        plain ? line : ("HTTP " + response.statusCode() + " " + line).strip());
            }
        } catch (IOException | IllegalArgumentException e) {
            String message = Texts.line(e.getMessage());
            return new Answer(
                    false, "no answer: " + (message.isEmpty() ? e.getClass().getSimpleName() : message));
        }
    }
}
