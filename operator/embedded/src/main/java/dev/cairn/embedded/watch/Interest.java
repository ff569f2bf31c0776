package dev.cairn.embedded.watch;

import dev.cairn.embedded.store.Change;
import dev.cairn.embedded.store.Key;
import dev.cairn.embedded.store.Stored;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What somebody watches.
 *
 * @param namespace null for all
 * @param selected label and field selectors
 */
public record Interest(
        String group, String plural, @Nullable String namespace, Predicate<Stored> selected) {

    /** A change as this watcher sees it: an object that enters the selection is added, one that leaves it deleted. */
    Optional<WatchEvent> view(Change change) {
        Key key = change.after().key();
        if (!key.plural().equals(plural)
                || !key.group().equals(group)
                || (namespace != null && !namespace.equals(key.namespace()))) {
            return Optional.empty();
        }
        Stored before = change.before();
        boolean was = before != null && selected.test(before);
        boolean is = change.type() != Change.Type.DELETED && selected.test(change.after());
        if (!was && !is) {
            return Optional.empty();
        }
        Change.Type type = !is ? Change.Type.DELETED : was ? Change.Type.MODIFIED : Change.Type.ADDED;
        return Optional.of(new WatchEvent(type, change.after()));
    }
}
