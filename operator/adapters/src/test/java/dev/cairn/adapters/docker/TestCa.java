package dev.cairn.adapters.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A certificate authority of a test's own, by openssl. Its files lie in a directory that the test gives. */
public final class TestCa {
    private final Path directory;

    /** Makes its key and its certificate, {@code ca.pem}. */
    public TestCa(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        run(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/CN=cairn test CA",
                "-keyout",
                file("ca-key.pem"),
                "-out",
                file("ca.pem"));
    }

    /** Where one of its files is. */
    public String file(String name) {
        return directory.resolve(name).toString();
    }

    /** The content of one of its files. */
    public byte[] read(String name) {
        try {
            return Files.readAllBytes(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes {@code <name>-cert.pem} and {@code <name>-key.pem}, valid at 127.0.0.1 for a month. */
    public void issue(String name) throws IOException {
        issue(name, "rsa:2048", "IP:127.0.0.1", 30);
    }

    /**
     * @param kind of the key, such as {@code rsa:2048} or {@code ec}
     * @param names the subject alternative names
     * @param days of validity from now on; negative: it has expired
     */
    public void issue(String name, String kind, String names, int days) throws IOException {
        Path extensions = Files.writeString(directory.resolve("extensions"), "subjectAltName=" + names + "\n");
        List<String> request = new java.util.ArrayList<>(List.of("req", "-new", "-newkey", kind));
        if (kind.equals("ec")) {
            request.addAll(List.of("-pkeyopt", "ec_paramgen_curve:P-256"));
        }
        request.addAll(
                List.of("-nodes", "-subj", "/CN=" + name, "-keyout", file(name + "-key.pem"), "-out", file("csr")));
        run(request.toArray(String[]::new));
        run(
                "x509",
                "-req",
                "-in",
                file("csr"),
                "-CA",
                file("ca.pem"),
                "-CAkey",
                file("ca-key.pem"),
                "-CAcreateserial",
                "-days",
                Integer.toString(days),
                "-extfile",
                extensions.toString(),
                "-out",
                file(name + "-cert.pem"));
    }

    /** What docker's users have in a directory: this CA, and a certificate of that name with its key. */
    public Map<String, byte[]> files(String name) {
        Map<String, byte[]> files = new HashMap<>();
        files.put("ca.pem", read("ca.pem"));
        files.put("cert.pem", read(name + "-cert.pem"));
        files.put("key.pem", read(name + "-key.pem"));
        return files;
    }

    /** Runs openssl. */
    static void run(String... arguments) throws IOException {
        List<String> command = new java.util.ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
