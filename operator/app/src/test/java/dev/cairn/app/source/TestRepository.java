package dev.cairn.app.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/** A repository with a work tree, as a user has it. */
final class TestRepository implements AutoCloseable {
    private final Git git;
    private final Path directory;

    TestRepository(Path directory) throws GitAPIException {
        GitSettings.isolate();
        this.directory = directory;
        this.git = Git.init()
                .setDirectory(directory.toFile())
                .setInitialBranch("main")
                .call();
    }

    Git git() {
        return git;
    }

    String url() {
        return directory
                .toUri()
                .toString()
                .replaceAll("/$", "")
                .replace("file:/", "file:///")
                .replace("/////", "///");
    }

    TestRepository write(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        return this;
    }

    TestRepository delete(String file) throws IOException {
        Files.delete(directory.resolve(file));
        return this;
    }

    TestRepository link(String file, String target) throws IOException {
        Files.createSymbolicLink(directory.resolve(file), Path.of(target));
        return this;
    }

    /** Commits everything and returns the commit's id. */
    String commit(String message) throws GitAPIException {
        git.add().addFilepattern(".").call();
        git.add().addFilepattern(".").setUpdate(true).call();
        return git.commit()
                .setMessage(message)
                .setAuthor("someone", "someone@example.com")
                .setSign(false)
                .call()
                .name();
    }

    /** A commit with an entry of a submodule. */
    void commitSubmodule(String path) throws IOException, GitAPIException {
        DirCache index = git.getRepository().lockDirCache();
        DirCacheEditor editor = index.editor();
        editor.add(new DirCacheEditor.PathEdit(path) {
            @Override
            public void apply(DirCacheEntry entry) {
                entry.setFileMode(FileMode.GITLINK);
                entry.setObjectId(ObjectId.fromString("1234567890123456789012345678901234567890"));
            }
        });
        editor.commit();
        git.commit()
                .setMessage("a submodule")
                .setAuthor("someone", "someone@example.com")
                .setSign(false)
                .call();
    }

    @Override
    public void close() {
        git.close();
    }
}
