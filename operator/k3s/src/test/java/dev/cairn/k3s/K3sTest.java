package dev.cairn.k3s;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.platform.suite.api.AfterSuite;
import org.junit.platform.suite.api.BeforeSuite;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * What {@code make test KUBECONFIG=...} runs, on a K3s of its own; -Dcairn.k3s.image names another image. The operator and
 * its hosts are processes of this machine as ever.
 */
@Suite
@SelectPackages({"dev.cairn.embedded.conformance", "dev.cairn.e2e"})
public class K3sTest {
    private static @Nullable K3sContainer running;

    @BeforeSuite
    public static void start() throws IOException {
        K3sContainer k3s = new K3sContainer(
                DockerImageName.parse(System.getProperty("cairn.k3s.image", "rancher/k3s:v1.34.1-k3s1"))
                        .asCompatibleSubstituteFor("rancher/k3s"));
        running = k3s;
        k3s.start();
        Path kubeconfig =
                Files.createDirectories(Path.of("target").toAbsolutePath()).resolve("kubeconfig");
        Files.writeString(kubeconfig, k3s.getKubeConfigYaml());
        System.setProperty("cairn.kubeconfig", kubeconfig.toString());
        // How the API server in the container reaches the webhook on this machine.
        System.setProperty(
                "cairn.webhook",
                k3s.getContainerInfo().getNetworkSettings().getNetworks().values().stream()
                        .findFirst()
                        .orElseThrow()
                        .getGateway());
    }

    @AfterSuite
    public static void stop() {
        if (running != null) {
            running.stop();
        }
    }
}
