@NullMarked
package dev.cairn.app.cli;

import org.jspecify.annotations.NullMarked;
