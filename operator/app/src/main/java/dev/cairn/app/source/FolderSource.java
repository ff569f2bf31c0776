package dev.cairn.app.source;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Follows folders of YAML files. A document is applied when it differs from what was last applied from it, so an edit by
 * kubectl stays until the file itself is changed. What was applied once and is declared nowhere any more is deleted after
 * two scans, provided that every file could be read and the folder is not empty.
 */
public final class FolderSource implements AutoCloseable {
    private static final long SECONDS_BETWEEN_SCANS = 2;

    private static final long SECONDS_TO_STOP = 5;

    private final Consumer<String> report;
    private final Scanner scanner;
    private final ApiObjects objects;
    private final MemoryStore store;
    private final Attempts attempts = new Attempts();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread scanning = new Thread(task, "cairn-folders");
        scanning.setDaemon(true);
        return scanning;
    });

    // All of these belong to the one thread.
    private Map<String, Memory> memories = Map.of();
    private boolean loaded;
    private final Set<String> unsaved = new HashSet<>();
    private Set<ObjectId> missing = Set.of();
    private Set<String> told = Set.of();

    /**
     * @param client acts for the user; not closed
     * @param folders followed together: what moves from one to another is not deleted
     * @param report takes one line for the user for whatever was done or refused
     */
    public FolderSource(KubernetesClient client, List<Path> folders, Consumer<String> report) {
        this.report = report;
        this.scanner = new Scanner(folders);
        this.objects = new ApiObjects(client);
        this.store = new MemoryStore(client);
    }

    /** Starts to follow. Returns at once. */
    public void start() {
        thread.scheduleWithFixedDelay(this::pass, 0, SECONDS_BETWEEN_SCANS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
                report.accept("folders: a call to the API is still under way while stopping");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass() {
        Set<String> troubles = new HashSet<>();
        try {
            Scan scan = scanner.scan(Instant.now());
            scan.problems().stream()
                    .filter(p -> !p.passing())
                    .map(Object::toString)
                    .forEach(troubles::add);
            load(scan);
            act(scan);
            save(scan);
        } catch (Refusal e) {
            troubles.add("folders: " + e.getMessage());
        } catch (RuntimeException e) {
            // The next scan must come whatever happens in this one.
            troubles.add("folders: unexpected " + e);
        }
        troubles.stream().filter(trouble -> !told.contains(trouble)).sorted().forEach(report);
        told = troubles;
    }

    private void load(Scan scan) throws Refusal {
        if (loaded) {
            return;
        }
        Map<String, Memory> remembered = new HashMap<>();
        for (Scan.Folder folder : scan.folders()) {
            remembered.put(folder.memory(), store.load(folder.memory()));
        }
        store.prepare();
        memories = remembered;
        loaded = true;
    }

    private void act(Scan scan) {
        Steps steps = Steps.of(scan, memories, missing);
        missing = steps.missing();
        attempts.retain(Stream.concat(
                        steps.apply().stream().map(step -> step.document().id()),
                        steps.prune().stream().map(Steps.Prune::id))
                .collect(Collectors.toSet()));
        steps.apply().forEach(this::apply);
        steps.prune().forEach(this::prune);
        forgetRefusals(scan);
    }

    private void apply(Steps.Apply step) {
        Document document = step.document();
        if (!attempts.due(document.id(), document.hash(), Instant.now())) {
            return;
        }
        String what = document.file() + ": " + document.id();
        try {
            objects.apply(document);
            attempts.succeeded(document.id());
            remember(step.memory(), memory(step.memory()).withApplied(document));
            report.accept(what + " applied");
        } catch (Refusal e) {
            String message = String.valueOf(e.getMessage());
            if (attempts.failed(document.id(), document.hash(), e.lasting(), message, Instant.now())) {
                report.accept(what + (e.lasting() ? ": refused: " : ": not applied yet: ") + message);
                var refusal = new Memory.Refused(document.hash(), document.file(), message, e.lasting());
                remember(step.memory(), memory(step.memory()).withRefused(document.id(), refusal));
            }
        }
    }

    private void prune(Steps.Prune step) {
        if (!attempts.due(step.id(), "", Instant.now())) {
            return;
        }
        try {
            boolean own = objects.prune(step.id(), step.apiVersion());
            attempts.succeeded(step.id());
            remember(step.memory(), memory(step.memory()).without(step.id()));
            report.accept(step.id()
                    + (own
                            ? " deleted: no file declares it any more"
                            : " left alone: no file declares it any more, but it is not the one that was applied"));
        } catch (Refusal e) {
            String message = String.valueOf(e.getMessage());
            if (attempts.failed(step.id(), "", e.lasting(), message, Instant.now())) {
                report.accept(step.id() + " is declared by no file any more, but cannot be deleted: " + message);
            }
        }
    }

    private void forgetRefusals(Scan scan) {
        Set<ObjectId> declared = scan.declared();
        for (String name : List.copyOf(memories.keySet())) {
            if (!declared.containsAll(memory(name).refused().keySet())) {
                remember(name, memory(name).withRefusalsOf(declared));
            }
        }
    }

    private Memory memory(String name) {
        return memories.getOrDefault(name, Memory.EMPTY);
    }

    private void remember(String name, Memory memory) {
        Map<String, Memory> all = new HashMap<>(memories);
        all.put(name, memory);
        memories = Map.copyOf(all);
        unsaved.add(name);
    }

    private void save(Scan scan) throws Refusal {
        for (Scan.Folder folder : scan.folders()) {
            if (unsaved.contains(folder.memory())) {
                store.save(folder.memory(), folder.name(), memory(folder.memory()));
                unsaved.remove(folder.memory());
            }
        }
    }
}
