package dev.cairn.core.plan;

import dev.cairn.core.engine.Engine;
import dev.cairn.core.engine.Report;
import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.FakePorts;
import dev.cairn.core.port.PortException;
import dev.cairn.core.port.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The way from one settled world to the next, gone by the real engine: an operator repeats its passes as the program
 * does, is killed, and one that remembers nothing comes after it. Every call is put before the {@link Checker}.
 */
final class CrashWalk {
    /**
     * What is asked for.
     *
     * @param before where it begins: nothing is left to do there
     * @param changes what users and fate do; each when nothing is left to do after the one before
     * @param hurried whether the changes come while the one before is under way instead: one every few passes
     * @param doomed containers that exit instead of becoming healthy
     */
    record Operation(
            String name, World before, List<UnaryOperator<World>> changes, boolean hurried, Predicate<Owner> doomed) {}

    /**
     * What is not the operation's and may fall either way.
     *
     * @param reversed whether calls that are made side by side happen in the other order
     * @param downtime whether the next operator comes so late that all that was started is up, and all sessions ended
     */
    record Surroundings(boolean reversed, boolean downtime) {}

    private static final int MOST_PASSES = 2000;
    private static final int HURRY = 3;
    /** The program looks at everything this often; a host counts as lost after 60 s. */
    private static final Duration RESYNC = Duration.ofSeconds(30);

    private static final Duration QUIET = Duration.ofSeconds(110);
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final ObjectKey service;
    private final Operation operation;
    private final Surroundings surroundings;
    private final Checker checker;
    private final FakePorts ports;
    private final FaultPoint fault;
    private final Engine engine;
    private final Set<List<Version>> declaredEver = new HashSet<>();
    private final Set<Owner> troubled = new HashSet<>();
    private final Set<Owner> troubledLately = new HashSet<>();
    private final Map<Owner, Instant> leftRowsAt = new HashMap<>();
    private final List<Supplier<String>> log = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:05Z");
    private Timers timers = Timers.NONE;
    private @Nullable Report last;
    private int changes;
    private int passes;
    private int stepAt;
    private Duration step = Duration.ZERO;
    private Instant quietSince = now;

    CrashWalk(ObjectKey service, Operation operation, Surroundings surroundings) {
        this.service = service;
        this.operation = operation;
        this.surroundings = surroundings;
        checker = new Checker(service);
        ports = new FakePorts(operation.before);
        fault = new FaultPoint(ports, this::saw);
        engine = new Engine(fault, fault, fault, this::all);
        declare();
    }

    /** Lets the calls end otherwise than well. */
    CrashWalk in(Supplier<FaultPoint.Mood> moods) {
        fault.moods(moods);
        return this;
    }

    /** Lets somebody set the clock before a pass, counted from 1. */
    CrashWalk stepping(int pass, Duration by) {
        stepAt = pass;
        step = by;
        return this;
    }

    /** Passes made by now. */
    int passes() {
        return passes;
    }

    /** What may happen at each call of the operator that came last. */
    List<Set<FaultPoint.Fault>> calls() {
        return fault.calls();
    }

    /** Goes the whole way with operators that die so; the last one lives. What is there in the end. */
    List<String> walk(List<FaultPoint.Kill> kills) {
        List<FaultPoint.Kill> lives = new ArrayList<>(kills);
        lives.add(FaultPoint.Kill.NEVER);
        for (FaultPoint.Kill life : lives) {
            fault.begin(life);
            timers = Timers.NONE;
            last = null;
            try {
                live();
            } catch (FaultPoint.Killed e) {
                log.add(() -> "KILLED " + life);
                if (surroundings.downtime) {
                    fate();
                }
            }
        }
        return end();
    }

    private void live() {
        if (changes == 0) {
            change();
        }
        for (int pass = 1; pass <= MOST_PASSES; pass++) {
            boolean acted = pass();
            boolean moved = fate();
            if (operation.hurried && pass % HURRY == 0 && changes < operation.changes.size()) {
                change();
            } else if (acted || moved) {
                quietSince = now;
            } else if (!patient()) {
                if (changes == operation.changes.size()) {
                    return;
                }
                change();
            }
        }
        throw broken("the passes do not end");
    }

    private void change() {
        ports.change(operation.changes.get(changes++));
        int number = changes;
        log.add(() -> "CHANGE " + number);
        quietSince = now;
        declare();
    }

    private void declare() {
        Optional.ofNullable(ports.world().services().get(service)).ifPresent(s -> declaredEver.add(s.versions()));
    }

    /** One pass as the program makes it; whether it has done anything. */
    private boolean pass() {
        now = now.plusMillis(100);
        if (++passes == stepAt) {
            now = now.plus(step);
        }
        // What this pass rests on may have been seen by the one before.
        troubled.retainAll(troubledLately);
        troubledLately.clear();
        watch();
        try {
            Report before = last;
            Report seen = before == null
                    ? engine.look(service, null, timers, now)
                    : engine.lookAgain(service, before, timers, now);
            fault.planned(seen.plan());
            Report report = engine.act(seen, now);
            timers = report.timers();
            last = report;
            if (report.outcomes().stream().anyMatch(outcome -> outcome.failure() != null)) {
                now = now.plusSeconds(1);
            }
            return !report.outcomes().isEmpty();
        } catch (PortException e) {
            last = null;
            now = now.plusSeconds(1);
            return true;
        }
    }

