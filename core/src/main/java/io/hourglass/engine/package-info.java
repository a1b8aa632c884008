/** How a network computes and learns: its layers, one training step, the optimiser. Internal; not exported to users. */
@org.jspecify.annotations.NullMarked
package io.hourglass.engine;
