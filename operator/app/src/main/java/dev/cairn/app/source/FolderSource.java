package dev.cairn.app.source;

import dev.cairn.app.UpOptions;
import dev.cairn.app.operator.EventRecorder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Follows folders of YAML files and branches of repositories. A document is applied when it differs from what was last
 * applied from it, so an edit by kubectl stays until the file itself is changed, unless edits are to be put back. What was
 * applied once and is declared nowhere any more is deleted after two scans, provided that every file could be read, the
 * source is not empty, and it is not more than half of all or the user agrees.
 */
public final class FolderSource implements AutoCloseable {
    private static final long SECONDS_TO_STOP = 5;

    /**
     * How often it looks.
     *
     * @param betweenScans from the end of one to the next
     * @param betweenDriftLooks at least, and never between two scans: one read for each object
     */
    record Pace(Duration betweenScans, Duration betweenDriftLooks) {
        private static final Pace USUAL = new Pace(Duration.ofSeconds(2), Duration.ofSeconds(6));
    }

    private final Consumer<String> report;
    private final List<Place> places;
    private final boolean enforce;
    private final boolean allowPrune;
    private final Pace pace;
    private final Scanner scanner;
    private final ApiObjects objects;
    private final MemoryStore store;
    private final EventRecorder events;
    private final Tellings tellings;
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
    private final Set<ObjectId> agreed = new HashSet<>();
    private Instant nextDriftLook = Instant.MIN;

    /**
     * @param client acts for the user; not closed
     * @param options which folders and repositories; followed together: what moves from one to another is not deleted
     * @param report takes one line for the user for whatever was done or refused
     */
    public FolderSource(KubernetesClient client, UpOptions options, Consumer<String> report) {
        this(client, options, Pace.USUAL, report);
    }

    FolderSource(KubernetesClient client, UpOptions options, Pace pace, Consumer<String> report) {
        this(client, places(options), options.enforce(), options.allowPrune(), pace, report);
    }

    /** Of folders only, as they are followed when nothing else is asked for. */
    public FolderSource(KubernetesClient client, List<Path> folders, Consumer<String> report) {
        this(client, folders, Pace.USUAL, report);
    }

    FolderSource(KubernetesClient client, List<Path> folders, Pace pace, Consumer<String> report) {
        this(client, folders.stream().map(FolderPlace::new).toList(), false, false, pace, report);
    }

    private FolderSource(
            KubernetesClient client,
            List<? extends Place> places,
            boolean enforce,
            boolean allowPrune,
            Pace pace,
            Consumer<String> report) {
        this.report = report;
        this.places = List.copyOf(places);
        this.enforce = enforce;
        this.allowPrune = allowPrune;
        this.pace = pace;
        this.scanner = new Scanner(places);
        this.objects = new ApiObjects(client);
        this.store = new MemoryStore(client);
        this.events = new EventRecorder(client, false);
        this.tellings = new Tellings(store, events, report);
    }

    static List<Place> places(UpOptions options) {
        List<Place> places = new ArrayList<>();
        options.folders().forEach(folder -> places.add(new FolderPlace(folder)));
        options.repositories().forEach(repository -> places.add(new GitPlace(repository, options.state())));
        return places;
    }

    /** Starts to follow. Returns at once. */
    public void start() {
        repositories().forEach(GitPlace::start);
        thread.scheduleWithFixedDelay(this::pass, 0, pace.betweenScans().toMillis(), TimeUnit.MILLISECONDS);
    }

    private Stream<GitPlace> repositories() {
        return places.stream().filter(GitPlace.class::isInstance).map(GitPlace.class::cast);
    }

    @Override
    public void close() {
        repositories().forEach(GitPlace::close);
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
                report.accept("folders: a call to the API is still under way while stopping");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        events.close();
    }

    private void pass() {
        tellings.begin();
        Instant now = Instant.now();
        try {
            Scan scan = scanner.scan(now);
            load(scan);
            Steps steps = act(scan, now);
            tellings.tell(scan, steps.held(), memories);
            save(scan);
        } catch (Refusal e) {
            tellings.trouble("folders: " + e.getMessage());
        } catch (RuntimeException e) {
            // The next scan must come whatever happens in this one.
            tellings.trouble("folders: unexpected " + e);
        }
        tellings.end(now);
    }

