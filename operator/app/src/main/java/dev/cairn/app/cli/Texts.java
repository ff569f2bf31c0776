package dev.cairn.app.cli;

import dev.cairn.api.Grammar;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Text for a terminal. What comes from elsewhere cannot move the cursor there. */
final class Texts {
    private static final int MAX_LENGTH = 2000;

    private Texts() {}

    /** One line without control characters; empty for null. */
    static String line(@Nullable String text) {
        String line =
                text == null ? "" : text.replaceAll(Grammar.UNSEEN + "+", " ").strip();
        if (line.length() <= MAX_LENGTH) {
            return line;
        }
        boolean half = Character.isHighSurrogate(line.charAt(MAX_LENGTH - 1));
        return line.substring(0, half ? MAX_LENGTH - 1 : MAX_LENGTH) + "...";
    }

    /** {@link #line} of the text, or a hyphen where there is none. */
    static String cell(@Nullable Object value) {
        String line = value == null ? "" : line(value.toString());
        return line.isEmpty() ? "-" : line;
    }

    /** The rows with their columns aligned, two blanks apart; nothing at the ends of the lines. */
    static List<String> aligned(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                int width = row.get(column).length();
                if (column == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(column, Math.max(widths.get(column), width));
                }
            }
        }
        return rows.stream().map(row -> aligned(row, widths)).toList();
    }

    private static String aligned(List<String> row, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            String cell = row.get(column);
            line.append(cell).append(" ".repeat(widths.get(column) - cell.length() + 2));
        }
        return line.toString().stripTrailing();
    }
}
