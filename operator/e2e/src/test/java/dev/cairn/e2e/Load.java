package dev.cairn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.adapters.testing.LoadClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * A strict load on all endpoints of a service at once, and whether what it was answered was right: no request failed, and
 * seen from outside all stages changed their versions at the same instants.
 */
final class Load implements AutoCloseable {
    private record Client(int stage, LoadClient client) {}

    private final Cairn cairn;
    private final List<Client> clients = new ArrayList<>();

    private Load(Cairn cairn) {
        this.cairn = cairn;
    }

    /**
     * Begins.
     *
     * @param connections per endpoint and path; every other one is kept alive
     * @param think pause of each connection between two requests
     */
    static Load start(Cairn cairn, Subject subject, int connections, Duration think, String... paths) {
        Load load = new Load(cairn);
        for (int stage = 0; stage < Subject.STAGES.size(); stage++) {
            int port = subject.port(Subject.STAGES.get(stage));
            for (String path : paths) {
                load.clients.add(
                        new Client(stage, LoadClient.start(cairn.proxyAddress(), port, path, connections, think)));
            }
        }
        return load;
    }

    /** Requests begun so far. */
    long requests() {
        return clients.stream().mapToLong(c -> c.client.requests()).sum();
    }

    /** An answer: what stage was asked, and the version that it named; empty when it named none. */
    private record Told(long started, long ended, int stage, String text) {
        String version() {
            return new Web.Answer(200, text).words().getOrDefault("version", "");
        }
    }

    /**
     * Ends the load and checks it.
     *
     * @param lists what the stages had to answer one after the other, each list from position 0 on
     */
    void finish(List<List<String>> lists) throws InterruptedException {
        assertThat(wrong(answered(), lists)).as("answers of a wrong version").isEmpty();
    }

    /** The same where lists may answer side by side. */
    void finishInAnyOrder(List<List<String>> lists) throws InterruptedException {
        assertThat(answered())
                .allMatch(a -> a.version().isEmpty()
                        || lists.stream().anyMatch(list -> list.get(a.stage).equals(a.version())));
    }

    private List<Told> answered() throws InterruptedException {
        List<Told> answers = new ArrayList<>();
        Map<String, Integer> failures = new LinkedHashMap<>();
        for (Client client : clients) {
            LoadClient.Result result = client.client.finish(Duration.ofSeconds(30));
            result.answers().forEach(a -> answers.add(new Told(a.started(), a.ended(), client.stage, a.text())));
            result.failures().forEach(f -> failures.merge(told(client.stage, f), 1, Integer::sum));
        }
        assertThat(failures)
                .as(() -> "failed of " + requests() + " requests; " + cairn.lastWords())
                .isEmpty();
        return answers;
    }

    private static String told(int stage, LoadClient.Failure failure) {
        return Subject.STAGES.get(stage)
                + (failure.keptAlive() ? " kept alive: " : " new connection: ")
                + failure.cause();
    }

    /**
     * Answers that fit no order of the lists: a request that began after another one had been answered from a later list
     * must not be answered from an earlier one, at whatever endpoint.
     */
    private static List<String> wrong(List<Told> answers, List<List<String>> lists) {
        List<String> wrong = new ArrayList<>();
        List<Told> inOrder = answers.stream()
                .filter(a -> !a.version().isEmpty())
                .sorted(Comparator.comparingLong(Told::started))
                .toList();
        record Ended(long at, int list) {}
        PriorityQueue<Ended> underWay = new PriorityQueue<>(Comparator.comparingLong(Ended::at));
        int reached = 0;
        for (Told answer : inOrder) {
            while (!underWay.isEmpty() && underWay.peek().at < answer.started) {
                reached = Math.max(reached, underWay.remove().list);
            }
            int list = reached;
            while (list < lists.size() && !lists.get(list).get(answer.stage).equals(answer.version())) {
                list++;
            }
            if (list == lists.size()) {
                wrong.add(Subject.STAGES.get(answer.stage) + " answered " + answer.version() + " after "
                        + lists.get(reached) + " had answered, at "
                        + TimeUnit.NANOSECONDS.toMillis(answer.started - inOrder.get(0).started) + " ms");
            } else {
                underWay.add(new Ended(answer.ended, list));
            }
        }
        return wrong;
    }

    @Override
    public void close() {
        clients.forEach(c -> c.client.close());
    }
}
