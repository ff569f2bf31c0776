package dev.cairn.embedded.conformance;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.embedded.conformance.Cluster.Answer;
import org.junit.jupiter.api.Test;

/** Deletion: finalizers, preconditions, owners and dependents, collections, namespaces. */
class DeletionTest extends OnCluster {
    private static String ownedBy(JsonNode... owners) {
        StringBuilder references = new StringBuilder();
        for (JsonNode owner : owners) {
            references.append("{apiVersion: %s, kind: %s, name: %s, uid: %s, blockOwnerDeletion: true},"
                    .formatted(
                            owner.path("apiVersion").asText(),
                            owner.path("kind").asText(),
                            owner.at("/metadata/name").asText(),
                            owner.at("/metadata/uid").asText()));
        }
        return "ownerReferences: [" + references + "]";
    }

    private String map(String name) {
        return configMaps + "/" + name;
    }

    private void release(String path) {
        cluster.mergePatch(path, "{metadata: {finalizers: null}}").expect(200);
    }

    @Test
    void anObjectGoesAtOnceAndTheAnswerSaysWhich() {
        String uid = createWidget("plain", "{image: a}").at("/metadata/uid").asText();
        Answer deleted = cluster.delete(widgets + "/plain").expect(200);
        assertThat(deleted.at("/kind")).isEqualTo("Status");
        assertThat(deleted.at("/status")).isEqualTo("Success");
        assertThat(deleted.at("/details/name")).isEqualTo("plain");
        assertThat(deleted.at("/details/group")).isEqualTo("test.cairn.dev");
        assertThat(deleted.at("/details/kind")).isEqualTo("widgets");
        assertThat(deleted.at("/details/uid")).isEqualTo(uid);
        cluster.get(widgets + "/plain").expect(404);
    }

    @Test
    void finalizersHoldAnObjectUntilTheyAreGone() {
        cluster.post(
                        widgets,
                        widget("held", "{image: a}").replace("name: held", "name: held, finalizers: [t.dev/hold]"))
                .expect(201);
        Answer deleting = cluster.delete(widgets + "/held");
        assertThat(deleting.code()).isIn(200, 202);
        assertThat(deleting.at("/kind")).isEqualTo("Widget");
        Answer seen = cluster.get(widgets + "/held").expect(200);
        assertThat(seen.at("/metadata/deletionTimestamp")).isNotBlank();
        assertThat(seen.at("/metadata/deletionGracePeriodSeconds")).isEqualTo("0");
        assertThat(seen.at("/metadata/generation")).isEqualTo("2");
        String revision = seen.at("/metadata/resourceVersion");
        cluster.delete(widgets + "/held");
        assertThat(cluster.get(widgets + "/held").at("/metadata/resourceVersion"))
                .isEqualTo(revision);

        Answer added = cluster.mergePatch(widgets + "/held", "{metadata: {finalizers: [t.dev/hold, t.dev/new]}}")
                .expect(422);
        assertThat(causes(added)).containsOnly("metadata.finalizers FieldValueForbidden");
        assertThat(added.message()).contains("no new finalizers can be added if the object is being deleted");
        cluster.mergePatch(widgets + "/held", "{metadata: {deletionTimestamp: null}}")
                .expect(200);
        assertThat(cluster.get(widgets + "/held").at("/metadata/deletionTimestamp"))
                .isNotBlank();
        assertThat(cluster.mergePatch(widgets + "/held", "{spec: {size: 2}}")
                        .expect(200)
                        .at("/metadata/generation"))
                .isEqualTo("3");
        release(widgets + "/held");
        cluster.get(widgets + "/held").expect(404);
    }

    @Test
    void preconditionsHold() {
        JsonNode object = createWidget("pre", "{image: a}");
        Answer wrong = cluster.delete(widgets + "/pre", "{preconditions: {uid: other}}")
                .expect(409);
        assertThat(wrong.reason()).isEqualTo("Conflict");
        cluster.delete(widgets + "/pre", "{preconditions: {resourceVersion: \"1\"}}")
                .expect(409);
        cluster.delete(widgets + "/pre", "{propagationPolicy: Nonsense}").expect(422);
        cluster.delete(
                        widgets + "/pre",
                        "{preconditions: {uid: %s, resourceVersion: \"%s\"}}"
                                .formatted(
                                        object.at("/metadata/uid").asText(),
                                        object.at("/metadata/resourceVersion").asText()))
                .expect(200);
    }

