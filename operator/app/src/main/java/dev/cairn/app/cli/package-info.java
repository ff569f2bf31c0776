/** The command line: each command is a small look at or change of the resources. */
@NullMarked
package dev.cairn.app.cli;

import org.jspecify.annotations.NullMarked;
