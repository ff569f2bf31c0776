package dev.cairn.core.engine;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Probe;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.Version;
import dev.cairn.core.plan.Action;
import dev.cairn.core.plan.Foresight;
import dev.cairn.core.plan.Observed;
import dev.cairn.core.plan.Plan;
import dev.cairn.core.plan.Planner;
import dev.cairn.core.plan.Tags;
import dev.cairn.core.plan.Timers;
import dev.cairn.core.port.ContainerEngine;
import dev.cairn.core.port.PortException;
import dev.cairn.core.port.Proxy;
import dev.cairn.core.port.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One pass over one service, in the order of the change protocol: token, engines and table, record, plan, act. */
public final class Engine {
    /** Runs calls side by side and returns their results in the same order; who bounds and owns the threads decides. */
    public interface SideBySide {
        <T> List<T> all(List<Supplier<T>> calls);
    }

    /** What is read may ask for more than the hint did; once more is enough, unless others keep writing. */
    private static final int MOST_LOOKS = 3;

    /** How old what was seen of engines and proxy may be when the record is read for the last time. */
    private static final Duration LONGEST_PASS = Duration.ofMillis(300);

    private final ContainerEngine engines;
    private final Proxy proxy;
    private final Records records;
    private final SideBySide sideBySide;
    private final Planner planner = new Planner();

    public Engine(ContainerEngine engines, Proxy proxy, Records records, SideBySide sideBySide) {
        this.engines = engines;
        this.proxy = proxy;
        this.records = records;
        this.sideBySide = sideBySide;
    }

    /**
     * Looks and plans; changes nothing.
     *
     * @param hint what a pass before has read: it tells which hosts, probes and images to look at; where it turns out
     *     to be out of date, the look is repeated
     */
    public Report look(ObjectKey service, @Nullable Desired hint, Timers timers, Instant now) throws PortException {
        Desired known = hint == null ? records.read(service) : hint;
        return look(service, known, timers, now, UnaryOperator.identity());
    }

    /**
     * The same right after another pass. Where that one has written records only, nothing but the record is read again:
     * as if it had been read late.
     */
    public Report lookAgain(ObjectKey service, Report before, Timers timers, Instant now) throws PortException {
        if (before.wroteRecordsOnly() && now.isBefore(before.lookedAt().plus(LONGEST_PASS))) {
            Desired desired = records.read(service);
            if (Asked.of(before.desired()).covers(Asked.of(desired))) {
                Observed seen = before.observed();
                return report(desired, seen.hosts(), seen.proxy(), timers, before.lookedAt(), now);
            }
        }
        return look(service, before.desired(), timers, now, UnaryOperator.identity());
    }

    private Report report(
            Desired desired,
            Map<String, HostView> hosts,
            ProxyView proxyView,
            Timers timers,
            Instant lookedAt,
            Instant now) {
        Timers current = timers.observe(desired, hosts, proxyView, now);
        Observed observed = new Observed(hosts, proxyView, current);
        Plan plan = planner.plan(desired, observed, now);
        return new Report(desired, observed, plan, List.of(), current, lookedAt);
    }

    /** What a look asks hosts for, on behalf of a record. */
    private record Asked(ObjectKey service, Map<Owner, Probe> probes, Set<String> images, Set<Host> hosts) {
        static Asked of(Desired desired) {
            return new Asked(
                    desired.key(), Engine.probes(desired), Engine.images(desired), Set.copyOf(desired.hosts()));
        }

        /**
         * A container whose probe was not asked for would pass for healthy because it runs. That of another service
         * may: nothing follows from its health, and a hundred services that change at once need not wait for each other.
         */
        boolean covers(Asked other) {
            return other.probes.keySet().stream()
                            .filter(owner -> owner.service().equals(service))
                            .allMatch(probes::containsKey)
                    && images.containsAll(other.images)
                    && hosts.equals(other.hosts);
        }
    }

