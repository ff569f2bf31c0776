package dev.cairn.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code cairn up} was asked for.
 *
 * @param folders to follow, as the user wrote them
 * @param state directory for everything that is kept between runs; made when missing
 * @param proxyAddress IPv4 address on which endpoints listen
 * @param api where the embedded API listens; port 0 for any free one, which is kept for the next start
 * @param cluster to run against; empty for the embedded API
 * @param installation name that all containers are labelled with, a DNS label
 * @param repositories to follow
 * @param enforce whether what others change of what a file declares is put back
 * @param allowPrune whether also more than half of what a source has applied is deleted without asking
 */
public record UpOptions(
        List<Path> folders,
        Path state,
        String proxyAddress,
        Listen api,
        Optional<Cluster> cluster,
        String installation,
        List<GitOptions> repositories,
        boolean enforce,
        boolean allowPrune) {
    /** An IPv4 address of this machine, or 0.0.0.0 for all of them, and a port, 0 to 65535. */
    public record Listen(String address, int port) {
        @Override
        public String toString() {
            return address + ":" + port;
        }
    }

    /**
     * A cluster.
     *
     * @param kubeconfig how it is reached
     * @param webhook where its API server reaches the operator to have writes judged; empty for no webhook
     */
    public record Cluster(Path kubeconfig, Optional<Listen> webhook) {}

    public UpOptions {
        folders = List.copyOf(folders);
        repositories = List.copyOf(repositories);
    }
}
