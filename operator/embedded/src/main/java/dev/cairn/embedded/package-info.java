/** A Kubernetes API in this process, for machines without a cluster and for tests. */
@NullMarked
package dev.cairn.embedded;

import org.jspecify.annotations.NullMarked;
