package dev.cairn.app;

import dev.cairn.app.up.Up;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;

/** Puts the parts of this program together. A part is loaded by the command that needs it. */
final class Wiring implements Machinery {
    @Override
    public void run(UpOptions options) throws IOException, InterruptedException {
        Up.run(options);
    }

    @Override
    public void stopProxy(Path state) throws IOException {
        Up.stopProxy(state);
    }

    @Override
    public Planning planning(KubernetesClient client, Path state) throws IOException {
        throw new IOException("plan is not part of this build");
    }
}
