package io.hourglass.compute;

/**
 * A view of a matrix in an array, made once and used in every step: element (i, j) is {@code data[offset + i * stride +
 * j]}.
 *
 * @param data shared with other views
 * @param offset index of element (0, 0)
 * @param rows number of rows
 * @param columns number of columns; kernels may also read and write the padding up to the next multiple of {@link
 *     Kernels#lanes()} where they say so
 * @param stride distance from one row to the next
 */
public record Matrix(float[] data, int offset, int rows, int columns, int stride) {
    /** A matrix without gaps between its rows. */
    public Matrix(float[] data, int offset, int rows, int columns) {
        this(data, offset, rows, columns, columns);
    }

    /** Copies all elements to a matrix of the same size. */
    public void copyTo(Matrix to) {
        for (int i = 0; i < rows; i++) {
            System.arraycopy(data, offset + i * stride, to.data, to.offset + i * to.stride, columns);
        }
    }
}
