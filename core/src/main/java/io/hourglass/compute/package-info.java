/**
 * The innermost loops: {@link io.hourglass.compute.Kernels} is their contract, implemented in plain Java as the
 * readable specification and with vectors for speed, with equal bits. {@link io.hourglass.compute.Team} is the set of
 * threads that train together. {@code docs/design/kernels.md} and {@code docs/design/numerics.md} explain both.
 * Internal: not exported to users.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.compute;