    @Test
    void dependentsGoWithTheirLastOwner() {
        JsonNode one = createWidget("one", "{image: a}");
        JsonNode two = createWidget("two", "{image: a}");
        createConfigMap("of-both", ownedBy(one, two));
        JsonNode single = createConfigMap("of-one", ownedBy(one));
        createConfigMap("grandchild", ownedBy(single));
        cluster.delete(widgets + "/one").expect(200);
        awaitGone(map("of-one"));
        awaitGone(map("grandchild"));
        await().atMost(60, SECONDS)
                .until(() -> cluster.get(map("of-both"))
                                .json()
                                .at("/metadata/ownerReferences")
                                .size()
                        == 1);
        cluster.delete(widgets + "/two").expect(200);
        awaitGone(map("of-both"));
    }

    @Test
    void foregroundDeletionWaitsForWhatBlocks() {
        JsonNode owner = createWidget("owner", "{image: a}");
        createConfigMap("child", ownedBy(owner) + ", finalizers: [t.dev/hold]");
        Answer deleting = cluster.delete(widgets + "/owner", "{propagationPolicy: Foreground}");
        assertThat(deleting.code()).isIn(200, 202);
        assertThat(deleting.json().at("/metadata/finalizers").toString()).contains("foregroundDeletion");
        await().atMost(60, SECONDS)
                .until(() -> !cluster.get(map("child"))
                        .at("/metadata/deletionTimestamp")
                        .isEmpty());
        assertThat(exists(widgets + "/owner")).isTrue();
        release(map("child"));
        awaitGone(widgets + "/owner");
        cluster.get(map("child")).expect(404);
    }

    @Test
    void foregroundDeletionWithoutDependentsGoesThroughTheCollector() {
        createWidget("lone", "{image: a}");
        Answer deleting = cluster.delete(widgets + "/lone", "{propagationPolicy: Foreground}");
        assertThat(deleting.at("/kind")).isEqualTo("Widget");
        assertThat(deleting.json().at("/metadata/finalizers").toString()).contains("foregroundDeletion");
        awaitGone(widgets + "/lone");
    }

    @Test
    void orphaningLeavesDependents() {
        JsonNode owner = createWidget("left", "{image: a}");
        createConfigMap("orphan", ownedBy(owner));
        cluster.delete(widgets + "/left", "{propagationPolicy: Orphan}");
        awaitGone(widgets + "/left");
        assertThat(meta(cluster.get(map("orphan")).expect(200).json()).has("ownerReferences"))
                .isFalse();
    }

    @Test
    void anObjectWhoseOwnerIsGoneIsCollected() {
        JsonNode owner = createWidget("gone", "{image: a}");
        cluster.delete(widgets + "/gone").expect(200);
        createConfigMap("late", ownedBy(owner));
        awaitGone(map("late"));
    }

    @Test
    void collectionsAreDeletedBySelection() {
        createConfigMap("a", "labels: {of: sel}");
        createConfigMap("b", "labels: {of: sel}");
        createConfigMap("c", "labels: {of: other}");
        Answer deleted = cluster.delete(configMaps + "?labelSelector=of%3Dsel").expect(200);
        assertThat(deleted.at("/kind")).isEqualTo("ConfigMapList");
        assertThat(names(cluster.get(configMaps + "?labelSelector=of").json())).containsExactly("c");
    }

    @Test
    void aDeletedNamespaceTakesItsContentAlong() {
        Answer made = cluster.get("/api/v1/namespaces/" + namespace).expect(200);
        assertThat(made.at("/status/phase")).isEqualTo("Active");
        assertThat(made.json()
                        .at("/metadata/labels")
                        .path("kubernetes.io/metadata.name")
                        .asText())
                .isEqualTo(namespace);
        createConfigMap("held", "finalizers: [t.dev/hold]");
        createConfigMap("plain", "");
        createWidget("content", "{image: a}");
        Answer deleting = cluster.delete("/api/v1/namespaces/" + namespace).expect(200);
        assertThat(deleting.at("/status/phase")).isEqualTo("Terminating");
        awaitGone(map("plain"));
        awaitGone(widgets + "/content");
        Answer more = cluster.post(configMaps, configMap("more", "")).expect(403);
        assertThat(more.reason()).isEqualTo("Forbidden");
        assertThat(more.message()).contains("because it is being terminated");
        assertThat(causes(more)).containsExactly("metadata.namespace NamespaceTerminating");
        assertThat(exists("/api/v1/namespaces/" + namespace)).isTrue();
        release(map("held"));
        awaitGone("/api/v1/namespaces/" + namespace);
    }

    @Test
    void someNamespacesStay() {
        for (String permanent : new String[] {"default", "kube-system"}) {
            Answer refused = cluster.delete("/api/v1/namespaces/" + permanent).expect(403);
            assertThat(refused.message()).contains("this namespace may not be deleted");
        }
    }
}
