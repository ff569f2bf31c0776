package dev.cairn.adapters.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.PushResponseItem;
import dev.cairn.adapters.docker.Secrets.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Debian's docker-registry with TLS and basic auth. Every engine of the machine trusts it while it runs, as Docker's
 * users make them trust one: by a file below /etc/docker/certs.d.
 */
public final class RealRegistry implements AutoCloseable {
    /** Who may pull and push. */
    public static final String USER = "cairn";

    /** Its password. */
    public static final String PASSWORD = "s3cret-word";

    private static final String HASH = "$2b$05$abcdefghijklmnopqrstuuEpHRRKIlpAGo.iP7Bpa.htQEJMAAnRe";

    private final String name;
    private final Path trusted;
    private final Process process;

    /**
     * @param directory where it keeps everything
     * @param address of this machine, none of 127.0.0.0/8: there engines go on without TLS when they are refused
     */
    public RealRegistry(Path directory, String address) throws IOException {
        TestCa ca = new TestCa(directory.resolve("ca"));
        ca.issue("registry", "rsa:2048", "IP:" + address, 30);
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            name = address + ":" + socket.getLocalPort();
        }
        trusted = Path.of("/etc/docker/certs.d", name, "ca.crt");
        Files.createDirectories(trusted.getParent());
        Files.write(trusted, ca.read("ca.pem"));
        Path users = Files.writeString(directory.resolve("users"), USER + ":" + HASH + "\n");
        Path config = Files.writeString(directory.resolve("config.yml"), """
                version: 0.1
                log: {level: warn}
                storage: {filesystem: {rootdirectory: "%s"}}
                http: {addr: "%s", tls: {certificate: "%s", key: "%s"}}
                auth: {htpasswd: {realm: cairn, path: "%s"}}
                """.formatted(
                directory.resolve("images"), name, ca.file("registry-cert.pem"), ca.file("registry-key.pem"), users));
        process = new ProcessBuilder("docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        Awaitility.await("the registry")
                .failFast("docker-registry has ended", () -> !process.isAlive())
                .until(this::answers);
    }

    private boolean answers() {
        try (Socket socket = new Socket(
                name.substring(0, name.indexOf(':')), Integer.parseInt(name.substring(name.indexOf(':') + 1)))) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** {@code address:port}: what image names start with. */
    public String name() {
        return name;
    }

    /** The content of a Secret of type kubernetes.io/dockerconfigjson for this registry. */
    public String config(String user, String password) {
        return "{\"auths\":{\"" + name + "\":{\"username\":\"" + user + "\",\"password\":\"" + password + "\"}}}";
    }

    /** That content as the adapter gets it. */
    Secret secret(String user, String password) {
        return new Secret(
                "1", Map.of(".dockerconfigjson", config(user, password).getBytes(StandardCharsets.UTF_8)));
    }

    /** Pushes an image that the engine has, under another name, which the engine forgets again. */
    public void push(DockerClient from, String image, String repository, String tag) throws InterruptedException {
        String target = name + "/" + repository;
        from.tagImageCmd(image, target, tag).exec();
        from.pushImageCmd(target + ":" + tag)
                .withAuthConfig(new AuthConfig()
                        .withRegistryAddress(name)
                        .withUsername(USER)
                        .withPassword(PASSWORD))
                .exec(new ResultCallback.Adapter<PushResponseItem>())
                .awaitCompletion();
        from.removeImageCmd(target + ":" + tag).exec();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            Files.deleteIfExists(trusted);
            Files.deleteIfExists(trusted.getParent());
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
