package dev.cairn.adapters.docker;

import dev.cairn.core.model.ObjectKey;

/**
 * Told that something may have changed, never what: whoever listens looks again. Called from threads that serve
 * others as well, so it must return at once (put the key into a queue).
 */
public interface DockerListener {
    /** A container of this service changed its state, or its readiness did. */
    void onService(ObjectKey service);

    /** The host went away or came back, so anything on it may have changed. */
    void onHost(String host);

    /** A container carries labels of this service's containers and is none of them; told once of each. */
    default void onStranger(ObjectKey service, String sentence) {}
}
