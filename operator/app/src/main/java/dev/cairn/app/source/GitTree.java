package dev.cairn.app.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;

/** The YAML files of one commit, read from its objects: nothing is written, so there are no links to fall for. */
final class GitTree {
    private static final int MAX_DEPTH = 16;

    /** All files together; a folder of services is far below. */
    private static final long MAX_BYTES = 32L * 1024 * 1024;

    private final Repository repository;
    private final String path;
    private final String label;
    private final List<Place.Text> texts = new ArrayList<>();
    private final List<Scan.Problem> problems = new ArrayList<>();
    private long bytes;

    /**
     * @param path folder to read; empty for all
     * @param label what the user calls the repository in the names of files
     */
    GitTree(Repository repository, String path, String label) {
        this.repository = repository;
        this.path = path;
        this.label = label;
    }

    Place.Content read(ObjectId head) throws IOException {
        try (RevWalk commits = new RevWalk(repository)) {
            RevCommit commit = commits.parseCommit(head);
            Commit shown =
                    new Commit(commit.name(), commit.getAuthorIdent().getWhenAsInstant(), commit.getShortMessage());
            Optional<ObjectId> tree = folder(commit);
            if (tree.isPresent()) {
                walk(tree.get());
            } else {
                problems.add(new Scan.Problem(
                        label, "there is no folder " + path + " in " + shown + "; submodules and links do not count"));
            }
            return new Place.Content(texts, problems, shown);
        }
    }

    private Optional<ObjectId> folder(RevCommit commit) throws IOException {
        if (path.isEmpty()) {
            return Optional.of(commit.getTree().getId());
        }
        try (TreeWalk walk = TreeWalk.forPath(repository, path, commit.getTree())) {
            return walk == null || !walk.getFileMode(0).equals(FileMode.TREE)
                    ? Optional.empty()
                    : Optional.of(walk.getObjectId(0));
        }
    }

    private void walk(ObjectId tree) throws IOException {
        try (TreeWalk walk = new TreeWalk(repository)) {
            walk.addTree(tree);
            while (walk.next()) {
                FileMode mode = walk.getFileMode(0);
                String name = name(walk);
                if (walk.getNameString().startsWith(".")) {
                    continue; // hidden: somebody else's
                }
                if (mode.equals(FileMode.TREE)) {
                    if (walk.getDepth() < MAX_DEPTH) {
                        walk.enterSubtree();
                    }
                } else if (mode.equals(FileMode.GITLINK)) {
                    problem(name, "is a submodule, which is not followed; choose a folder without it by --git-path");
                } else if (YamlText.isYaml(walk.getNameString())) {
                    file(name, mode, walk.getObjectId(0));
                }
                if (texts.size() > Scanner.MAX_FILES || bytes > MAX_BYTES) {
                    texts.clear();
                    problem(
                            label,
                            "has more than " + Scanner.MAX_FILES + " YAML files or " + MAX_BYTES + " bytes of them");
                    return;
                }
            }
        }
    }

    private void file(String name, FileMode mode, ObjectId id) throws IOException {
        if (mode.equals(FileMode.SYMLINK)) {
            problem(name, "is a link, which is not followed in a repository; put the file itself there");
            return;
        }
        try {
            ObjectLoader loader = repository.open(id, Constants.OBJ_BLOB);
            if (loader.getSize() > YamlText.MAX_BYTES) {
                throw YamlText.tooLarge();
            }
            bytes += loader.getSize();
            texts.add(new Place.Text(name, YamlText.decode(loader.getCachedBytes(YamlText.MAX_BYTES))));
        } catch (BadFile e) {
            problem(name, String.valueOf(e.getMessage()));
        }
    }

    private void problem(String name, String message) {
        if (problems.size() <= Scanner.MAX_FILES) {
            problems.add(new Scan.Problem(name, message));
        }
    }

    /** For the user; a name in a repository may hold anything. */
    private String name(TreeWalk walk) {
        String inside = path.isEmpty() ? walk.getPathString() : path + "/" + walk.getPathString();
        return label + ":" + inside.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
    }
}
