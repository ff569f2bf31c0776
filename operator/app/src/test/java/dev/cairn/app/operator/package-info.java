@NullMarked
package dev.cairn.app.operator;

import org.jspecify.annotations.NullMarked;
