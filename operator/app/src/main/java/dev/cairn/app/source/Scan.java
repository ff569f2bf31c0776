package dev.cairn.app.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was found in the folders at one moment. No object is in it twice.
 *
 * @param folders in the order in which they were given
 */
record Scan(List<Folder> folders) {
    /**
     * What was found in one folder.
     *
     * @param name as the user gave it
     * @param memory name of the ConfigMap that holds what was applied from it
     * @param documents in the order of the files' names
     * @param problems files that could not be used; a folder that has any is not to be taken as the whole truth
     * @param commit that it is of; null for a folder
     */
    record Folder(
            String name,
            String memory,
            List<Document> documents,
            List<Problem> problems,
            @Nullable Commit commit) {
        Folder(String name, String memory, List<Document> documents, List<Problem> problems) {
            this(name, memory, documents, problems, null);
        }

        Folder {
            documents = List.copyOf(documents);
            problems = List.copyOf(problems);
        }
    }

    /**
     * A file, or a part of it, that could not be used.
     *
     * @param passing whether it is so for a moment only, and not worth telling
     */
    record Problem(String file, String message, boolean passing) {
        Problem(String file, String message) {
            this(file, message, false);
        }

        @Override
        public String toString() {
            return file + ": " + message;
        }
    }

    /** Puts folders together: an object that is declared twice counts where it comes first, and is a problem after that. */
    static Scan of(List<Folder> folders) {
        Map<ObjectId, String> declared = new HashMap<>();
        List<Folder> unique = new ArrayList<>();
        for (Folder folder : folders) {
            List<Document> documents = new ArrayList<>();
            List<Problem> problems = new ArrayList<>(folder.problems);
            for (Document document : folder.documents) {
                String first = declared.putIfAbsent(document.id(), document.file());
                if (first == null) {
                    documents.add(document);
                } else {
                    String where = first.equals(document.file()) ? "this file" : first;
                    problems.add(new Problem(
                            document.file(),
                            document.id() + " is declared in " + where + " already; remove one of the two"));
                }
            }
            unique.add(new Folder(folder.name, folder.memory, documents, problems, folder.commit));
        }
        return new Scan(List.copyOf(unique));
    }

    /** Whether every file could be used. */
    boolean complete() {
        return folders.stream().allMatch(folder -> folder.problems().isEmpty());
    }

    /** The commit that a source is of, if any. */
    Optional<Commit> commit(String memory) {
        return folders.stream()
                .filter(folder -> folder.memory().equals(memory))
                .flatMap(folder -> Stream.ofNullable(folder.commit()))
                .findFirst();
    }

    List<Problem> problems() {
        return folders.stream().flatMap(folder -> folder.problems().stream()).toList();
    }

    Set<ObjectId> declared() {
        return folders.stream()
                .flatMap(folder -> folder.documents().stream())
                .map(Document::id)
                .collect(Collectors.toUnmodifiableSet());
    }
}
