/** Micro-benchmarks of the kernels with JMH, and the comparison with peers. Never published. */
@org.jspecify.annotations.NullMarked
package io.hourglass.bench;