    /**
     * Looks, and foresees all that would be done if the record were another one; changes nothing.
     *
     * @param services each is foreseen in the world that the ones before it leave behind
     * @param edit from what is declared to what would be
     */
    public Map<ObjectKey, Foresight.Course> foresee(List<ObjectKey> services, UnaryOperator<Desired> edit, Instant now)
            throws PortException {
        Map<ObjectKey, Foresight.Course> courses = new LinkedHashMap<>();
        for (ObjectKey service : services) {
            Report seen = look(service, edit.apply(records.read(service)), Timers.NONE, now, edit);
            Desired desired = seen.desired();
            Observed observed = seen.observed();
            for (Foresight.Course before : courses.values()) {
                desired = before.beside(desired);
                observed = before.observedBy(observed);
            }
            courses.put(service, Foresight.of(desired, observed, now));
        }
        return courses;
    }

    private Report look(ObjectKey service, Desired hint, Timers timers, Instant now, UnaryOperator<Desired> edit)
            throws PortException {
        Desired known = hint;
        Asked asked = Asked.of(known);
        for (int looks = 0; looks < MOST_LOOKS; looks++) {
            ProxyView proxyView = proxy.look();
            Map<String, HostView> hosts = lookAtHosts(known, asked);
            Desired desired = edit.apply(records.read(service));
            Asked needed = Asked.of(desired);
            if (asked.covers(needed)) {
                return report(desired, hosts, proxyView, timers, now, now);
            }
            known = desired;
            asked = needed;
        }
        throw new PortException.Transient("Overtaken", "somebody else changes the record all the time");
    }

    /**
     * Does what was planned, side by side; what was seen is out of date afterwards. Where the record is written, the
     * slow calls are left to the next pass: it comes at once, and what the write enables then runs beside them.
     */
    public Report act(Report seen, Instant now) {
        List<Action> quick = new ArrayList<>();
        List<Action> slow = new ArrayList<>();
        seen.plan().actions().forEach(action -> (action.slow() ? slow : quick).add(action));
        List<Outcome> outcomes = new ArrayList<>(perform(quick, seen));
        boolean recorded =
                outcomes.stream().anyMatch(o -> o.action() instanceof Action.Write && (o.done() || o.conflict()));
        if (!recorded) {
            outcomes.addAll(perform(slow, seen));
        }
        Timers after = seen.timers();
        for (Outcome outcome : outcomes) {
            after = remember(after, outcome, seen.desired(), now);
        }
        return new Report(seen.desired(), seen.observed(), seen.plan(), outcomes, after, seen.lookedAt());
    }

    /** Looks at one host, for its own sake. */
    public HostView look(Host host, Desired desired) {
        return Identity.check(host, engines.look(host, probes(desired), Set.of()), desired);
    }

    private Map<String, HostView> lookAtHosts(Desired hint, Asked asked) {
        List<Supplier<HostView>> looks = new ArrayList<>();
        hint.hosts()
                .forEach(host ->
                        looks.add(() -> Identity.check(host, engines.glance(host, asked.probes, asked.images), hint)));
        List<HostView> views = sideBySide.all(looks);
        Map<String, HostView> byName = new HashMap<>();
        int i = 0;
        for (Host host : hint.hosts()) {
            byName.put(host.name(), views.get(i++));
        }
        return byName;
    }

    private static Map<Owner, Probe> probes(Desired desired) {
        Map<Owner, Probe> probes = new HashMap<>();
        Stream.concat(desired.stacks().stream(), desired.otherStacks().stream()).forEach(stack -> {
            for (Entry entry : stack.listed()) {
                Probe probe = entry.template().readinessProbe();
                if (probe != null) {
                    probes.put(stack.owner(entry.n()), probe);
                }
            }
        });
        return probes;
    }

    /**
     * The images that a change may ask for, those of the declared versions while they are not the committed ones; and
     * what the tags of the committed ones name now.
     */
    private static Set<String> images(Desired desired) {
        Service service = desired.service();
        if (service == null) {
            return Set.of();
        }
        List<Version> committed = desired.lead()
                .map(lead -> lead.containers().stream().map(Entry::version).toList())
                .orElse(List.of());
        Set<String> images = Tags.of(service, desired);
        if (!service.versions().equals(committed)) {
            service.versions().forEach(version -> images.add(service.image() + ":" + version));
        }
        return images;
    }

