package dev.cairn.embedded.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All durable objects in memory, with an index of owners. Not thread-safe; {@link Store} locks. */
final class Memory {
    final TreeMap<String, Stored> objects = new TreeMap<>();
    private final Map<String, String> keyByUid = new HashMap<>();
    private final Map<String, Set<String>> keysByOwner = new HashMap<>();

    void put(Stored stored) {
        String key = stored.key().text();
        remove(key);
        objects.put(key, stored);
        keyByUid.put(stored.uid(), key);
        for (String owner : stored.owners()) {
            keysByOwner.computeIfAbsent(owner, uid -> new LinkedHashSet<>()).add(key);
        }
    }

    void remove(String key) {
        Stored old = objects.remove(key);
        if (old == null) {
            return;
        }
        keyByUid.remove(old.uid());
        for (String owner : old.owners()) {
            keysByOwner.computeIfPresent(owner, (uid, keys) -> {
                keys.remove(key);
                return keys.isEmpty() ? null : keys;
            });
        }
    }

    @Nullable
    String keyOf(String uid) {
        return keyByUid.get(uid);
    }

    Set<String> ownedBy(String uid) {
        return keysByOwner.getOrDefault(uid, Set.of());
    }

    List<Stored> list(String group, String plural, @Nullable String namespace) {
        String prefix = namespace == null ? Key.prefix(group, plural) : Key.prefix(group, plural, namespace);
        List<Stored> found = new ArrayList<>();
        for (Map.Entry<String, Stored> entry : objects.tailMap(prefix).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            found.add(entry.getValue());
        }
        return found;
    }
}
