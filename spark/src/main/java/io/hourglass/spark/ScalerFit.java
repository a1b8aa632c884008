package io.hourglass.spark;

import io.hourglass.Scaler;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/**
 * Learns a scaler on the rows of all partitions: the same bits however the rows are divided and in whatever order. Least and largest values
 * have no rounding. Means and deviations come from sums of integers: the distance of a value from its column's least, in units of 2^-40 of
 * the column's range, which is exact to a part in 10^7 of the deviation for up to 10^10 rows.
 */
final class ScalerFit {
    private static final int PRECISION = 40;

    private ScalerFit() {}

    /** Rows, with the least and the largest number that each of their values has; empty arrays where there are no rows. */
    record Range(long rows, float[] least, float[] most) implements Serializable {
        private static final long serialVersionUID = 1;

        static Range of(TrainingRows data) {
            if (data.rows() == 0) {
                return new Range(0, new float[0], new float[0]);
            }
            Range range = new Range(data.rows(), data.row(0), data.row(0));
            data.forEach(range::include);
            return range;
        }

        private void include(float[] values, int at) {
            for (int j = 0; j < least.length; j++) {
                least[j] = Math.min(least[j], values[at + j]);
                most[j] = Math.max(most[j], values[at + j]);
            }
        }

        private Range and(Range other) {
            if (rows == 0 || other.rows == 0) {
                return rows == 0 ? other : this;
            }
            Range both = new Range(rows + other.rows, least.clone(), most.clone());
            both.include(other.least, 0);
            both.include(other.most, 0);
            return both;
        }

        /** That of all partitions. */
        static Range of(List<Range> partitions) {
            return partitions.stream().reduce(new Range(0, new float[0], new float[0]), Range::and);
        }

        /**
         * Refuses rows with other values.
         *
         * @param reason ends the message: why they are expected, and what to do
         * @throws IllegalArgumentException if a value is outside 0 to that
         */
        void require(String column, int largest, String reason) {
            for (int j = 0; j < least.length; j++) {
                if (!(least[j] >= 0 && most[j] <= largest)) {
                    throw new IllegalArgumentException("column " + column + ": value " + j + " runs from " + least[j]
                            + " to " + most[j] + ", expected 0 to " + largest + reason);
                }
            }
        }
    }

    /** A scaler's numbers on their way to the executors. */
    record Numbers(Scaler.Kind kind, float[] offset, float[] factor) implements Serializable {
        private static final long serialVersionUID = 1;

        static Numbers of(Scaler scaler) {
            return new Numbers(scaler.kind(), scaler.offset(), scaler.factor());
        }

        Scaler scaler() {
            return Scaler.of(kind, offset, factor);
        }
    }

    /**
     * Learns a scaler, by the rules of {@link Scaler#fit}.
     *
     * @param range of the data, which has a row
     * @param column for messages
     * @throws IllegalArgumentException if a value runs too far to be scaled, or for pixels outside 0 to 255
     */
    static Scaler fit(Scaler.Kind kind, JavaRDD<TrainingRows> data, Range range, String column) {
        if (kind == Scaler.Kind.NONE) {
            return Scaler.none();
        }
        int inputs = range.least.length;
        double[] offset = new double[inputs];
        double[] spread = new double[inputs];
        switch (kind) {
            case NONE -> throw new AssertionError("handled above");
            case PIXEL -> range.require(column, 255, ", as scaler = pixel is for grey values");
            case MIN_MAX -> {
                for (int j = 0; j < inputs; j++) {
                    offset[j] = range.least[j];
                    spread[j] = (double) range.most[j] - range.least[j];
                }
            }
            case STANDARD -> moments(data, range, offset, spread);
        }
        float[] offsets = new float[inputs];
        float[] factors = new float[inputs];
        for (int j = 0; j < inputs; j++) {
            float factor = kind == Scaler.Kind.PIXEL ? 1 / 255f : (float) (1 / spread[j]);
            offsets[j] = (float) offset[j];
            factors[j] = Float.isInfinite(factor) ? 1 : factor; // a constant becomes 0
            if (factors[j] < Float.MIN_NORMAL) {
                throw new IllegalArgumentException("column " + column + ": value " + j + " runs from " + range.least[j]
                        + " to " + range.most[j] + ", too far to be scaled in float arithmetic");
            }
        }
        return Scaler.of(kind, offsets, factors);
    }

    /** Mean and standard deviation (of the population) of each value. */
    private static void moments(JavaRDD<TrainingRows> data, Range range, double[] mean, double[] deviation) {
        List<long[]> partitions = data.map(rows -> sums(rows, range)).collect();
        BigInteger rows = BigInteger.valueOf(range.rows);
        for (int j = 0; j < mean.length; j++) {
            BigInteger sum = BigInteger.ZERO;
            BigInteger squares = BigInteger.ZERO;
            for (long[] partition : partitions) {
                sum = sum.add(integer(partition, 4 * j));
                squares = squares.add(integer(partition, 4 * j + 2));
            }
            double unit = Math.scalb((double) range.most[j] - range.least[j], -PRECISION);
            double average = new BigDecimal(sum)
                    .divide(new BigDecimal(rows), MathContext.DECIMAL64)
                    .doubleValue();
            mean[j] = range.least[j] + average * unit;
            BigInteger variance = rows.multiply(squares).subtract(sum.multiply(sum)); // times rows squared
            deviation[j] = Math.sqrt(variance.doubleValue()) / range.rows * unit;
        }
    }

    /** For each value the sums of its distances and of their squares, each as two longs: 128 bits. */
    private static long[] sums(TrainingRows data, Range range) {
        int inputs = range.least.length;
        long[] sums = new long[4 * inputs];
        double[] scale = new double[inputs];
        for (int j = 0; j < inputs; j++) {
            double width = (double) range.most[j] - range.least[j];
            scale[j] = width == 0 ? 0 : Math.scalb(1.0, PRECISION) / width;
        }
        data.forEach((values, at) -> {
            for (int j = 0; j < inputs; j++) {
                long distance = Math.round(((double) values[at + j] - range.least[j]) * scale[j]);
                addInPlace(sums, 4 * j, 0, distance);
                addInPlace(sums, 4 * j + 2, Math.multiplyHigh(distance, distance), distance * distance);
            }
        });
        return sums;
    }

    private static void addInPlace(long[] sums, int at, long high, long low) {
        sums[at + 1] += low;
        sums[at] += high + (Long.compareUnsigned(sums[at + 1], low) < 0 ? 1 : 0);
    }

    private static BigInteger integer(long[] sums, int at) {
        BigInteger low = new BigInteger(Long.toUnsignedString(sums[at + 1]));
        return BigInteger.valueOf(sums[at]).shiftLeft(Long.SIZE).add(low);
    }
}
