package io.hourglass.lab.data;

import io.hourglass.Scaler;
import java.util.stream.IntStream;

/** How many digits a model's rows are written with. */
public enum Precision {
    /** Float32: as many as a network gives. */
    FLOATS,
    /** Float64: for values far from 0 beside what they vary by, such as times or readings of a meter. */
    DOUBLES;

    /** In the units of a network, the largest step between floats; the errors of a network are some 1e-3. */
    private static final double COARSE = 1e-5;

    /** What the rows of a model with that scaler need. */
    public static Precision of(Scaler scaler) {
        double[] offset = scaler.offset();
        double[] factor = scaler.factor();
        return IntStream.range(0, offset.length).anyMatch(j -> isCoarse(offset[j], factor[j])) ? DOUBLES : FLOATS;
    }

    private static boolean isCoarse(double offset, double factor) {
        boolean constant = factor == 1 && offset == (float) offset;
        return !constant && Math.ulp((float) offset) * factor > COARSE;
    }

    /** The number that a value is when what was written is read back. */
    public double round(double value) {
        return this == DOUBLES ? value : (float) value;
    }

    /** A value as text, which reads back as the same float or double. */
    public String text(double value) {
        return this == DOUBLES ? Double.toString(value) : Float.toString((float) value);
    }
}
