package dev.cairn.embedded.store;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** The same writes each time for the same seed: some objects are created, changed and deleted, again and again. */
final class Writes {
    static final String ACKNOWLEDGED = "ACK";
    private static final int KEYS = 40;
    private static final int MAX_LENGTH = 5_000;

    /** The value of each object that is there now. */
    final Map<Key, String> state = new HashMap<>();

    private final Random random;

    Writes(int seed) {
        random = new Random(seed);
    }

    /** Decides on the next write and what it does to the state. */
    Next next() {
        Key key = new Key("", "things", "a", "n" + random.nextInt(KEYS));
        String value = "x".repeat(random.nextInt(MAX_LENGTH)) + random.nextInt();
        if (random.nextInt(4) == 0 && state.containsKey(key)) {
            state.remove(key);
            return tx -> tx.delete(tx.get(key));
        }
        state.put(key, value);
        return tx -> tx.put(key, Json.object().put("value", value));
    }

    interface Next {
        Stored run(Transaction tx);
    }

    /**
     * Writes to a store and tells of each write that was acknowledged.
     *
     * @param args data directory, seed, number of writes, and in the end {@code close} or {@code die}
     */
    public static void main(String[] args) {
        Store store = Store.open(Path.of(args[0]));
        store.start();
        Writes writes = new Writes(Integer.parseInt(args[1]));
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            Next next = writes.next();
            store.write(true, next::run);
            System.out.println(ACKNOWLEDGED);
        }
        if (args[3].equals("close")) {
            store.close();
        }
        Runtime.getRuntime().halt(0);
    }
}
