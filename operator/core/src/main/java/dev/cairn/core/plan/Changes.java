package dev.cairn.core.plan;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Stage;
import dev.cairn.core.model.Version;
import dev.cairn.core.plan.Action.Step;
import dev.cairn.core.plan.Action.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The writes to the record: actions A1 to A6, A8 and A9 of the change protocol, at most one per stack. */
final class Changes {
    private final Fleet fleet;
    private final Service service;
    private final Set<Guard> guards;
    private final Instant now;
    private final List<Action> actions = new ArrayList<>();
    private final List<Plan.Wait> waits = new ArrayList<>();
    private final NextLists lists;
    private final Upkeep upkeep;
    private final Obstacles obstacles;
    private final Readiness readiness;
    private final Turns turns;
    private boolean growing;

    Changes(
            Desired desired,
            Service service,
            Observed observed,
            Fleet fleet,
            Turns turns,
            Set<Guard> guards,
            Instant now) {
        this.turns = turns;
        this.service = service;
        this.fleet = fleet;
        this.guards = guards;
        this.now = now;
        this.lists = new NextLists(desired, fleet, service, observed.timers(), now, actions, waits);
        this.upkeep = new Upkeep(desired, observed, fleet, service, now, waits);
        this.obstacles = new Obstacles(service, observed, fleet, now, waits);
        this.readiness = new Readiness(service, fleet, turns, waits);
    }

    List<Action> actions() {
        return actions;
    }

    List<Plan.Wait> waits() {
        return waits;
    }

    /** When something that is retained is to be given up. */
    @Nullable
    Instant expiry() {
        return upkeep.expiry();
    }

    /**
     * @param declared the versions that are declared; null when the declaration is not admissible
     * @param warmed whether the proxy has seen everything up that the next list will route to
     * @param growing whether the plan creates a stack
     */
    void plan(@Nullable List<Version> declared, boolean warmed, boolean growing) {
        this.growing = growing;
        Optional<ServiceStack> lead = fleet.lead();
        if (lead.isEmpty()) {
            return;
        }
        for (ServiceStack stack : fleet.stacks()) {
            boolean leads = stack.ordinal() == lead.get().ordinal();
            upkeep.repair(stack)
                    .or(() -> leads ? change(stack, declared, warmed) : follow(stack, lead.get()))
                    .or(() -> upkeep.heal(stack))
                    .or(() -> upkeep.expire(stack))
                    .ifPresent(actions::add);
        }
    }

    private Optional<Write> follow(ServiceStack stack, ServiceStack lead) {
        List<Entry> next = stack.next();
        if (fleet.decided(stack) && next != null) {
            ServiceStack after = stack.with(stack.change(), stack.lastContainer(), null, next, null)
                    .withRetained(upkeep.retained(stack, next));
            return Optional.of(new Write(Step.FOLLOW, after, "change " + lead.change() + " is committed"));
        }
        if (stack.change() >= lead.change()) {
            return Optional.empty();
        }
        if (fleet.belowLead(stack) && guards.contains(Guard.M11_LEAD_STAYS)) {
            return Optional.empty(); // it goes
        }
        if (lead.next() == null
                && stack.containers().isEmpty()
                && !lead.containers().isEmpty()) {
            return join(stack, lead);
        }
        if (lead.next() == null) {
            ServiceStack after = stack.with(lead.change(), stack.lastContainer(), null, stack.containers(), null);
            return Optional.of(new Write(Step.DROP, after, "change " + lead.change() + " is over"));
        }
        List<Version> versions = versions(lead.next());
        return lists.ofFollower(stack, lead.next())
                .map(target -> new Write(
                        Step.PREPARE,
                        stack.with(lead.change(), target.lastContainer(), null, stack.containers(), target.entries()),
                        "change " + lead.change() + " leads to " + versions));
    }

    /** A stack that holds nothing takes over what is in force. */
    private Optional<Write> join(ServiceStack stack, ServiceStack lead) {
        return lists.ofFollower(stack, lead.containers())
                .map(target -> new Write(
                        Step.JOIN,
                        stack.with(lead.change(), target.lastContainer(), null, target.entries(), null),
                        versions(lead.containers()) + " is in force"));
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
        if (!declared.equals(versions(next)) || lists.settingsChanged(lead, next)) {
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
                lead.with(
                        change,
                        lead.lastContainer(),
                        guards.contains(Guard.M9_FAILURE_IN_RECORD) ? failedGeneration : null,
                        lead.containers(),
                        null),
                cause);
    }

