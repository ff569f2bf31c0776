package dev.cairn.core.model;

import java.time.Instant;

/**
 * A container that was popped and is kept running below its stack, so that an undo finds it warm.
 *
 * @param until when it is given up
 */
public record Retained(Entry entry, Instant until) {}
