package dev.cairn.app.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads folders. A file whose content has not changed is not parsed again. */
final class Scanner {
    private static final int MAX_FILES = 1000;

    private static final int MAX_DEPTH = 16;

    /** A file that was written a moment ago may be half of what it is going to be. */
    private static final Duration SETTLED = Duration.ofMillis(300);

    private final List<Path> directories;

    /** What the last scan read, by the name of the file. */
    private Map<String, Known> known = new HashMap<>();

    private record Known(String text, List<Document> documents) {}

    Scanner(List<Path> directories) {
        this.directories = List.copyOf(directories);
    }

    /** Reads all folders. What goes wrong is in the result. */
    Scan scan(Instant now) {
        Map<String, Known> seen = new HashMap<>();
        List<Scan.Folder> folders = new ArrayList<>();
        for (Path directory : directories) {
            folders.add(folder(directory, now, seen));
        }
        known = seen;
        return Scan.of(folders);
    }

    private Scan.Folder folder(Path directory, Instant now, Map<String, Known> seen) {
        List<Document> documents = new ArrayList<>();
        List<Scan.Problem> problems = new ArrayList<>();
        try {
            Path root = directory.toRealPath();
            for (Path file : files(root)) {
                String name = directory.resolve(root.relativize(file)).toString();
                try {
                    documents.addAll(documents(root, file, name, now, seen));
                } catch (Passing e) {
                    problems.add(new Scan.Problem(name, "is being written", true));
                } catch (BadFile e) {
                    problems.add(new Scan.Problem(name, String.valueOf(e.getMessage())));
                } catch (IOException e) {
                    problems.add(new Scan.Problem(name, "cannot be read: " + reason(e)));
                }
            }
        } catch (BadFile e) {
            problems.add(new Scan.Problem(directory.toString(), String.valueOf(e.getMessage())));
        } catch (NoSuchFileException e) {
            problems.add(new Scan.Problem(directory.toString(), "this folder does not exist"));
        } catch (IOException | UncheckedIOException e) {
            problems.add(new Scan.Problem(directory.toString(), "cannot be read: " + reason(e)));
        }
        return new Scan.Folder(directory.toString(), memory(directory), documents, problems);
    }

    /** The files to read, sorted. Directories behind links are not entered; hidden ones belong to somebody else. */
    private static List<Path> files(Path root) throws IOException, BadFile {
        try (Stream<Path> all = Files.find(root, MAX_DEPTH, (path, attributes) -> !attributes.isDirectory())) {
            List<Path> files = all.filter(path -> {
                        String name = path.getFileName().toString();
                        return name.endsWith(".yaml") || name.endsWith(".yml");
                    })
                    .filter(path -> !hidden(root.relativize(path)))
                    .sorted()
                    .limit(MAX_FILES + 1)
                    .toList();
            if (files.size() > MAX_FILES) {
                throw new BadFile("this folder has more than " + MAX_FILES + " YAML files");
            }
            return files;
        }
    }

    private static boolean hidden(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private List<Document> documents(Path root, Path file, String name, Instant now, Map<String, Known> seen)
            throws IOException, BadFile, Passing {
        Path real = file.toRealPath();
        if (!real.startsWith(root)) {
            throw new BadFile("is a link that leads out of the folder");
        }
        if (!Files.isRegularFile(real)) {
            throw new BadFile("is not a file");
        }
        Duration age = Duration.between(Files.getLastModifiedTime(real).toInstant(), now);
        if (!age.isNegative() && age.compareTo(SETTLED) < 0) {
            throw new Passing();
        }
        String text = text(real);
        Known before = known.get(name);
        Known current =
                before != null && before.text.equals(text) ? before : new Known(text, YamlText.read(name, text));
        seen.put(name, current);
        return current.documents;
    }

    private static String text(Path file) throws IOException, BadFile {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(YamlText.MAX_BYTES + 1);
            if (bytes.length > YamlText.MAX_BYTES) {
                throw new BadFile("is larger than " + YamlText.MAX_BYTES + " bytes; split it");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadFile("not YAML: it is not UTF-8 text");
        }
    }

    private static String reason(Exception e) {
        Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
        return cause.getClass().getSimpleName().replace("Exception", "") + " " + cause.getMessage();
    }

    /** The folder's place decides which ConfigMap is its memory, however the user writes the path. */
    private static String memory(Path directory) {
        Path place = directory.toAbsolutePath().normalize();
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(place.toString().getBytes(StandardCharsets.UTF_8));
            return "cairn-folder-" + HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The file may still be changing. */
    private static final class Passing extends Exception {
        private static final long serialVersionUID = 1;
    }
}
