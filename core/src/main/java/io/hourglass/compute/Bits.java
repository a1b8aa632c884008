package io.hourglass.compute;

/**
 * A view of a matrix of bits: bit j of row i is bit j modulo 64 of {@code words[offset + i * stride + j / 64]}.
 *
 * @param words shared with other views
 * @param offset index of the first word of row 0
 * @param stride words from one row to the next
 */
public record Bits(long[] words, int offset, int stride) {}
