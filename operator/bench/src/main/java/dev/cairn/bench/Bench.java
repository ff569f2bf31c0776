package dev.cairn.bench;

/** Runs the measurements that need an installation: {@code make up} first, then {@code make bench}. */
public final class Bench {
    private static final int ROUNDS = 5;

    private Bench() {}

    /** KUBECONFIG names the installation. */
    public static void main(String[] arguments) throws Exception {
        TwelveContainers.run(ROUNDS);
        Startup.run(ROUNDS);
        System.exit(0);
    }
}
