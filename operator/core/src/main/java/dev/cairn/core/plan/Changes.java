package dev.cairn.core.plan;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import dev.cairn.core.plan.Action.Step;
import dev.cairn.core.plan.Action.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The writes to the record: actions A1 to A6, A8 and A9 of the change protocol, at most one per stack. */
final class Changes {
    private final Desired desired;
    private final Observed observed;
    private final Fleet fleet;
    private final Service service;
    private final Set<Guard> guards;
    private final Instant now;
    private final List<Action> actions = new ArrayList<>();
    private final List<Plan.Wait> waits = new ArrayList<>();

    Changes(Desired desired, Service service, Observed observed, Fleet fleet, Set<Guard> guards, Instant now) {
        this.desired = desired;
        this.service = service;
        this.observed = observed;
        this.fleet = fleet;
        this.guards = guards;
        this.now = now;
    }

    List<Action> actions() {
        return actions;
    }

    List<Plan.Wait> waits() {
        return waits;
    }

    /**
     * @param declared the versions that are declared; null when the declaration is not admissible
     * @param warmed whether the proxy has seen everything up that the next list will route to
     */
    void plan(@Nullable List<Version> declared, boolean warmed) {
        Optional<ServiceStack> lead = fleet.lead();
        if (lead.isEmpty()) {
            return;
        }
        for (ServiceStack stack : fleet.stacks()) {
            boolean leads = stack.ordinal() == lead.get().ordinal();
            repair(stack)
                    .or(() -> leads ? change(stack, declared, warmed) : follow(stack, lead.get()))
                    .or(() -> heal(stack))
                    .ifPresent(actions::add);
        }
    }

    /** What must be put right before anything else is read from the record. */
    private Optional<Write> repair(ServiceStack stack) {
        if (stack.edited()) {
            return Optional.of(new Write(Step.RESTORE, stack, "somebody else changed the record"));
        }
        int seen = fleet.highestSeen(stack);
        if (seen > stack.lastContainer()) {
            ServiceStack after =
                    stack.with(stack.change(), seen, stack.failedGeneration(), stack.containers(), stack.next());
            return Optional.of(new Write(
                    Step.RAISE,
                    after,
                    "the host has " + stack.containerName(seen) + ", which the record does not know"));
        }
        return Optional.empty();
    }

    private Optional<Write> follow(ServiceStack stack, ServiceStack lead) {
        List<Entry> next = stack.next();
        if (fleet.decided(stack) && next != null) {
            ServiceStack after = stack.with(stack.change(), stack.lastContainer(), null, next, null);
            return Optional.of(new Write(Step.FOLLOW, after, "change " + lead.change() + " is committed"));
        }
        if (stack.change() >= lead.change()) {
            return Optional.empty();
        }
        if (lead.next() == null) {
            ServiceStack after = stack.with(lead.change(), stack.lastContainer(), null, stack.containers(), null);
            return Optional.of(new Write(Step.DROP, after, "change " + lead.change() + " is over"));
        }
        return prepare(stack, lead, lead.next());
    }

    private Optional<Write> prepare(ServiceStack stack, ServiceStack lead, List<Entry> leadNext) {
        List<Version> versions = versions(leadNext);
        Map<Integer, Entry> models = new HashMap<>();
        for (int position = 0; position < leadNext.size(); position++) {
            models.put(position, leadNext.get(position));
        }
        return target(stack, versions, models)
                .map(target -> new Write(
                        Step.PREPARE,
                        stack.with(lead.change(), target.lastContainer(), null, stack.containers(), target.entries()),
                        "change " + lead.change() + " leads to " + versions));
    }

    /** What the lead's record must say next, if anything. */
    private Optional<Write> change(ServiceStack lead, @Nullable List<Version> declared, boolean warmed) {
        List<Version> committed = versions(lead.containers());
        List<Entry> next = lead.next();
        if (next == null) {
            return declared == null || declared.equals(committed) ? Optional.empty() : begin(lead, committed, declared);
        }
        if (declared == null) {
            return Optional.of(abandon(lead, lead.failedGeneration(), "the declared versions are not admissible"));
        }
        if (declared.equals(committed)) {
            return Optional.of(abandon(lead, lead.failedGeneration(), "the declared versions are the committed ones"));
        }
        if (!declared.equals(versions(next)) || settingsChanged(lead, next)) {
            return retarget(lead, declared);
        }
        Optional<String> failure = failure(lead);
        if (failure.isPresent()) {
            return Optional.of(abandon(lead, service.generation(), failure.get()));
        }
        return commit(lead, next, warmed);
    }

