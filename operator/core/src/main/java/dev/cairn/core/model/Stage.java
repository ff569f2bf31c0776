package dev.cairn.core.model;

/** A name for a position, counted from the bottom of the stack, 0 or more. */
public record Stage(String name, int position) {}