    private void load(Scan scan) throws Refusal {
        if (loaded) {
            return;
        }
        Map<String, Memory> remembered = new HashMap<>();
        for (Scan.Folder folder : scan.folders()) {
            remembered.put(folder.memory(), store.load(folder.memory()));
            tellings.load(folder.memory());
        }
        store.prepare();
        memories = remembered;
        loaded = true;
    }

    private Steps act(Scan scan, Instant now) throws Refusal {
        Predicate<ObjectId> mayGo = id -> allowPrune || agreed.contains(id);
        Steps steps = Steps.of(scan, memories, missing, mayGo);
        missing = steps.missing();
        agreed.retainAll(missing);
        List<Steps.Apply> drifted = drifted(scan, now);
        attempts.retain(Stream.of(
                        steps.apply().stream().map(step -> step.document().id()),
                        drifted.stream().map(step -> step.document().id()),
                        steps.prune().stream().map(Steps.Prune::id))
                .flatMap(ids -> ids)
                .collect(Collectors.toSet()));
        steps.apply().forEach(step -> apply(scan, step, "applied"));
        drifted.forEach(step -> apply(scan, step, "put back: somebody else had changed or deleted it"));
        steps.prune().forEach(this::prune);
        forgetRefusals(scan);
        consents(scan, steps);
        return steps;
    }

    /** What the files declare as before and somebody else has changed. */
    private List<Steps.Apply> drifted(Scan scan, Instant now) throws Refusal {
        if (!enforce || now.isBefore(nextDriftLook)) {
            return List.of();
        }
        nextDriftLook = now.plus(pace.betweenDriftLooks());
        List<Steps.Apply> drifted = new ArrayList<>();
        for (Scan.Folder folder : scan.folders()) {
            for (Document document : folder.documents()) {
                Memory.Applied applied = memory(folder.memory()).applied().get(document.id());
                if (applied != null
                        && applied.hash().equals(document.hash())
                        && objects.drifted(document.id(), applied.apiVersion(), applied.fields())) {
                    drifted.add(new Steps.Apply(folder.memory(), document));
                }
            }
        }
        return drifted;
    }

    private void apply(Scan scan, Steps.Apply step, String done) {
        Document document = step.document();
        if (!attempts.due(document.id(), document.hash(), Instant.now())) {
            return;
        }
        String what = document.file() + ": " + document.id();
        Optional<Commit> commit = scan.commit(step.memory());
        try {
            GenericKubernetesResource object = objects.apply(document, commit.orElse(null));
            attempts.succeeded(document.id());
            remember(step.memory(), memory(step.memory()).withApplied(document, ApiObjects.ownFields(object)));
            tellings.applied(object, what + " " + done, commit);
        } catch (Refusal e) {
            String message = String.valueOf(e.getMessage());
            if (attempts.failed(document.id(), document.hash(), e.lasting(), message, Instant.now())) {
                tellings.refused(step.memory(), what + (e.lasting() ? ": refused: " : ": not applied yet: ") + message);
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
                tellings.refused(
                        step.memory(),
                        step.id() + " is declared by no file any more, but cannot be deleted: " + message);
            }
        }
    }

    /** What the user has agreed to is deleted in the next pass. */
    private void consents(Scan scan, Steps steps) throws Refusal {
        for (Scan.Folder folder : scan.folders()) {
            List<ObjectId> held = steps.held().getOrDefault(folder.memory(), List.of());
            if (!held.isEmpty() && store.takeConsent(folder.memory(), SourceState.of(folder, List.of(), held))) {
                agreed.addAll(held);
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
            SourceState state = tellings.state(folder.memory());
            if (unsaved.contains(folder.memory()) || tellings.isNew(folder.memory(), state)) {
                ConfigMap saved = store.save(folder.memory(), memory(folder.memory()), state);
                tellings.saved(folder.memory(), state, saved);
                unsaved.remove(folder.memory());
            }
        }
    }
}
