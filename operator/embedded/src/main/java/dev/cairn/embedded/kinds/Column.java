package dev.cairn.embedded.kinds;

/**
 * A printed column.
 *
 * @param path JSONPath such as {@code .status.conditions[?(@.type=="Ready")].status}
 * @param priority 0 is always shown, above 0 only with {@code -o wide}
 */
public record Column(String name, String type, String format, String description, int priority, String path) {}
