package dev.cairn.core.plan;

import dev.cairn.core.constraint.Constraints;
import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Placement;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Version;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One random pair of states and the way from the one to the other: a service runs one list, another one is declared, and
 * two operators, the users and fate take random turns, one call at a time. Every step is put before the {@link Checker}.
 */
final class Journey {
    private static final int MOST_STEPS = 20_000;

    /** No walk is shorter: one that ends sooner is followed by another edit. */
    private static final int LEAST_STEPS = 100;

    /** What may happen on the way, once each. */
    enum Fault {
        EDIT,
        /** What is declared first on the way never becomes healthy where it is new. */
        BAD_VERSION,
        DEATH,
        /** An operator forgets everything. */
        CRASH,
        /** An operator ends between creating a container and starting it. */
        HALF_START,
        /** An operator makes no call for a while, in the middle of a pass: what it has planned it does much later. */
        SLEEP,
        LOST_HOST,
        LOST_TABLE,
        /** Somebody removes a container. */
        REMOVAL,
        /** Somebody edits a stack's record. */
        TAMPER,
        SCALE,
        DRAIN,
        /** In the end the service is deleted. */
        DELETION
    }

    private final Random random;
    private final ObjectKey key = Samples.key("webapp");
    private final Checker checker = new Checker(key);
    private final int minHeight;
    private final Set<Version> bad = new HashSet<>();
    private final Set<List<Version>> declaredEver = new HashSet<>();
    private final List<Operator> operators;
    private final Map<Owner, Instant> leftRowsAt = new HashMap<>();
    private final List<String> log = new ArrayList<>();
    private World world;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final List<Fault> planned;
    private final List<Fault> faults = new ArrayList<>();
    private int steps;
    private int asleep;
    private int asleepUntil;

    /**
     * @param seed of everything that is left to chance, such as the order of calls
     * @param planned what happens at some moment on the way
     */
    Journey(long seed, List<Fault> planned, Planner planner) {
        random = new Random(seed);
        this.planned = List.copyOf(planned);
        int stacks = 1 + random.nextInt(3);
        minHeight = 1 + random.nextInt(3);
        List<Version> first = list();
        Service service =
                behaving(Samples.service("webapp", stacks, minHeight, 1).withVersions(first));
        List<Endpoint> endpoints = new ArrayList<>();
        for (int position = 0; position < minHeight; position++) {
            if (position == 0 || random.nextBoolean()) {
                endpoints.add(Samples.endpoint("at" + position, "webapp", position, 8000 + position));
            }
        }
        world = World.of(List.of(service), endpoints, Samples.hosts(stacks + random.nextInt(2)));
        declaredEver.add(first);
        operators = List.of(new Operator(key, planner, random), new Operator(key, planner, random));
    }

    /** Some keep what they pop, some make stacks anew soon, some start promoted containers anew. */
    private Service behaving(Service service) {
        Duration patience = Duration.ofSeconds(random.nextBoolean() ? 300 : 3);
        Placement placement = new Placement(Placement.Spread.REQUIRED, Set.of(), List.of(), patience);
        Service.Promotion promotion = random.nextInt(4) == 0 ? Service.Promotion.RECREATE : Service.Promotion.IN_PLACE;
        Service.StrategyType[] types = Service.StrategyType.values();
        Service.Strategy strategy = new Service.Strategy(
                Duration.ofSeconds(600),
                Duration.ofSeconds(random.nextInt(2)),
                Duration.ofSeconds(30),
                types[random.nextInt(types.length)],
                Duration.ofSeconds(random.nextInt(3)));
        Service.Retain retain = new Service.Retain(random.nextInt(3), Duration.ofSeconds(1L << random.nextInt(10)));
        return Samples.behaving(service, placement, promotion, strategy, retain);
    }

    /**
     * Walks it to its end. Throws when an invariant is broken or the end is never reached.
     *
     * @return how many steps it took
     */
    int walk() {
        run();
        faults.addAll(planned);
        boolean deleted = faults.removeIf(Fault.DELETION::equals);
        boolean broken = faults.removeIf(Fault.BAD_VERSION::equals);
        edit();
        if (broken) {
            world.service(key).versions().stream()
                    .filter(v -> world.stacks().values().stream()
                            .flatMap(s -> s.containers().stream())
                            .noneMatch(e -> e.version().equals(v)))
                    .findFirst()
                    .ifPresent(bad::add);
        }
        run();
        while (steps < LEAST_STEPS) {
            edit();
            run();
        }
        if (deleted) {
            Service service = world.service(key);
            world = world.declare(Samples.edited(service, service.stacks(), service.template(), true));
            run();
        }
        return steps;
    }

    private List<Version> list() {
        int height = minHeight + random.nextInt(5 - minHeight);
        // A single entry would fill the stack up to its least height.
        height = minHeight > 1 ? Math.max(2, height) : height;
        return random.ints(height, 1, 7)
                .sorted()
                .mapToObj(minor -> new Version("v0." + minor))
                .toList();
    }

