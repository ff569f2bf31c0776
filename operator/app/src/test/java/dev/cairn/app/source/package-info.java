@NullMarked
package dev.cairn.app.source;

import org.jspecify.annotations.NullMarked;
