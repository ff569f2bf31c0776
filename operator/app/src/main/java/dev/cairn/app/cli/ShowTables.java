package dev.cairn.app.cli;

import dev.cairn.api.Condition;
import dev.cairn.api.EndpointResource;
import dev.cairn.api.EndpointSpec;
import dev.cairn.api.EndpointStatus;
import dev.cairn.api.HostResource;
import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStatus;
import dev.cairn.core.model.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tables of {@code cairn show}: one line per service, endpoint and host. */
final class ShowTables {
    private ShowTables() {}

    static List<String> lines(Snapshot snapshot, Filter filter) {
        return lines(snapshot, filter, false);
    }

    /**
     * @param wide with what is rarely of interest: images, ports and the containers that answer, engines
     */
    static List<String> lines(Snapshot snapshot, Filter filter, boolean wide) {
        List<String> lines = new ArrayList<>();
        table(
                lines,
                head(List.of("SERVICE", "VERSIONS", "STACKS", "READY", "REASON"), wide, "IMAGE"),
                snapshot.services().stream().filter(filter::matches).toList(),
                service -> service(service, wide));
        table(
                lines,
                head(List.of("ENDPOINT", "SERVICE", "STAGE", "VERSION", "URL", "READY", "REASON"), wide, "BACKENDS"),
                snapshot.endpoints().stream().filter(filter::matches).toList(),
                endpoint -> endpoint(endpoint, wide));
        table(
                lines,
                head(List.of("HOST", "ENGINE", "STACKS", "CONTAINERS", "READY", "REASON"), wide, "URL"),
                snapshot.hosts().stream().filter(filter::matches).toList(),
                host -> host(host, wide));
        return lines;
    }

    private static List<String> head(List<String> head, boolean wide, String last) {
        return wide ? Stream.concat(head.stream(), Stream.of(last)).toList() : head;
    }

    private static <T> void table(
            List<String> lines, List<String> head, List<T> resources, Function<T, List<String>> row) {
        if (resources.isEmpty()) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(head);
        resources.stream().map(row).forEach(rows::add);
        if (!lines.isEmpty()) {
            lines.add("");
        }
        lines.addAll(Texts.aligned(rows));
    }

    private static List<String> service(ServiceResource service, boolean wide) {
        ServiceStatus status = service.getStatus();
        int wanted = service.getSpec() == null || service.getSpec().stacks() == null
                ? 1
                : service.getSpec().stacks();
        int ready = status == null || status.readyStacks() == null ? 0 : status.readyStacks();
        List<String> row = new ArrayList<>(List.of(Snapshot.name(service), versions(service), ready + "/" + wanted));
        row.addAll(ready(status == null ? null : status.conditions()));
        if (wide) {
            row.add(Texts.cell(
                    service.getSpec() == null ? null : service.getSpec().image()));
        }
        return row;
    }

    private static String versions(ServiceResource service) {
        List<String> tags =
                Positions.committed(service).stream().map(Version::tag).toList();
        try {
            return Texts.cell(Positions.of(service).text(tags));
        } catch (UserError e) {
            return Texts.cell(String.join(" ", tags)); // its spec has no meaning, so no stages; the reason says so
        }
    }

    private static List<String> endpoint(EndpointResource endpoint, boolean wide) {
        EndpointStatus status = endpoint.getStatus();
        var spec = endpoint.getSpec();
        String version =
                status == null || status.routes() == null || status.routes().isEmpty()
                        ? ""
                        : Texts.line(status.routes().get(0).version());
        List<String> row = new ArrayList<>(List.of(
                Snapshot.name(endpoint),
                Texts.cell(spec == null ? null : spec.serviceName()),
                Texts.cell(spec == null ? null : spec.stage() == null ? spec.position() : spec.stage()),
                Texts.cell(version),
                Texts.cell(status == null ? null : url(status, spec))));
        row.addAll(ready(status == null ? null : status.conditions()));
        if (wide) {
            String backends = status == null || status.routes() == null
                    ? ""
                    : status.routes().stream()
                            .flatMap(route ->
                                    route.backends() == null ? Stream.<String>empty() : route.backends().stream())
                            .collect(Collectors.joining(","));
            row.add(Texts.cell(backends));
        }
        return row;
    }

    /** The URL by one of the host names, and how many more of them there are. */
    private static @Nullable String url(EndpointStatus status, @Nullable EndpointSpec spec) {
        List<String> names = spec == null ? null : spec.hostnames();
        return status.url() == null || names == null || names.size() < 2
                ? status.url()
                : status.url() + " (+" + (names.size() - 1) + ")";
    }

    private static List<String> host(HostResource host, boolean wide) {
        var status = host.getStatus();
        List<String> row = new ArrayList<>(List.of(
                Snapshot.name(host),
                Texts.cell(
                        status == null || status.engine() == null
                                ? null
                                : status.engine().version()),
                Texts.cell(status == null ? null : status.stacks()),
                Texts.cell(status == null ? null : status.containers())));
        row.addAll(ready(status == null ? null : status.conditions()));
        Snapshot.condition(status == null ? null : status.conditions(), "EngineShared")
                .filter(shared -> "True".equals(shared.status()))
                .ifPresent(shared -> row.set(
                        row.size() - 1,
                        row.get(row.size() - 1) + "; "
                                + Unready.because("EngineShared", Texts.line(shared.message()))));
        if (wide) {
            var docker = host.getSpec() == null ? null : host.getSpec().docker();
            row.add(Texts.cell(docker == null ? null : docker.url()));
        }
        return row;
    }

    /** Status and reason of Ready; where it is not, the message too. */
    private static List<String> ready(@Nullable List<Condition> conditions) {
        return Snapshot.condition(conditions, "Ready")
                .map(condition -> {
                    String message = Texts.line(condition.message());
                    boolean ready = condition.status().equals("True");
                    String reason = Texts.cell(condition.reason());
                    return List.of(Texts.cell(condition.status()), ready ? reason : Unready.because(reason, message));
                })
                .orElse(List.of("-", "-"));
    }
}
