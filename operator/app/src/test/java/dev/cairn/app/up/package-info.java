@NullMarked
package dev.cairn.app.up;

import org.jspecify.annotations.NullMarked;
