package dev.cairn.adapters.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.cairn.core.model.Backend;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.Row;
import dev.cairn.fuzz.Fuzz;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What becomes a word of a command for HAProxy, and what is read from there. Lines: namespace, name, stack, n, address,
 * port, host name, path, endpoint, a generation, and a server's name, a key and a value that HAProxy tells.
 */
class ProxyNamesFuzzTest {
    /** One word: nothing in it ends the word, the command or the line, or begins a quote or a payload. */
    private static final String WORD = "[A-Za-z0-9_.:@/|*~+,=-]+";

    @FuzzTest
    void names(byte[] input) {
        check(input);
    }

    @Test
    void mangledSeeds() throws Exception {
        Fuzz.run(ProxyNamesFuzzTest.class, 20_000, ProxyNamesFuzzTest::check);
    }

    private static void check(byte[] input) {
        List<String> in = Fuzz.lines(input, 13);
        ObjectKey service = new ObjectKey(in.get(0), in.get(1));
        Owner owner = new Owner(service, number(in.get(2)), number(in.get(3)));
        Backend backend = new Backend(owner, in.get(4), number(in.get(5)));
        written(() -> ServerName.of(backend)).ifPresent(name -> {
            assertThat(name).matches(WORD);
            assertThat(ServerName.parse(name)).contains(backend);
        });
        RouteKey key =
                in.get(7).isEmpty() ? RouteKey.tcp(backend.port()) : new RouteKey(backend.port(), in.get(6), in.get(7));
        written(() -> RowText.key(key)).ifPresent(text -> {
            assertThat(text).matches(WORD);
            assertThat(RowText.parseKey(text)).contains(key);
        });
        row(key, new Row(new ObjectKey(in.get(0), in.get(8)), service, List.of(backend)));
        stamp(service, in.get(9));
        read(in.get(10), in.get(11), in.get(12));
    }

    private static void row(RouteKey key, Row row) {
        for (Pool pool : new Pool[] {null, new Pool("h17", 'b')}) {
            written(() -> RowText.row(key, pool, row)).ifPresent(line -> {
                assertThat(line).matches(WORD + " " + WORD);
                String[] words = line.split(" ", 2);
                assertThat(RowText.parseRow(words[0], words[1]))
                        .contains(new RowText.Parsed(key, pool, row.endpoint(), row.service()));
            });
        }
        written(() -> RowText.pair("h17", key)).ifPresent(line -> {
            String[] words = line.split(" ", 2);
            assertThat(RowText.parsePair(words[0])).contains("h17");
            assertThat(RowText.parseKey(words[1])).contains(key);
        });
    }

    private static void stamp(ObjectKey stack, String number) {
        long generation = Math.abs((long) number(number));
        written(() -> RowText.stamp(stack, generation)).ifPresent(line -> {
            assertThat(line).matches(WORD + " [0-9]+");
            String[] words = line.split(" ", 2);
            assertThat(RowText.parseStamp(words[0], words[1])).contains(stack);
        });
    }

    /** What is taken for ours can be written again, and is the same then. */
    private static void read(String server, String key, String value) {
        ServerName.parse(server)
                .ifPresent(backend -> assertThat(ServerName.of(backend)).isEqualTo(server));
        RowText.parseKey(key).ifPresent(route -> assertThat(RowText.key(route)).isEqualTo(key));
        RowText.parseRow(key, value).ifPresent(parsed -> {
            Row row = new Row(parsed.endpoint(), parsed.service(), List.of());
            assertThat(RowText.row(parsed.key(), parsed.pool(), row)).isEqualTo(key + " " + value);
        });
        RowText.parseStamp(key, value)
                .ifPresent(stack ->
                        assertThat(RowText.stamp(stack, Long.parseLong(value))).startsWith(key + " "));
    }

    /** The text, or nothing when it was refused with one sentence. */
    private static Optional<String> written(Supplier<String> text) {
        try {
            return Optional.of(text.get());
        } catch (IllegalArgumentException e) {
            Fuzz.assertSentence(e.getMessage(), 2_000);
            return Optional.empty();
        }
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return text.hashCode();
        }
    }
}
