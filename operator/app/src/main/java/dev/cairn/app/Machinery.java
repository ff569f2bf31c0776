package dev.cairn.app;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;

/** What the command line starts and asks. Everything else it does through the API. */
public interface Machinery {
    /**
     * Runs the operator, and the embedded API where no cluster is given, until the process is told to stop.
     *
     * @throws IOException when it cannot start, with one sentence for the user
     */
    void run(UpOptions options) throws IOException, InterruptedException;

    /** Stops the proxy of a state directory, if it runs. */
    void stopProxy(Path state) throws IOException;

    /**
     * @param client acts for the user; closed by the caller
     * @param state the state directory of the installation
     */
    Planning planning(KubernetesClient client, Path state) throws IOException;

    /**
     * Serves the API of a state directory in this process, without an operator.
     *
     * @throws IOException when it cannot, with one sentence
     */
    Served serve(Path state) throws IOException;

    /** An API that is served; gone when closed. */
    interface Served extends AutoCloseable {
        /** How a user reaches it. */
        Config user();

        /** How the operator reaches it, who alone may write ServiceStacks. */
        Config operator();

        @Override
        void close() throws IOException;
    }
}
