package dev.cairn.core.plan;

import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The list of entries that realises a list of versions with the fewest new containers: a longest common subsequence of
 * the committed list and the versions, among the longest the one with most entries in place; what stays open takes a
 * usable entry of that version from what was being prepared; the rest is new. Versions decide alone, so the result has
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
     * @param committed the committed list
     * @param staged the list that was being prepared, or empty
     * @param usable whether an entry of {@code staged} may be used again
     * @param versions what is wanted, index = position
     * @param lastContainer highest n ever given in the stack
     */
    static Result of(
            List<Entry> committed,
            List<Entry> staged,
            Predicate<Entry> usable,
            List<Version> versions,
            int lastContainer,
            NewEntry fresh) {
        @Nullable Entry[] chosen = choose(committed, staged, usable, versions);
        List<Entry> entries = new ArrayList<>();
        int last = lastContainer;
        for (int position = 0; position < chosen.length; position++) {
            Entry entry = chosen[position];
            entries.add(entry != null ? entry : fresh.make(position, ++last));
        }
        return new Result(entries, last);
    }

    /** Positions that need a new entry. */
    static List<Integer> open(
            List<Entry> committed, List<Entry> staged, Predicate<Entry> usable, List<Version> versions) {
        @Nullable Entry[] chosen = choose(committed, staged, usable, versions);
        return IntStream.range(0, chosen.length)
                .filter(position -> chosen[position] == null)
                .boxed()
                .toList();
    }

    private static @Nullable Entry[] choose(
            List<Entry> committed, List<Entry> staged, Predicate<Entry> usable, List<Version> versions) {
        @Nullable Entry[] chosen = survivors(committed, versions);
        List<Entry> pool = new ArrayList<>(staged);
        pool.removeIf(entry -> contains(committed, entry) || !usable.test(entry));
        for (int position = 0; position < chosen.length; position++) {
            if (chosen[position] == null) {
                chosen[position] = take(pool, versions.get(position));
            }
        }
        return chosen;
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
