package dev.cairn.core.constraint;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Placement;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Stage;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Service default/webapp with what belongs to it: one stack wanted, the three usual stages, minHeight 3, hosts docker01
 * and docker02. Lists of versions are written {@code "v0.1 v0.2 v0.3"}; {@code ''} is an empty tag.
 */
final class World {
    static final ObjectKey WEBAPP = new ObjectKey("default", "webapp");
    static final Template TEMPLATE =
            new Template(List.of(), List.of(), Map.of(), List.of(new Template.Port("http", 80)), null, 30);

    String versions = "v0.1 v0.2 v0.3";
    int stacks = 1;
    List<Stage> stages = List.of(new Stage("prod", 0), new Stage("qa", 1), new Stage("dev", 2));
    int minHeight = 3;
    Service.VersionOrder order = Service.VersionOrder.NON_DECREASING;
    Service.VersionEntry entry = Service.VersionEntry.ON_TOP;
    Placement.Spread spread = Placement.Spread.REQUIRED;
    boolean deleting;
    final List<ServiceStack> recorded = new ArrayList<>();
    final List<Endpoint> endpoints = new ArrayList<>();
    final List<Host> hosts = new ArrayList<>(List.of(host("docker01"), host("docker02")));

    static World declaring(String versions) {
        World world = new World();
        world.versions = versions;
        return world;
    }

    /** One stage and minHeight 1, so that lists of any height are admissible. */
    World anyHeight() {
        stages = List.of(new Stage("prod", 0));
        minHeight = 1;
        return this;
    }

    /** Adds a stack on a host of its own that has committed this list; {@code ""} is an empty one. */
    World committed(String list) {
        recorded.add(stack(recorded.size(), "docker0" + (recorded.size() + 1), 1, list, null));
        return this;
    }

    World endpoint(Endpoint endpoint) {
        endpoints.add(endpoint);
        return this;
    }

    Service service() {
        return new Service(
                WEBAPP,
                1,
                "registry.example.com/webapp",
                list(versions),
                stacks,
                stages,
                minHeight,
                order,
                entry,
                Placement.ANYWHERE.withSpread(spread),
                Service.Promotion.IN_PLACE,
                new Service.Strategy(Duration.ofMinutes(10), Duration.ZERO, Duration.ofSeconds(30)),
                Service.Retain.NOTHING,
                TEMPLATE,
                deleting,
                Service.Hold.NEVER,
                Service.Request.NONE);
    }

    Desired desired() {
        return new Desired(WEBAPP, service(), recorded, List.of(), endpoints, hosts);
    }

    Stored stored() {
        return new Stored(List.of(service()), endpoints, hosts, recorded);
    }

    static Endpoint toStage(String name, String stage, int port) {
        return endpoint(name, "webapp", stage, null, port, 0);
    }

    static Endpoint toPosition(String name, int position, int port) {
        return endpoint(name, "webapp", null, position, port, 0);
    }

    /** @param age seconds after the epoch at which it was created */
    static Endpoint endpoint(
            String name, String service, @Nullable String stage, @Nullable Integer position, int port, int age) {
        return new Endpoint(
                new ObjectKey("default", name),
                Instant.ofEpochSecond(age),
                service,
                stage,
                position,
                "http",
                port,
                false);
    }

    static Endpoint beingDeleted(Endpoint e) {
        return new Endpoint(
                e.key(),
                e.created(),
                e.serviceName(),
                e.stage(),
                e.position(),
                e.targetPort(),
                e.port(),
                true,
                e.protocol(),
                e.hostnames(),
                e.path());
    }

    /** The same endpoint with another way to it: {@code tcp}, or host names with commas and a path, such as {@code a.io,b.io/api}. */
    static Endpoint along(Endpoint e, String way) {
        boolean tcp = way.equals("tcp");
        int slash = way.indexOf('/');
        String hosts = tcp || slash < 0 ? way : way.substring(0, slash);
        return new Endpoint(
                e.key(),
                e.created(),
                e.serviceName(),
                e.stage(),
                e.position(),
                e.targetPort(),
                e.port(),
                e.deleting(),
                tcp ? Protocol.TCP : Protocol.HTTP,
                tcp || hosts.isEmpty() ? List.of() : List.of(hosts.split(",")),
                slash < 0 ? RouteKey.ANY_PATH : way.substring(slash));
    }

    static ServiceStack stack(int ordinal, String host, long change, String containers, @Nullable String next) {
        return new ServiceStack(
                new ObjectKey("default", "webapp-stack" + ordinal),
                1,
                "1",
                WEBAPP,
                ordinal,
                host,
                change,
                9,
                null,
                entries(containers),
                next == null ? null : entries(next),
                false,
                false);
    }

    static ServiceStack with(ServiceStack s, boolean deleting, boolean edited) {
        return new ServiceStack(
                s.key(),
                s.generation(),
                s.resourceVersion(),
                s.service(),
                s.ordinal(),
                s.hostName(),
                s.change(),
                s.lastContainer(),
                s.failedGeneration(),
                s.containers(),
                s.pending().orElse(null),
                deleting,
                edited);
    }

    static Host host(String name) {
        return new Host(name, "tcp://10.0.0.11:2376", "10.0.0.11", 20000, 29999, false);
    }

    static Host leaving(String name) {
        return new Host(name, "tcp://10.0.0.11:2376", "10.0.0.11", 20000, 29999, true);
    }

    static List<Version> list(String versions) {
        List<Version> list = new ArrayList<>();
        for (String tag : versions.isBlank() ? new String[0] : versions.strip().split(" +")) {
            list.add(new Version(tag.equals("''") ? "" : tag));
        }
        return list;
    }

    private static List<Entry> entries(String versions) {
        List<Entry> entries = new ArrayList<>();
        for (Version version : list(versions)) {
            entries.add(new Entry(entries.size() + 1, version, "repo@sha256:0", 20000, TEMPLATE));
        }
        return entries;
    }
}
