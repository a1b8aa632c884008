/**
 * Networks with their weights: the forward pass, the training step with its planner and layers, and the optimisers.
 * {@code docs/design/engine.md} explains them. Internal: not exported to users.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.engine;
