package dev.cairn.embedded;

import dev.cairn.embedded.EmbeddedApi.Config;
import dev.cairn.embedded.admission.Admission;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Serves the test definitions from a directory until it is killed: for the tests that kill it, and to try by hand. */
public final class ServeMain {
    private ServeMain() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        long began = System.nanoTime();
        EmbeddedApi api = EmbeddedApi.start(Config.local(directory, List.of(widgets()), Admission.ALLOW_ALL));
        api.writeKubeconfig(directory.resolve("kubeconfig"));
        System.out.println("serving " + api.url() + " after " + (System.nanoTime() - began) / 1_000_000 + " ms");
        new CountDownLatch(1).await();
    }

    static String widgets() throws Exception {
        try (var in = ServeMain.class.getResourceAsStream("widgets.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
