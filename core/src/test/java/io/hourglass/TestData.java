package io.hourglass;

import java.util.Random;

/** Random rows for tests; {@link Random} gives the same numbers on every JDK. */
public final class TestData {
    private TestData() {}

    /** Random pixels. */
    public static Dataset pixels(int rows, int inputs, long seed) {
        byte[] pixels = new byte[rows * inputs];
        new Random(seed).nextBytes(pixels);
        return Dataset.ofPixels("pixels", pixels, inputs);
    }

    /** Random floats in [0, 1). */
    public static Dataset floats(int rows, int inputs, long seed) {
        Random random = new Random(seed);
        float[] values = new float[rows * inputs];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(1 << 20) * 0x1p-20f;
        }
        return Dataset.ofFloats("floats", values, inputs);
    }

    /** All rows of a data set. */
    public static float[][] rows(Dataset data) {
        float[][] rows = new float[data.rows()][];
        for (int r = 0; r < rows.length; r++) {
            rows[r] = data.row(r);
        }
        return rows;
    }
}
