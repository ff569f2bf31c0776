package dev.cairn.embedded.store;

import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.NativeLibraryNotFoundException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The store cannot be opened or written; the message is one sentence for the user. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What opening or reading the file told. */
    static StoreException unreadable(Path file, SQLException e) {
        if (e.getCause() instanceof NativeLibraryNotFoundException) {
            return new StoreException(
                    "The store " + file + " cannot be opened: SQLite's native part cannot run in "
                            + System.getProperty(StoreFile.NATIVE_DIRECTORY)
                            + " on this machine; if that is mounted noexec, name"
                            + " another directory with JAVA_OPTS=-D" + StoreFile.NATIVE_DIRECTORY + "=DIRECTORY.",
                    e);
        }
        if (is(e, SQLiteErrorCode.SQLITE_BUSY)) {
            return new StoreException("The store " + file + " is in use by another process; stop that one first.", e);
        }
        if (is(e, SQLiteErrorCode.SQLITE_CORRUPT) || is(e, SQLiteErrorCode.SQLITE_NOTADB)) {
            return damaged(file, "it cannot be read");
        }
        return is(e, SQLiteErrorCode.SQLITE_FULL)
                ? full(file, e)
                : new StoreException("The store " + file + " cannot be opened: " + e.getMessage() + ".", e);
    }

    /** The codes that say more add higher bits to these (sqlite.org/rescode.html). */
    private static boolean is(Exception e, SQLiteErrorCode code) {
        return e instanceof SQLiteException known && (known.getResultCode().code & 0xff) == code.code;
    }

    /** @param how a clause, such as {@code it is missing} */
    static StoreException damaged(Path file, String how) {
        return new StoreException("The store " + file + " is damaged (" + how
                + "); restore it from a backup, or remove the data directory to start empty.");
    }

    private static StoreException full(Path file, Exception e) {
        return new StoreException(
                "Nothing can be written, since the disk with the store " + file
                        + " is full; make space there, and writes go on by themselves as reads do now.",
                e);
    }

    /** What writing to the file told. */
    static StoreException unwritable(Path file, Exception e) {
        boolean full = is(e, SQLiteErrorCode.SQLITE_FULL)
                || String.valueOf(e.getMessage()).contains("No space left on device");
        return full
                ? full(file, e)
                : new StoreException("The store " + file + " cannot be written: " + e.getMessage() + ".", e);
    }
}
