package dev.cairn.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How {@code cairn up} is to run.
 *
 * @param folders folders with resources to apply
 * @param state where this installation keeps what it must not lose
 * @param proxyAddress where the proxy listens
 * @param apiPort port of the embedded API; 0 for any free one, which is kept
 * @param kubeconfig a cluster to run against instead of the embedded API
 * @param installation name that containers are labelled with, a DNS label
 */
public record UpOptions(
        List<Path> folders,
        Path state,
        String proxyAddress,
        int apiPort,
        Optional<Path> kubeconfig,
        String installation) {
    public UpOptions {
        folders = List.copyOf(folders);
    }
}
