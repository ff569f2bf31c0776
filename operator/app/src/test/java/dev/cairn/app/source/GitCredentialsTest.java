package dev.cairn.app.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cairn.app.GitOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.UploadPack;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository behind HTTP that wants to know who asks. */
class GitCredentialsTest {
    private static final String SECRET = "geheim:with:colons";

    @TempDir
    Path temporary;

    private @Nullable TestRepository repository;
    private @Nullable HttpServer server;
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws Exception {
        repository = new TestRepository(temporary.resolve("shop"));
        repository
                .write("a.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}")
                .commit("first");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/shop.git", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        repository.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String who = exchange.getRequestHeaders().getFirst("Authorization");
            seen.add(String.valueOf(who));
            String right = Base64.getEncoder().encodeToString(("me:" + SECRET).getBytes(StandardCharsets.UTF_8));
            if (!("Basic " + right).equals(who)) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"shop\"");
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            UploadPack pack = new UploadPack(repository.git().getRepository());
            pack.setBiDirectionalPipe(false);
            boolean refs = exchange.getRequestURI().getPath().endsWith("/info/refs");
            if (refs) {
                PacketLineOut lines = new PacketLineOut(out);
                lines.writeString("# service=git-upload-pack\n");
                lines.end();
                pack.sendAdvertisedRefs(new RefAdvertiser.PacketLineOutRefAdvertiser(lines));
            } else {
                boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
                InputStream in = zipped ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
                pack.upload(in, out, null);
            }
            exchange.getResponseHeaders()
                    .add("Content-Type", "application/x-git-upload-pack-" + (refs ? "advertisement" : "result"));
            exchange.sendResponseHeaders(200, out.size());
            exchange.getResponseBody().write(out.toByteArray());
        }
    }

    private GitOptions options(@Nullable Path credentials) {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/shop.git";
        return new GitOptions(url, "main", "", 30, credentials);
    }

    private GitCopy copy(@Nullable Path credentials) {
        return new GitCopy(options(credentials), temporary.resolve("copy"));
    }

    @Test
    void theRightOnesOpenIt() throws IOException {
        Path file = Files.writeString(temporary.resolve("credentials"), "me:" + SECRET + "\n");
        GitCopy copy = copy(file);
        copy.fetch(() -> false);
        assertThat(copy.read().orElseThrow().texts())
                .extracting(Place.Text::file)
                .containsExactly("shop.git:a.yaml");
    }

    @Test
    void wrongOnesAreToldWithoutBeingShown() throws IOException {
        Path file = Files.writeString(temporary.resolve("credentials"), "me:wrong-secret\n");
        assertThatThrownBy(() -> copy(file).fetch(() -> false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not authorized")
                .hasMessageNotContaining("wrong-secret")
                .hasNoCause();
        assertThatThrownBy(() -> copy(null).fetch(() -> false)).isInstanceOf(IOException.class);
        Files.writeString(file, "only-a-secret-token");
        assertThatThrownBy(() -> copy(file).fetch(() -> false))
                .hasMessageEndingWith("must hold one line, which is USER:PASSWORD")
                .hasMessageNotContaining("only-a-secret-token");
        Files.delete(file);
        assertThatThrownBy(() -> copy(file).fetch(() -> false)).hasMessageContaining("cannot be read");
    }

    @Test
    void noOtherHostHearsThemAndNoTextHoldsThem() throws Exception {
        Path file = Files.writeString(temporary.resolve("credentials"), "me:" + SECRET);
        GitCredentials credentials = GitCredentials.of(options(file));
        CredentialItem.Username user = new CredentialItem.Username();
        assertThat(credentials.provider().get(new URIish("https://elsewhere.example/shop.git"), user))
                .isFalse();
        assertThat(user.getValue()).isNull();
        assertThat(credentials.provider().get(new URIish("https://127.0.0.1/shop.git"), user))
                .isTrue();
        assertThat(credentials.toString()).doesNotContain(SECRET);
        assertThat(credentials.hide("failed with " + SECRET)).isEqualTo("failed with ***");
        assertThat(options(file).toString()).doesNotContain(SECRET);
    }
}
