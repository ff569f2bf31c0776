package dev.cairn.fuzz;

import dev.cairn.embedded.EmbeddedApi;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** HTTP by hand over TLS: well-behaved clients send no bad requests. One connection, opened again when it was closed. */
public final class Wire {
    private static final int PATIENCE_MILLIS = 60_000;

    private final URI url;
    private final SSLContext trusting;
    private final String token;
    private Socket socket;
    private InputStream in;

    /**
     * An answer.
     *
     * @param body as far as it is bounded; empty for one that goes on until somebody hangs up
     */
    public record Answer(int code, Map<String, String> headers, String body) {}

    public Wire(EmbeddedApi api) throws IOException, GeneralSecurityException {
        url = URI.create(api.url());
        token = api.adminToken();
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        var certificate = new ByteArrayInputStream(api.caCertificate().getBytes(StandardCharsets.UTF_8));
        store.setCertificateEntry(
                "server", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        trusting = SSLContext.getInstance("TLS");
        trusting.init(null, factory.getTrustManagers(), null);
    }

    /**
     * Asks one request.
     *
     * @param start method and path, as they are but for line ends
     * @param type content type, the same
     */
    public Answer ask(String start, String type, byte[] body) throws IOException {
        String head = oneLine(start) + " HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer " + token + "\r\nContent-Type: "
                + oneLine(type) + "\r\nContent-Length: " + body.length + "\r\n\r\n";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        out.writeBytes(body);
        if (socket == null) {
            connect();
        }
        socket.getOutputStream().write(out.toByteArray());
        return answer(start.startsWith("HEAD "));
    }

    /** Asks and does not care for the answer, nor whether there is one. */
    public void tell(String start, String type, byte[] body) throws IOException {
        try {
            ask(start, type, body);
        } catch (IOException hungUp) {
            // as it may
        } finally {
            close();
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("[\r\n]", "");
    }

    private void connect() throws IOException {
        socket = trusting.getSocketFactory().createSocket(url.getHost(), url.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    private Answer answer(boolean headOnly) throws IOException {
        String status = line();
        if (!status.matches("HTTP/1\\.[01] [0-9]{3}.*")) {
            throw new IOException("answered with \"" + status + "\"");
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        String length = headers.get("content-length");
        String body = "";
        if (length != null && !headOnly) {
            body = new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
        }
        int code = Integer.parseInt(status.substring(9, 12));
        if (length == null
                || code == 101
                || status.startsWith("HTTP/1.0")
                || "close".equalsIgnoreCase(headers.get("connection"))) {
            close();
        }
        return new Answer(code, headers, body);
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                close();
                throw new IOException("the connection was closed without an answer");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /** Hangs up. */
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
