package dev.cairn.app.source;

import dev.cairn.app.operator.EventRecorder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What is told of the sources: a line for whatever is new, events, and how things are. Used by one thread. */
final class Tellings {
    private static final int NAMES = 5;

    private final MemoryStore store;
    private final EventRecorder events;
    private final Consumer<String> report;
    private final Map<String, SourceState> states = new HashMap<>();
    private final Map<String, SourceState> savedStates = new HashMap<>();
    private final Map<String, ConfigMap> maps = new HashMap<>();
    private final List<Warning> warnings = new ArrayList<>();
    private Set<String> told = Set.of();
    private Set<String> troubles = new LinkedHashSet<>();

    private record Warning(String memory, String text) {}

    Tellings(MemoryStore store, EventRecorder events, Consumer<String> report) {
        this.store = store;
        this.events = events;
        this.report = text -> report.accept(text.replaceAll("[\\p{Cntrl}\\p{Cf}]+", " "));
    }

    /** What was told before this process began. */
    void load(String memory) throws Refusal {
        Optional<SourceState> state = store.state(memory);
        state.ifPresent(before -> savedStates.put(memory, before));
    }

    /** A pass begins. */
    void begin() {
        troubles = new LinkedHashSet<>();
        warnings.clear();
    }

    /** Something is wrong; told when it was not so in the pass before. */
    void trouble(String text) {
        troubles.add(text);
    }

    void applied(GenericKubernetesResource object, String text, Optional<Commit> commit) {
        String line = text + commit.map(c -> " from " + c).orElse("");
        report.accept(line);
        if (commit.isPresent()) {
            events.normal(object, "Applied", line, Instant.now());
        }
    }

    /** The API does not do what a source wants. */
    void refused(String memory, String text) {
        report.accept(text);
        warnings.add(new Warning(memory, text));
    }

    /** How all sources are after this pass. */
    void tell(Scan scan, Map<String, List<ObjectId>> held, Map<String, Memory> memories) {
        for (Scan.Folder folder : scan.folders()) {
            Memory memory = memories.getOrDefault(folder.memory(), Memory.EMPTY);
            List<ObjectId> asked = held.getOrDefault(folder.memory(), List.of());
            List<String> problems = new ArrayList<>();
            folder.problems().stream()
                    .filter(problem -> !problem.passing())
                    .map(Object::toString)
                    .forEach(problems::add);
            problems.forEach(problem -> wrong(folder.memory(), problem));
            if (!asked.isEmpty()) {
                wrong(folder.memory(), question(folder, asked, memory.applied().size()));
            }
            memory.refused()
                    .forEach((id, refused) -> problems.add(refused.file() + ": " + id + ": " + refused.message()));
            states.put(folder.memory(), SourceState.of(folder, problems, asked));
        }
    }

    private void wrong(String memory, String text) {
        troubles.add(text);
        if (!told.contains(text)) {
            warnings.add(new Warning(memory, text));
        }
    }

    private static String question(Scan.Folder folder, List<ObjectId> held, int all) {
        String names = held.stream().limit(NAMES).map(ObjectId::toString).collect(Collectors.joining(", "));
        String more = held.size() <= NAMES ? "" : " and " + (held.size() - NAMES) + " more";
        return folder.name() + ": " + held.size() + " of " + all + " objects are declared by no file any more: " + names
                + more + "; that many are not deleted unless you agree: cairn prune --yes";
    }

    SourceState state(String memory) {
        return states.getOrDefault(memory, new SourceState("", null, null, null, List.of(), List.of()));
    }

    boolean isNew(String memory, SourceState state) {
        return !state.equals(savedStates.get(memory));
    }

    void saved(String memory, SourceState state, ConfigMap map) {
        savedStates.put(memory, state);
        maps.put(memory, map);
    }

    /** A pass ends. */
    void end(Instant now) {
        troubles.stream().filter(trouble -> !told.contains(trouble)).sorted().forEach(report);
        told = new HashSet<>(troubles);
        for (Warning warning : warnings) {
            ConfigMap map = maps.get(warning.memory());
            if (map != null) {
                events.warning(map, "SourceProblem", warning.text(), now);
            }
        }
    }
}
