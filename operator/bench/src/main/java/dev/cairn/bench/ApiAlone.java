package dev.cairn.bench;

import dev.cairn.app.Machinery;
import dev.cairn.app.up.LocalMachinery;
import io.fabric8.kubernetes.client.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CountDownLatch;

/** The embedded API with all that it checks and without an operator, as a process of its own; its argument is a state directory. */
final class ApiAlone {
    private ApiAlone() {}

    public static void main(String[] arguments) throws Exception {
        Path state = Path.of(arguments[0]);
        Machinery.Served served = new LocalMachinery().serve(state);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                served.close();
            } catch (java.io.IOException e) {
                System.err.println(e.getMessage());
            }
        }));
        Config user = served.user();
        Path file = Files.writeString(state.resolve("kubeconfig.new"), """
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "%s", certificate-authority-data: %s}}]
                users: [{name: u, user: {token: "%s"}}]
                """.formatted(
                        user.getMasterUrl(), user.getCaCertData(), user.getOauthToken()));
        Files.move(file, state.resolve("kubeconfig"), StandardCopyOption.ATOMIC_MOVE);
        new CountDownLatch(1).await();
    }
}
