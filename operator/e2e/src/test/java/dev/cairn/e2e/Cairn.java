package dev.cairn.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.adapters.docker.PrivateEngine;
import dev.cairn.app.cli.Cli;
import dev.cairn.app.up.LocalMachinery;
import dev.cairn.app.up.Up;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;

/**
 * The product on real engines, once for all scenarios of a test process: two private engines with the sample images, the
 * operator as a process of its own, its API and its HAProxy. Test processes side by side share nothing. Nothing of it is
 * left when it is closed.
 */
final class Cairn implements AutoCloseable {
    static final String INSTALLATION = "e2e";

    /** A version of the sample server that is never ready, and one whose process ends at once. */
    static final String NEVER_READY = "v0.6";

    static final String EXITS = "v0.7";

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int LAST_LINES = 150;

    private final Path directory;
    private final Engines engines;
    private final Optional<NamedCluster> cluster;
    private final OperatorProcess operator;

    /** For a run that is broken off; the engines have their own. */
    private final Thread hook = new Thread(this::end);

    private final Kubectl kubectl;
    private Api api;

    Cairn() throws IOException {
        Path root = root();
        directory = root.resolve("operator/e2e/target/e2e").resolve(System.getProperty("cairn.test.fork", "fork1"));
        Path state = directory.resolve("state");
        Up.stopProxy(state);
        clear(directory);
        // Nothing lies in the folder that the operator follows: all resources come by kubectl.
        Path folder = Files.createDirectories(directory.resolve("folder"));
        engines = new Engines();
        cluster = NamedCluster.in(directory);
        operator = new OperatorProcess(
                state,
                folder,
                directory.resolve("operator.log"),
                proxyAddress(),
                INSTALLATION,
                cluster.map(NamedCluster::options).orElse(List.of()));
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            loadImages(engines.all().values());
            startAnew();
            kubectl = new Kubectl(kubeconfig(), directory);
            engines.all().forEach((name, engine) -> kubectl.apply(Yaml.host(name, engine.url(), engine.address())));
            engines.all().keySet().forEach(name -> awaitCondition(hostPath(name), "Ready", "True"));
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** The directory of the sources, where the parent of all poms is. */
    static Path root() {
        for (Path path = Path.of("").toAbsolutePath(); path != null; path = path.getParent()) {
            if (Files.exists(path.resolve("make/images"))) {
                return path;
            }
        }
        throw new IllegalStateException("run this inside the sources");
    }

    /** Puts the sample images on engines. */
    void loadImages(Collection<PrivateEngine> onto) throws IOException {
        List<String> command = Stream.concat(
                        Stream.of(root().resolve("make/images").toString(), "load"),
                        onto.stream().map(PrivateEngine::url))
                .toList();
        Path log = directory.resolve("images.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException("make/images load failed: " + Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (PrivateEngine engine : onto) {
            engine.client()
                    .tagImageCmd("neverready:v0.1", "webapp", NEVER_READY)
                    .exec();
            engine.client().tagImageCmd("exits:v0.1", "webapp", EXITS).exec();
        }
    }

    Engines engines() {
        return engines;
    }

    OperatorProcess operator() {
        return operator;
    }

    Kubectl kubectl() {
        return kubectl;
    }

    Api api() {
        return api;
    }

    /** The API as the operator speaks to it. */
    Api operatorsApi() throws IOException {
        return Api.of(operatorsKubeconfig());
    }

    /** Where this installation's HAProxy listens: the first engine's /24, which nobody else uses. */
    String proxyAddress() {
        String address = engines.of(Engines.FIRST).address();
        return address.substring(0, address.lastIndexOf('.')) + ".9";
    }

    /** The configuration that HAProxy runs with. */
    String proxyConfig() throws IOException {
        return Files.readString(directory.resolve("state/haproxy/haproxy.cfg"));
    }

    /** When HAProxy was given its configuration: with every new process, and never in between. */
    FileTime proxyConfigured() throws IOException {
        return Files.getLastModifiedTime(directory.resolve("state/haproxy/haproxy.cfg"));
    }

    /** The directory in which the operator keeps everything. */
    Path state() {
        return directory.resolve("state");
    }

    /** How users reach the API. */
    private Path kubeconfig() {
        return cluster.map(NamedCluster::user).orElse(state().resolve("kubeconfig"));
    }

    /** What a command needs to find the operator's state and API. */
    List<String> whereabouts() {
        String state = "--state=" + state();
        return cluster.map(named -> List.of(state, "--kubeconfig=" + named.user()))
                .orElse(List.of(state));
    }

    /** A kubeconfig with the operator's own credentials. */
    Path operatorsKubeconfig() throws IOException {
        if (cluster.isPresent()) {
            return cluster.get().operator();
        }
        String token = Files.readString(state().resolve("api/operator.token")).strip();
        String text = Files.readString(kubeconfig()).replaceFirst("token: \"[^\"]+\"", "token: \"" + token + "\"");
        return Files.writeString(directory.resolve("operator.kubeconfig"), text);
    }

    /** Starts the operator, which does not run, on an API whose address and credentials may be new. */
    void startAnew() throws IOException {
        if (cluster.isEmpty()) {
            Files.deleteIfExists(kubeconfig());
        }
        operator.start();
        patiently("the kubeconfig").until(() -> Files.exists(kubeconfig()) || !operator.runs());
        api = Api.of(kubeconfig());
        awaitApi();
    }

    /** Runs a command of the command line on the operator's state; anything but success is an error. */
    String cairn(String... words) {
        List<String> all =
                Stream.concat(Stream.of(words), whereabouts().stream()).toList();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                Cli.run(all.toArray(String[]::new), new LocalMachinery(), new PrintWriter(out), new PrintWriter(err));
        if (code != 0) {
            throw new AssertionError("cairn " + String.join(" ", words) + " failed: " + err + out);
        }
        return out.toString();
    }

    /** Kills the operator and starts it again. */
    void restartOperator() {
        operator.kill();
        operator.start();
        awaitApi();
    }

    /** Waits until the operator is up and the API answers. */
    void awaitApi() {
        patiently("the API").until(() -> {
            if (!operator.runs()) {
                throw new IllegalStateException("the operator has ended; see " + directory.resolve("operator.log"));
            }
            return operator.isUp() && api.get(Api.GROUP + "/hosts").status() == 200;
        });
    }

    /** What HAProxy and the operator tell of the last moments, for the message of a test that fails. */
    String lastWords() {
        return "HAProxy: " + told(this::failedRequests) + "\noperator: " + told(this::endOfLog);
    }

    private static String told(Callable<String> witness) {
        try {
            return witness.call();
        } catch (Exception e) {
            return "tells nothing: " + e;
        }
    }

    private String failedRequests() throws IOException {
        Path socket = directory.resolve("state/haproxy/worker.sock");
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap("show events failed\n".getBytes(UTF_8)));
            channel.shutdownOutput();
            return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
        }
    }

    private String endOfLog() throws IOException {
        List<String> lines = Files.readAllLines(directory.resolve("operator.log"));
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    /** How often the operator has found something of that kind other than it left it; -1 when it does not count that. */
    double drift(String kind) {
        try {
            Matcher matcher = Pattern.compile("(?m)^cairn_drift_total\\{kind=\"" + kind + "\"} ([0-9.E]+)$")
                    .matcher(cluster.isPresent() ? cluster.get().metrics() : api.text("/metrics"));
            return matcher.find() ? Double.parseDouble(matcher.group(1)) : -1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The events of an object, as kubectl prints them. */
    String events(String name) {
        return kubectl.ok("get", "events", "--field-selector", "involvedObject.name=" + name);
    }

    static String hostPath(String name) {
        return Api.GROUP + "/hosts/" + name;
    }

    static String servicePath(String name) {
        return Api.path("default", "services") + "/" + name;
    }

    static String endpointPath(String name) {
        return Api.path("default", "endpoints") + "/" + name;
    }

    /** Waits until the status is about the newest spec and the condition says that; returns its message. */
    String awaitCondition(String path, String type, String statusOrReason) {
        JsonNode[] last = new JsonNode[1];
        try {
            patiently(path + " " + type + "=" + statusOrReason).until(() -> {
                last[0] = api.get(path).body();
                JsonNode condition = condition(last[0], type);
                return last[0].path("status").path("observedGeneration").asLong()
                                == last[0].path("metadata").path("generation").asLong()
                        && (condition.path("status").asText().equals(statusOrReason)
                                || condition.path("reason").asText().equals(statusOrReason));
            });
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + "; last seen: " + last[0], e);
        }
        return condition(last[0], type).path("message").asText();
    }

    /** A condition of an object; a missing node when it has none of that type. */
    static JsonNode condition(JsonNode object, String type) {
        for (JsonNode condition : object.path("status").path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    /** Waits for a condition with the patience that a busy machine needs. What cannot be read yet is not there yet. */
    static ConditionFactory patiently(String what) {
        return await(what)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions();
    }

    @Override
    public void close() {
        try {
            cluster.ifPresent(named -> leave());
            operator.stop();
            end();
        } finally {
            cluster.ifPresent(NamedCluster::close);
            engines.close();
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    /** Leaves nothing in a cluster that goes on: while the operator runs, which lets go of what it holds. */
    private void leave() {
        for (String kind : List.of("endpoints", "services", "hosts")) {
            kubectl.run("", "delete", kind + ".cairn.dev", "--all", "--timeout=60s");
        }
    }

    private void end() {
        try {
            operator.kill();
            Up.stopProxy(directory.resolve("state"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void clear(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        }
    }
}
