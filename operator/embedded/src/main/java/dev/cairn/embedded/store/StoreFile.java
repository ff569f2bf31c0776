package dev.cairn.embedded.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** The file of the store, an SQLite database whose every commit is synced, and its {@link Witness}. */
final class StoreFile implements AutoCloseable {
    static final String FILE = "objects.db";

    /** What SQLite has not moved into the file yet; it belongs to exactly this file. */
    static final String LOG = FILE + "-wal";

    private static final String REVISION = "revision";
    private static final String COUNT = "count";
    static final String NATIVE_DIRECTORY = "org.sqlite.tmpdir";

    /** In this order: whoever holds the lock from the beginning needs no memory that is shared with others. */
    private static final List<String> SETUP = List.of(
            "PRAGMA locking_mode = EXCLUSIVE",
            "PRAGMA synchronous = FULL", // a commit returns when it would survive a loss of power
            "PRAGMA journal_mode = WAL",
            "PRAGMA journal_size_limit = 16777216",
            "PRAGMA cell_size_check = ON",
            "CREATE TABLE IF NOT EXISTS objects (key TEXT PRIMARY KEY, value BLOB NOT NULL)",
            "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID");

    private final Path directory;
    private final Path file;
    private final Connection database;
    private final Witness witness;
    private final PreparedStatement put;
    private final PreparedStatement remove;
    private final PreparedStatement note;
    private long count;

    private StoreFile(Path directory, Connection database, Witness witness) throws SQLException {
        this.directory = directory;
        this.file = directory.resolve(FILE);
        this.database = database;
        this.witness = witness;
        put = database.prepareStatement(
                "INSERT INTO objects VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
        remove = database.prepareStatement("DELETE FROM objects WHERE key = ?");
        note = database.prepareStatement("INSERT OR REPLACE INTO meta VALUES (?, ?)");
        count = noted(COUNT);
    }

    static StoreFile open(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            boolean expected = Witness.expectsStore(directory);
            if (expected && (!Files.exists(file) || Files.size(file) == 0)) {
                throw StoreException.damaged(file, "it is missing or empty");
            }
            Witness witness = Witness.open(directory);
            try {
                return open(directory, witness);
            } catch (RuntimeException e) {
                witness.close();
                if (!expected) {
                    Files.deleteIfExists(directory.resolve(Witness.FILE));
                }
                throw e;
            }
        } catch (IOException e) {
            throw new StoreException("The store " + file + " cannot be opened: " + e + ".", e);
        }
    }

    private static StoreFile open(Path directory, Witness witness) throws IOException {
        Path file = directory.resolve(FILE);
        prepareNativePart(directory);
        Connection database = null;
        try {
            database = DriverManager.getConnection(
                    "jdbc:sqlite:" + file.toAbsolutePath().toUri());
            try (Statement statement = database.createStatement()) {
                for (String sql : SETUP) {
                    statement.execute(sql);
                }
            }
            database.setAutoCommit(false);
            StoreFile opened = new StoreFile(directory, database, witness);
            long acknowledged = witness.acknowledged();
            if (opened.revision() < acknowledged) {
                throw StoreException.damaged(
                        file,
                        "its last revision is " + opened.revision() + " though " + acknowledged + " was acknowledged");
            }
            return opened;
        } catch (SQLException e) {
            close(database);
            throw StoreException.unreadable(file, e);
        } catch (IOException | RuntimeException e) {
            close(database);
            throw e;
        }
    }

