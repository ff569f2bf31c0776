package dev.cairn.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.InternalServerErrorException;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.PortException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pure parts: labels, references, sentences. */
class TextsTest {
    private static final Host HOST = new Host("docker01", "unix:///run/docker.sock", "127.0.0.1", 20000, 20009, false);
    private static final Owner OWNER = new Owner(new ObjectKey("default", "webapp"), 1, 4);
    private static final Entry ENTRY = new Entry(
            4,
            new Version("v0.4"),
            "sha256:" + "a".repeat(64),
            20000,
            new Template(List.of(), List.of(), Map.of(), List.of(), null, 1));
    private static final String DIGEST = "sha256:" + "b".repeat(64);

    private static Map<String, String> labels() {
        return new HashMap<>(Labels.write("prod", OWNER, ENTRY));
    }

    @Test
    void labelsAreReadAsTheyWereWritten() {
        Labels.Meaning meaning = Labels.read(labels(), "webapp-stack1-app4").meaning();
        assertThat(meaning)
                .isEqualTo(new Labels.Meaning(
                        OWNER, new Version("v0.4"), ENTRY.template().hash()));
        assertThat(labels()).hasSize(7).containsEntry("cairn.dev/installation", "prod");
    }

    @ParameterizedTest
    @CsvSource({
        "cairn.dev/namespace, UPPER",
        "cairn.dev/namespace, ../etc",
        "cairn.dev/service, web_app",
        "cairn.dev/service, -a",
        "cairn.dev/service, a..b",
        "cairn.dev/stack, -1",
        "cairn.dev/stack, 01",
        "cairn.dev/stack, 99999999999",
        "cairn.dev/stack, 1e3",
        "cairn.dev/n, 0",
        "cairn.dev/n, ١",
        "cairn.dev/version, '$(reboot)'",
        "cairn.dev/version, ''",
        "cairn.dev/template, nohash",
    })
    void labelThatIsNotWhatItShouldBeIsALie(String label, String value) {
        Map<String, String> labels = labels();
        labels.put(label, value);
        Labels.Reading reading = Labels.read(labels, "webapp-stack1-app4");
        assertThat(reading.meaning()).isNull();
        assertThat(reading.lie()).startsWith("label " + label + " is \"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"namespace", "service", "stack", "n", "version", "template"})
    void labelThatIsMissingIsALie(String label) {
        Map<String, String> labels = labels();
        Labels.Reading lie = new Labels.Reading(null, "label cairn.dev/" + label + " is missing", Optional.empty());
        labels.put("cairn.dev/" + label, null);
        assertThat(Labels.read(labels, "webapp-stack1-app4")).isEqualTo(lie);
        labels.remove("cairn.dev/" + label);
        assertThat(Labels.read(labels, "webapp-stack1-app4")).isEqualTo(lie);
    }

    @Test
    void labelsOnAContainerOfAnotherNameAreALie() {
        assertThat(Labels.read(labels(), "copy").lie())
                .isEqualTo("its labels are those of a container named webapp-stack1-app4");
        Map<String, String> elsewhere = labels();
        elsewhere.put("cairn.dev/namespace", "blue");
        assertThat(Labels.read(elsewhere, "webapp-stack1-app4").meaning()).isNull();
        assertThat(Labels.read(elsewhere, "blue_webapp-stack1-app4").meaning()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "webapp:v1, webapp, v1",
        "registry.example.com/team/web-app:1.0_a, registry.example.com/team/web-app, 1.0_a",
        "127.0.0.1:5000/a/b__c:v1, 127.0.0.1:5000/a/b__c, v1",
        "LOCALHOST:5000/a:v1, LOCALHOST:5000/a, v1",
    })
    void imageReferencesAreTakenApart(String text, String repository, String tag) {
        assertThat(ImageRef.parse(text)).contains(new ImageRef(text, repository, tag, null));
    }

    @Test
    void pinIsTheDigestOfThatVeryRepositoryElseTheId() {
        ImageRef web = ImageRef.parse("web:v1").orElseThrow();
        String id = "sha256:" + "c".repeat(64);
        assertThat(web.pinned(List.of("other@" + DIGEST, "docker.io/library/web@" + DIGEST), id))
                .isEqualTo("web@" + DIGEST);
        assertThat(web.pinned(List.of("example.com/web@" + DIGEST), id)).isEqualTo(id);
        assertThat(web.pinned(null, id)).isEqualTo(id);
        assertThat(ImageRef.parse("web@" + DIGEST).orElseThrow().pinned(List.of(), id))
                .isEqualTo("web@" + DIGEST);
        assertThat(ImageRef.parse(id).orElseThrow().isId()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a:v1 ", "a/:v1", "a//b:v1", "A:v1", "a:v1@sha256:12", "https://a/b:v1", "a:-v", "a", "sha256:ab"
            })
    void whatIsNoReferenceIsRefused(String text) {
        assertThat(ImageRef.parse(text)).isEmpty();
    }

    @Test
    void longTextIsRefusedAtOnce() {
        assertThat(ImageRef.parse("a-".repeat(100_000) + ":v1")).isEqualTo(Optional.empty());
        assertThat(ImageRef.parse("a".repeat(290) + "-".repeat(290) + ":v1")).isEmpty();
    }

    @Test
    void everyTroubleIsOneSentenceWithARemedy() {
        assertThat(sentence(new SocketException("Permission denied")))
                .isEqualTo(
                        "host docker01: no permission to use unix:///run/docker.sock: add the user to group docker or"
                                + " run as root");
        assertThat(sentence(new SocketException("No such file or directory")))
                .isEqualTo("host docker01: there is no socket unix:///run/docker.sock: start the Docker engine or"
                        + " correct spec.docker.url");
        assertThat(sentence(new ConnectException("Connection refused")))
                .isEqualTo("host docker01: nothing listens at unix:///run/docker.sock: start the Docker engine there or"
                        + " correct spec.docker.url");
        assertThat(sentence(new UnknownHostException("x")))
                .isEqualTo("host docker01: the name in unix:///run/docker.sock is not known: correct spec.docker.url or"
                        + " the name service");
        assertThat(sentence(new NoSuchFileException("/a\nb")))
                .isEqualTo("host docker01: the connection to unix:///run/docker.sock broke (/a b): if it lasts, look"
                        + " into the engine's log");
        assertThat(Trouble.timeout(HOST, Duration.ofSeconds(10)).getMessage())
                .isEqualTo("host docker01: the engine at unix:///run/docker.sock did not answer within 10 s: check that"
                        + " it runs and that the network reaches it");
        assertThat(Trouble.unanswered(HOST, new SocketException("Permission denied"), Duration.ZERO))
                .isInstanceOf(PortException.Invalid.class);
    }

    private static String sentence(Exception cause) {
        return Trouble.unanswered(HOST, new RuntimeException(new RuntimeException(cause)), Duration.ofSeconds(10))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://a:1",
                "tcp://a",
                "tcp://a:1/path",
                "unix://relative",
                "unix:///",
                "tcp://a b:1",
                "tcp://:1"
            })
    void urlThatNamesNoEngineIsRefused(String url) {
        Host host = new Host("h", url, "127.0.0.1", 1, 2, false);
        assertThat(Trouble.badUrl(host).orElseThrow().getMessage())
                .isEqualTo("host h: \"" + url + "\" is not the URL of an engine: write unix:///path/to/socket or"
                        + " tcp://name:port in spec.docker.url");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix:///a/b.sock", "tcp://10.0.0.1:2375", "tcp://[::1]:2375", "tcp://docker01.lan:2375/"})
    void urlOfAnEngineIsAccepted(String url) {
        assertThat(Trouble.badUrl(new Host("h", url, "127.0.0.1", 1, 2, false))).isEmpty();
    }

    @Test
    void reasonsWhyAContainerDoesNotStart() {
        assertThat(start("driver failed programming external connectivity on endpoint webapp-stack1-app4 (ab12): Bind"
                        + " for 127.0.0.1:20000 failed: port is already allocated"))
                .isEqualTo(
                        "PortTaken|port 20000 on host docker01, wanted by container c, is used by somebody else: free"
                                + " it or change spec.docker.portRange");
        assertThat(start("driver failed programming external connectivity on endpoint c (ab): Error starting userland"
                        + " proxy: listen tcp4 127.0.0.1:20001: bind: address already in use"))
                .startsWith("PortTaken|port 20001 on host docker01");
        assertThat(start("OCI runtime create failed: container_linux.go:380: starting container process caused: exec:"
                        + " \"nosuch\": executable file not found in $PATH: unknown"))
                .isEqualTo("StartFailed|container c does not start on host docker01 (exec: \"nosuch\": executable file"
                        + " not found in $PATH): correct spec.template or the image");
        assertThat(start("listen tcp4 203.0.113.1:20001: bind: cannot assign requested address"))
                .isEqualTo("AddressNotOnHost|host docker01: the address 127.0.0.1 is not one of its machine's: correct"
                        + " spec.docker.address");
    }

    private static String start(String text) {
        PortException e = StartTrouble.of(HOST, "c", text);
        return e.reason() + "|" + e.getMessage();
    }

    @Test
    void reasonsWhyAnImageCannotBePulled() {
        assertThat(pull("manifest for webapp:v0.9 not found: manifest unknown: manifest unknown"))
                .isEqualTo("ImageNotFound|image webapp:v0.9 is not on host docker01 and its registry does not have it:"
                        + " push the image or correct spec.image/spec.versions");
        assertThat(pull("pull access denied for webapp, repository does not exist or may require 'docker login'"))
                .startsWith("RegistryRefused|image webapp:v0.9 is not on host docker01 and its registry refuses it");
        assertThat(
                        pull(
                                "Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io: no such host"))
                .startsWith("ImagePullFailed|image webapp:v0.9 is not on host docker01 and cannot be pulled (Get ");
    }

    private static String pull(String text) {
        PortException e = Images.pullFailed(HOST, "webapp:v0.9", text);
        return e.reason() + "|" + e.getMessage();
    }

    @Test
    void engineMessageIsTakenOutOfItsJson() {
        assertThat(Trouble.message(
                        new InternalServerErrorException("Status 500: {\"message\":\"a \\\"b\\\"\\u0026c\"}\n")))
                .isEqualTo("a \"b\"&c");
        assertThat(Trouble.message(new InternalServerErrorException("plain"))).contains("plain");
    }

    @Test
    void probeRequestCannotBeBrokenByItsPath() {
        InetSocketAddress at = new InetSocketAddress(InetAddress.getLoopbackAddress(), 80);
        String request = StandardCharsets.US_ASCII
                .decode(ProbeCall.request(at, "ready\r\nX: y é"))
                .toString();
        assertThat(request).startsWith("GET /ready%0D%0AX:%20y%20%C3%A9 HTTP/1.1\r\nHost: ");
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200 OK, true",
        "HTTP/1.0 399, true",
        "HTTP/1.1 400 Bad, false",
        "HTTP/1.1 199 x, false",
        "HTTP/2 200, false",
        "hello, false",
        "HTTP/1.1 2000, false",
    })
    void probeSucceedsFrom200To399(String line, boolean success) {
        assertThat(ProbeCall.succeeded(line)).isEqualTo(success);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "failed to mkdir /var/lib/docker/overlay2/x: no space left on device",
                "write /var/lib/docker/tmp/GetImageBlob1: no space left on device",
                "mkdir /var/lib/docker/containers/x: disk quota exceeded"
            })
    void aFullDiskIsNobodysFaultButTheHosts(String text) {
        String end = ": make space there, and it is tried again by itself";
        assertThat(StartTrouble.of(HOST, "webapp-stack1-app4", text))
                .isInstanceOf(PortException.Transient.class)
                .hasMessage(
                        "host docker01: its disk is full, so there is no room for container webapp-stack1-app4" + end);
        assertThat(Images.pullFailed(HOST, "webapp:v1", text))
                .isInstanceOf(PortException.Transient.class)
                .hasMessage("host docker01: its disk is full, so there is no room for image webapp:v1" + end);
    }
}