    private Write abandon(ServiceStack lead, @Nullable Long failedGeneration, String cause) {
        long change = guards.contains(Guard.M2_ABANDON_COUNTS) ? lead.change() + 1 : lead.change();
        return new Write(
                Step.ABANDON,
                lead.with(change, lead.lastContainer(), failedGeneration, lead.containers(), null),
                cause);
    }

    /** Whether what is being prepared was made from settings that have been edited since. */
    private boolean settingsChanged(ServiceStack lead, List<Entry> next) {
        return next.stream()
                .filter(entry -> !Fleet.has(lead.containers(), entry.n()))
                .anyMatch(entry -> !entry.template().equals(service.template()));
    }

    /** Why the change in progress cannot succeed: the first staged container that is dead. */
    private Optional<String> failure(ServiceStack lead) {
        for (ServiceStack stack : fleet.stacks()) {
            if (stack.change() != lead.change()) {
                continue;
            }
            for (Entry entry : stack.pending().orElse(List.of())) {
                if (!Fleet.has(stack.containers(), entry.n()) && fleet.state(stack, entry) == Fleet.State.DEAD) {
                    return Optional.of(stack.containerName(entry.n()) + " " + entry.version() + " on "
                            + stack.hostName() + " " + why(stack, entry));
                }
            }
        }
        return Optional.empty();
    }

    private String why(ServiceStack stack, Entry entry) {
        String refused = observed.timers().failedStarts().get(stack.owner(entry.n()));
        if (refused != null) {
            return "does not start: " + refused;
        }
        return fleet.container(stack, entry)
                .map(c -> switch (c.phase()) {
                    case RESTARTING, EXITED ->
                        "exits with code " + c.exitCode() + " (started " + (c.restarts() + 1) + " times)";
                    case PAUSED -> "is paused";
                    case CREATED, RUNNING ->
                        "did not become healthy in "
                                + service.progressDeadline().toSeconds() + " s";
                })
                .orElse("is gone");
    }

    private Optional<Write> commit(ServiceStack lead, List<Entry> next, boolean warmed) {
        boolean ready = true;
        for (ServiceStack stack : fleet.stacks()) {
            if (guards.contains(Guard.M1_CHANGE_NUMBER) && stack.change() != lead.change()) {
                return Optional.empty();
            }
            if (stack.next() == null) {
                return Optional.empty();
            }
            if (fleet.lost(stack)) {
                continue;
            }
            for (Entry entry : stack.pending().orElse(List.of())) {
                Fleet.State state = fleet.state(stack, entry);
                if (state != Fleet.State.HEALTHY) {
                    ready = false;
                    waits.add(new Plan.Wait(
                            "Starting",
                            stack.containerName(entry.n()) + " " + entry.version() + " on " + stack.hostName() + " is "
                                    + state.name().toLowerCase(java.util.Locale.ROOT),
                            fleet.deadline(stack, entry).orElse(null)));
                }
            }
        }
        if (!ready || fleet.stacks().stream().allMatch(fleet::lost)) {
            return Optional.empty();
        }
        if (!warmed) {
            waits.add(new Plan.Wait("Warming", "the proxy has not seen the new containers up yet", now.plusMillis(50)));
            return Optional.empty();
        }
        return Optional.of(new Write(
                Step.COMMIT,
                lead.with(lead.change(), lead.lastContainer(), null, next, null),
                "every container of change " + lead.change() + " is healthy on every stack"));
    }

    private Optional<Write> begin(ServiceStack lead, List<Version> committed, List<Version> declared) {
        boolean settled =
                fleet.stacks().stream().noneMatch(stack -> fleet.decided(stack) || stack.change() != lead.change());
        if (guards.contains(Guard.M7_FOLLOW_BEFORE_BEGIN) && !settled) {
            return Optional.empty();
        }
        if (blockedByFailure(lead) || blockedByHost()) {
            return Optional.empty();
        }
        return aim(lead, declared, Step.BEGIN, "declared " + declared + ", committed " + committed);
    }