    /**
     * Why the change in progress cannot succeed: the first staged container that is dead. BestEffort goes on without it
     * unless nobody is left at its position.
     */
    private Optional<String> failure(ServiceStack lead) {
        for (ServiceStack stack : fleet.stacks()) {
            if (stack.change() != lead.change()) {
                continue;
            }
            List<Entry> next = stack.pending().orElse(List.of());
            for (int position = 0; position < next.size(); position++) {
                Entry entry = next.get(position);
                boolean dead = !ServiceStack.has(stack.containers(), entry.n())
                        && fleet.state(stack, entry) == Fleet.State.DEAD;
                if (dead && !(turns.leftBehind(stack, entry) && others(stack, position))) {
                    return Optional.of(stack.containerName(entry.n()) + " " + entry.version() + " on "
                            + stack.hostName() + " " + upkeep.why(stack, entry));
                }
            }
        }
        return Optional.empty();
    }

    /** Whether on another stack there is, or may still come up, what stands at that position of the next list. */
    private boolean others(ServiceStack stack, int position) {
        return fleet.stacks().stream()
                .filter(other -> other != stack && !fleet.lost(other))
                .anyMatch(other -> {
                    List<Entry> next = other.pending().orElse(List.of());
                    return position >= next.size() || fleet.state(other, next.get(position)) != Fleet.State.DEAD;
                });
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
            ready &= fleet.lost(stack) || readiness.of(stack);
        }
        if (obstacles.held(versions(next))) {
            return Optional.empty();
        }
        if (!ready || fleet.stacks().stream().allMatch(fleet::lost) || !readiness.everyPositionServed(next.size())) {
            return Optional.empty();
        }
        if (!warmed) {
            waits.add(new Plan.Wait("Warming", "the proxy has not seen the new containers up yet", now.plusMillis(50)));
            return Optional.empty();
        }
        return Optional.of(new Write(
                Step.COMMIT,
                lead.with(lead.change(), lead.lastContainer(), null, next, null)
                        .withRetained(upkeep.retained(lead, next)),
                fleet.strategy() == Service.StrategyType.BEST_EFFORT
                        ? "every position of change " + lead.change() + " has a healthy container"
                        : "every container of change " + lead.change() + " is healthy on every stack"));
    }

    private Optional<Write> begin(ServiceStack lead, List<Version> committed, List<Version> declared) {
        if (guards.contains(Guard.M7_FOLLOW_BEFORE_BEGIN) && !fleet.settled()) {
            return Optional.empty();
        }
        if (growing && !lead.joined()) {
            return Optional.empty(); // whoever is created later would be below the lead, and go again
        }
        if (obstacles.held(declared) || obstacles.failure(lead) || obstacles.host()) {
            return Optional.empty();
        }
        return aim(
                lead,
                declared,
                Step.BEGIN,
                "declared " + declared + ", committed " + committed + skipped(committed, declared));
    }

    /** Names the stages that a version which enters below others never stands at. */
    private String skipped(List<Version> committed, List<Version> declared) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < declared.size(); i++) {
            int position = i;
            boolean enters = !committed.contains(declared.get(i));
            boolean below = declared.subList(i + 1, declared.size()).stream().anyMatch(committed::contains);
            if (enters && below && !committed.isEmpty()) {
                String stages = service.stages().stream()
                        .filter(stage -> stage.position() > position)
                        .map(Stage::name)
                        .collect(Collectors.joining(", "));
                text.append("; ")
                        .append(declared.get(i))
                        .append(" enters at position ")
                        .append(i);
                text.append(stages.isEmpty() ? "" : " and skips " + stages);
            }
        }
        return text.toString();
    }

    private Optional<Write> retarget(ServiceStack lead, List<Version> declared) {
        if (obstacles.held(declared) || obstacles.failure(lead)) {
            return Optional.empty();
        }
        return aim(lead, declared, Step.RETARGET, "the declared versions are now " + declared);
    }

    /** Begin and Retarget. */
    private Optional<Write> aim(ServiceStack lead, List<Version> declared, Step step, String cause) {
        return lists.ofLead(lead, declared)
                .map(target -> new Write(
                        step,
                        lead.with(lead.change() + 1, target.lastContainer(), null, lead.containers(), target.entries()),
                        cause));
    }

    static List<Version> versions(List<Entry> entries) {
        return entries.stream().map(Entry::version).toList();
    }
}
