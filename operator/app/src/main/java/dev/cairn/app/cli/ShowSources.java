package dev.cairn.app.cli;

import dev.cairn.app.source.SourceState;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sources in {@code cairn show}: one line for each, and below it what is wrong with it. */
final class ShowSources {
    private static final int SHORT = 10;

    private ShowSources() {}

    static List<String> lines(List<SourceState> sources, Filter filter, Instant now) {
        List<SourceState> shown =
                sources.stream().filter(source -> matches(source, filter)).toList();
        if (shown.isEmpty()) {
            return List.of();
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SOURCE", "COMMIT", "AGE", "SUBJECT", "PROBLEMS"));
        for (SourceState source : shown) {
            String commit = Texts.cell(source.commit());
            int problems = source.problems().size() + (source.held().isEmpty() ? 0 : 1);
            rows.add(List.of(
                    Texts.cell(source.source()),
                    commit.substring(0, Math.min(SHORT, commit.length())),
                    age(source.time(), now),
                    Texts.cell(source.subject()),
                    String.valueOf(problems)));
        }
        List<String> aligned = Texts.aligned(rows);
        List<String> lines = new ArrayList<>(aligned.subList(0, 1));
        for (int i = 0; i < shown.size(); i++) {
            lines.add(aligned.get(i + 1));
            problems(shown.get(i), lines);
        }
        return lines;
    }

    private static void problems(SourceState source, List<String> lines) {
        source.problems().forEach(problem -> lines.add("  " + Texts.line(problem)));
        if (!source.held().isEmpty()) {
            lines.add("  " + source.held().size() + " objects are declared no more and wait for cairn prune --yes: "
                    + Texts.line(String.join(", ", source.held())));
        }
    }

    private static boolean matches(SourceState source, Filter filter) {
        return filter.all()
                || filter.text(source.source())
                || filter.text(source.commit())
                || filter.text(source.subject())
                || source.problems().stream().anyMatch(filter::text);
    }

    /** As kubectl tells ages: {@code 12s}, {@code 3m}, {@code 5h}, {@code 8d}. */
    static String age(@Nullable String time, Instant now) {
        if (time == null) {
            return "-";
        }
        try {
            long seconds =
                    Math.max(0, Duration.between(Instant.parse(time), now).toSeconds());
            return seconds < 120
                    ? seconds + "s"
                    : seconds < 7200
                            ? seconds / 60 + "m"
                            : seconds < 172_800 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
        } catch (DateTimeParseException e) {
            return "-";
        }
    }
}
