package dev.cairn.adapters.haproxy;

import dev.cairn.adapters.Together;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.port.PortException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Fills pools and switches rows, which HAProxy notices in no connection. What is asked for while another change is under
 * way is done in one step with all else that waits; see docs/decisions/0013.
 */
final class Switching {
    private final Changing changing;
    private final Processes processes;
    private final Tokens tokens;
    private final Acts acts;
    private final Together<Map<RouteKey, Row>, Answer> warmings = new Together<>(this::warmAll);
    private final Together<Wish, Answer> switches = new Together<>(this::switchAll);

    /** A switch that is asked for. */
    private record Wish(ProxyView seen, RouteTable table) {}

    /** What has become of something that was asked for. */
    private record Answer(boolean done, @Nullable PortException trouble) {
        boolean get() throws PortException {
            if (trouble != null) {
                throw trouble;
            }
            return done;
        }
    }

    Switching(Changing changing, Processes processes, Tokens tokens, Acts acts) {
        this.changing = changing;
        this.processes = processes;
        this.tokens = tokens;
        this.acts = acts;
    }

    /** Makes the pools that carry no traffic hold what these rows need. */
    void warm(Map<RouteKey, Row> rows) throws PortException {
        warmings.get(rows).get();
    }

    /** Switches to a table; false where what was seen is out of date, or a pool is not filled. */
    boolean commit(ProxyView seen, RouteTable table) throws PortException {
        return switches.get(new Wish(seen, table)).get();
    }

    /** All at once; where that is in vain, each for itself. */
    private List<Answer> warmAll(List<Map<RouteKey, Row>> wishes) {
        Map<RouteKey, Row> all = new TreeMap<>();
        wishes.forEach(all::putAll);
        try {
            if (!tryWarm(all)) {
                processes.grow();
                if (!tryWarm(all)) {
                    throw new PortException.Transient("NoPool", "HAProxy has no pool left for a new route");
                }
            }
            return Collections.nCopies(wishes.size(), new Answer(true, null));
        } catch (PortException e) {
            return wishes.size() == 1
                    ? List.of(new Answer(false, e))
                    : wishes.stream()
                            .flatMap(wish -> warmAll(List.of(wish)).stream())
                            .toList();
        }
    }

    private boolean tryWarm(Map<RouteKey, Row> rows) throws PortException {
        try (Acts.Act act = acts.begin();
                StateLock lock = changing.turn();
                Worker worker = changing.worker()) {
            boolean warmed = new Warming(worker, worker.snapshot()).warm(rows);
            acts.left(worker.table());
            return warmed;
        } catch (IOException e) {
            throw Changing.unreachable(e);
        }
    }

    /** All in one step; where they do not go together, one after the other. */
    private List<Answer> switchAll(List<Wish> wishes) {
        List<Answer> answers = new ArrayList<>();
        try (Acts.Act act = acts.begin();
                StateLock lock = changing.turn();
                Worker worker = changing.worker()) {
            boolean done = switchTo(worker, wishes);
            if (done || wishes.size() == 1) {
                answers.addAll(Collections.nCopies(wishes.size(), new Answer(done, null)));
            } else {
                for (Wish wish : wishes) {
                    answers.add(new Answer(switchTo(worker, List.of(wish)), null));
                }
            }
            acts.left(worker.table());
        } catch (IOException e) {
            while (answers.size() < wishes.size()) {
                answers.add(new Answer(false, Changing.unreachable(e)));
            }
        }
        return answers;
    }

    /** All or none. */
    private boolean switchTo(Worker worker, List<Wish> wishes) throws IOException {
        long current = worker.versions().current();
        long version = 0;
        for (Wish wish : wishes) {
            OptionalLong prepared = tokens.version(wish.seen.token(), worker, current);
            if (prepared.isEmpty()) {
                return false;
            }
            version = Math.max(version, prepared.getAsLong());
        }
        Snapshot snapshot = worker.snapshot();
        Optional<RouteTable> next = Optional.of(snapshot.table());
        for (Wish wish : wishes) {
            next = next.flatMap(table -> table.with(wish.seen.live(), wish.table));
        }
        Optional<List<String>> lines = next.flatMap(snapshot::switchTo);
        boolean done = lines.isPresent()
                && worker.commit(version, lines.get())
                && new HashSet<>(worker.lines()).equals(new HashSet<>(lines.get()));
        if (done) {
            tokens.committed(current, version);
            new Resting(worker, snapshot).leave(next.orElseThrow());
        }
        return done;
    }
}