    private boolean blockedByFailure(ServiceStack lead) {
        Instant retry = observed.timers().retryAllowedAt();
        if (lead.failedGeneration() == null || lead.failedGeneration() != service.generation() || !retry.isAfter(now)) {
            return false;
        }
        Timers.Attempts last = observed.timers().retries();
        String why = last == null ? "its reason is not known any more" : last.why();
        waits.add(new Plan.Wait(
                "ChangeFailed",
                "the last change failed: " + why + "; it is tried again later, or at once when the Service is edited",
                retry.equals(Instant.MAX) ? null : retry));
        return true;
    }

    private boolean blockedByHost() {
        boolean blocked = fleet.stacks().stream().noneMatch(fleet::known);
        for (ServiceStack stack : fleet.stacks()) {
            if (!fleet.known(stack)) {
                String trouble = fleet.view(stack).trouble();
                waits.add(new Plan.Wait(
                        "HostUnknown",
                        "Host " + stack.hostName() + " of " + stack.key().name() + " does not answer"
                                + (trouble == null ? "" : ": " + trouble),
                        now.plusSeconds(5)));
                blocked |= !fleet.lost(stack);
            }
        }
        return blocked;
    }

    private Optional<Write> retarget(ServiceStack lead, List<Version> declared) {
        if (blockedByFailure(lead)) {
            return Optional.empty();
        }
        return aim(lead, declared, Step.RETARGET, "the declared versions are now " + declared);
    }

    /** Begin and Retarget: the lead's next list, as soon as the images that it needs are on every host. */
    private Optional<Write> aim(ServiceStack lead, List<Version> declared, Step step, String cause) {
        List<Integer> open = Target.open(lead.containers(), staged(lead), entry -> reusable(lead, entry), declared);
        Map<Integer, Entry> models = new HashMap<>();
        Set<String> asked = new HashSet<>();
        for (int position : open) {
            String image = service.image() + ":" + declared.get(position);
            Optional<String> pinned = pinned(image, declared.get(position), asked.add(image));
            pinned.ifPresent(
                    id -> models.put(position, new Entry(0, declared.get(position), id, 0, service.template())));
        }
        if (models.size() < open.size()) {
            return Optional.empty();
        }
        return target(lead, declared, models)
                .map(target -> new Write(
                        step,
                        lead.with(lead.change() + 1, target.lastContainer(), null, lead.containers(), target.entries()),
                        cause));
    }

    /** The pinned image once every known host has it; else the pulls that are missing are planned. */
    private Optional<String> pinned(String image, Version version, boolean first) {
        Set<String> found = new HashSet<>();
        boolean missing = false;
        Set<String> hosts = new HashSet<>();
        for (ServiceStack stack : fleet.stacks()) {
            if (!fleet.known(stack) || !hosts.add(stack.hostName())) {
                continue;
            }
            HostView view = fleet.view(stack);
            String id = view.images().get(image);
            if (id != null && resolved(stack, image)) {
                found.add(id);
                continue;
            }
            missing = true;
            Optional<Host> host = fleet.host(stack);
            if (first && host.isPresent()) {
                actions.add(new Action.Pull(
                        host.get(),
                        image,
                        "version " + version + " is declared and "
                                + (id == null ? "the host does not have it" : "imagePullPolicy is Always"),
                        service.template().imagePull(service.key().namespace())));
            }
        }
        if (!missing && found.size() > 1) {
            waits.add(new Plan.Wait(
                    "SameBits",
                    "SameBits: image " + image + " is not the same on all hosts of Service " + service.key()
                            + "; remove the outdated one from its host or push the version under a new tag",
                    now.plusSeconds(30)));
        }
        return missing || found.size() != 1
                ? Optional.empty()
                : Optional.of(found.iterator().next());
    }

    /** With imagePullPolicy Always, an image counts once its tag was resolved at the registry for this very push. */
    private boolean resolved(ServiceStack stack, String image) {
        return service.template().imagePullPolicy() != ImagePull.Policy.ALWAYS
                || observed.timers().pulls().contains(Timers.Pulled.of(desired, stack.hostName(), image));
    }

