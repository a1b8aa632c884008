/**
 * Train an autoencoder, use it, save it.
 *
 * <p>{@link io.hourglass.Trainer} turns rows (a {@link io.hourglass.Dataset}) into a model, according to a {@link
 * io.hourglass.Recipe}. The model, an {@link io.hourglass.Autoencoder}, encodes, decodes and measures errors; it
 * carries the {@link io.hourglass.Scaler} of its rows. {@link io.hourglass.Scorer} runs it over a stream of rows.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass;
