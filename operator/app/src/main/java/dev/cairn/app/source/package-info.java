/** Folders of YAML files as the truth: what they declare is applied when a file changes. */
@NullMarked
package dev.cairn.app.source;

import org.jspecify.annotations.NullMarked;
