package dev.cairn.embedded.conformance;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What both kubectl can: the one on the PATH (or named by KUBECTL), and Debian's 1.20. */
class KubectlTest extends OnCluster {
    enum Version {
        CURRENT,
        V1_20
    }

    @TempDir
    static Path directory;

    private static Kubectl program(Version version) throws Exception {
        Path home = Files.createDirectories(directory.resolve(version.name()));
        return version == Version.CURRENT
                ? Kubectl.current(cluster.kubeconfig, home)
                : Kubectl.version120(cluster.kubeconfig, home);
    }

    /** kubectl in this test's namespace. */
    private Kubectl kubectl(Version version) throws Exception {
        return program(version).in(namespace);
    }

    private static Path file(String name, String yaml) throws Exception {
        return Files.writeString(directory.resolve(name), yaml);
    }

    private static Path widgetFile(String name, String spec) throws Exception {
        return file(
                name + ".yaml",
                widget(name, spec)
                        .replace("{name: " + name + "}", "{name: %s, labels: {app: %s}}".formatted(name, name)));
    }

    @ParameterizedTest
    @EnumSource
    void applyDiffAndPrune(Version version) throws Exception {
        Kubectl kubectl = kubectl(version);
        Path one = widgetFile("one", "{image: nginx, tags: [a]}");
        assertThat(kubectl.run("diff", "-f", one).code()).isEqualTo(1);
        assertThat(kubectl.ok("apply", "-f", one)).contains("widget.test.cairn.dev/one created");
        assertThat(kubectl.ok("apply", "-f", one)).contains("one unchanged");
        assertThat(kubectl.run("diff", "-f", one).code()).isZero();
        widgetFile("one", "{image: nginx, tags: [a], size: 2}");
        assertThat(kubectl.ok("apply", "--dry-run=server", "-f", one)).contains("one configured (server dry run)");
        assertThat(kubectl.ok("get", "wdg", "one", "-o", "jsonpath={.spec.size}"))
                .isEqualTo("1");
        Kubectl.Result diff = kubectl.run("diff", "-f", one);
        assertThat(diff.code()).isEqualTo(1);
        assertThat(diff.output()).contains("+  size: 2").contains("-  size: 1");
        assertThat(kubectl.ok("apply", "-f", one)).contains("one configured");
        widgetFile("one", "{image: nginx}");
        kubectl.ok("apply", "-f", one);
        assertThat(kubectl.ok("get", "wdg", "one", "-o", "jsonpath={.spec}"))
                .isEqualTo("{\"color\":\"red\",\"image\":\"nginx\",\"max\":10,\"size\":1}");

        String two = widget("%s", "{image: nginx}").replace("{name: %s}", "{name: %s, labels: {set: p}}");
        Path both = file("both.yaml", two.formatted("keep") + "---\n" + two.formatted("prune"));
        kubectl.ok("apply", "-f", both);
        file("both.yaml", two.formatted("keep"));
        String allowed = "--prune-whitelist=test.cairn.dev/v1/Widget";
        assertThat(kubectl.ok(
                        "apply",
                        "--prune",
                        "-l",
                        "set=p",
                        version == Version.CURRENT ? allowed.replace("whitelist", "allowlist") : allowed,
                        "-f",
                        both))
                .contains("keep unchanged")
                .contains("prune pruned");
        assertThat(kubectl.ok("get", "wdg", "-l", "set", "-o", "name").strip()).isEqualTo("widget.test.cairn.dev/keep");
    }

    @ParameterizedTest
    @EnumSource
    void serverSideApplyConflictsAndForce(Version version) throws Exception {
        Kubectl kubectl = kubectl(version);
        Path ssa = widgetFile("ssa", "{image: nginx, size: 2}");
        assertThat(kubectl.ok("apply", "--server-side", "-f", ssa)).contains("serverside-applied");
        kubectl.ok("scale", "wdg", "ssa", "--replicas=5");
        Kubectl.Result conflict = kubectl.run("apply", "--server-side", "-f", ssa);
        assertThat(conflict.code()).isNotZero();
        assertThat(conflict.output()).contains("Apply failed with 1 conflict").contains(".spec.size");
        kubectl.ok("apply", "--server-side", "--force-conflicts", "-f", ssa);
        assertThat(kubectl.ok("get", "wdg", "ssa", "-o", "jsonpath={.spec.size}"))
                .isEqualTo("2");
        widgetFile("ssa", "{image: nginx}");
        kubectl.ok("apply", "--server-side", "-f", ssa);
        assertThat(kubectl.ok("get", "wdg", "ssa", "-o", "jsonpath={.spec.size}"))
                .isEqualTo("1");
        assertThat(kubectl.run("diff", "--server-side", "-f", widgetFile("ssa", "{image: nginx, size: 7}"))
                        .output())
                .contains("+  size: 7");
    }

