/**
 * Compressed data sets ({@code .hgz}): codes of an autoencoder, quantised and entropy-coded, block by block. {@link
 * io.hourglass.lab.codec.Codec} writes and reads them, {@link io.hourglass.lab.codec.RateDistortion} measures what
 * they cost and what is lost.
 */
@org.jspecify.annotations.NullMarked
package io.hourglass.lab.codec;
