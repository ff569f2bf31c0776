package dev.cairn.core.plan;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Container;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** One service's stacks and containers in the terms of the change protocol: which list is in force, who is what. */
public final class Fleet {
    /** How long an unreachable host holds a change up before the change goes on without it. */
    static final Duration HOST_LOST = Duration.ofSeconds(60);

    /** An engine's restarts after which a container that keeps exiting is given up. */
    static final int CRASH_LOOP = 5;

    private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(600);
    private static final HostView NEVER_SEEN = HostView.unknown("it has not been looked at");

    /** What is known of the container of an entry. */
    public enum State {
        /** Its host answers and does not have it. */
        MISSING,
        /** Created and not started. */
        CREATED,
        STARTING,
        HEALTHY,
        /** It will not come back by itself. */
        DEAD,
        /** Its host does not answer, or it has not yet been asked for long enough. */
        UNKNOWN
    }

    /** A container that no list has or will ever have again, and where it is. */
    record Stray(Host host, Container container) {}

    private final Desired desired;
    private final Observed observed;
    private final Instant now;
    private final List<ServiceStack> stacks;
    private final Map<String, List<Container>> seen = new HashMap<>();

    public Fleet(Desired desired, Observed observed, Instant now) {
        this.desired = desired;
        this.observed = observed;
        this.now = now;
        this.stacks = desired.stacks().stream().filter(s -> !s.deleting()).toList();
        observed.hosts().forEach((host, view) -> {
            List<Container> there = view.of(desired.key());
            if (!there.isEmpty()) {
                seen.put(host, there);
            }
        });
    }

    /** The stacks that are there to stay, lead first. */
    public List<ServiceStack> stacks() {
        return stacks;
    }

    /** The stack whose record decides. */
    public Optional<ServiceStack> lead() {
        return stacks.isEmpty() ? Optional.empty() : Optional.of(stacks.get(0));
    }

    /** Whether the stack has prepared for a change that the lead has committed meanwhile. */
    public boolean decided(ServiceStack stack) {
        return lead().filter(lead -> lead.ordinal() != stack.ordinal()
                        && stack.next() != null
                        && stack.change() == lead.change()
                        && lead.next() == null)
                .isPresent();
    }

    /** The list in force, index = position. */
    public List<Entry> effective(ServiceStack stack) {
        if (stack.deleting()) {
            return List.of();
        }
        return decided(stack) ? stack.pending().orElse(List.of()) : stack.containers();
    }

    /** Whether what the stack prepares belongs to an attempt that was given up or replaced. */
    boolean outdated(ServiceStack stack) {
        return lead().filter(lead -> stack.change() < lead.change()).isPresent();
    }

    /** Whether the stack has prepared the very change that the lead is about to make. */
    boolean underway(ServiceStack stack) {
        return stack.next() != null
                && lead().filter(lead -> lead.next() != null && lead.change() == stack.change())
                        .isPresent();
    }

    /** How a change goes over the stacks. Where nothing serves yet, nothing needs to be kept from the next stack. */
    Service.StrategyType strategy() {
        Service service = desired.service();
        boolean first = lead().filter(lead -> !lead.containers().isEmpty()).isEmpty();
        if (service == null || (first && service.strategy().type() == Service.StrategyType.ROLLBACK_ON_FAILURE)) {
            return Service.StrategyType.COMMIT_AT_END;
        }
        return service.strategy().type();
    }

    /** Whether everything in the list that a stack prepares is healthy. */
    boolean prepared(ServiceStack stack) {
        return stack.pending().orElse(List.of()).stream().allMatch(entry -> state(stack, entry) == State.HEALTHY);
    }

    /** Whether the record of the stack was created after the others began: it has to take over what they hold. */
    boolean joins(ServiceStack stack) {
        return !stack.joined() && lead().filter(ServiceStack::joined).isPresent();
    }

    /** Whether the record came so late that its index is below the lead's: nothing may take over its place. */
    boolean belowLead(ServiceStack stack) {
        return joins(stack)
                && lead().filter(lead -> stack.ordinal() < lead.ordinal()).isPresent();
    }

    /** Whether no change is under way: every stack has taken over what was decided last. */
    boolean settled() {
        Optional<ServiceStack> lead = lead();
        return stacks.stream()
                .allMatch(stack -> stack.next() == null
                        && stack.change() == lead.map(ServiceStack::change).orElse(0L));
    }

    /** Whether everything in the stack's list is there and healthy. */
    public boolean healthy(ServiceStack stack) {
        List<Entry> list = effective(stack);
        return !list.isEmpty() && list.stream().allMatch(entry -> state(stack, entry) == State.HEALTHY);
    }

    /** Whether anything in the stack's list is healthy. */
    boolean serves(ServiceStack stack) {
        return effective(stack).stream().anyMatch(entry -> state(stack, entry) == State.HEALTHY);
    }

    /** Host ports that a new container cannot have: published ones, and those that a row still names. */
    Set<Integer> takenPorts(Host host) {
        Set<Integer> taken = new HashSet<>(view(host).takenPorts());
        observed.proxy().live().rows().values().stream()
                .flatMap(row -> row.backends().stream())
                .filter(backend -> backend.address().equals(host.address()))
                .forEach(backend -> taken.add(backend.port()));
        return taken;
    }

    HostView view(ServiceStack stack) {
        return view(stack.hostName());
    }

    HostView view(Host host) {
        return view(host.name());
    }

    private HostView view(String host) {
        return observed.hosts().getOrDefault(host, NEVER_SEEN);
    }

    Optional<Host> host(ServiceStack stack) {
        return desired.host(stack.hostName());
    }