    /** Declares another list that is admissible now; also a list that was declared before. */
    private void edit() {
        for (int tries = 0; tries < 200; tries++) {
            List<Version> list = random.nextInt(4) == 0
                    ? declaredEver.stream().toList().get(random.nextInt(declaredEver.size()))
                    : list();
            World edited = world.declare(key, list);
            boolean admissible = !Constraints.blocksChange(
                    Constraints.check(edited.desired(key), edited.proxy().live()));
            if (admissible && !edited.equals(world)) {
                world = edited;
                declaredEver.add(list);
                log.add("USER declares " + list);
                return;
            }
        }
    }

    private void run() {
        for (int step = 0; step < MOST_STEPS; step++) {
            steps++;
            now = now.plus(Duration.ofMillis(50 + random.nextInt(400)));
            if (random.nextInt(3) == 0) {
                fate();
            } else {
                operate(operators.get(awake(random.nextInt(operators.size()))));
            }
            noteRows();
            operators.forEach(o -> o.watch(world));
            if (done()) {
                return;
            }
        }
        String why = checker.end(world)
                .orElse("the plans do not end: "
                        + operators.stream().map(o -> o.lastPlan().toString()).collect(Collectors.joining("\n")));
        throw broken("no end after " + MOST_STEPS + " steps: " + why);
    }

    private boolean done() {
        return faults.isEmpty()
                && quiet()
                && checker.end(world).isEmpty()
                && planOf(world).isEmpty();
    }

    private boolean quiet() {
        return operators.stream()
                .allMatch(o -> o.betweenPasses() && o.lastPlan().actions().isEmpty());
    }

    private List<Action> planOf(World world) {
        World looked = world.prepared();
        Map<String, dev.cairn.core.model.HostView> views = new HashMap<>();
        world.hosts().forEach(h -> views.put(h.name(), looked.view(h.name())));
        return new Planner()
                .plan(looked.desired(key), new Observed(views, looked.proxyView(), Timers.NONE), now)
                .actions();
    }

    private void operate(Operator operator) {
        World before = world;
        Operator.Step step = operator.step(world, now);
        world = step.world();
        Action action = step.action();
        if (action == null) {
            return;
        }
        log.add("OPERATOR " + operators.indexOf(operator) + (before.equals(world) ? " (nothing) " : " ")
                + action.text());
        boolean drained = action instanceof Action.Remove remove
                && !leftRowsAt.getOrDefault(remove.owner(), now).plusSeconds(30).isAfter(now);
        checker.act(before, action, world, Checker.Excuse.of(operator.troubled(), drained))
                .or(() -> checker.state(world, declaredEver))
                .ifPresent(violation -> {
                    throw broken(violation);
                });
    }

    private AssertionError broken(String violation) {
        return new AssertionError(violation + "\n" + String.join("\n", log) + "\n" + world);
    }

    private void noteRows() {
        Set<Owner> routed = world.proxy().live().rows().values().stream()
                .map(Row::backends)
                .flatMap(Set::stream)
                .map(Backend::owner)
                .collect(Collectors.toSet());
        boxes().forEach(owner -> leftRowsAt.putIfAbsent(owner, now));
        leftRowsAt.keySet().removeAll(routed);
    }

    private Stream<Owner> boxes() {
        return world.engines().values().stream().flatMap(e -> e.boxes().keySet().stream());
    }

    // ---- what happens without an operator

    private void fate() {
        switch (random.nextInt(17)) {
            case 0, 1, 2, 3, 4 -> startup();
            case 5 -> sessions();
            case 6 -> death();
            case 7 -> crash();
            case 8 -> lateEdit();
            case 9 -> host();
            case 10 -> table();
            case 11 -> scale();
            case 12 -> drain();
            case 13 -> halfStart();
            case 14 -> tamper();
            case 15 -> sleep();
            default -> removal();
        }
    }

    private Optional<Owner> pick(Life... lives) {
        List<Owner> candidates = boxes().filter(o -> world.box(o)
                        .filter(box -> List.of(lives).contains(box.life()))
                        .isPresent())
                .toList();
        return candidates.isEmpty() ? Optional.empty() : Optional.of(candidates.get(random.nextInt(candidates.size())));
    }

    private void live(Owner owner, Life life) {
        String host = hostOf(owner);
        world = world.engine(host, e -> e.living(owner, life));
        log.add("FATE " + owner.containerName() + " " + life);
    }

