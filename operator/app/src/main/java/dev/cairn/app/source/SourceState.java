package dev.cairn.app.source;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a folder or a repository that is followed.
 *
 * @param source as the user named it
 * @param commit id of the commit that is in force; null for a folder, and before the first fetch
 * @param time when its author made it, RFC 3339
 * @param subject first line of its message
 * @param problems what cannot be used, reached or applied, one sentence each
 * @param held objects that no file declares any more and that are not deleted without consent
 */
public record SourceState(
        String source,
        @Nullable String commit,
        @Nullable String time,
        @Nullable String subject,
        List<String> problems,
        List<String> held) {
    private static final int MOST = 20; // and one line that says how many more

    private static final int LONGEST = 500;

    public SourceState {
        problems = bounded(problems == null ? List.of() : problems);
        held = held == null ? List.of() : List.copyOf(held);
    }

    static SourceState of(Scan.Folder folder, List<String> problems, List<ObjectId> held) {
        Commit commit = folder.commit();
        return new SourceState(
                folder.name(),
                commit == null ? null : commit.id(),
                commit == null ? null : commit.time().toString(),
                commit == null ? null : commit.subject(),
                problems,
                held.stream().map(ObjectId::toString).toList());
    }

    /** What a consent to the deletion of exactly these objects says. */
    String consent() {
        return Place.digest(String.join("\n", held));
    }

    private static List<String> bounded(List<String> problems) {
        List<String> shown = new ArrayList<>();
        for (String text : problems.subList(0, problems.size() <= MOST + 1 ? problems.size() : MOST)) {
            shown.add(text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...");
        }
        if (problems.size() > MOST + 1) {
            shown.add("and " + (problems.size() - MOST) + " more");
        }
        return List.copyOf(shown);
    }
}
