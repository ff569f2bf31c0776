package dev.cairn.app.source;

import java.util.Map;

/**
 * One object as a file declares it.
 *
 * @param apiVersion group and version as written, such as {@code cairn.dev/v1alpha1}
 * @param hash of the content; spelling, comments and the order of fields do not count
 * @param content plain JSON values, keys sorted
 * @param file where it was found, for the user
 */
record Document(ObjectId id, String apiVersion, String hash, Map<String, Object> content, String file) {}