    /** Whether {@link #act} may take seconds or minutes. */
    public static boolean takesLong(Plan plan) {
        return plan.actionsNow().stream().anyMatch(action -> action instanceof Action.Pull || action.slow());
    }

    private List<Outcome> perform(List<Action> actions, Report seen) {
        List<Supplier<Outcome>> calls = new ArrayList<>();
        actions.forEach(action -> calls.add(() -> perform(action, seen)));
        return sideBySide.all(calls);
    }

    private Outcome perform(Action action, Report seen) {
        try {
            return new Outcome(action, !attempt(action, seen.observed().proxy()), null);
        } catch (PortException e) {
            return new Outcome(action, false, e);
        }
    }

    /** One action is one call through a port. False: somebody else was faster. */
    private boolean attempt(Action action, ProxyView proxyView) throws PortException {
        if (action instanceof Action.Write write) {
            return records.write(write.after());
        } else if (action instanceof Action.Start start) {
            start(start, proxyView.names(start.owner()));
        } else if (action instanceof Action.Remove remove) {
            engines.remove(remove.host(), remove.id(), remove.graceSeconds());
        } else if (action instanceof Action.Switch change) {
            return proxy.commit(proxyView, change.table());
        } else if (action instanceof Action.Warm warm) {
            proxy.warm(warm.rows());
        } else if (action instanceof Action.Wake wake) {
            proxy.wake(wake.owner());
        } else if (action instanceof Action.Disconnect disconnect) {
            proxy.disconnect(disconnect.owner());
        } else if (action instanceof Action.Listen listen) {
            proxy.listen(listen.ports());
        } else if (action instanceof Action.Pull pull) {
            engines.pull(pull.host(), pull.image(), pull.how());
        } else if (action instanceof Action.CreateStack create) {
            return records.create(create.stack());
        } else if (action instanceof Action.DeleteStack delete) {
            return records.delete(delete.stack());
        } else if (action instanceof Action.ReleaseStack release) {
            return records.release(release.stack());
        } else if (action instanceof Action.ReleaseService release) {
            records.releaseService(release.service());
        }
        return true;
    }

    /** A container that the proxy knows is left in peace until the engine says that it runs. */
    private void start(Action.Start start, boolean proxied) throws PortException {
        if (proxied) {
            try {
                proxy.rest(start.owner());
            } catch (PortException e) {
                // then its first answer may be a second late, which is better than no start
            }
        }
        engines.start(start.host(), start.owner(), start.entry());
        if (proxied) {
            try {
                proxy.wake(start.owner());
            } catch (PortException e) {
                // the next pass finds it resting
            }
        }
    }

    private static Timers remember(Timers timers, Outcome outcome, Desired desired, Instant now) {
        if (outcome.done() && outcome.action() instanceof Action.Pull pull) {
            return timers.pulled(desired, pull.host().name(), pull.image());
        }
        if (outcome.done() && outcome.action() instanceof Action.Switch change) {
            return timers.switched(desired.key(), change.table());
        }
        if (outcome.done() && outcome.action() instanceof Action.Write write) {
            if (write.step() == Action.Step.HEAL) {
                return timers.healed(write.after().key(), now, write.cause());
            }
            if (write.step() == Action.Step.BEGIN || write.step() == Action.Step.RETARGET) {
                return timers.begun(write.after(), write.step() == Action.Step.BEGIN, now);
            }
            boolean failed =
                    write.step() == Action.Step.ABANDON && write.after().failedGeneration() != null;
            return failed ? timers.changeFailed(desired, now, write.cause()) : timers;
        }
        if (outcome.failure() instanceof PortException.Invalid refusal
                && outcome.action() instanceof Action.Start start) {
            return timers.startFailed(start.owner(), String.valueOf(refusal.getMessage()));
        }
        return timers;
    }
}
