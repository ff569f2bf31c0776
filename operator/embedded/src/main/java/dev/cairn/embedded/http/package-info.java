/** The wire: routes, bodies, tokens, TLS, watches. */
@NullMarked
package dev.cairn.embedded.http;

import org.jspecify.annotations.NullMarked;
