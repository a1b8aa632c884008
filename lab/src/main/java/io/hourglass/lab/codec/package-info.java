/**
 * Compressed data sets ({@code .hgz}): codes of an autoencoder, quantised and entropy-coded, block by block. {@link
 * io.hourglass.lab.codec.Codec} writes and reads them; {@link io.hourglass.lab.codec.RateDistortion} measures their
 * size and their error.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.codec;
