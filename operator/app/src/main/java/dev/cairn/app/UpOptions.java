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
 * @param apiPort port of the embedded API, 0 to 65535; 0 for any free one, which is kept for the next start
 * @param kubeconfig cluster to run against; empty for the embedded API
 * @param installation name that all containers are labelled with, a DNS label
 * @param repositories to follow
 * @param enforce whether what others change of what a file declares is put back
 * @param allowPrune whether also more than half of what a source has applied is deleted without asking
 */
public record UpOptions(
        List<Path> folders,
        Path state,
        String proxyAddress,
        int apiPort,
        Optional<Path> kubeconfig,
        String installation,
        List<GitOptions> repositories,
        boolean enforce,
        boolean allowPrune) {
    public UpOptions {
        folders = List.copyOf(folders);
        repositories = List.copyOf(repositories);
    }
}
