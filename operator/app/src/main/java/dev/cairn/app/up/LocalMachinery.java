package dev.cairn.app.up;

import dev.cairn.app.Machinery;
import dev.cairn.app.Planning;
import dev.cairn.app.UpOptions;
import dev.cairn.app.operator.Plans;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;

/** The engines and the proxy of this machine. */
public final class LocalMachinery implements Machinery {
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
        return new Plans(client, Up.proxyState(state), Up.installation(state));
    }

    @Override
    public Served serve(Path state) throws IOException {
        return Up.serve(state);
    }
}
