package io.hourglass.lab.data;

import io.hourglass.Scaler;
import java.util.stream.IntStream;

/** The number of digits that a model's rows are written with. */
public enum Precision {
    /** Float32, the precision of networks. */
    FLOATS,
    /** Float64, for values that are large compared with their variation, such as times or meter readings. */
    DOUBLES;

    /** The largest acceptable step between floats, in the network's units, where errors are about 1e-3. */
    private static final double COARSE = 1e-5;

    /** The precision that the rows of a model with this scaler need. */
    public static Precision of(Scaler scaler) {
        double[] offset = scaler.offset();
        double[] factor = scaler.factor();
        return IntStream.range(0, offset.length).anyMatch(j -> isCoarse(offset[j], factor[j])) ? DOUBLES : FLOATS;
    }

    private static boolean isCoarse(double offset, double factor) {
        boolean constant = factor == 1 && offset == (float) offset;
        return !constant && Math.ulp((float) offset) * factor > COARSE;
    }

    /** The number that is read back after a value was written. */
    public double round(double value) {
        return this == DOUBLES ? value : (float) value;
    }

    /** A value as text that reads back as the same float or double. */
    public String text(double value) {
        return this == DOUBLES ? Double.toString(value) : Float.toString((float) value);
    }
}
