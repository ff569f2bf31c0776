package dev.cairn.app.operator;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Maps that remember what was used last. */
final class Recent {
    private Recent() {}

    /** A map for any threads that forgets what was not used for the longest time when it would have more entries. */
    static <K, V> Map<K, V> atMost(int entries) {
        return Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > entries;
            }
        });
    }
}
