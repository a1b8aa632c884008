/** JMH benchmarks of the kernels, and a comparison with PyTorch. Never published. */
@org.jspecify.annotations.NullMarked
package io.hourglass.bench;
