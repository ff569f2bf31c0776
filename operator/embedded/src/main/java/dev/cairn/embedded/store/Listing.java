package dev.cairn.embedded.store;

import java.util.List;

/** Objects as of one revision. */
public record Listing(long revision, List<Stored> items) {}