    private String hostOf(Owner owner) {
        return world.engines().entrySet().stream()
                .filter(e -> e.getValue().boxes().containsKey(owner))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private void startup() {
        pick(Life.STARTING).ifPresent(owner -> {
            Version version = world.box(owner).orElseThrow().entry().version();
            live(owner, bad.contains(version) ? Life.DEAD : Life.HEALTHY);
        });
    }

    private void sessions() {
        Set<Owner> open = new HashSet<>(world.proxy().sessions());
        RouteTable live = world.proxy().live();
        live.rows()
                .values()
                .forEach(row -> row.backends().forEach(b -> {
                    if (world.answers(b) && random.nextInt(4) == 0 && !faults.isEmpty()) {
                        open.add(b.owner());
                    }
                }));
        open.removeIf(o -> random.nextBoolean() || faults.isEmpty());
        world = world.proxy(world.proxy().withSessions(open));
    }

    private void death() {
        if (faults.contains(Fault.DEATH)) {
            pick(Life.STARTING, Life.HEALTHY).ifPresent(owner -> {
                faults.remove(Fault.DEATH);
                live(owner, Life.DEAD);
            });
        }
    }

    private void halfStart() {
        Optional<Owner> starting = pick(Life.STARTING);
        if (faults.contains(Fault.HALF_START) && (starting.isPresent() || quiet())) {
            faults.remove(Fault.HALF_START);
            starting.ifPresent(owner -> live(owner, Life.CREATED));
        }
    }

    private void tamper() {
        List<ServiceStack> stacks =
                world.stacks().values().stream().filter(s -> !s.edited()).toList();
        if (faults.contains(Fault.TAMPER) && !stacks.isEmpty()) {
            faults.remove(Fault.TAMPER);
            ServiceStack stack = stacks.get(random.nextInt(stacks.size()));
            world = world.tamper(Samples.edited(stack));
            log.add("USER edits " + stack.key());
        }
    }

    private void crash() {
        if (faults.contains(Fault.CRASH)) {
            faults.remove(Fault.CRASH);
            int which = random.nextInt(operators.size());
            operators.get(which).crash();
            log.add("FATE operator " + which + " starts again");
        }
    }

    private void lateEdit() {
        if (faults.contains(Fault.EDIT)) {
            faults.remove(Fault.EDIT);
            edit();
        }
    }

    private void sleep() {
        int which = random.nextInt(operators.size());
        if (faults.contains(Fault.SLEEP)
                && steps >= asleepUntil
                && (operators.get(which).acting() || quiet())) {
            faults.remove(Fault.SLEEP);
            asleep = which;
            asleepUntil = steps + random.nextInt(500);
            log.add("FATE operator " + which + " sleeps");
        }
    }

    private int awake(int which) {
        return which == asleep && steps < asleepUntil ? (which + 1) % operators.size() : which;
    }

    /** A host is cut off; one that is cut off comes back, without using up anything. */
    private void host() {
        Optional<String> away = world.engines().entrySet().stream()
                .filter(e -> !e.getValue().reachable())
                .map(Map.Entry::getKey)
                .findFirst();
        if (away.isPresent()) {
            if (random.nextInt(4) == 0 || faults.isEmpty()) {
                world = world.engine(away.get(), e -> e.reachable(true));
                log.add("FATE " + away.get() + " is back");
            }
        } else if (faults.contains(Fault.LOST_HOST)) {
            faults.remove(Fault.LOST_HOST);
            List<String> names = List.copyOf(world.engines().keySet());
            String host = names.get(random.nextInt(names.size()));
            world = world.engine(host, e -> e.reachable(false));
            log.add("FATE " + host + " is cut off");
        }
    }

    private void table() {
        if (faults.contains(Fault.LOST_TABLE)) {
            faults.remove(Fault.LOST_TABLE);
            world = world.proxy(world.proxy().restarted());
            log.add("FATE the proxy loses its state");
        }
    }

    private List<String> active() {
        return world.hosts().stream()
                .filter(host -> host.availability() == Host.Availability.ACTIVE)
                .map(Host::name)
                .toList();
    }

    private void scale() {
        if (faults.contains(Fault.SCALE)) {
            faults.remove(Fault.SCALE);
            int stacks = 1 + random.nextInt(active().size());
            Service service = world.service(key);
            world = world.declare(Samples.edited(service, stacks, service.template(), false));
            log.add("USER wants " + stacks + " stacks");
        }
    }

    /** A host is drained where another one can take its stack. */
    private void drain() {
        if (!faults.remove(Fault.DRAIN)) {
            return;
        }
        List<String> active = active();
        if (active.size() > world.service(key).stacks()) {
            String host = active.get(random.nextInt(active.size()));
            world = world.available(host, Host.Availability.DRAIN);
            log.add("USER drains " + host);
        }
    }

    /** Somebody removes a container by hand. */
    private void removal() {
        if (faults.contains(Fault.REMOVAL)) {
            pick(Life.STARTING, Life.HEALTHY, Life.DEAD).ifPresent(owner -> {
                faults.remove(Fault.REMOVAL);
                world = world.engine(hostOf(owner), e -> e.lost(owner));
                log.add("FATE somebody removes " + owner.containerName());
            });
        }
    }
}
