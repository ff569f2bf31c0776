package dev.cairn.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.api.CairnNames;
import dev.cairn.api.ServiceResource;
import dev.cairn.app.up.Up;
import dev.cairn.embedded.store.Json;
import dev.cairn.embedded.store.Key;
import dev.cairn.embedded.store.Store;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Thousands of Services without hosts: how long it takes to create them one by one, each durable when it is acknowledged, with
 * a client watching; what one write takes beside a bare fsync; and how soon after a restart there is an answer. First the
 * embedded API alone, then all of {@code cairn up}, whose operator watches as well and writes the status and events of each.
 */
final class ManyServices {
    private static final int CREATED = 5_000;
    private static final int RESTARTED_WITH = 10_000;
    private static final int RESTARTS = 3;

    /** Java compiles what has run some hundred times, here and in the API. */
    private static final int WARM = 1_000;

    private static final String NAMESPACE = "default";
    private static final String SERVICE = """
            apiVersion: cairn.dev/v1alpha1
            kind: Service
            metadata: {name: many-%d, namespace: default}
            spec:
              image: webapp
              versions: [v0.1, v0.2, v0.3]
              stages: [{name: prod, position: 0}, {name: qa, position: 1}, {name: dev, position: 2}]
            """;

    private final Path state;
    private final Path folder;
    private final Path log;

    private final boolean withOperator;

    private ManyServices(Path directory, boolean withOperator) throws IOException {
        this.withOperator = withOperator;
        state = directory.resolve("state");
        folder = Files.createDirectories(directory.resolve("folder"));
        log = directory.resolve("log");
    }

    static void run(int writes) throws Exception {
        run(writes, false);
        run(writes, true);
    }

    private static void run(int writes, boolean withOperator) throws Exception {
        Path directory = Files.createTempDirectory("cairn-bench-");
        try {
            new ManyServices(directory, withOperator).measure(writes);
        } finally {
            Up.stopProxy(directory.resolve("state"));
            Commands.delete(directory);
        }
    }

    private void measure(int writes) throws Exception {
        Process process = start();
        try (KubernetesClient api = api()) {
            Duration created = create(api, 0, CREATED);
            Rounds.say(
                    "%s: %d Services one by one: %.1f s, %d MB resident",
                    name(), CREATED, created.toMillis() / 1e3, Idle.residentMegabytes(process.toHandle()));
            settle(api);
            Rounds.say("when nothing happens any more: %d MB resident", Idle.residentMegabytes(process.toHandle()));
            write(api, writes);
            create(api, CREATED, RESTARTED_WITH);
            settle(api);
        } finally {
            stop(process);
        }
        Rounds.of("restart with " + RESTARTED_WITH + " Services")
                .with(name(), this::restart)
                .run(RESTARTS);
    }

    private Process start() throws Exception {
        Process process = new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        Await.until("the API of cairn up", () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("cairn has ended: " + Files.readString(log));
            }
            return answers();
        });
        return process;
    }

    private String name() {
        return withOperator ? "cairn up" : "API alone";
    }

    private List<String> command() {
        if (withOperator) {
            return List.of(
                    Path.of("cairn").toAbsolutePath().toString(),
                    "up",
                    "--state=" + state,
                    "--installation=bench",
                    folder.toString());
        }
        return List.of( // as the script cairn starts Java
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:SoftRefLRUPolicyMSPerMB=10",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                ApiAlone.class.getName(),
                state.toString());
    }

    private static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private KubernetesClient api() {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(state.resolve("kubeconfig").toFile()))
                .build();
    }

    private boolean answers() {
        if (!Files.exists(state.resolve("kubeconfig"))) {
            return false;
        }
        try (KubernetesClient api = api()) {
            api.resources(ServiceResource.class)
                    .inNamespace(NAMESPACE)
                    .withName("many-0")
                    .get();
            return true;
        } catch (KubernetesClientException e) {
            return false; // not yet
        }
    }

    /** Until the last one is acknowledged and the watch has told of it. */
    private static Duration create(KubernetesClient api, int from, int to) throws Exception {
        AtomicInteger told = new AtomicInteger();
        try (Watch watch =
                api.resources(ServiceResource.class).inNamespace(NAMESPACE).watch(counting(told))) {
            Instant start = Instant.now();
            for (int i = from; i < to; i++) {
                api.resource(api.getKubernetesSerialization().unmarshal(SERVICE.formatted(i), ServiceResource.class))
                        .create();
            }
            Await.until("the watch", () -> told.get() >= to);
            return Duration.between(start, Instant.now());
        }
    }

    /** Counts what is new; a watch begins with what is there. */
    private static Watcher<ServiceResource> counting(AtomicInteger told) {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, ServiceResource resource) {
                if (action == Action.ADDED) {
                    told.incrementAndGet();
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                throw new IllegalStateException("the watch was cut after " + told.get(), cause);
            }
        };
    }

    /** Waits until the operator has told of all of them and writes no more. */
    private static void settle(KubernetesClient api) throws Exception {
        String[] last = {""};
        Await.until("an end of writes", () -> {
            TimeUnit.SECONDS.sleep(2); // the look itself: that nothing is written meanwhile
            String revision =
                    api.configMaps().inNamespace(NAMESPACE).list().getMetadata().getResourceVersion();
            boolean same = revision.equals(last[0]);
            last[0] = revision;
            return same;
        });
    }

    /** By a client; by the store of the API with as many objects in it; and by nothing but the file system. */
    private void write(KubernetesClient api, int rounds) throws Exception {
        var one = api.resources(ServiceResource.class).inNamespace(NAMESPACE).withName("many-1");
        byte[] bytes = api.getKubernetesSerialization().asJson(one.get()).getBytes(StandardCharsets.UTF_8);
        ObjectNode object = (ObjectNode) Json.parse(bytes);
        AtomicInteger number = new AtomicInteger();
        try (FileChannel file =
                        FileChannel.open(state.resolve("fsync"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                Store store = Store.open(Files.createDirectories(state.resolve("store")))) {
            store.start();
            for (int i = 0; i < CREATED; i++) {
                put(store, i, object);
            }
            Rounds.of("one durable write of " + bytes.length + " bytes")
                    .with(
                            name(),
                            () -> timed(() -> one.patch(
                                    PatchContext.of(PatchType.JSON_MERGE),
                                    "{\"metadata\":{\"labels\":{\"n\":\"" + number.incrementAndGet() + "\"}}}")))
                    .with("its store", () -> timed(() -> put(store, number.get() % CREATED, object)))
                    .with(
                            "fsync",
                            () -> timed(() -> {
                                file.write(ByteBuffer.wrap(bytes));
                                file.force(true);
                            }))
                    .warmedUp(WARM)
                    .run(rounds);
        }
    }

    private static void put(Store store, int i, ObjectNode object) {
        Key key = new Key(CairnNames.GROUP, "services", NAMESPACE, "many-" + i);
        store.write(true, transaction -> transaction.put(key, object.deepCopy()));
    }

    private interface Work {
        void run() throws Exception;
    }

    private static Duration timed(Work work) throws Exception {
        Instant start = Instant.now();
        work.run();
        return Duration.between(start, Instant.now());
    }

    private Duration restart() throws Exception {
        Files.deleteIfExists(state.resolve("kubeconfig"));
        Instant start = Instant.now();
        Process process = start();
        try {
            return Duration.between(start, Instant.now());
        } finally {
            stop(process);
        }
    }
}
