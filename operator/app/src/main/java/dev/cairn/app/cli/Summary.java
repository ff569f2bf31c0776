package dev.cairn.app.cli;

import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStackResource;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code cairn up --detach} ends with: the state, what the URLs answer, and what to try next. */
final class Summary {
    private static final Pattern LAST_NUMBER = Pattern.compile("(.*?)(\\d{1,9})");

    private final Api api;
    private final Answers answers;
    private final PrintWriter out;

    Summary(Api api, Answers answers, PrintWriter out) {
        this.api = api;
        this.answers = answers;
        this.out = out;
    }

    /**
     * @param services that the folders declare; what to try is about the first of them
     */
    void print(List<String> services) throws InterruptedException {
        Snapshot snapshot = Snapshot.read(api.client(), null);
        out.println();
        ShowTables.lines(snapshot, Filter.of(null)).forEach(out::println);
        out.println();
        ShowTree.lines(snapshot, Filter.of(null)).forEach(out::println);
        urls(snapshot);
        tries(snapshot, services);
        out.flush();
    }

    private void urls(Snapshot snapshot) throws InterruptedException {
        List<List<String>> rows = new ArrayList<>();
        for (EndpointResource endpoint : snapshot.endpoints()) {
            String url =
                    endpoint.getStatus() == null ? null : endpoint.getStatus().url();
            if (url != null) {
                rows.add(List.of(
                        Snapshot.name(endpoint),
                        Texts.line(url),
                        Answers.canBeAsked(endpoint) ? answers.get(url).text() : ""));
            }
        }
        if (!rows.isEmpty()) {
            out.println();
            Texts.aligned(rows).forEach(out::println);
        }
    }

    private void tries(Snapshot snapshot, List<String> services) {
        Optional<ServiceResource> service = services.stream()
                .flatMap(name -> snapshot.services().stream()
                        .filter(s -> Snapshot.name(s).equals(name)))
                .findFirst();
        List<List<String>> rows = new ArrayList<>();
        service.flatMap(this::release).ifPresent(rows::add);
        service.flatMap(s -> kill(snapshot, s)).ifPresent(rows::add);
        rows.add(List.of(
                "look with kubectl:", "kubectl --kubeconfig " + api.kubeconfig() + " get csvc,cstack,cep,chost"));
        out.println();
        out.println("Try next:");
        Texts.aligned(rows).forEach(line -> out.println("  " + line));
    }

    private Optional<List<String>> release(ServiceResource service) {
        List<String> versions = Positions.of(service).declared(service);
        return following(versions.get(versions.size() - 1))
                .map(next ->
                        List.of("release a version:", command() + " release " + Snapshot.name(service) + " " + next));
    }

    private static Optional<List<String>> kill(Snapshot snapshot, ServiceResource service) {
        for (ServiceStackResource stack : snapshot.stacksOf(service)) {
            Optional<String> url = snapshot.hosts().stream()
                    .filter(host ->
                            host.getMetadata().getName().equals(stack.getSpec().hostName()))
                    .findFirst()
                    .map(Summary::url);
            Optional<String> container = stack.getStatus() == null
                            || stack.getStatus().containers() == null
                    ? Optional.empty()
                    : stack.getStatus().containers().stream().findFirst().map(c -> Texts.line(c.name()));
            if (url.isPresent() && container.isPresent()) {
                return Optional.of(
                        List.of("kill a container:", "docker -H " + url.get() + " rm -f " + container.get()));
            }
        }
        return Optional.empty();
    }

    private static String url(HostResource host) {
        return host.getSpec() == null || host.getSpec().docker() == null
                ? ""
                : Texts.line(host.getSpec().docker().url());
    }

    /** The version after a version: its last number one higher; empty when it has none. */
    static Optional<String> following(String version) {
        Matcher matcher = LAST_NUMBER.matcher(version);
        return matcher.matches()
                ? Optional.of(matcher.group(1) + (Integer.parseInt(matcher.group(2)) + 1))
                : Optional.empty();
    }

    /** How the user calls this program here. */
    private String command() {
        String home = System.getProperty("cairn.home");
        if (home == null) {
            return "cairn";
        }
        Path program = Path.of(home, "cairn");
        return program.equals(Path.of("cairn").toAbsolutePath()) ? "./cairn" : program.toString();
    }
}
