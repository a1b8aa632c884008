/** What a network is and what it learns: its layers, activations, variant, loss and corruption. Descriptions only. */
@org.jspecify.annotations.NullMarked
package io.hourglass.nn;
