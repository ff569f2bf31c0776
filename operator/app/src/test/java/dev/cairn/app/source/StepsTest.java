package dev.cairn.app.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepsTest {
    private static final ObjectId NAMESPACE = new ObjectId("", "Namespace", "", "shop");
    private static final ObjectId HOST = new ObjectId("cairn.dev", "Host", "", "h1");
    private static final ObjectId SERVICE = new ObjectId("cairn.dev", "Service", "shop", "a");
    private static final ObjectId ENDPOINT = new ObjectId("cairn.dev", "Endpoint", "shop", "e");

    private static Document document(ObjectId id, String hash) {
        return new Document(id, "v", hash, Map.of(), "f.yaml");
    }

    private static Scan.Folder folder(String name, Document... documents) {
        return new Scan.Folder(name, name, Arrays.asList(documents), List.of());
    }

    private static Memory applied(Document... documents) {
        Memory memory = Memory.EMPTY;
        for (Document document : documents) {
            memory = memory.withApplied(document, null);
        }
        return memory;
    }

    private static Steps steps(Scan scan, Map<String, Memory> memories, Set<ObjectId> missingBefore) {
        return Steps.of(scan, memories, missingBefore, id -> true);
    }

    private static List<ObjectId> pruned(Steps steps) {
        return steps.prune().stream().map(Steps.Prune::id).toList();
    }

    private static List<ObjectId> toApply(Steps steps) {
        return steps.apply().stream().map(step -> step.document().id()).toList();
    }

    @Test
    void appliesWhatDiffersInTheOrderOfNeed() {
        Scan scan = Scan.of(List.of(folder(
                "x", document(ENDPOINT, "1"), document(SERVICE, "2"), document(HOST, "1"), document(NAMESPACE, "1"))));
        assertThat(toApply(steps(scan, Map.of(), Set.of()))).containsExactly(NAMESPACE, HOST, SERVICE, ENDPOINT);
        Map<String, Memory> memories = Map.of("x", applied(document(HOST, "1"), document(SERVICE, "1")));
        assertThat(toApply(steps(scan, memories, Set.of()))).containsExactly(NAMESPACE, SERVICE, ENDPOINT);
    }

    @Test
    void prunesAfterTwoScansInTheOppositeOrder() {
        Scan scan = Scan.of(List.of(folder("x", document(HOST, "1"))));
        Map<String, Memory> memories =
                Map.of("x", applied(document(HOST, "1"), document(SERVICE, "1"), document(ENDPOINT, "1")));
        Steps first = steps(scan, memories, Set.of());
        assertThat(pruned(first)).isEmpty();
        assertThat(pruned(steps(scan, memories, first.missing()))).containsExactly(ENDPOINT, SERVICE);
    }

    @Test
    void oneScanInBetweenCountsAnew() {
        Map<String, Memory> memories = Map.of("x", applied(document(HOST, "1"), document(SERVICE, "1")));
        Scan without = Scan.of(List.of(folder("x", document(HOST, "1"))));
        Scan with = Scan.of(List.of(folder("x", document(HOST, "1"), document(SERVICE, "1"))));
        Steps first = steps(without, memories, Set.of());
        Steps second = steps(with, memories, first.missing());
        assertThat(pruned(steps(without, memories, second.missing()))).isEmpty();
    }

    @Test
    void prunesNothingOfAnEmptyFolder() {
        Scan scan = Scan.of(List.of(folder("x")));
        Map<String, Memory> memories = Map.of("x", applied(document(SERVICE, "1")));
        Steps steps = steps(scan, memories, Set.of(SERVICE));
        assertThat(steps.prune()).isEmpty();
        assertThat(steps.missing()).isEmpty();
    }

    @Test
    void prunesNothingWhileAnyFileIsUnreadable() {
        Scan.Folder broken = new Scan.Folder("y", "y", List.of(), List.of(new Scan.Problem("y/bad.yaml", "not YAML")));
        Scan scan = Scan.of(List.of(folder("x", document(HOST, "1")), broken));
        Map<String, Memory> memories = Map.of("x", applied(document(HOST, "1"), document(SERVICE, "1")));
        assertThat(steps(scan, memories, Set.of(SERVICE)).prune()).isEmpty();
    }

    @Test
    void whatMovesToAnotherFolderIsNotPruned() {
        Scan scan = Scan.of(List.of(folder("x", document(HOST, "1")), folder("y", document(SERVICE, "1"))));
        Map<String, Memory> memories = Map.of("x", applied(document(HOST, "1"), document(SERVICE, "1")));
        assertThat(steps(scan, memories, Set.of(SERVICE)).prune()).isEmpty();
    }

    @Test
    void whatWasNeverAppliedFromTheFolderIsNeverPruned() {
        Scan scan = Scan.of(List.of(folder("x", document(HOST, "1"))));
        Map<String, Memory> memories = Map.of("x", applied(document(HOST, "1")));
        assertThat(steps(scan, memories, Set.of(SERVICE, ENDPOINT)).prune()).isEmpty();
    }

    @Test
    void moreThanHalfIsHeldUntilAllOfItIsAgreedTo() {
        Scan scan = Scan.of(List.of(folder("x", document(HOST, "1"))));
        Map<String, Memory> memories =
                Map.of("x", applied(document(HOST, "1"), document(SERVICE, "1"), document(ENDPOINT, "1")));
        Set<ObjectId> both = Set.of(SERVICE, ENDPOINT);
        Steps held = Steps.of(scan, memories, both, Set.of(SERVICE)::contains);
        assertThat(held.prune()).isEmpty();
        assertThat(held.held()).isEqualTo(Map.of("x", List.of(ENDPOINT, SERVICE)));
        assertThat(held.missing()).isEqualTo(both);
        assertThat(pruned(Steps.of(scan, memories, both, both::contains))).containsExactly(ENDPOINT, SERVICE);
        Map<String, Memory> four = Map.of(
                "x",
                applied(
                        document(HOST, "1"),
                        document(SERVICE, "1"),
                        document(ENDPOINT, "1"),
                        document(NAMESPACE, "1")));
        Scan half = Scan.of(List.of(folder("x", document(HOST, "1"), document(NAMESPACE, "1"))));
        assertThat(pruned(Steps.of(half, four, both, id -> false))).hasSize(2);
        assertThat(Steps.of(half, four, both, id -> false).held()).isEmpty();
    }

    @Test
    void aSingleObjectIsPrunedWithoutAsking() {
        Scan scan = Scan.of(List.of(folder("x", document(HOST, "2"))));
        Map<String, Memory> memories = Map.of("x", applied(document(SERVICE, "1")));
        assertThat(pruned(Steps.of(scan, memories, Set.of(SERVICE), id -> false)))
                .containsExactly(SERVICE);
    }
}
