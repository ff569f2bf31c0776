package dev.cairn.core.plan;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Container;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Template;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The world as it is imagined to be: what is declared and observed, and what becomes of it by actions and by itself. */
final class Picture {
    private Instant now;
    private Desired desired;
    private Observed observed;

    Picture(Desired desired, Observed observed, Instant now) {
        this.desired = desired;
        this.observed = observed;
        this.now = now;
    }

    Desired desired() {
        return desired;
    }

    Observed observed() {
        return observed;
    }

    Instant now() {
        return now;
    }

    /** Time passes; it does not run backwards. */
    void later(Instant until) {
        now = until.isAfter(now) ? until : now;
    }

    /** A look at it, as a pass begins with. */
    void look() {
        timers(observed.timers().observe(desired, observed.hosts(), observed.proxy(), now));
    }

    /** Whether something was starting; it is up now, the proxy has seen it, and who was leaving has left. */
    boolean startsUp() {
        Map<String, HostView> hosts = new HashMap<>(observed.hosts());
        hosts.replaceAll((name, view) -> with(
                view,
                view.containers().stream()
                        .filter(c -> !ours(c) || c.phase() != Container.Phase.LEAVING)
                        .map(c -> starting(c) ? healthy(c) : c)
                        .toList(),
                view.images()));
        ProxyView proxy = observed.proxy();
        Map<RouteKey, Map<Backend, Boolean>> spare = new HashMap<>(proxy.spare());
        spare.replaceAll((key, pool) -> {
            Map<Backend, Boolean> up = new HashMap<>(pool);
            up.replaceAll((backend, before) -> true);
            return up;
        });
        ProxyView later = new ProxyView(
                proxy.trouble(),
                proxy.token(),
                proxy.settled(),
                proxy.live(),
                spare,
                Map.of(),
                proxy.listeners(),
                proxy.refused());
        Observed after = new Observed(hosts, later, observed.timers());
        boolean changed = !after.equals(observed);
        observed = after;
        return changed;
    }

    private boolean starting(Container container) {
        return ours(container)
                && (container.phase() == Container.Phase.RESTARTING
                        || (container.phase() == Container.Phase.RUNNING
                                && (container.health() == Container.Health.STARTING
                                        || container.health() == Container.Health.UNKNOWN)));
    }

    private boolean ours(Container container) {
        return container.owner().service().equals(desired.key());
    }

    private static Container healthy(Container c) {
        return new Container(
                c.id(),
                c.name(),
                c.owner(),
                c.version(),
                c.templateHash(),
                Container.Phase.RUNNING,
                Container.Health.HEALTHY,
                c.startedAt(),
                c.restarts(),
                c.exitCode(),
                c.address(),
                c.ports());
    }

    /** What an action leads to when it succeeds. */
    void apply(Action action) {
        if (action instanceof Action.Write write) {
            stacks(stack -> stack.key().equals(write.after().key()) ? written(write.after()) : stack);
            if (write.step() == Action.Step.HEAL) {
                timers(observed.timers().healed(write.after().key(), now, write.cause()));
            } else if (write.step() == Action.Step.ABANDON && write.after().failedGeneration() != null) {
                timers(observed.timers().changeFailed(desired, now, write.cause()));
            }
        } else if (action instanceof Action.CreateStack create) {
            List<ServiceStack> stacks = new ArrayList<>(desired.stacks());
            stacks.add(written(create.stack()));
            stacks(stacks);
        } else if (action instanceof Action.DeleteStack delete) {
            stacks(stack -> stack.key().equals(delete.stack().key()) ? deleting(stack) : stack);
        } else if (action instanceof Action.ReleaseStack release) {
            stacks(desired.stacks().stream()
                    .filter(stack -> !stack.key().equals(release.stack().key()))
                    .toList());
        } else if (action instanceof Action.ReleaseService) {
            desired = new Desired(desired.key(), null, desired.stacks(), desired.around());
        } else if (action instanceof Action.Pull pull) {
            host(pull.host(), view -> pulled(view, pull.image()));
            timers(observed.timers().pulled(desired, pull.host().name(), pull.image()));
        } else if (action instanceof Action.Start start) {
            host(start.host(), view -> started(view, start));
            awake(start.owner());
        } else if (action instanceof Action.Remove remove) {
            host(remove.host(), view -> removed(view, remove.id()));
        } else if (action instanceof Action.Wake wake) {
            awake(wake.owner());
        } else {
            atProxy(action);
        }
    }

    private void timers(Timers timers) {
        observed = new Observed(observed.hosts(), observed.proxy(), timers);
    }

    private static ServiceStack written(ServiceStack after) {
        return copy(after, after.deleting());
    }

