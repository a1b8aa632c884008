/**
 * Autoencoders as stages of Spark ML: {@link io.hourglass.spark.AutoencoderEstimator} trains over many machines,
 * {@link io.hourglass.spark.AutoencoderModel} runs over data frames. {@code docs/design/spark.md} explains how.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.spark;
