/** The program: one process that serves the API, runs the operator and follows a folder; and the command line. */
@NullMarked
package dev.cairn.app;

import org.jspecify.annotations.NullMarked;
