package dev.cairn.core.plan;

import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The list of entries that realises a list of versions with the fewest new containers: a longest common subsequence of
 * the committed list and the versions, among the longest the one with most entries in place; what stays open takes a
 * usable entry of that version from what was being prepared, or, below everything that stays, one that was popped and is
 * retained; the rest is new. Versions decide alone, so the result has
 * the same shape on every stack whose committed versions are the same.
 */
final class Target {
    private Target() {}

    /**
     * A target and the numbers it used up.
     *
     * @param entries index = position
     * @param lastContainer highest n in use afterwards
     */
    record Result(List<Entry> entries, int lastContainer) {}

    /** What a new entry is made of: its number is known, its position picks image and settings. */
    interface NewEntry {
        Entry make(int position, int n);
    }

    /**
     * What a list may be made of.
     *
     * @param committed the committed list
     * @param staged what was being prepared and may be used again
     * @param retained what was popped and may be taken back
     * @param inPlace whether a container of the committed list may only stay where it is
     */
    record Stock(List<Entry> committed, List<Entry> staged, List<Entry> retained, boolean inPlace) {}

    /**
     * @param versions what is wanted, index = position
     * @param lastContainer highest n ever given in the stack
     */
    static Result of(Stock stock, List<Version> versions, int lastContainer, NewEntry fresh) {
        @Nullable Entry[] chosen = choose(stock, versions);
        List<Entry> entries = new ArrayList<>();
        int last = lastContainer;
        for (int position = 0; position < chosen.length; position++) {
            Entry entry = chosen[position];
            entries.add(entry != null ? entry : fresh.make(position, ++last));
        }
        return new Result(entries, last);
    }

    /** Positions that need a new entry. */
    static List<Integer> open(Stock stock, List<Version> versions) {
        @Nullable Entry[] chosen = choose(stock, versions);
        return IntStream.range(0, chosen.length)
                .filter(position -> chosen[position] == null)
                .boxed()
                .toList();
    }

    /**
     * The committed entries that a container which may not move is made anew from, by the position where it is wanted.
     */
    static Map<Integer, Entry> moved(List<Entry> committed, List<Version> versions) {
        @Nullable Entry[] survivors = survivors(committed, versions);
        Map<Integer, Entry> moved = new HashMap<>();
        for (int position = 0; position < survivors.length; position++) {
            Entry entry = survivors[position];
            if (entry != null && inPlace(committed, versions, position) == null) {
                moved.put(position, entry);
            }
        }
        return moved;
    }

    private static @Nullable Entry[] choose(Stock stock, List<Version> versions) {
        @Nullable Entry[] chosen = survivors(stock.committed, versions);
        boolean[] stays = new boolean[chosen.length];
        for (int position = 0; position < chosen.length; position++) {
            stays[position] = chosen[position] != null;
            if (stock.inPlace) {
                chosen[position] = inPlace(stock.committed, versions, position);
            }
        }
        List<Entry> staged = new ArrayList<>(stock.staged);
        staged.removeIf(entry -> contains(stock.committed, entry));
        List<Entry> retained = new ArrayList<>(stock.retained);
        boolean below = true;
        for (int position = 0; position < chosen.length; position++) {
            below &= !stays[position];
            if (chosen[position] == null) {
                Entry prepared = take(staged, versions.get(position));
                chosen[position] = prepared != null || !below ? prepared : take(retained, versions.get(position));
                retained.removeIf(entry -> prepared != null && entry.n() == prepared.n());
            }
        }
        return chosen;
    }

    private static @Nullable Entry inPlace(List<Entry> committed, List<Version> versions, int position) {
        boolean same = position < committed.size() && matches(committed, versions, position, position);
        return same ? committed.get(position) : null;
    }

    private static boolean contains(List<Entry> entries, Entry entry) {
        return entries.stream().anyMatch(e -> e.n() == entry.n());
    }

    private static @Nullable Entry take(List<Entry> pool, Version version) {
        for (Entry entry : pool) {
            if (entry.version().equals(version)) {
                pool.remove(entry);
                return entry;
            }
        }
        return null;
    }

    /** For each wanted position the committed entry that stays there, or null. */
    private static @Nullable Entry[] survivors(List<Entry> committed, List<Version> versions) {
        int rows = committed.size();
        int columns = versions.size();
        // best[i][j]: score of matching committed[i..] with versions[j..]; 1000 per match, 1 more when it is in place,
        // so that the length decides before the places do (a list has at most 32 entries).
        int[][] best = new int[rows + 1][columns + 1];
        for (int i = rows - 1; i >= 0; i--) {
            for (int j = columns - 1; j >= 0; j--) {
                int skip = Math.max(best[i + 1][j], best[i][j + 1]);
                best[i][j] =
                        matches(committed, versions, i, j) ? Math.max(skip, score(i, j) + best[i + 1][j + 1]) : skip;
            }
        }
        @Nullable Entry[] chosen = new @Nullable Entry[columns];
        int i = 0;
        int j = 0;
        while (i < rows && j < columns) {
            if (matches(committed, versions, i, j) && best[i][j] == score(i, j) + best[i + 1][j + 1]) {
                chosen[j++] = committed.get(i++);
            } else if (best[i][j] == best[i + 1][j]) {
                i++;
            } else {
                j++;
            }
        }
        return chosen;
    }

    private static boolean matches(List<Entry> committed, List<Version> versions, int i, int j) {
        return committed.get(i).version().equals(versions.get(j));
    }

    private static int score(int i, int j) {
        return i == j ? 1001 : 1000;
    }
}
