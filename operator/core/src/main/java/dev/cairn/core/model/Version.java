package dev.cairn.core.model;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image tag. Compared by SemVer 2.0 precedence (section 11) after an optional lower-case {@code v}, with any number of
 * numeric parts, missing parts 0; a suffix after {@code -} is a pre-release and lower. So {@code 1.25-alpine} is lower than
 * {@code 1.25}. Numbers have no upper bound but the tag's length; leading zeros count for nothing. Every other tag has no
 * order. Build metadata cannot occur: {@code +} is not allowed in a tag.
 *
 * <p>Two tags may be of equal precedence and yet two versions ({@code v1} and {@code 1.0}): {@link #equals} compares the
 * tags.
 *
 * @param tag the tag as written, not necessarily valid: see {@link #isTag}
 */
public record Version(String tag) {
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final String FIELD = "[A-Za-z0-9_-]+";
    private static final Pattern ORDERED =
            Pattern.compile("v?([0-9]+(?:\\.[0-9]+)*)(?:-(" + FIELD + "(?:\\." + FIELD + ")*))?");

    /**
     * Whether the text can be an image tag at all, by the OCI distribution spec: {@code [A-Za-z0-9_][A-Za-z0-9._-]{0,127}}.
     */
    public static boolean isTag(String text) {
        return TAG.matcher(text).matches();
    }

    /** Whether this version can be compared with others. */
    public boolean hasOrder() {
        return order().isPresent();
    }

    /**
     * Precedence of two versions that both have an order: negative when this one is lower, 0 when neither is.
     *
     * @throws IllegalArgumentException when one of the two has no order
     */
    public int compareOrder(Version other) {
        Parsed mine = parse();
        Parsed theirs = other.parse();
        int parts = Math.max(mine.numbers.size(), theirs.numbers.size());
        for (int i = 0; i < parts; i++) {
            int byPart = mine.number(i).compareTo(theirs.number(i));
            if (byPart != 0) {
                return byPart;
            }
        }
        if (mine.preRelease.isEmpty() || theirs.preRelease.isEmpty()) {
            return Boolean.compare(mine.preRelease.isEmpty(), theirs.preRelease.isEmpty());
        }
        return comparePreRelease(mine.preRelease, theirs.preRelease);
    }

    private static int comparePreRelease(List<String> mine, List<String> theirs) {
        for (int i = 0; i < Math.min(mine.size(), theirs.size()); i++) {
            String a = mine.get(i);
            String b = theirs.get(i);
            boolean aNumeric = isNumeric(a);
            boolean bNumeric = isNumeric(b);
            int byField = aNumeric && bNumeric
                    ? new BigInteger(a).compareTo(new BigInteger(b))
                    : aNumeric != bNumeric ? (aNumeric ? -1 : 1) : a.compareTo(b);
            if (byField != 0) {
                return byField;
            }
        }
        return Integer.compare(mine.size(), theirs.size());
    }

    private static boolean isNumeric(String field) {
        return !field.isEmpty() && field.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** The tag's length is bounded before the pattern sees it: a repeated group costs stack. */
    private Optional<Matcher> order() {
        return isTag(tag) ? Optional.of(ORDERED.matcher(tag)).filter(Matcher::matches) : Optional.empty();
    }

    private Parsed parse() {
        Matcher m = order().orElseThrow(() -> new IllegalArgumentException("a version without order is compared"));
        List<BigInteger> numbers = new ArrayList<>();
        for (String part : m.group(1).split("\\.", -1)) {
            numbers.add(new BigInteger(part));
        }
        return new Parsed(
                numbers, m.group(2) == null ? List.of() : List.of(m.group(2).split("\\.", -1)));
    }

    private record Parsed(List<BigInteger> numbers, List<String> preRelease) {
        BigInteger number(int i) {
            return i < numbers.size() ? numbers.get(i) : BigInteger.ZERO;
        }
    }

    /** The tag. */
    @Override
    public String toString() {
        return tag;
    }
}
