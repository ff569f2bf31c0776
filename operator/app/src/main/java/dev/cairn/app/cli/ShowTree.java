package dev.cairn.app.cli;

import dev.cairn.api.EndpointResource;
import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStackResource;
import dev.cairn.api.ServiceStackStatus.ContainerStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** The tree of {@code cairn show}: service, its stacks, their containers from the top down, endpoints at their stage. */
final class ShowTree {
    private final Snapshot snapshot;
    private final Filter filter;

    private ShowTree(Snapshot snapshot, Filter filter) {
        this.snapshot = snapshot;
        this.filter = filter;
    }

    static List<String> lines(Snapshot snapshot, Filter filter) {
        ShowTree tree = new ShowTree(snapshot, filter);
        return snapshot.services().stream()
                .flatMap(service -> tree.service(service).stream())
                .toList();
    }

    private List<String> service(ServiceResource service) {
        // A service that matches is shown whole, another one with what matches in it.
        Filter inside = filter.matches(service) ? Filter.of(null) : filter;
        List<List<String>> rows = new ArrayList<>();
        List<Integer> heads = new ArrayList<>();
        List<String> titles = new ArrayList<>();
        for (ServiceStackResource stack : snapshot.stacksOf(service)) {
            String host = Texts.line(stack.getSpec().hostName());
            Filter within = inside.named(stack) || inside.text(host) ? Filter.of(null) : inside;
            List<List<String>> containers = containers(stack).stream()
                    .filter(within::matches)
                    .map(container -> row(service, container))
                    .toList();
            if (!containers.isEmpty() || within.all()) {
                heads.add(rows.size());
                titles.add("  " + Snapshot.name(stack) + " on " + host);
                rows.addAll(containers);
            }
        }
        if (titles.isEmpty() && !inside.all()) {
            return List.of();
        }
        List<String> aligned = Texts.aligned(rows);
        List<String> lines = new ArrayList<>(List.of(Snapshot.name(service)));
        for (int i = 0; i < titles.size(); i++) {
            lines.add(titles.get(i));
            int end = i + 1 < heads.size() ? heads.get(i + 1) : aligned.size();
            aligned.subList(heads.get(i), end).forEach(line -> lines.add("    " + line));
        }
        return lines;
    }

    /** The highest position first, above it what is not committed yet, at the bottom what is kept for an undo. */
    private static List<ContainerStatus> containers(ServiceStackResource stack) {
        List<ContainerStatus> containers =
                stack.getStatus() == null ? null : stack.getStatus().containers();
        return containers == null
                ? List.of()
                : containers.stream()
                        .sorted(Comparator.comparing((ContainerStatus c) -> Objects.requireNonNullElse(
                                        c.position(), c.retainedUntil() == null ? Integer.MAX_VALUE : -1))
                                .reversed())
                        .toList();
    }

    private List<String> row(ServiceResource service, ContainerStatus container) {
        Integer position = container.position();
        return List.of(
                position != null ? position.toString() : container.retainedUntil() == null ? "next" : "kept",
                position == null ? "-" : Texts.cell(stage(service, position)),
                Texts.cell(container.version()),
                Texts.cell(container.name()),
                Texts.cell(container.state()),
                address(container),
                position == null ? "" : endpoints(service, position));
    }

    private static String stage(ServiceResource service, int position) {
        try {
            return Positions.of(service).stage(position);
        } catch (UserError e) {
            return ""; // its spec has no meaning; the table says why
        }
    }

    private static String address(ContainerStatus container) {
        String ports = container.ports() == null
                ? ""
                : container.ports().stream()
                        .map(port -> String.valueOf(port.hostPort()))
                        .collect(Collectors.joining(","));
        return ports.isEmpty() ? "-" : Texts.cell(container.address()) + ":" + ports;
    }

    private String endpoints(ServiceResource service, int position) {
        String names = snapshot.endpointsOf(service).stream()
                .filter(endpoint -> pointsAt(endpoint, service, position))
                .map(Snapshot::name)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : "<- " + names;
    }

    private static boolean pointsAt(EndpointResource endpoint, ServiceResource service, int position) {
        Integer own = endpoint.getSpec().position();
        String stage = endpoint.getSpec().stage();
        return own != null
                ? own == position
                : stage != null
                        && List.of(stage(service, position).split("/", -1)).contains(stage);
    }
}
