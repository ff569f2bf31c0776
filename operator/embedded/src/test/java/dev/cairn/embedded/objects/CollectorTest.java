package dev.cairn.embedded.objects;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.store.Json;
import dev.cairn.embedded.store.Key;
import dev.cairn.embedded.store.Store;
import dev.cairn.embedded.store.Transaction;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectorTest {
    @TempDir
    Path directory;

    private static void event(Transaction tx, String name, Duration age) {
        ObjectNode event = Json.object();
        event.put(
                "lastTimestamp",
                Instant.now().minus(age).truncatedTo(ChronoUnit.SECONDS).toString());
        tx.put(new Key("", "events", "default", name), event);
    }

    private static List<String> names(Store store) {
        return store.list("", "events", null).items().stream()
                .map(event -> event.key().name())
                .toList();
    }

    private static Store expired(Store store) {
        store.write(true, tx -> {
            Collector.expireEvents(tx);
            return true;
        });
        return store;
    }

    @Test
    void eventsGoAfterAnHour() {
        try (Store store = Store.open(directory)) {
            store.start();
            store.write(true, tx -> {
                event(tx, "a", Duration.ofMinutes(61));
                event(tx, "b", Duration.ofMinutes(59));
                return true;
            });
            assertThat(names(expired(store))).containsExactly("b");
        }
    }

    @Test
    void theOldestGoWhenThereAreTooMany() {
        try (Store store = Store.open(directory)) {
            store.start();
            store.write(true, tx -> {
                event(tx, "oldest", Duration.ofMinutes(20));
                event(tx, "young", Duration.ofMinutes(1));
                event(tx, "old", Duration.ofMinutes(19));
                for (int i = 0; i < Collector.MOST_EVENTS - 1; i++) {
                    event(tx, "e" + i, Duration.ofMinutes(10));
                }
                return true;
            });
            assertThat(names(expired(store)))
                    .hasSize(Collector.MOST_EVENTS)
                    .contains("young", "e0")
                    .doesNotContain("oldest", "old");
            assertThat(names(expired(store))).as("no more").hasSize(Collector.MOST_EVENTS);
        }
    }
}
