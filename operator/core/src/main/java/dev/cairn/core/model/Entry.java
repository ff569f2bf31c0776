package dev.cairn.core.model;

/**
 * One container in a stack's list: everything that is needed to start it again exactly as it was pushed.
 *
 * @param n number in the container's name, never used twice in a stack; 1 or more
 * @param version the version it runs
 * @param image what the engine is told to run: {@code repository@sha256:...}, or {@code sha256:...} for an image that
 *     was loaded and never pushed to a registry
 * @param hostPort port on the host behind which the first container port is published, the others on the next
 *     numbers; 0 when the template names no port
 * @param template the settings it was pushed with
 */
public record Entry(int n, Version version, String image, int hostPort, Template template) {

    /**
     * {@code repository:tag} under which the image was pushed.
     *
     * @param repository of an image that was never in a registry
     */
    public String reference(String repository) {
        int digest = image.indexOf("@sha256:");
        return (digest < 0 ? repository : image.substring(0, digest)) + ":" + version;
    }
}
