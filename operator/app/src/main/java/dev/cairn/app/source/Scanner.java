package dev.cairn.app.source;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads folders and repositories. A file whose content has not changed is not parsed again. */
final class Scanner {
    static final int MAX_FILES = 1000;

    private final List<Place> places;

    /** What the last scan read, by the name of the file. */
    private Map<String, Known> known = new HashMap<>();

    private record Known(String text, List<Document> documents) {}

    Scanner(List<? extends Place> places) {
        this.places = List.copyOf(places);
    }

    static Scanner ofFolders(List<Path> directories) {
        return new Scanner(directories.stream().map(FolderPlace::new).toList());
    }

    /** Reads all of them. What goes wrong is in the result. */
    Scan scan(Instant now) {
        Map<String, Known> seen = new HashMap<>();
        List<Scan.Folder> folders = new ArrayList<>();
        for (Place place : places) {
            folders.add(folder(place, now, seen));
        }
        known = seen;
        return Scan.of(folders);
    }

    private Scan.Folder folder(Place place, Instant now, Map<String, Known> seen) {
        Place.Content content = place.read(now);
        List<Document> documents = new ArrayList<>();
        List<Scan.Problem> problems = new ArrayList<>(content.problems());
        for (Place.Text file : content.texts()) {
            try {
                documents.addAll(documents(file.file(), file.text(), seen));
            } catch (BadFile e) {
                problems.add(new Scan.Problem(file.file(), String.valueOf(e.getMessage())));
            }
        }
        problems.sort(Comparator.comparing(Scan.Problem::file));
        return new Scan.Folder(place.name(), place.memory(), documents, problems, content.commit());
    }

    private List<Document> documents(String name, String text, Map<String, Known> seen) throws BadFile {
        Known before = known.get(name);
        Known current =
                before != null && before.text.equals(text) ? before : new Known(text, YamlText.read(name, text));
        seen.put(name, current);
        return current.documents;
    }
}
