package dev.cairn.bench;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.Container;
import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Placement;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Stage;
import dev.cairn.core.model.Surroundings;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import dev.cairn.core.plan.Observed;
import dev.cairn.core.plan.Plan;
import dev.cairn.core.plan.Planner;
import dev.cairn.core.plan.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long the planner takes to see for each of 10,000 services that there is nothing to do, against 1,000. Pure: what is
 * declared and what was seen are made up here, one stack of one container for each service, all as declared, and one in ten has an
 * endpoint, for a proxy takes about a thousand. Each service is planned as the engine does it: with everything that is on the hosts in sight.
 */
final class Planning {
    private static final int MANY = 10_000;
    private static final int FEW = 1_000;
    private static final int HOSTS = 10;
    /** A prime, so that every service has its turn once. */
    private static final int STRIDE = 7919;

    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final int PER_ENDPOINT = 10;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Version VERSION = new Version("v0.1");
    private static final Template TEMPLATE =
            new Template(List.of(), List.of(), Map.of(), List.of(new Template.Port("http", 80)), null, 30);

    private final Planner planner = new Planner();
    private final List<Service> services = new ArrayList<>();
    private final List<ServiceStack> stacks = new ArrayList<>();
    private final List<Endpoint> endpoints = new ArrayList<>();
    private final List<Host> hosts = new ArrayList<>();
    private final Map<String, HostView> views;
    private final ProxyView proxy;

    private Planning(int count) {
        for (int i = 0; i < HOSTS; i++) {
            hosts.add(new Host("host" + i, "tcp://10.0.0." + i + ":2376", "10.0.0." + i, 20000, 29999, false));
        }
        for (int i = 0; i < count; i++) {
            ObjectKey key = new ObjectKey("default", "service" + i);
            services.add(service(key));
            stacks.add(stack(key, "host" + i % HOSTS, 20000 + i / HOSTS));
            if (i % PER_ENDPOINT == 0) {
                endpoints.add(new Endpoint(key, NOW, key.name(), "prod", null, "http", 10000 + i, false));
            }
        }
        views = views();
        proxy = proxy();
    }

    static void run(int rounds) throws Exception {
        Planning many = new Planning(MANY);
        Planning few = new Planning(FEW);
        Rounds.of("planning")
                .with("10,000 services", many::planAll)
                .with("1,000 services", few::planAllAgainAndAgain)
                .warmedUp(3) // for the compiler
                .run(rounds);
    }

    /**
     * Plans the services, spread over all of them, until all are planned or 3 s have passed; what is left is taken to
     * need as long for each. What was seen is shared by all plans; that it is sorted at its first use is part of the work.
     */
    private Duration planAll() {
        long start = System.nanoTime();
        Surroundings around = new Surroundings(stacks, endpoints, hosts);
        Observed observed = seen();
        int done = 0;
        while (done < services.size() && System.nanoTime() - start < LIMIT.toNanos()) {
            plan((int) ((long) done * STRIDE % services.size()), around, observed);
            done++;
        }
        long took = System.nanoTime() - start;
        return Duration.ofNanos(Math.round((double) took / done * services.size()));
    }

    /** So often that it takes as long as the many: what disturbs the machine for a moment disturbs both alike. */
    private Duration planAllAgainAndAgain() {
        Duration all = Duration.ZERO;
        for (int i = 0; i < MANY / FEW; i++) {
            all = all.plus(planAll());
        }
        return all.dividedBy(MANY / FEW);
    }

    private void plan(int i, Surroundings around, Observed observed) {
        Service service = services.get(i);
        Desired desired = new Desired(service.key(), service, List.of(stacks.get(i)), around);
        Plan plan = planner.plan(desired, observed, NOW);
        if (!plan.actions().isEmpty() || !plan.violations().isEmpty()) {
            throw new IllegalStateException("not as declared: " + plan);
        }
    }

    private Observed seen() {
        Map<String, HostView> hostViews = new HashMap<>();
        views.forEach((host, view) -> hostViews.put(
                host,
                new HostView(
                        null,
                        view.engineId(),
                        view.engineVersion(),
                        view.containers(),
                        view.images(),
                        view.takenPorts())));
        RouteTable live = new RouteTable(proxy.live().rows(), proxy.live().stamps());
        ProxyView proxyView =
                new ProxyView(null, 1, true, live, proxy.spare(), proxy.sessions(), proxy.listeners(), proxy.refused());
        return new Observed(hostViews, proxyView, Timers.NONE);
    }

    private static Service service(ObjectKey key) {
        return new Service(
                key,
                1,
                "webapp",
                List.of(VERSION),
                1,
                List.of(new Stage("prod", 0)),
                1,
                Service.VersionOrder.NON_DECREASING,
                Service.VersionEntry.ON_TOP,
                Placement.ANYWHERE,
                Service.Promotion.IN_PLACE,
                new Service.Strategy(Duration.ofMinutes(10), Duration.ZERO, Duration.ofSeconds(30)),
                Service.Retain.NOTHING,
                TEMPLATE,
                false,
                Service.Hold.NEVER,
                Service.Request.NONE);
    }

    private static ServiceStack stack(ObjectKey service, String host, int port) {
        ObjectKey key = new ObjectKey(service.namespace(), ServiceStack.name(service, 0));
        Entry entry = new Entry(1, VERSION, "webapp@sha256:0", port, TEMPLATE);
        return new ServiceStack(
                key, 1, "1", service, 0, host, 1, 1, null, List.of(entry), null, List.of(), false, false);
    }

    /** Each host runs what the stacks on it name. */
    private Map<String, HostView> views() {
        Map<String, HostView> views = new HashMap<>();
        for (Host host : hosts) {
            List<Container> containers = stacks.stream()
                    .filter(stack -> stack.hostName().equals(host.name()))
                    .map(stack -> container(stack, host))
                    .toList();
            views.put(host.name(), new HostView(null, "engine", "20.10", containers, Map.of(), Set.of()));
        }
        return views;
    }

    private static Container container(ServiceStack stack, Host host) {
        Entry entry = stack.containers().get(0);
        return new Container(
                stack.key().name(),
                stack.containerName(1),
                stack.owner(1),
                VERSION,
                TEMPLATE.hash(),
                Container.Phase.RUNNING,
                Container.Health.HEALTHY,
                NOW,
                0,
                0,
                host.address(),
                Map.of(80, entry.hostPort()));
    }

    /** Every endpoint is routed to the one container of its service, and every record has been taken into account. */
    private ProxyView proxy() {
        SortedMap<RouteKey, Row> rows = new TreeMap<>();
        SortedMap<ObjectKey, Long> stamps = new TreeMap<>();
        Map<Integer, Protocol> listeners = new HashMap<>();
        for (int i = 0; i < stacks.size(); i++) {
            ServiceStack stack = stacks.get(i);
            stamps.put(stack.key(), stack.generation());
            if (i % PER_ENDPOINT == 0) {
                Endpoint endpoint = endpoints.get(i / PER_ENDPOINT);
                Backend backend = new Backend(
                        stack.owner(1),
                        hosts.get(i % HOSTS).address(),
                        stack.containers().get(0).hostPort());
                rows.put(new RouteKey(endpoint.port()), new Row(endpoint.key(), stack.service(), Set.of(backend)));
                listeners.put(endpoint.port(), Protocol.HTTP);
            }
        }
        return new ProxyView(null, 1, true, new RouteTable(rows, stamps), Map.of(), Map.of(), listeners, Map.of());
    }
}