    /**
     * SQLite's native part is unpacked at each start, which often may not run in /tmp. It stays where a process was killed;
     * one that still runs does not miss its file.
     */
    static void prepareNativePart(Path directory) throws IOException {
        if (System.getProperty(NATIVE_DIRECTORY) == null) {
            System.setProperty(NATIVE_DIRECTORY, directory.toString());
            try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, "sqlite-*-libsqlitejdbc.so*")) {
                for (Path file : left) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    long revision() {
        try {
            return noted(REVISION);
        } catch (SQLException e) {
            throw StoreException.unreadable(file, e);
        }
    }

    private long noted(String name) throws SQLException {
        try (PreparedStatement query = database.prepareStatement("SELECT value FROM meta WHERE name = ?")) {
            query.setString(1, name);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    /** Reads every object, verifying each. */
    void load(Consumer<Stored> each) {
        long found = 0;
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery("SELECT key, value FROM objects")) {
            while (rows.next()) {
                each.accept(decode(rows.getString(1), rows.getBytes(2)));
                found++;
            }
        } catch (StoreException e) {
            close(database);
            throw e;
        } catch (SQLException | IOException | RuntimeException e) {
            close(database);
            throw StoreException.damaged(file, "an object cannot be read");
        }
        if (found != count) {
            close(database);
            throw StoreException.damaged(file, "objects are missing");
        }
    }

    private Stored decode(String key, byte[] value) throws IOException {
        byte[] json = Arrays.copyOfRange(value, Long.BYTES, value.length);
        if (ByteBuffer.wrap(value).getLong() != checksum(key, json)) {
            throw StoreException.damaged(file, "the checksum of " + key + " is wrong");
        }
        return new Stored(Key.parse(key), json);
    }

    private static long checksum(String key, byte[] json) {
        CRC32 crc = new CRC32();
        crc.update(key.getBytes(StandardCharsets.UTF_8));
        crc.update(json);
        return crc.getValue();
    }

    /** Writes the changes as one step and returns when they would survive a loss of power. */
    void persist(List<Change> changes, long revision) {
        try {
            for (Change change : changes) {
                String key = change.after().key().text();
                if (change.type() == Change.Type.DELETED) {
                    remove.setString(1, key);
                    remove.executeUpdate();
                    count--;
                } else {
                    byte[] json = change.after().json();
                    put.setString(1, key);
                    put.setBytes(
                            2,
                            ByteBuffer.allocate(Long.BYTES + json.length)
                                    .putLong(checksum(key, json))
                                    .put(json)
                                    .array());
                    put.executeUpdate();
                    count += change.type() == Change.Type.ADDED ? 1 : 0;
                }
            }
            note(REVISION, revision);
            note(COUNT, count);
            database.commit();
            witness.acknowledge(revision);
        } catch (IOException | SQLException | RuntimeException e) {
            throw StoreException.unwritable(file, e);
        }
    }

    private void note(String name, long value) throws SQLException {
        note.setString(1, name);
        note.setLong(2, value);
        note.executeUpdate();
    }

    /**
     * Gives up the connection to the file and makes another one: after a write that failed, what is in the file is known
     * only when it is read again. It is durable when this returns.
     *
     * @throws StoreException when the file cannot be read or written now
     */
    StoreFile reopen() {
        close(database);
        try {
            witness.close();
            StoreFile again = open(directory);
            try {
                again.settle();
                again.witness.acknowledge(again.revision());
                return again;
            } catch (IOException | SQLException | RuntimeException e) {
                close(again.database);
                again.witness.close();
                throw e instanceof StoreException known ? known : StoreException.unwritable(file, e);
            }
        } catch (IOException e) {
            throw StoreException.unwritable(file, e);
        }
    }

    /** Moves the log into the file: whether a sync that failed has left something of it behind, nobody can tell. */
    private void settle() throws SQLException {
        database.commit(); // whatever was read
        try (Statement statement = database.createStatement()) {
            database.setAutoCommit(true);
            try (ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
                if (!result.next() || result.getInt(1) != 0) {
                    throw new SQLException("its log cannot be moved into it");
                }
            }
            database.setAutoCommit(false);
        }
    }

    private static void close(@Nullable Connection database) {
        try {
            if (database != null) {
                database.close();
            }
        } catch (SQLException e) {
            // everything acknowledged has been synced already
        }
    }

    @Override
    public void close() {
        close(database);
        try {
            witness.close();
        } catch (IOException e) {
            // nothing is written to it any more
        }
    }
}
