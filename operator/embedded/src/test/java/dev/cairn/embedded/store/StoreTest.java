package dev.cairn.embedded.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
    private static final Key ONE = new Key("", "things", "a", "one");

    @TempDir
    Path directory;

    private Store open(Store.Listener... listeners) {
        Store store = Store.open(directory);
        store.start(listeners);
        return store;
    }

    private static Stored put(Store store, Key key, String value) {
        return store.write(true, tx -> tx.put(key, Json.object().put("value", value)));
    }

    @Test
    void keepsObjectsAndRevisionAcrossRestarts() {
        long last;
        try (Store store = open()) {
            put(store, ONE, "x");
            put(store, new Key("", "things", "ab", "two"), "y");
            last = put(store, ONE, "z").revision();
        }
        try (Store store = open()) {
            assertThat(store.get(ONE).orElseThrow().object().path("value").asText())
                    .isEqualTo("z");
            assertThat(store.list("", "things", "a").items()).hasSize(1);
            assertThat(store.list("", "things", null).items()).hasSize(2);
            assertThat(store.list("", "thing", null).items()).isEmpty();
            assertThat(put(store, ONE, "w").revision()).isGreaterThan(last);
        }
    }

    @Test
    void dropsWhatAFailedOrDryWriteDid() {
        List<Change> seen = new ArrayList<>();
        try (Store store = open((changes, later) -> seen.addAll(changes))) {
            assertThatThrownBy(() -> store.write(true, tx -> {
                        tx.put(ONE, Json.object());
                        throw new IllegalStateException("no");
                    }))
                    .hasMessage("no");
            Stored dry = store.write(false, tx -> tx.put(ONE, Json.object()));
            assertThat(dry.object()).isNotNull();
            assertThat(store.get(ONE)).isEmpty();
            assertThat(seen).isEmpty();
        }
    }

    @Test
    void aTransactionSeesItsOwnWritesAndOthersOnlyWhatIsDurable() {
        try (Store store = open()) {
            boolean visible = store.write(true, tx -> {
                tx.put(ONE, Json.object());
                assertThat(tx.list("", "things", "a")).hasSize(1);
                return store.get(ONE).isPresent();
            });
            assertThat(visible).isFalse();
            assertThat(store.get(ONE)).isPresent();
        }
    }

    @Test
    void aSecondProcessIsRefused() {
        try (Store store = open()) {
            assertThatThrownBy(() -> Store.open(directory))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("in use by another process");
            put(store, ONE, "still works");
        }
    }

    @Test
    void anEmptyOrMissingFileIsRefusedOnceSomethingWasAcknowledged() throws Exception {
        try (Store store = open()) {
            put(store, ONE, "x");
        }
        Files.write(directory.resolve("objects.db"), new byte[0]);
        assertDamaged();
        Files.delete(directory.resolve("objects.db"));
        assertDamaged();
    }

    @Test
    void rubbishIsRefused() throws Exception {
        try (Store store = open()) {
            put(store, ONE, "x");
        }
        byte[] bytes = Files.readAllBytes(directory.resolve("objects.db"));
        java.util.Arrays.fill(bytes, (byte) 'x');
        Files.write(directory.resolve("objects.db"), bytes);
        assertDamaged();
    }

    @Test
    void aChangedByteInAnObjectIsRefused() throws Exception {
        try (Store store = open()) {
            put(store, ONE, "findme-findme-findme");
        }
        Path file = directory.resolve("objects.db");
        String content = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(content).contains("findme");
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            for (int at = content.indexOf("findme"); at >= 0; at = content.indexOf("findme", at + 1)) {
                raw.seek(at);
                raw.write('F');
            }
        }
        assertDamaged();
    }

    @Test
    void anOlderStateOfTheFileIsRefused() throws Exception {
        Path file = directory.resolve("objects.db");
        try (Store store = open()) {
            put(store, ONE, "x");
        }
        byte[] old = Files.readAllBytes(file);
        try (Store store = open()) {
            put(store, ONE, "y");
        }
        Files.write(file, old);
        assertDamaged();
    }

    /** The files of a store that is open, as a crash would leave them. */
    private Path crashed(String... names) throws Exception {
        Path crashed = Files.createDirectory(directory.resolve("crashed"));
        for (String name : names) {
            Files.copy(directory.resolve(name), crashed.resolve(name));
        }
        return crashed;
    }

    @Test
    void aLogThatIsMissingIsNoticed() throws Exception {
        Path crashed;
        try (Store store = open()) {
            put(store, ONE, "x");
            crashed = crashed("objects.db", "objects.revision");
        }
        assertDamaged(crashed);
    }

    @Test
    void aRestoreDoesNotTakeTheLogOfWhatWasThereBefore() throws Exception {
        byte[] backup;
        Path crashed;
        try (Store store = open()) {
            put(store, ONE, "x");
            backup = Backup.of(store);
            put(store, ONE, "y");
            crashed = crashed("objects.db-wal", "objects.revision");
        }
        Path file = crashed.resolve("objects.db");
        Files.createDirectory(file); // as damaged as can be: not even the log is taken
        assertThatThrownBy(() -> Store.open(crashed)).isInstanceOf(StoreException.class);
        Backup.restore(crashed, new java.io.ByteArrayInputStream(backup));
        assertThat(crashed.resolve("objects.db.old-wal")).exists();
        try (Store store = Store.open(crashed)) {
            assertThat(store.get(ONE).orElseThrow().object().path("value").asText())
                    .isEqualTo("x");
        }
    }

    private void assertDamaged() {
        assertDamaged(directory);
    }

    private static void assertDamaged(Path directory) {
        assertThatThrownBy(() -> Store.open(directory))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged")
                .hasMessageContaining("restore it from a backup");
    }
}
