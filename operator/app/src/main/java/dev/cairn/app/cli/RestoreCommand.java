package dev.cairn.app.cli;

import dev.cairn.embedded.store.Backup;
import dev.cairn.embedded.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts a backup in the place of what the state directory holds. */
@Command(
        name = "restore",
        description =
                "Puts a backup into the state directory of an operator that is stopped. Containers are not touched;"
                        + " the operator leads back to what the backup says when it starts.")
final class RestoreCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "What cairn backup has written.")
    Path file = Path.of("");

    @Option(names = "--force", description = "Also where the state directory holds something; that is kept as *.old.")
    boolean force;

    @Mixin
    StateOption state = new StateOption();

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path directory = state.path();
        Path api = directory.resolve("api");
        new Background(directory).process().ifPresent(process -> {
            throw new UserError("process " + process.pid() + " runs with the state in " + directory
                    + "; stop it with cairn down first");
        });
        if (!Files.isRegularFile(file)) {
            throw new UserError("there is no backup " + file);
        }
        if (Backup.isUsed(api) && !force) {
            throw new UserError("the state in " + directory + " is not empty; with --force the backup takes its place,"
                    + " and what is there now is kept as " + api + "/objects.db.old");
        }
        try (InputStream in = Files.newInputStream(file)) {
            int objects = Backup.restore(api, in);
            Objects.requireNonNull(spec)
                    .commandLine()
                    .getOut()
                    .println(objects + " objects restored to " + directory + "; start the operator again");
            return 0;
        } catch (StoreException e) {
            throw new UserError(Texts.line(e.getMessage()));
        }
    }
}
