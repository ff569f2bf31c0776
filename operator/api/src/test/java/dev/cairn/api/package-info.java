@NullMarked
package dev.cairn.api;

import org.jspecify.annotations.NullMarked;
