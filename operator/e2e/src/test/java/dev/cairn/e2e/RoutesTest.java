package dev.cairn.e2e;

import static dev.cairn.e2e.Cairn.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.adapters.testing.HttpConnection;
import dev.cairn.adapters.testing.LoadClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several host names and paths on one port, and ports that carry whole connections. */
@ExtendWith(CairnExtension.class)
final class RoutesTest {
    private static final int DRAIN_SECONDS = 8;

    private Cairn cairn;

    @BeforeEach
    void setUp(Cairn given) {
        cairn = given;
    }

    /** The line that a name and a path are answered, or the proxy's refusal. */
    private String ask(int port, String name, String path) {
        try (HttpConnection connection = new HttpConnection(cairn.proxyAddress(), port, name)) {
            return new Web.Answer(200, connection.get(path, false)).version();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private String url(String endpoint) throws IOException {
        return cairn.api()
                .get(Cairn.endpointPath(endpoint))
                .body()
                .path("status")
                .path("url")
                .asText();
    }

    private void apply(List<String> names, String endpoint) {
        cairn.kubectl().apply(endpoint);
        names.forEach(name -> cairn.awaitCondition(Cairn.endpointPath(name), "Ready", "True"));
    }

    /** Deletes endpoints when it is closed, before the service that they lead to. */
    private AutoCloseable deleting(List<String> names) {
        return () -> {
            for (String name : names) {
                cairn.api().delete(Cairn.endpointPath(name));
            }
        };
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void F64_F12_namesAndPathsShareAPortAndAPromotionTurnsThemAllAtOnce() throws Exception {
        int port = Subject.freePort();
        List<String> names = List.of("names-prod", "names-qa", "names-rest", "names-path");
        Yaml.Service yaml = new Yaml.Service("names", "v0.1, v0.2, v0.3");
        try (Subject subject = Subject.declare(cairn, yaml);
                AutoCloseable endpoints = deleting(names)) {
            subject.awaitReady();
            apply(
                    names.subList(0, 1),
                    Yaml.endpoint("names-prod", "names", "prod", port, "hostnames: [shop.test, www.shop.test]"));
            FileTime configured = cairn.proxyConfigured();
            apply(
                    names,
                    Yaml.endpoint("names-qa", "names", "qa", port, "hostnames: [qa.shop.test]")
                            + Yaml.endpoint("names-rest", "names", "dev", port, "hostnames: ['*.shop.test']")
                            + Yaml.endpoint(
                                    "names-path", "names", "dev", port, "hostnames: [shop.test], path: /chunked"));
            assertThat(cairn.proxyConfigured())
                    .as("a further name or path needs no new process")
                    .isEqualTo(configured);
            assertRouted(port, "v0.1", "v0.2", "v0.3");
            assertAnotherErrorWhileNothingRuns(port);
            assertThat(url("names-prod")).isEqualTo("http://shop.test:" + port + "/");
            assertThat(url("names-path")).isEqualTo("http://shop.test:" + port + "/chunked");

            assertRefused(port);
            assertRouted(port, "v0.1", "v0.2", "v0.3");

            List<LoadClient> load = new ArrayList<>();
            for (String name : List.of("shop.test", "www.shop.test", "qa.shop.test", "a.b.shop.test")) {
                load.add(LoadClient.start(cairn.proxyAddress(), port, name, "/", 2, Duration.ofMillis(2)));
            }
            load.add(LoadClient.start(
                    cairn.proxyAddress(), port, "shop.test", "/chunked?parts=1", 2, Duration.ofMillis(2)));
            subject.change("v0.1, v0.2, v0.3, v0.4");
            assertRouted(port, "v0.1", "v0.2", "v0.3");
            subject.change("v0.2, v0.3, v0.4");
            assertRouted(port, "v0.2", "v0.3", "v0.4");
            subject.change("v0.1, v0.2, v0.3");
            assertRouted(port, "v0.1", "v0.2", "v0.3");
            for (LoadClient client : load) {
                LoadClient.Result result = client.finish(Duration.ofSeconds(20));
                assertThat(result.failures()).isEmpty();
                assertThat(result.requests()).isGreaterThan(100);
            }
            assertThat(cairn.proxyConfigured()).isEqualTo(configured);
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void F64_theExampleAnswersAsItSays() throws Exception {
        List<String> names = List.of("storefront-prod", "storefront-qa", "storefront-beta", "storefront-tcp");
        try (Subject subject = Subject.of(cairn, "storefront");
                AutoCloseable endpoints = deleting(names)) {
            for (String file : List.of("endpoints.yaml", "services.yaml")) {
                cairn.kubectl()
                        .apply(Files.readString(
                                Cairn.root().resolve("examples/routes").resolve(file)));
            }
            names.forEach(name -> cairn.awaitCondition(Cairn.endpointPath(name), "Ready", "True"));
            assertThat(ask(8080, "shop.example.com", "/")).isEqualTo("v0.1");
            assertThat(ask(8080, "www.shop.example.com", "/")).isEqualTo("v0.1");
            assertThat(ask(8080, "any.shop.example.com", "/")).isEqualTo("v0.2");
            assertThat(ask(8080, "shop.example.com", "/chunked?parts=1")).isEqualTo("v0.2");
            assertThat(ask(8080, "example.com", "/")).startsWith("HTTP/1.1 404 ");
            assertThat(ask(8443, "whatever", "/")).isEqualTo("v0.1");
            subject.awaitReady();
        }
    }

    private void assertRouted(int port, String prod, String qa, String dev) {
        assertThat(ask(port, "shop.test", "/")).isEqualTo(prod);
        assertThat(ask(port, "WWW.shop.test:" + port, "/")).isEqualTo(prod);
        assertThat(ask(port, "qa.shop.test", "/")).isEqualTo(qa);
        assertThat(ask(port, "a.b.shop.test", "/")).isEqualTo(dev);
        assertThat(ask(port, "shop.test", "/chunked?parts=1")).isEqualTo(dev);
        assertThat(ask(port, "shop.test", "/chunkedx"))
                .as("prod's own answer to a path that it does not have")
                .doesNotContain("nothing is routed");
        for (String unknown : List.of("other.test", "xshop.test", "127.0.0.1")) {
            assertThat(ask(port, unknown, "/"))
                    .contains("404 Not Found")
                    .endsWith("nothing is routed at this host name and path");
        }
    }

    private void assertAnotherErrorWhileNothingRuns(int port) throws Exception {
        Yaml.Service never = new Yaml.Service("nothing", Cairn.NEVER_READY).stacks(1);
        try (Subject subject = Subject.declare(cairn, never);
                AutoCloseable endpoints = deleting(List.of("nothing-prod"))) {
            cairn.kubectl().apply(Yaml.endpoint("nothing-prod", "nothing", "prod", port, "hostnames: [nothing.test]"));
            patiently("the route is known")
                    .until(() -> ask(port, "nothing.test", "/").endsWith("no container is ready to answer here"));
            cairn.awaitCondition(Cairn.endpointPath("nothing-prod"), "Ready", "NoBackends");
            assertThat(ask(port, "nothing.test", "/")).startsWith("HTTP/1.1 503 ");
        }
        patiently("the route is gone")
                .until(() -> ask(port, "nothing.test", "/").startsWith("HTTP/1.1 404 "));
    }

    private void assertRefused(int port) {
        String taken = Yaml.endpoint(
                "names-second", "names", "qa", port, "hostnames: [new.shop.test, www.shop.test, shop.test]");
        assertThat(cairn.kubectl().refused(taken))
                .contains("UniqueRoute: Endpoint default/names-second: shop.test:" + port + ", www.shop.test:" + port
                        + " belong to Endpoint default/names-prod; choose another port, host name or path");
        assertThat(cairn.kubectl().refused(Yaml.endpoint("names-second", "names", "qa", port, "protocol: TCP")))
                .containsPattern("UniqueRoute: Endpoint default/names-second: wants TCP on port " + port
                        + ", where Endpoint default/names-(prod|qa|rest|path) has HTTP; choose another port");
        assertThat(cairn.kubectl()
                        .refused(Yaml.endpoint("names-second", "names", "qa", port, "protocol: TCP, path: /api")))
                .contains("with protocol TCP there are no hostnames and no path");
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void F92_connectionsStayWithTheirContainerUntilTheDrainBoundAndNewOnesGoToTheNewVersion() throws Exception {
        int port = Subject.freePort();
        Yaml.Service yaml = new Yaml.Service(
                "whole",
                "v0.1, v0.2, v0.3",
                1,
                "webapp",
                "",
                60,
                DRAIN_SECONDS,
                1,
                List.of("retain: {count: 0}"),
                List.of(),
                "");
        try (Subject subject = Subject.declare(cairn, yaml);
                AutoCloseable endpoints = deleting(List.of("whole-tcp"));
                HttpConnection idle = new HttpConnection(cairn.proxyAddress(), port);
                HttpConnection busy = new HttpConnection(cairn.proxyAddress(), port)) {
            apply(List.of("whole-tcp"), Yaml.endpoint("whole-tcp", "whole", "prod", port, "protocol: TCP"));
            assertThat(url("whole-tcp")).isEqualTo("tcp://" + cairn.proxyAddress() + ":" + port);
            assertThat(cairn.kubectl().refused(Yaml.endpoint("whole-web", "whole", "qa", port, "hostnames: [a.test]")))
                    .contains("wants HTTP on port " + port + ", where Endpoint default/whole-tcp has TCP");
            subject.change("v0.1, v0.2, v0.3, v0.4");
            idle.open();
            assertThat(version(busy)).isEqualTo("v0.1");
            String old = subject.container(0, "v0.1").name();

            long edited = System.nanoTime();
            subject.edit(subject.yaml().versions("v0.2, v0.3, v0.4"));
            patiently("new connections to the new version").until(() -> {
                assertThat(version(busy)).as("the old connection").isEqualTo("v0.1");
                return ask(port, "any", "/").equals("v0.2");
            });
            long switched = System.nanoTime();
            while (System.nanoTime() - switched < TimeUnit.SECONDS.toNanos(DRAIN_SECONDS / 2)) {
                assertThat(version(busy)).isEqualTo("v0.1");
                assertThat(ask(port, "any", "/")).isEqualTo("v0.2");
            }
            assertThat(version(idle)).as("what was idle until now").isEqualTo("v0.1");
            patiently("the old container gone")
                    .until(() -> subject.containers().stream()
                            .noneMatch(c -> c.name().equals(old)));
            assertThat(System.nanoTime() - edited).isGreaterThan(TimeUnit.SECONDS.toNanos(DRAIN_SECONDS));
            assertThatThrownBy(() -> idle.get("/", true)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> busy.get("/", true)).isInstanceOf(IOException.class);
            assertThat(ask(port, "any", "/")).isEqualTo("v0.2");
            subject.awaitReady();

            // Nobody keeps a connection now: the next one is removed at once.
            long again = System.nanoTime();
            subject.edit(subject.yaml().versions("v0.2, v0.3, v0.4, v0.5"));
            subject.awaitReady();
            subject.change("v0.3, v0.4, v0.5");
            patiently("v0.2 gone").until(() -> subject.versions(0).equals(List.of("v0.3", "v0.4", "v0.5")));
            assertThat(ask(port, "any", "/")).isEqualTo("v0.3");
            System.out.println("F92: pushed and popped without connections in "
                    + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - again) + " ms");
        }
    }

    private static String version(HttpConnection connection) throws IOException {
        return new Web.Answer(200, connection.get("/", true)).version();
    }
}