    /** Lets time pass up to when the operator looks again; false: it has done so in vain, or will try again what failed. */
    private boolean patient() {
        List<Plan.Wait> waits = last == null ? List.of() : last.plan().waits();
        boolean failed = waits.stream().anyMatch(wait -> wait.reason().equals("ChangeFailed"));
        if (failed || quietSince.plus(QUIET).isBefore(now)) {
            return false;
        }
        Instant until = waits.stream()
                .map(Plan.Wait::until)
                .flatMap(Stream::ofNullable)
                .filter(now.plus(RESYNC)::isAfter)
                .min(Instant::compareTo)
                .orElse(now.plus(RESYNC));
        now = until.isAfter(now) ? until : now;
        return true;
    }

    private <T> List<T> all(List<Supplier<T>> calls) {
        List<T> results = new ArrayList<>(Collections.nCopies(calls.size(), null));
        for (int i = 0; i < calls.size(); i++) {
            int call = surroundings.reversed ? calls.size() - 1 - i : i;
            results.set(call, calls.get(call).get());
        }
        return results;
    }

    /** Between two passes: what was started is up or has exited, sessions go on where rows lead. */
    private boolean fate() {
        World before = ports.world();
        before.engines()
                .forEach((host, had) -> had.boxes().forEach((owner, box) -> {
                    if (box.life() == Life.STARTING) {
                        Life life = operation.doomed.test(owner) ? Life.DEAD : Life.HEALTHY;
                        ports.change(w -> w.engine(host, e -> e.living(owner, life)));
                    }
                }));
        ports.change(w -> w.proxy(w.proxy().withSessions(routed())));
        watch();
        return !before.equals(ports.world());
    }

    private Set<Owner> routed() {
        return ports.world().proxy().live().rows().values().stream()
                .map(Row::backends)
                .flatMap(Set::stream)
                .map(Backend::owner)
                .collect(Collectors.toSet());
    }

    private void watch() {
        World world = ports.world();
        world.proxy().live().rows().values().stream()
                .flatMap(row -> row.backends().stream())
                .filter(backend -> !world.answers(backend))
                .forEach(backend -> {
                    troubled.add(backend.owner());
                    troubledLately.add(backend.owner());
                });
        world.engines().values().forEach(e -> e.boxes().keySet().forEach(o -> leftRowsAt.putIfAbsent(o, now)));
        leftRowsAt.keySet().removeAll(routed());
    }

    private void saw(World before, Action action, World after) {
        log.add(() -> (before.equals(after) ? "(nothing) " : "") + action.text());
        boolean drained = action instanceof Action.Remove remove
                && !leftRowsAt.getOrDefault(remove.owner(), now).plus(DRAIN).isAfter(now);
        Set<Owner> excused = new HashSet<>(troubled);
        fault.unseen()
                .forEach(host -> excused.addAll(before.engine(host).boxes().keySet()));
        checker.act(before, action, after, Checker.Excuse.of(excused, drained))
                .or(() -> after.services().containsKey(service) ? checker.state(after, declaredEver) : Optional.empty())
                .ifPresent(violation -> {
                    throw broken(violation);
                });
        watch();
    }

    private AssertionError broken(String why) {
        return new AssertionError(
                operation.name + ", " + surroundings + ": " + why + "\n" + story() + "\n" + ports.world());
    }

    /** What was done, for the message when the end is not the right one. */
    String story() {
        return log.stream().map(Supplier::get).collect(Collectors.joining("\n"));
    }

    // ---- the end, without what a kill may change: the numbers in names, host ports, what pools without traffic hold

    private List<String> end() {
        World world = ports.world();
        TreeSet<String> end = new TreeSet<>();
        end.add("checked: "
                + (world.services().containsKey(service) ? checker.end(world) : Optional.of("the service is gone")));
        for (ServiceStack stack : world.stacks().values()) {
            boolean stamped = Long.valueOf(stack.generation())
                    .equals(world.proxy().live().stamps().get(stack.key()));
            end.add("record: " + stack.key().name() + " on " + stack.hostName() + entries(stack.containers()) + " next "
                    + stack.next() + " retained "
                    + entries(stack.retained().stream().map(one -> one.entry()).toList())
                    + " failed " + stack.failedGeneration() + " deleting " + stack.deleting() + " edited "
                    + stack.edited() + " stamped " + stamped);
        }
        world.engines()
                .forEach((host, e) -> e.boxes()
                        .forEach((owner, box) -> end.add("container: " + name(world, owner) + " "
                                + box.entry().image() + " " + box.life() + " on " + host)));
        world.proxy()
                .live()
                .rows()
                .forEach((key, row) -> end.add("row: " + key + " "
                        + row.backends().stream()
                                .map(b -> name(world, b.owner()))
                                .collect(Collectors.toCollection(TreeSet::new))));
        return List.copyOf(end);
    }

    private static List<String> entries(List<Entry> entries) {
        return entries.stream()
                .map(e -> e.version() + "=" + e.image() + "=" + e.template().hash())
                .toList();
    }

    /** Stack and position instead of the number. */
    private static String name(World world, Owner owner) {
        for (ServiceStack stack : world.stacks().values()) {
            for (int position = 0; position < stack.containers().size(); position++) {
                if (stack.owner(stack.containers().get(position).n()).equals(owner)) {
                    return stack.key().name() + "@" + position;
                }
            }
            if (stack.retained().stream()
                    .anyMatch(one -> stack.owner(one.entry().n()).equals(owner))) {
                return stack.key().name() + " retained";
            }
        }
        return "stray " + owner.containerName();
    }
}
