package dev.cairn.core.model;

import java.util.List;

/**
 * How an image comes onto a host.
 *
 * @param policy when the image's registry is asked
 * @param secrets the Secrets that may have credentials for it, tried in this order
 */
public record ImagePull(Policy policy, List<ObjectKey> secrets) {
    /** What holds where nothing is declared. */
    public static final ImagePull DEFAULT = new ImagePull(Policy.IF_NOT_PRESENT, List.of());

    /** When a registry is asked what a tag names. An image that is named by its digest is only pulled when absent. */
    public enum Policy {
        /** At every push, also when the host has an image of that name. */
        ALWAYS,
        /** When the host does not have the image. */
        IF_NOT_PRESENT,
        /** Never: somebody loads the image onto the host. */
        NEVER
    }

    public ImagePull {
        secrets = List.copyOf(secrets);
    }
}