    @ParameterizedTest
    @EnumSource
    void getInEveryForm(Version version) throws Exception {
        Kubectl kubectl = kubectl(version);
        kubectl.ok("create", "-f", widgetFile("one", "{image: nginx, size: 2}"));
        kubectl.ok("create", "-f", widgetFile("two", "{image: nginx}"));
        assertThat(kubectl.ok("get", "wdg"))
                .containsPattern("NAME +SIZE +READY +AGE\n")
                .containsPattern("one +2 +\\d+s")
                .containsPattern("two +1 +\\d+s");
        assertThat(kubectl.ok("get", "widgets", "one", "-o", "wide"))
                .containsPattern("NAME +SIZE +READY +COLOR +AGE")
                .containsPattern("one +2 +red");
        assertThat(kubectl.ok("get", "widget", "one", "-o", "yaml"))
                .contains("image: nginx")
                .contains("apiVersion: test.cairn.dev/v1");
        assertThat(kubectl.ok("get", "wdg", "one", "-o", "json")).contains("\"generation\": 1");
        assertThat(kubectl.ok("get", "testing", "-l", "app=one", "-o", "name").strip())
                .isEqualTo("widget.test.cairn.dev/one");
        assertThat(kubectl.ok("get", "wdg", "-o", "custom-columns=N:.metadata.name,S:.spec.size", "--no-headers"))
                .containsPattern("one +2\ntwo +1\n");
        assertThat(kubectl.ok("get", "wdg", "-o", "go-template={{range .items}}{{.metadata.name}} {{end}}"))
                .isEqualTo("one two ");
        assertThat(kubectl.ok("get", "wdg", "--sort-by=.spec.size", "-o", "name"))
                .containsSubsequence("two", "one");
        assertThat(kubectl.ok("get", "wdg", "--field-selector=metadata.name=two", "-o", "name")
                        .strip())
                .isEqualTo("widget.test.cairn.dev/two");
        assertThat(kubectl.ok("get", "wdg", "-A", "--show-labels"))
                .containsPattern("NAMESPACE +NAME +SIZE +READY +AGE +LABELS")
                .containsPattern(namespace + " +one +2 +\\d+s +app=one");
        assertThat(kubectl.ok("get", "wdg", "-L", "app")).containsPattern("one +2 +\\d+s +one");
        assertThat(kubectl.ok("get", "wdg", "-l", "app=none")).contains("No resources found");
        assertThat(kubectl.ok("get", "wdg", "--chunk-size=1", "-o", "name").lines())
                .hasSize(2);
        Kubectl.Result none = kubectl.run("get", "wdg", "none");
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.output()).contains("(NotFound): widgets.test.cairn.dev \"none\" not found");
        assertThat(kubectl.run("get", "nonsense").output())
                .contains("the server doesn't have a resource type \"nonsense\"");
    }

    @ParameterizedTest
    @EnumSource
    void getWatchesRows(Version version) throws Exception {
        Kubectl kubectl = kubectl(version);
        kubectl.ok("apply", "-f", widgetFile("seen", "{image: nginx}"));
        Process watch = kubectl.start("get", "wdg", "-w", "--output-watch-events");
        try (var lines = new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).containsPattern("EVENT +NAME +SIZE");
            assertThat(lines.readLine()).containsPattern("ADDED +seen +1");
            kubectl.ok("scale", "wdg", "seen", "--replicas=7");
            assertThat(lines.readLine()).containsPattern("MODIFIED +seen +7");
            kubectl.ok("delete", "wdg", "seen");
            assertThat(lines.readLine()).containsPattern("DELETED +seen +7");
        } finally {
            watch.destroy();
        }
    }

    @ParameterizedTest
    @EnumSource
    void changesByHand(Version version) throws Exception {
        Kubectl kubectl = kubectl(version);
        Path file = widgetFile("w", "{image: nginx, tags: [a]}");
        assertThat(kubectl.ok("create", "-f", file)).contains("w created");
        assertThat(kubectl.run("create", "-f", file).output()).contains("(AlreadyExists)");
        kubectl.ok("patch", "wdg", "w", "--type=merge", "-p", "{\"spec\":{\"color\":\"blue\"}}");
        kubectl.ok(
                "patch",
                "wdg",
                "w",
                "--type=json",
                "-p",
                "[{\"op\":\"add\",\"path\":\"/spec/tags/-\",\"value\":\"b\"}]");
        assertThat(kubectl.run("patch", "wdg", "w", "-p", "{\"spec\":{}}").code())
                .isNotZero();
        assertThat(kubectl.ok("scale", "wdg", "w", "--replicas=3")).contains("scaled");
        assertThat(kubectl.run("scale", "wdg", "w", "--current-replicas=9", "--replicas=4")
                        .output())
                .contains("Expected replicas to be 9, was 3");
        kubectl.ok("label", "wdg", "w", "tier=x");
        assertThat(kubectl.run("label", "wdg", "w", "tier=y").code()).isNotZero();
        kubectl.ok("label", "wdg", "w", "--overwrite", "tier=y", "app-");
        kubectl.ok("annotate", "wdg", "w", "note=y");
        assertThat(kubectl.ok(
                        "get", "wdg", "w", "-o", "jsonpath={.spec.color} {.spec.tags} {.spec.size} {.metadata.labels}"))
                .isEqualTo("blue [\"a\",\"b\"] 3 {\"tier\":\"y\"}");

        Kubectl editing = kubectl.with("KUBE_EDITOR", "sed -i s/color:.blue/color:\\ green/");
        assertThat(editing.ok("edit", "wdg", "w")).contains("edited");
        assertThat(kubectl.ok("get", "wdg", "w", "-o", "jsonpath={.spec.color}"))
                .isEqualTo("green");
        assertThat(kubectl.ok("replace", "-f", widgetFile("w", "{image: nginx, size: 5}")))
                .contains("replaced");
        assertThat(kubectl.ok("get", "wdg", "w", "-o", "jsonpath={.spec.color}{.spec.size}"))
                .isEqualTo("red5");
        String uid = kubectl.ok("get", "wdg", "w", "-o", "jsonpath={.metadata.uid}");
        kubectl.ok("replace", "--force", "-f", widgetFile("w", "{image: nginx}"));
        assertThat(kubectl.ok("get", "wdg", "w", "-o", "jsonpath={.metadata.uid}"))
                .isNotEqualTo(uid);
        assertThat(kubectl.ok("delete", "-f", file)).contains("deleted");
        assertThat(kubectl.ok("delete", "wdg", "w", "--ignore-not-found")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void deletions(Version version) throws Exception {
        Kubectl kubectl = kubectl(version);
        for (String name : new String[] {"a", "b", "c", "d"}) {
            kubectl.ok("apply", "-f", widgetFile(name, "{image: nginx}"));
        }
        assertThat(kubectl.ok("delete", "wdg", "a", "--dry-run=server")).contains("deleted (server dry run)");
        assertThat(kubectl.ok("delete", "wdg", "a", "--cascade=foreground")).contains("deleted");
        assertThat(kubectl.ok("delete", "wdg", "-l", "app=b", "--cascade=orphan"))
                .contains("deleted");
        assertThat(kubectl.ok("delete", "wdg", "c", "--wait=false", "--grace-period=0", "--force"))
                .contains("deleted");
        assertThat(kubectl.ok("delete", "wdg", "--all")).contains("\"d\"");
        assertThat(kubectl.ok("get", "wdg")).contains("No resources found");
    }

    @ParameterizedTest
    @EnumSource
    void describeEventsAndWait(Version version) throws Exception {
        Kubectl kubectl = kubectl(version);
        kubectl.ok("apply", "-f", widgetFile("waited", "{image: nginx}"));
        String uid = kubectl.ok("get", "wdg", "waited", "-o", "jsonpath={.metadata.uid}");
        cluster.post("/api/v1/namespaces/" + namespace + "/events", """
                apiVersion: v1
                kind: Event
                metadata: {name: waited.1}
                involvedObject: {apiVersion: test.cairn.dev/v1, kind: Widget, name: waited, namespace: %s, uid: %s}
                type: Normal
                reason: Started
                message: all is well
                lastTimestamp: "2026-01-01T00:00:00Z"
                count: 2
                source: {component: tester}
                """.formatted(namespace, uid))
                .expect(201);
        assertThat(kubectl.ok("describe", "wdg", "waited"))
                .containsPattern("Name: +waited")
                .containsPattern("Image: +nginx")
                .containsPattern("Normal +Started +.*tester +all is well");
        assertThat(kubectl.ok("get", "events")).containsPattern("Normal +Started +widget/waited +all is well");
        assertThat(kubectl.ok("get", "ev", "--field-selector=involvedObject.name=none"))
                .contains("No resources found");

        CompletableFuture<Kubectl.Result> ready =
                kubectl.later("wait", "wdg/waited", "--for=condition=Ready", "--timeout=30s");
        cluster.mergePatch(
                        widgets + "/waited/status",
                        "{status: {conditions: [{type: Ready, status: \"True\", lastTransitionTime: \"2026-01-01T00:00:00Z\"}]}}")
                .expect(200);
        assertThat(ready.get(40, SECONDS).output()).contains("condition met");
        assertThat(kubectl.run("wait", "wdg/waited", "--for=condition=Other", "--timeout=1s")
                        .output())
                .contains("timed out waiting");
        CompletableFuture<Kubectl.Result> gone = kubectl.later("wait", "wdg/waited", "--for=delete", "--timeout=30s");
        kubectl.ok("delete", "wdg", "waited");
        assertThat(gone.get(40, SECONDS).output()).doesNotContain("timed out");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsServed(Version version) throws Exception {
        Kubectl kubectl = kubectl(version);
        assertThat(kubectl.ok("api-versions")).contains("test.cairn.dev/v1\n");
        assertThat(kubectl.ok("api-resources"))
                .containsPattern("widgets +wdg +test.cairn.dev/v1 +true +Widget")
                .containsPattern("namespaces +ns +v1 +false +Namespace")
                .containsPattern("configmaps +cm +v1 +true +ConfigMap")
                .containsPattern("leases +coordination.k8s.io/v1 +true +Lease")
                .containsPattern("customresourcedefinitions +crds?(,crds)? +apiextensions.k8s.io/v1 +false");
        assertThat(kubectl.ok(
                                "api-resources",
                                "--namespaced=true",
                                "--verbs=list,watch",
                                "--api-group=test.cairn.dev",
                                "-o",
                                "name")
                        .strip())
                .isEqualTo("widgets.test.cairn.dev");
        assertThat(kubectl.ok("auth", "can-i", "create", "widgets").strip()).isEqualTo("yes");
        assertThat(kubectl.ok("auth", "can-i", "--list")).contains("*.*");
        await().atMost(60, SECONDS) // the description of a new kind comes a little after the kind
                .until(() -> kubectl.run("explain", "widget.spec.size").output().contains("How many."));
        assertThat(kubectl.ok("explain", "widget.spec.size")).contains("<integer>");
        assertThat(kubectl.ok("explain", "wdg"))
                .contains("A Widget is something to test with.")
                .contains("metadata");
        assertThat(kubectl.ok("explain", "wdg.spec.parts.weight")).contains("<integer>");
        assertThat(kubectl.ok("explain", "wdg", "--recursive")).contains("lastTransitionTime");
        assertThat(kubectl.ok("explain", "configmap.data")).contains("map[string]string");
    }

    @ParameterizedTest
    @EnumSource
    void createOfBuiltInKinds(Version version) throws Exception {
        Kubectl kubectl = kubectl(version);
        String other = namespace + "-made";
        kubectl.ok("create", "namespace", other);
        Kubectl there = program(version).in(other);
        there.ok("create", "configmap", "cm", "--from-literal=a=b");
        there.ok("create", "secret", "generic", "s", "--from-literal=p=w");
        assertThat(there.ok("get", "cm/cm", "secret/s", "-o", "jsonpath={.items[*].data}"))
                .isEqualTo("{\"a\":\"b\"} {\"p\":\"dw==\"}");
        assertThat(there.ok("get", "ns", other)).containsPattern("NAME +STATUS +AGE\n" + other + " +Active");
        assertThat(there.ok("get", "cm", "cm")).containsPattern("NAME +DATA +AGE\ncm +1 +\\d+s");
        assertThat(there.ok("get", "secret", "s")).containsPattern("NAME +TYPE +DATA +AGE\ns +Opaque +1 +\\d+s");
        assertThat(there.ok("describe", "cm", "cm")).contains("Data\n====\na:\n----\nb");
        assertThat(there.ok("describe", "secret", "s")).contains("p:  1 bytes");
        assertThat(there.ok("describe", "ns", other)).containsPattern("Status: +Active");
        assertThat(kubectl.ok("get", "crd", "widgets.test.cairn.dev")).containsPattern("NAME +CREATED AT\nwidgets");
        there.ok("delete", "namespace", other);
        assertThat(kubectl.ok("get", "ns", "-o", "name")).doesNotContain(other);
    }

    @ParameterizedTest
    @EnumSource
    void refusalsReadAsTheyShould(Version version) throws Exception {
        Kubectl kubectl = kubectl(version);
        assertThat(kubectl.run("apply", "-f", widgetFile("invalid", "{image: nginx, color: pink}"))
                        .output())
                .contains("The Widget \"invalid\" is invalid:")
                .contains("spec.color: Unsupported value: \"pink\"");
        assertThat(kubectl.run(
                                "apply",
                                "-f",
                                file(
                                        "ns.yaml",
                                        widget("x", "{image: a}").replace("name: x", "name: x, namespace: nowhere")))
                        .code())
                .isNotZero();
        assertThat(kubectl.run(
                                "apply",
                                "-f",
                                file("kind.yaml", widget("x", "{image: a}").replace("kind: Widget", "kind: Nothing")))
                        .output())
                .contains("no matches for kind \"Nothing\" in version \"test.cairn.dev/v1\"");
    }
}
