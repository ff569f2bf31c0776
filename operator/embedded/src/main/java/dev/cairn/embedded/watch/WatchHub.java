package dev.cairn.embedded.watch;

import dev.cairn.embedded.store.Change;
import dev.cairn.embedded.store.Listing;
import dev.cairn.embedded.store.Store;
import dev.cairn.embedded.store.Stored;
import dev.cairn.embedded.store.Transaction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The last changes, bounded in number and size, and everybody who watches. */
public final class WatchHub implements Store.Listener {
    /** Of JSON; the trees, where they are in use, come on top. */
    private static final long MAX_BYTES = 8L * 1024 * 1024;

    private final Store store;
    private final int maxChanges;
    private final Deque<Change> history = new ArrayDeque<>(); // guarded by the store's lock
    private final Set<Watcher> watchers = new CopyOnWriteArraySet<>();
    private long bytes;
    private long floor; // changes up to here are forgotten

    public WatchHub(Store store, int maxChanges) {
        this.store = store;
        this.maxChanges = maxChanges;
        this.floor = store.list("", "namespaces", null).revision();
    }

    @Override
    public void committed(List<Change> changes, Consumer<Consumer<Transaction>> later) {
        for (Change change : changes) {
            history.add(change);
            bytes += change.after().json().length;
        }
        while (history.size() > maxChanges || bytes > MAX_BYTES) {
            Change oldest = history.remove();
            bytes -= oldest.after().json().length;
            floor = oldest.after().revision();
        }
        long newest = changes.get(changes.size() - 1).after().revision();
        for (Watcher watcher : watchers) {
            boolean any = false;
            for (Change change : changes) {
                var event = watcher.interest().view(change);
                event.ifPresent(watcher::offer);
                any |= event.isPresent();
            }
            watcher.seen(newest);
            if (any) {
                watcher.wake();
            }
        }
    }

    /**
     * Begins to watch.
     *
     * @param since the revision whose successors are wanted; empty to be told first of everything that exists
     * @param wake called on the writing thread when something was queued; must return at once
     * @throws TooOldException when changes after {@code since} are forgotten, or it lies in the future
     */
    public Watcher subscribe(Interest interest, OptionalLong since, Runnable wake) {
        return store.reading(() -> {
            Listing now = store.list(interest.group(), interest.plural(), interest.namespace());
            Watcher watcher = new Watcher(interest, now.revision(), wake);
            if (since.isEmpty()) {
                for (Stored stored : now.items()) {
                    if (interest.selected().test(stored)) {
                        watcher.begin(new WatchEvent(Change.Type.ADDED, stored));
                    }
                }
            } else {
                replay(watcher, since.getAsLong(), now.revision());
            }
            watchers.add(watcher);
            return watcher;
        });
    }

    private void requireKnown(long revision, long newest) {
        if (revision < floor || revision > newest) {
            throw new TooOldException("too old resource version: " + revision + " (" + newest + ")");
        }
    }

    private void replay(Watcher watcher, long since, long newest) {
        requireKnown(since, newest);
        for (Change change : history) {
            if (change.after().revision() > since) {
                watcher.interest().view(change).ifPresent(watcher::begin);
            }
        }
    }

    /**
     * The objects of a kind as they were at a revision.
     *
     * @throws TooOldException when changes after the revision are forgotten, or it lies in the future
     */
    public Listing listAt(String group, String plural, @Nullable String namespace, long revision) {
        return store.reading(() -> {
            Listing now = store.list(group, plural, namespace);
            requireKnown(revision, now.revision());
            SortedMap<String, Stored> items = new TreeMap<>();
            now.items().forEach(item -> items.put(item.key().text(), item));
            Interest all = new Interest(group, plural, namespace, object -> true);
            for (var later = history.descendingIterator(); later.hasNext(); ) {
                Change change = later.next();
                if (change.after().revision() <= revision) {
                    break;
                }
                if (all.view(change).isPresent()) {
                    takeBack(change, items);
                }
            }
            return new Listing(revision, List.copyOf(items.values()));
        });
    }

    private static void takeBack(Change change, SortedMap<String, Stored> items) {
        Stored before = change.before();
        if (before == null) {
            items.remove(change.after().key().text());
        } else {
            items.put(before.key().text(), before);
        }
    }

    public void unsubscribe(Watcher watcher) {
        watchers.remove(watcher);
    }

    /** How many watch now. */
    public int watching() {
        return watchers.size();
    }

    /** The asked resource version cannot be continued from; list again. */
    public static final class TooOldException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooOldException(String message) {
            super(message);
        }
    }
}
