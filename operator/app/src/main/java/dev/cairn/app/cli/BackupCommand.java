package dev.cairn.app.cli;

import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Copies all that Cairn's own API holds into a file. */
@Command(
        name = "backup",
        description = "Copies all that the API of cairn up holds, Secrets too, as it is at one moment, into a file.")
final class BackupCommand implements Callable<Integer> {
    private static final int SECONDS = 60;

    private static final int OK = 200;

    @Parameters(paramLabel = "FILE", description = "The file; one that is there is replaced.")
    Path file = Path.of("");

    @Mixin
    ApiOptions options = new ApiOptions();

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        byte[] copy;
        try (Api api = options.connect()) {
            copy = fetch(api);
        }
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        Files.createFile(temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(temporary, copy);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Objects.requireNonNull(spec)
                .commandLine()
                .getOut()
                .println("backup written to " + file + ", " + copy.length + " bytes; it holds Secrets");
        return 0;
    }

    private static byte[] fetch(Api api) throws IOException, InterruptedException {
        HttpClient http = api.client().getHttpClient();
        URI uri = URI.create(api.client().getMasterUrl().toString()).resolve("/backup");
        try {
            HttpResponse<byte[]> response = http.sendAsync(
                            http.newHttpRequestBuilder().uri(uri).build(), byte[].class)
                    .get(SECONDS, TimeUnit.SECONDS);
            if (response.code() != OK) {
                throw new UserError("the API at " + api.client().getMasterUrl() + " gives no backup (it answers "
                        + response.code() + "): only the API of cairn up does; back up a cluster by its own means, or"
                        + " use cairn export");
            }
            return response.body();
        } catch (ExecutionException e) {
            throw new UserError("no API answers at " + api.client().getMasterUrl() + " (from " + api.kubeconfig()
                    + "); start it with make up or cairn up DIR");
        } catch (TimeoutException e) {
            throw new UserError(
                    "the API at " + api.client().getMasterUrl() + " gave no backup within " + SECONDS + " s");
        }
    }
}