    private static List<Entry> staged(ServiceStack stack) {
        return stack.pending().orElse(List.of());
    }

    /** Whether what was prepared for another list may serve the new one. */
    private boolean reusable(ServiceStack stack, Entry entry) {
        return fleet.state(stack, entry) != Fleet.State.DEAD && entry.template().equals(service.template());
    }

    /**
     * @param models image and settings of new entries, by position
     */
    private Optional<Target.Result> target(ServiceStack stack, List<Version> versions, Map<Integer, Entry> models) {
        Optional<Host> host = fleet.host(stack);
        if (host.isEmpty()) {
            return Optional.empty();
        }
        Ports ports = new Ports(host.get(), desired, fleet.takenPorts(host.get()));
        try {
            return Optional.of(Target.of(
                    stack.containers(),
                    staged(stack),
                    entry -> fleet.state(stack, entry) != Fleet.State.DEAD && likeModels(entry, models),
                    versions,
                    stack.lastContainer(),
                    (position, n) -> {
                        Entry model = java.util.Objects.requireNonNull(models.get(position));
                        return copy(stack, n, model, ports);
                    }));
        } catch (Ports.Exhausted e) {
            waits.add(new Plan.Wait("PortRangeExhausted", String.valueOf(e.getMessage()), null));
            return Optional.empty();
        }
    }

    private boolean likeModels(Entry entry, Map<Integer, Entry> models) {
        return models.values().stream()
                        .filter(model -> model.version().equals(entry.version()))
                        .allMatch(model -> model.image().equals(entry.image())
                                && model.template().equals(entry.template()))
                && (!models.isEmpty() || entry.template().equals(service.template()));
    }

    private static Entry copy(ServiceStack stack, int n, Entry model, Ports ports) {
        int port = ports.choose(stack.owner(n), model.template().ports().size());
        return new Entry(n, model.version(), model.image(), port, model.template());
    }

    /** A8: dead entries of the committed list get a fresh number; the old containers are strays from then on. */
    private Optional<Write> heal(ServiceStack stack) {
        List<Entry> dead = stack.containers().stream()
                .filter(entry -> fleet.state(stack, entry) == Fleet.State.DEAD)
                .toList();
        if (dead.isEmpty() || fleet.decided(stack)) {
            return Optional.empty();
        }
        Instant allowed = observed.timers().healAllowedAt(stack.key());
        if (allowed.isAfter(now)) {
            waits.add(new Plan.Wait(
                    "BackOff",
                    "Stack " + stack.key() + ": containers die again and again; the next replacement waits",
                    allowed));
            return Optional.empty();
        }
        Optional<Host> host = fleet.host(stack);
        return host.isEmpty() ? Optional.empty() : replace(stack, dead, host.get());
    }

    private Optional<Write> replace(ServiceStack stack, List<Entry> dead, Host host) {
        Ports ports = new Ports(host, desired, fleet.takenPorts(host));
        Map<Integer, Entry> replacements = new HashMap<>();
        int last = stack.lastContainer();
        try {
            for (Entry entry : dead) {
                replacements.put(entry.n(), copy(stack, ++last, entry, ports));
            }
        } catch (Ports.Exhausted e) {
            waits.add(new Plan.Wait("PortRangeExhausted", String.valueOf(e.getMessage()), null));
            return Optional.empty();
        }
        List<Entry> next = stack.next() == null ? null : swap(stack.next(), replacements);
        String cause = stack.containerName(dead.get(0).n()) + " " + why(stack, dead.get(0));
        return Optional.of(new Write(
                Step.HEAL,
                stack.with(
                        stack.change(), last, stack.failedGeneration(), swap(stack.containers(), replacements), next),
                cause));
    }

    private static List<Entry> swap(List<Entry> entries, Map<Integer, Entry> replacements) {
        return entries.stream()
                .map(entry -> replacements.getOrDefault(entry.n(), entry))
                .toList();
    }

    static List<Version> versions(List<Entry> entries) {
        return entries.stream().map(Entry::version).toList();
    }
}
