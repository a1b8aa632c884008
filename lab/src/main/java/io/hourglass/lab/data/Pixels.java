package io.hourglass.lab.data;

/** Converts values in [0, 1] to bytes. */
public final class Pixels {
    private Pixels() {}

    /**
     * The byte nearest to 255 times the value.
     *
     * @param value clipped to [0, 1]
     * @throws IllegalArgumentException if the value is NaN
     */
    public static byte of(float value) {
        if (Float.isNaN(value)) {
            throw new IllegalArgumentException("a pixel is NaN, expected a number in [0, 1]");
        }
        return (byte) Math.round(255 * Math.max(0, Math.min(1, value)));
    }

    /**
     * The bytes of all rows, one row after the other.
     *
     * @param rows at least one, all equally wide, values as for {@link #of}
     * @throws IllegalArgumentException if there is no row, widths differ, a value is NaN or there are more than
     *     2<sup>31</sup> bytes
     */
    public static byte[] ofRows(float[][] rows) {
        long length = (long) rows.length * Npy.requireWidth(rows);
        if (length > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(length + " pixels, expected fewer than 2^31");
        }
        byte[] pixels = new byte[(int) length];
        int at = 0;
        for (float[] row : rows) {
            for (float value : row) {
                pixels[at++] = of(value);
            }
        }
        return pixels;
    }
}
