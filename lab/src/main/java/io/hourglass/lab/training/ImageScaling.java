package io.hourglass.lab.training;

import io.hourglass.Dataset;
import io.hourglass.Scaler;
import java.util.Arrays;

/** How rows that are images are scaled if the user does not say: all values alike, so that an image stays one. */
public final class ImageScaling {
    private ImageScaling() {}

    /**
     * The scaler for images: none for bytes and for values from 0 to 1, pixel for whole numbers from 0 to 255. Other
     * values get a single mean and standard deviation, or a single smallest and largest value.
     *
     * @param unitInterval whether scaled values must lie in 0 to 1
     */
    public static Scaler fit(Dataset images, boolean unitInterval) {
        if (images.isPixels()) {
            return Scaler.none();
        }
        int inputs = images.inputs();
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        double sum = 0;
        long count = 0;
        boolean whole = true;
        for (int row = 0; row < images.rows(); row++) {
            for (double value : images.doubles(row)) {
                least = Double.isNaN(value) ? least : Math.min(least, value);
                most = Double.isNaN(value) ? most : Math.max(most, value);
                if (!Double.isNaN(value)) {
                    sum += value;
                    count++;
                    whole &= value == Math.rint(value);
                }
            }
        }
        if (least >= 0 && most <= 1) {
            return Scaler.none();
        }
        if (least >= 0 && most <= 255 && whole) {
            return Scaler.fit(Scaler.Kind.PIXEL, images);
        }
        if (unitInterval) {
            return of(Scaler.Kind.MIN_MAX, least, most - least, inputs);
        }
        double mean = sum / count;
        double squares = 0;
        for (int row = 0; row < images.rows(); row++) {
            for (double value : images.doubles(row)) {
                squares += Double.isNaN(value) ? 0 : (value - mean) * (value - mean);
            }
        }
        return of(Scaler.Kind.STANDARD, mean, Math.sqrt(squares / count), inputs);
    }

    private static Scaler of(Scaler.Kind kind, double offset, double spread, int inputs) {
        double[] offsets = new double[inputs];
        double[] factors = new double[inputs];
        Arrays.fill(offsets, offset);
        Arrays.fill(factors, Double.isInfinite(1 / spread) ? 1 : 1 / spread);
        return Scaler.of(kind, offsets, factors);
    }
}
