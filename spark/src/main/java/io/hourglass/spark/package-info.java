/**
 * Autoencoders as stages of Spark ML. {@link io.hourglass.spark.AutoencoderEstimator} trains on a cluster, and {@link
 * io.hourglass.spark.AutoencoderModel} adds codes, reconstructions and errors to a data frame. {@code
 * docs/design/spark.md} explains how.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.spark;
