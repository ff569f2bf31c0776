package dev.cairn.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.core.model.Entry;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Probe;
import dev.cairn.core.model.Resources;
import dev.cairn.core.model.Retained;
import dev.cairn.core.model.Security;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StackMappingTest {
    private static final ObjectKey SERVICE = new ObjectKey("shop", "webapp");
    private static final Template TEMPLATE = new Template(
            List.of(),
            List.of("serve"),
            Map.of("COLOUR", "blue"),
            List.of(new Template.Port("http", 80)),
            new Probe("/ready", 80, 0, 10, 1, 3),
            30);

    @Property(tries = 300)
    void aStackSurvivesTheWayThroughTheApi(@ForAll("stacks") ServiceStack stack) throws InvalidResource {
        assertThat(Mapping.toModel(throughTheApi(stack))).isEqualTo(stack);
    }

    @Property(tries = 100)
    void theSpecAloneHoldsTheWholeStack(@ForAll("stacks") ServiceStack stack) throws InvalidResource {
        ServiceStackResource resource = throughTheApi(stack);
        resource.getMetadata().setAnnotations(Map.of());

        ServiceStack read = Mapping.toModel(resource);

        assertThat(read.edited()).isTrue();
        assertThat(withoutEdit(read)).isEqualTo(stack);
    }

    @Test
    void theResourceTellsToWhomItBelongs() throws InvalidResource {
        ServiceStackResource resource = Mapping.toResource(stack(), "uid-1");

        assertThat(resource.getMetadata().getName()).isEqualTo("webapp-stack1");
        assertThat(resource.getMetadata().getNamespace()).isEqualTo("shop");
        assertThat(resource.getMetadata().getResourceVersion()).isEqualTo("41");
        assertThat(resource.getMetadata().getLabels())
                .containsEntry("app.kubernetes.io/managed-by", "cairn")
                .containsEntry("cairn.dev/service", "webapp");
        assertThat(resource.getMetadata().getFinalizers()).containsExactly("cairn.dev/containers");
        OwnerReference owner = resource.getMetadata().getOwnerReferences().get(0);
        assertThat(owner.getApiVersion()).isEqualTo("cairn.dev/v1alpha1");
        assertThat(owner.getKind()).isEqualTo("Service");
        assertThat(owner.getName()).isEqualTo("webapp");
        assertThat(owner.getUid()).isEqualTo("uid-1");
        assertThat(owner.getBlockOwnerDeletion()).isNull();
    }

    @Test
    void aHandEditIsSeenAndTheRecordCounts() throws InvalidResource {
        for (String edit : List.of(
                "\"hostName\":\"docker02\"->\"hostName\":\"docker01\"",
                "\"change\":17->\"change\":18",
                "\"version\":\"v0.2\"->\"version\":\"v0.3\"",
                "\"hostPort\":20007->\"hostPort\":20008",
                "\"value\":\"blue\"->\"value\":\"red\"",
                "\"lastContainer\":5->\"lastContainer\":1",
                "\"ordinal\":1->\"ordinal\":2",
                "\"n\":2->\"n\":5")) {
            String[] change = edit.split("->", 2);
            ServiceStackResource resource = throughTheApi(stack());
            String spec = Serialization.asJson(resource.getSpec());
            assertThat(spec).contains(change[0]);
            resource.setSpec(Serialization.unmarshal(spec.replace(change[0], change[1]), ServiceStackSpec.class));

            ServiceStack read = Mapping.toModel(resource);

            assertThat(read.edited()).as(edit).isTrue();
            assertThat(withoutEdit(read)).as(edit).isEqualTo(stack());
        }
    }

    @Test
    void aLostLabelOrFinalizerIsPutBackToo() throws InvalidResource {
        ServiceStackResource unlabelled = throughTheApi(stack());
        unlabelled.getMetadata().setLabels(Map.of(CairnNames.MANAGED_BY_LABEL, "cairn"));
        assertThat(Mapping.toModel(unlabelled).edited()).isTrue();

        ServiceStackResource unprotected = throughTheApi(stack());
        unprotected.getMetadata().setFinalizers(List.of("example.com/other"));
        assertThat(Mapping.toModel(unprotected).edited()).isTrue();

        unprotected.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        assertThat(Mapping.toModel(unprotected).edited())
                .as("no finalizer can be added to what is being deleted")
                .isFalse();
    }

    @Test
    void writingAnEditedStackBackPutsTheResourceRight() throws InvalidResource {
        ServiceStackResource resource = throughTheApi(stack());
        resource.setSpec(new ServiceStackSpec("webapp", 1, "docker02", 17L, 5, null, List.of(), null, null));

        ServiceStackResource written = Mapping.toResource(Mapping.toModel(resource), "uid-1");
        written.getMetadata().setGeneration(stack().generation());

        assertThat(Mapping.toModel(written)).isEqualTo(stack());
    }

    @Test
    void aBrokenRecordIsWrittenAgainFromTheSpec() throws InvalidResource {
        for (String broken : List.of("", "{", "not base64 !", "AAAA", "H4sIAAAAAAAA/wAAAP//", "bnVsbA==")) {
            ServiceStackResource resource = throughTheApi(stack());
            resource.getMetadata().setAnnotations(Map.of(CairnNames.RECORD_ANNOTATION, broken));

            ServiceStack read = Mapping.toModel(resource);

            assertThat(read.edited()).as(broken).isTrue();
            assertThat(withoutEdit(read)).as(broken).isEqualTo(stack());
        }
    }

    @Test
    void theRecordOfAnotherStackIsNoRecord() throws InvalidResource {
        ServiceStack other = new ServiceStack(
                new ObjectKey("shop", "webapp-stack0"),
                1,
                "1",
                SERVICE,
                0,
                "docker01",
                1,
                0,
                null,
                List.of(),
                null,
                false,
                false);
        ServiceStackResource resource = throughTheApi(stack());
        resource.getMetadata()
                .setAnnotations(Mapping.toResource(other, "uid-1").getMetadata().getAnnotations());

        assertThat(withoutEdit(Mapping.toModel(resource))).isEqualTo(stack());
    }

    @Test
    void withoutSpecAndRecordThereIsNoStack() throws InvalidResource {
        ServiceStackResource resource = throughTheApi(stack());
        resource.getMetadata().setAnnotations(null);
        resource.setSpec(null);

        assertThatThrownBy(() -> Mapping.toModel(resource))
                .isInstanceOf(InvalidResource.class)
                .hasMessage("ServiceStack shop/webapp-stack1: spec is missing; set it");
    }

    @Test
    void theHighestStackWithTheLargestTemplateFitsIntoItsAnnotation() throws InvalidResource {
        Map<String, String> env = new HashMap<>();
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            env.put("VARIABLE_" + i, Long.toHexString(random.nextLong()).repeat(8));
        }
        Template large = new Template(List.of(), List.of(), env, List.of(), null, 30);
        List<Entry> entries = new ArrayList<>();
        for (int n = 1; n <= 64; n++) {
            entries.add(new Entry(n, new Version("v" + n), "webapp@sha256:" + "0".repeat(64), 20000 + n, large));
        }
        ServiceStack stack = stack(64, entries.subList(0, 32), entries.subList(32, 64));

        assertThat(Mapping.toModel(throughTheApi(stack))).isEqualTo(stack);
    }

    @Test
    void aRecordThatTheApiWouldRefuseIsRefusedFirst() {
        Random random = new Random(1);
        List<Entry> entries = new ArrayList<>();
        for (int n = 1; n <= 64; n++) {
            StringBuilder noise = new StringBuilder();
            random.ints(8000, '!', '~').forEach(noise::appendCodePoint);
            Template template =
                    new Template(List.of(), List.of(), Map.of("NOISE", noise.toString()), List.of(), null, 30);
            entries.add(new Entry(n, new Version("v1"), "webapp@sha256:1", 0, template));
        }

        assertThatThrownBy(() -> Mapping.toResource(stack(64, entries, null), "uid-1"))
                .isInstanceOf(InvalidResource.class)
                .hasMessageStartingWith("ServiceStack shop/webapp-stack1: its record has ")
                .hasMessageEndingWith("make the service's template smaller");
    }

    @Provide
    Arbitrary<ServiceStack> stacks() {
        return Arbitraries.randoms().map(StackMappingTest::randomStack);
    }

    private static ServiceStack randomStack(Random random) {
        List<Entry> entries = new ArrayList<>();
        for (int n = 1; n <= random.nextInt(6); n++) {
            entries.add(randomEntry(random, n));
        }
        List<Entry> next = new ArrayList<>(entries);
        if (!next.isEmpty()) {
            next.remove(0);
        }
        next.add(randomEntry(random, 9));
        return new ServiceStack(
                new ObjectKey("shop", "webapp-stack3"),
                random.nextInt(100),
                Integer.toString(random.nextInt(100)),
                SERVICE,
                3,
                "docker0" + random.nextInt(3),
                random.nextInt(1000),
                9 + random.nextInt(5),
                random.nextBoolean() ? (Long) random.nextLong(50) : null,
                entries,
                random.nextInt(3) == 0 ? next : random.nextBoolean() ? List.of() : null,
                random.nextBoolean(),
                false);
    }

    private static Entry randomEntry(Random random, int n) {
        Map<String, String> env = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            env.put("E" + random.nextInt(100), random.nextBoolean() ? "" : "a \"quoted\"\n$(line) \u00e9 " + i);
        }
        List<Template.Port> ports = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            int number = 8000 + 10 * i + random.nextInt(10);
            ports.add(new Template.Port(random.nextBoolean() ? "p" + i : Integer.toString(number), number));
        }
        Probe probe = ports.isEmpty() || random.nextBoolean()
                ? null
                : new Probe(
                        random.nextBoolean() ? "/ready?x=1" : null,
                        ports.get(0).containerPort(),
                        random.nextInt(9),
                        1 + random.nextInt(9),
                        1 + random.nextInt(9),
                        1 + random.nextInt(9));
        Template template = new Template(
                random.nextBoolean() ? List.of() : List.of("/bin/serve", ""),
                random.nextBoolean() ? List.of() : List.of("-p", "80"),
                env,
                ports,
                probe,
                random.nextInt(100),
                random.nextBoolean() ? List.of() : List.of("regcred"),
                ImagePull.Policy.values()[random.nextInt(3)],
                random.nextBoolean()
                        ? Resources.NONE
                        : new Resources(random.nextInt(9) * 100, 64 << 20, 0, random.nextInt(9)),
                random.nextBoolean()
                        ? Security.NONE
                        : new Security(
                                1L, random.nextBoolean() ? 2L : null, true, true, true, List.of(), List.of("ALL")));
        return new Entry(
                n, new Version("v1." + random.nextInt(20)), "webapp@sha256:" + random.nextInt(), 20000 + n, template);
    }

    private static ServiceStack stack() {
        Entry first = new Entry(2, new Version("v0.2"), "webapp@sha256:22", 20007, TEMPLATE);
        Entry second = new Entry(3, new Version("v0.3"), "webapp@sha256:33", 20008, TEMPLATE);
        Entry popped = new Entry(1, new Version("v0.1"), "webapp@sha256:11", 20006, TEMPLATE);
        return stack(5, List.of(first, second), null)
                .withRetained(List.of(new Retained(popped, Instant.parse("2026-01-31T12:00:00.123456Z"))));
    }

    private static ServiceStack stack(int lastContainer, List<Entry> containers, @Nullable List<Entry> next) {
        return new ServiceStack(
                new ObjectKey("shop", "webapp-stack1"),
                7,
                "41",
                SERVICE,
                1,
                "docker02",
                17,
                lastContainer,
                null,
                containers,
                next,
                false,
                false);
    }

    /** Written as JSON and read again, with what a server adds. */
    private static ServiceStackResource throughTheApi(ServiceStack stack) throws InvalidResource {
        ServiceStackResource written = Mapping.toResource(stack, "uid-1");
        ServiceStackResource read = Serialization.unmarshal(Serialization.asJson(written), ServiceStackResource.class);
        read.getMetadata().setGeneration(stack.generation());
        read.getMetadata().setDeletionTimestamp(stack.deleting() ? "2026-01-01T00:00:00Z" : null);
        return read;
    }

    private static ServiceStack withoutEdit(ServiceStack stack) {
        return new ServiceStack(
                stack.key(),
                stack.generation(),
                stack.resourceVersion(),
                stack.service(),
                stack.ordinal(),
                stack.hostName(),
                stack.change(),
                stack.lastContainer(),
                stack.failedGeneration(),
                stack.containers(),
                stack.next(),
                stack.retained(),
                stack.deleting(),
                false);
    }
}
