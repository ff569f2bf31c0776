package dev.cairn.app.cli;

import dev.cairn.app.Machinery;
import dev.cairn.app.Planning;
import dev.cairn.app.UpOptions;
import dev.cairn.app.up.LocalMachinery;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a command in this process and keeps what it has printed. */
record CommandLineRun(int code, String out, String err) {
    /** Remembers what it was asked for. */
    static class Recorder implements Machinery {
        final List<UpOptions> runs = new ArrayList<>();
        final List<Path> stopped = new ArrayList<>();
        Planning planning = (services, edits) -> List.of();

        @Override
        public void run(UpOptions options) {
            runs.add(options);
        }

        @Override
        public void stopProxy(Path state) {
            stopped.add(state);
        }

        @Override
        public Served serve(Path state) throws IOException {
            return new LocalMachinery().serve(state);
        }

        @Override
        public Planning planning(KubernetesClient client, Path state) {
            return planning;
        }
    }

    static CommandLineRun of(Machinery machinery, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Cli.run(words, machinery, new PrintWriter(out), new PrintWriter(err));
        return new CommandLineRun(code, out.toString(), err.toString());
    }
}
