/**
 * The custom resources of the group {@code cairn.dev}: their classes, from which {@code crds/} is generated, and
 * {@link dev.cairn.api.Mapping} between them and the model.
 *
 * <p>A field enters the schema only together with its feature: what is accepted works.
 */
@NullMarked
package dev.cairn.api;

import org.jspecify.annotations.NullMarked;
