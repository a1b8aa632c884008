/** Descriptions of a network and its objective: layers, activations, variant, loss and corruption. */
@org.jspecify.annotations.NullMarked
package io.hourglass.nn;
