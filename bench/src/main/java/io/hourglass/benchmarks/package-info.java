/** Micro-benchmarks of the kernels with JMH, and a comparison with PyTorch. Never published. */
@org.jspecify.annotations.NullMarked
package io.hourglass.benchmarks;
