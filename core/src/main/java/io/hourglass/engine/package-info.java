/** Computes and trains networks: layers, the training step, the optimiser. Internal; not exported to users. */
@org.jspecify.annotations.NullMarked
package io.hourglass.engine;
