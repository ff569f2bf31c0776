package dev.cairn.adapters.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.cairn.core.model.Protocol;
import dev.cairn.fuzz.Fuzz;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * A proxy that answers nonsense on its socket: a table is read or refused, and what was read is written back as the same
 * table. Parts, between lines of {@code ==}: statistics of servers, their state, of listeners, lines of the map.
 */
class ProxyTablesFuzzTest {
    private static final String LINE = "[A-Za-z0-9 _.:@!/|<#*~+,=-]+";

    @FuzzTest
    void tables(byte[] input) {
        check(input);
    }

    @Test
    void mangledSeeds() throws Exception {
        Fuzz.run(ProxyTablesFuzzTest.class, 4_000, ProxyTablesFuzzTest::check);
    }

    private static void check(byte[] input) {
        String[] parts = (Fuzz.text(input) + "\n==\n==\n==\n==\n").split("\n==\n", 5);
        List<Server> servers;
        Map<Integer, Protocol> listeners;
        try {
            Stats.sessions(parts[0]);
            servers = Stats.servers(parts[0], parts[1]);
            listeners = Stats.listeners(parts[2]);
        } catch (IOException e) {
            Fuzz.assertSentence(e.getMessage(), 400);
            return;
        }
        servers.forEach(server -> assertThat(server.path()).matches(LINE));
        List<String> lines =
                parts[3].lines().filter(line -> line.matches("[^ ]+ [^ ]+")).toList();
        Snapshot snapshot = new Snapshot(lines, servers, listeners);
        assertThat(snapshot.lines()).allMatch(line -> line.matches(LINE));
        Snapshot again = new Snapshot(snapshot.lines(), servers, listeners);
        assertThat(again.table()).isEqualTo(snapshot.table());
        assertThat(again.spares()).isEqualTo(snapshot.spares());
        assertThat(again.resting()).isEqualTo(snapshot.resting());
        assertThat(snapshot.free(new TreeSet<>(List.of("h0", "h1", "h2")))).isNotNull();
        snapshot.switchTo(snapshot.table())
                .ifPresent(same -> assertThat(new Snapshot(same, servers, listeners).table())
                        .isEqualTo(snapshot.table()));
    }
}
