package dev.cairn.app.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A folder on this machine. */
record FolderPlace(Path directory) implements Place {
    private static final int MAX_DEPTH = 16;

    /** A file that was written a moment ago may be half of what it is going to be. */
    private static final Duration SETTLED = Duration.ofMillis(300);

    @Override
    public String name() {
        return directory.toString();
    }

    /** The folder's place decides which ConfigMap is its memory, however the user writes the path. */
    @Override
    public String memory() {
        return "cairn-folder-"
                + Place.digest(directory.toAbsolutePath().normalize().toString());
    }

    @Override
    public Content read(Instant now) {
        List<Text> texts = new ArrayList<>();
        List<Scan.Problem> problems = new ArrayList<>();
        try {
            Path root = directory.toRealPath();
            for (Path file : files(root)) {
                String name = directory.resolve(root.relativize(file)).toString();
                try {
                    texts.add(new Text(name, text(root, file, now)));
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
        return new Content(texts, problems, null);
    }

    /** The files to read, sorted. Directories behind links are not entered; hidden ones belong to somebody else. */
    private static List<Path> files(Path root) throws IOException, BadFile {
        try (Stream<Path> all = Files.find(root, MAX_DEPTH, (path, attributes) -> !attributes.isDirectory())) {
            List<Path> files = all.filter(
                            path -> YamlText.isYaml(path.getFileName().toString()))
                    .filter(path -> !hidden(root.relativize(path)))
                    .sorted()
                    .limit(Scanner.MAX_FILES + 1)
                    .toList();
            if (files.size() > Scanner.MAX_FILES) {
                throw new BadFile("this folder has more than " + Scanner.MAX_FILES + " YAML files");
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

    private static String text(Path root, Path file, Instant now) throws IOException, BadFile, Passing {
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
        try (InputStream in = Files.newInputStream(real)) {
            return YamlText.decode(in.readNBytes(YamlText.MAX_BYTES + 1));
        }
    }

    private static String reason(Exception e) {
        Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
        return cause.getClass().getSimpleName().replace("Exception", "") + " " + cause.getMessage();
    }

    /** The file may still be changing. */
    private static final class Passing extends Exception {
        private static final long serialVersionUID = 1;
    }
}