    private static ServiceStack deleting(ServiceStack stack) {
        return copy(stack, true);
    }

    /** A write raises the generation and leaves the record as the operator wants it. */
    private static ServiceStack copy(ServiceStack stack, boolean deleting) {
        return new ServiceStack(
                stack.key(),
                stack.generation() + 1,
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
                deleting,
                false);
    }

    private void stacks(UnaryOperator<ServiceStack> change) {
        stacks(desired.stacks().stream().map(change).toList());
    }

    private void stacks(List<ServiceStack> stacks) {
        desired = desired.with(stacks);
    }

    private void host(Host host, UnaryOperator<HostView> change) {
        Map<String, HostView> hosts = new HashMap<>(observed.hosts());
        hosts.computeIfPresent(host.name(), (name, view) -> change.apply(view));
        observed = new Observed(hosts, observed.proxy(), observed.timers());
    }

    private static HostView pulled(HostView view, String image) {
        Map<String, String> images = new HashMap<>(view.images());
        images.put(image, image);
        return with(view, view.containers(), images);
    }

    static HostView with(HostView view, List<Container> containers, Map<String, String> images) {
        return new HostView(
                view.trouble(), view.engineId(), view.engineVersion(), containers, images, view.takenPorts());
    }

    private HostView started(HostView view, Action.Start start) {
        List<Container> containers = new ArrayList<>(view.containers());
        containers.removeIf(c -> c.owner().equals(start.owner()));
        containers.add(healthy(start.owner(), start.entry(), start.host()));
        return with(view, containers, view.images());
    }

    private Container healthy(Owner owner, Entry entry, Host host) {
        Map<Integer, Integer> ports = new LinkedHashMap<>();
        int port = entry.hostPort();
        for (Template.Port declared : entry.template().ports()) {
            ports.put(declared.containerPort(), port++);
        }
        return new Container(
                owner.toString(),
                owner.containerName(),
                owner,
                entry.version(),
                entry.template().hash(),
                Container.Phase.RUNNING,
                Container.Health.HEALTHY,
                now,
                0,
                0,
                host.address(),
                ports);
    }

    private static HostView removed(HostView view, String id) {
        return with(
                view, view.containers().stream().filter(c -> !c.id().equals(id)).toList(), view.images());
    }

    private void awake(Owner owner) {
        Set<Owner> resting = new HashSet<>(observed.proxy().resting());
        resting.remove(owner);
        observed = new Observed(observed.hosts(), observed.proxy().resting(resting), observed.timers());
    }

    private void atProxy(Action action) {
        ProxyView proxy = observed.proxy();
        if (action instanceof Action.Listen listen) {
            proxy(proxy.live(), proxy.spare(), listen.ports());
        } else if (action instanceof Action.Warm warm) {
            Map<RouteKey, Map<Backend, Boolean>> spare = new HashMap<>(proxy.spare());
            warm.rows().forEach((key, row) -> spare.put(key, up(row)));
            proxy(proxy.live(), spare, proxy.listeners());
        } else if (action instanceof Action.Switch change) {
            Map<RouteKey, Map<Backend, Boolean>> spare = new HashMap<>(proxy.spare());
            change.changed().forEach(key -> {
                Row before = proxy.live().rows().get(key);
                spare.put(key, before == null ? Map.of() : up(before));
            });
            proxy(change.table(), spare, proxy.listeners());
            timers(observed.timers().switched(desired.key(), change.table()));
        } else if (action instanceof Action.Disconnect) {
            proxy(proxy.live(), proxy.spare(), proxy.listeners());
        }
    }

    private static Map<Backend, Boolean> up(Row row) {
        Map<Backend, Boolean> up = new HashMap<>();
        row.backends().forEach(backend -> up.put(backend, true));
        return up;
    }

    /** Whether no other table is in preparation from now on. */
    void settled(boolean settled) {
        ProxyView proxy = observed.proxy();
        ProxyView after = new ProxyView(
                proxy.trouble(),
                proxy.token(),
                settled,
                proxy.live(),
                proxy.spare(),
                proxy.sessions(),
                proxy.listeners(),
                proxy.refused());
        observed = new Observed(observed.hosts(), after, observed.timers());
    }

    private void proxy(RouteTable live, Map<RouteKey, Map<Backend, Boolean>> spare, Map<Integer, Protocol> listeners) {
        ProxyView before = observed.proxy();
        Map<Integer, Protocol> ports = new HashMap<>(listeners);
        ports.keySet().removeAll(before.refused().keySet());
        ProxyView after = new ProxyView(null, before.token(), true, live, spare, Map.of(), ports, before.refused())
                .resting(before.resting());
        observed = new Observed(observed.hosts(), after, observed.timers());
    }
}