    boolean known(ServiceStack stack) {
        return host(stack).isPresent() && view(stack).known();
    }

    /** Whether the host has been unknown for so long that changes go on without it. */
    boolean lost(ServiceStack stack) {
        Instant since = observed.timers().unknownSince().get(stack.hostName());
        return !known(stack) && since != null && !since.plus(HOST_LOST).isAfter(now);
    }

    /** The container of an entry, where its host has it. */
    public Optional<Container> container(ServiceStack stack, Entry entry) {
        Owner owner = stack.owner(entry.n());
        for (Container container : seen.getOrDefault(stack.hostName(), List.of())) {
            if (container.owner().equals(owner)) {
                return Optional.of(container);
            }
        }
        return Optional.empty();
    }

    /** What is known of an entry's container. */
    public State state(ServiceStack stack, Entry entry) {
        if (!known(stack)) {
            return State.UNKNOWN;
        }
        Optional<Container> found = container(stack, entry);
        boolean refused = observed.timers().failedStarts().containsKey(stack.owner(entry.n()));
        if (found.isEmpty()) {
            return refused ? State.DEAD : State.MISSING;
        }
        Container container = found.get();
        if (!container.version().equals(entry.version())
                || !container.templateHash().equals(entry.template().hash())) {
            return State.DEAD;
        }
        return switch (container.phase()) {
            case CREATED -> refused ? State.DEAD : State.CREATED;
            case RUNNING -> running(container);
            case RESTARTING -> container.restarts() >= CRASH_LOOP ? State.DEAD : overdue(container, State.STARTING);
            case PAUSED, EXITED -> State.DEAD;
            case LEAVING -> State.STARTING; // whoever took its place now would do so under another name
        };
    }

    private State running(Container container) {
        return switch (container.health()) {
            case HEALTHY -> State.HEALTHY;
            case STARTING, UNHEALTHY -> overdue(container, State.STARTING);
            case UNKNOWN -> State.UNKNOWN;
        };
    }

    private State overdue(Container container, State otherwise) {
        Duration deadline = desired.service() == null
                ? DEFAULT_DEADLINE
                : desired.service().strategy().progressDeadline();
        Instant startedAt = container.startedAt();
        return startedAt != null && !startedAt.plus(deadline).isAfter(now) ? State.DEAD : otherwise;
    }

    /** Whether some container of these would be worth a look later without an event: its deadline. */
    Optional<Instant> deadline(ServiceStack stack, Entry entry) {
        Duration deadline = desired.service() == null
                ? DEFAULT_DEADLINE
                : desired.service().strategy().progressDeadline();
        return container(stack, entry).map(Container::startedAt).map(started -> started.plus(deadline));
    }

    /** The backend that an entry's container is for a row. */
    public Backend backend(ServiceStack stack, Entry entry, int containerPort) {
        int index = Math.max(
                0,
                entry.template().ports().stream()
                        .map(port -> port.containerPort())
                        .toList()
                        .indexOf(containerPort));
        String address = host(stack).map(Host::address).orElse("");
        return new Backend(stack.owner(entry.n()), address, entry.hostPort() + index);
    }

    /** Whether the container behind a backend may still answer: it is not known to be gone. */
    boolean alive(Backend backend) {
        Owner owner = backend.owner();
        if (!owner.service().equals(desired.key())) {
            return true;
        }
        Optional<ServiceStack> stack = desired.stacks().stream()
                .filter(s -> s.ordinal() == owner.stack())
                .findFirst();
        if (stack.isPresent() && !known(stack.get())) {
            return !lost(stack.get());
        }
        return seen().filter(c -> c.owner().equals(owner)).anyMatch(c -> switch (c.phase()) {
            case RUNNING, RESTARTING, LEAVING -> true;
            case CREATED, PAUSED, EXITED -> false;
        });
    }

    /** Whether it is a container of this service that runs and is ready. */
    boolean serves(Owner owner) {
        return seen().filter(c -> c.owner().equals(owner))
                .anyMatch(c -> c.phase() == Container.Phase.RUNNING && c.health() == Container.Health.HEALTHY);
    }

    /** All containers of this service, wherever they are. */
    Stream<Container> seen() {
        return seen.values().stream().flatMap(List::stream);
    }

    /** The highest n that the stack's host shows; 0 when there is none. */
    int highestSeen(ServiceStack stack) {
        return seen().map(Container::owner)
                .filter(o -> o.stack() == stack.ordinal())
                .mapToInt(Owner::n)
                .max()
                .orElse(0);
    }

    /** All containers of this service that no list has or will ever have again. */
    List<Stray> strays() {
        List<Stray> strays = new ArrayList<>();
        Set<String> judged = new HashSet<>();
        for (Host host : desired.hosts()) {
            HostView view = view(host);
            for (Container container : seen.getOrDefault(host.name(), List.of())) {
                // Two Hosts may name one engine: a container is judged once.
                if (judged.add(view.engineId() + "/" + container.id()) && stray(view, container)) {
                    strays.add(new Stray(host, container));
                }
            }
        }
        return strays;
    }

    private boolean stray(HostView view, Container container) {
        Owner owner = container.owner();
        Optional<ServiceStack> found = desired.stacks().stream()
                .filter(s -> s.ordinal() == owner.stack())
                .findFirst();
        if (found.isEmpty() || found.get().deleting()) {
            return true;
        }
        ServiceStack stack = found.get();
        if (owner.n() > stack.lastContainer()) {
            return false; // the record must be raised over it first
        }
        boolean elsewhere = known(stack) && !view(stack).engineId().equals(view.engineId());
        boolean listed = stack.lists(owner.n());
        return elsewhere || !listed;
    }
}
