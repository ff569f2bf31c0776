package dev.cairn.embedded.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.store.Change;
import dev.cairn.embedded.store.Json;
import dev.cairn.embedded.store.Key;
import dev.cairn.embedded.store.Store;
import dev.cairn.embedded.store.Stored;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchHubTest {
    private static final Interest THINGS = new Interest("", "things", null, object -> true);

    @TempDir
    Path directory;

    private static Change change(long revision) {
        ObjectNode object = Json.object();
        Stored stored = new Stored(new Key("", "things", "", "one"), revision, object, new byte[10]);
        return new Change(Change.Type.MODIFIED, stored, stored);
    }

    @Test
    void aQueueIsBoundedAndAFullOneIsCut() {
        Watcher watcher = new Watcher(THINGS, 1, () -> {});
        for (int i = 0; i < 2_000; i++) {
            watcher.offer(new WatchEvent(Change.Type.MODIFIED, change(i).after()));
        }
        assertThat(watcher.isCut()).isFalse();
        watcher.offer(new WatchEvent(Change.Type.MODIFIED, change(2_000).after()));
        assertThat(watcher.isCut()).isTrue();
        assertThat(watcher.poll()).isNull();
        assertThat(watcher.drainedRevision()).isZero();
    }

    @Test
    void whatIsThereAtTheBeginningDoesNotCount() {
        try (Store store = Store.open(directory)) {
            WatchHub hub = new WatchHub(store, 20_000);
            store.start(hub);
            write(store, 3_000);
            Watcher watcher = hub.subscribe(THINGS, OptionalLong.empty(), () -> {});
            write(store, 2_000);
            assertThat(watcher.isCut()).isFalse();
            for (int i = 0; i < 3_000; i++) {
                assertThat(watcher.drainedRevision()).isZero();
                assertThat(watcher.poll().type()).isEqualTo(Change.Type.ADDED);
            }
            assertThat(watcher.poll().type()).isEqualTo(Change.Type.MODIFIED);
            write(store, 2);
            assertThat(watcher.isCut()).isTrue();
        }
    }

    private static void write(Store store, int things) {
        store.write(true, tx -> {
            for (int i = 0; i < things; i++) {
                tx.put(new Key("", "things", "", "thing" + i), Json.object());
            }
            return things;
        });
    }

    @Test
    void whatHasFallenOutOfTheHistoryIsTooOld() {
        try (Store store = Store.open(directory)) {
            WatchHub hub = new WatchHub(store, 20_000);
            store.start(hub);
            long newest = store.write(true, tx -> {
                for (int i = 0; i < 20_010; i++) {
                    tx.put(new Key("", "things", "", "one"), Json.object());
                }
                return 20_011L;
            });
            assertThatThrownBy(() -> hub.subscribe(THINGS, OptionalLong.of(newest - 20_001), () -> {}))
                    .isInstanceOf(WatchHub.TooOldException.class)
                    .hasMessageContaining("too old resource version");
            assertThat(hub.subscribe(THINGS, OptionalLong.of(newest - 3), () -> {})
                            .drainedRevision())
                    .isZero();
            assertThat(hub.subscribe(THINGS, OptionalLong.of(newest), () -> {}).drainedRevision())
                    .isEqualTo(newest);
        }
    }

    @Test
    void aWatcherIsWokenForWhatItWatchesOnly() {
        try (Store store = Store.open(directory)) {
            WatchHub hub = new WatchHub(store, 20_000);
            store.start(hub);
            int[] woken = {0, 0};
            Watcher things = hub.subscribe(THINGS, OptionalLong.empty(), () -> woken[0]++);
            Watcher others =
                    hub.subscribe(new Interest("", "others", null, o -> true), OptionalLong.empty(), () -> woken[1]++);
            store.write(true, tx -> tx.put(new Key("", "things", "a", "x"), Json.object()));
            assertThat(woken).containsExactly(1, 0);
            assertThat(things.poll().type()).isEqualTo(Change.Type.ADDED);
            assertThat(others.poll()).isNull();
            assertThat(others.drainedRevision())
                    .as("it has come as far without an event")
                    .isEqualTo(2);
            hub.unsubscribe(things);
            store.write(true, tx -> tx.put(new Key("", "things", "a", "x"), Json.object()));
            assertThat(List.of(woken[0], woken[1])).containsExactly(1, 0);
        }
    }
}
