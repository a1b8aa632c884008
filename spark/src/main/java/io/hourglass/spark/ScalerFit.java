package io.hourglass.spark;

import io.hourglass.Scaler;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Learns a scaler from the rows of all partitions, in double. The result has the same bits for any partitioning and any
 * order of the rows. Minima and maxima involve no rounding. Means and standard deviations come from sums of integers:
 * each value's distance from the minimum of its column, in units of 2^-40 of the column's range. A standard deviation
 * is at least that range divided by the square root of twice the number of rows, so the result is exact to one part in
 * 10^7 for up to 10^9 rows.
 */
final class ScalerFit {
    private static final int PRECISION = 40;

    private ScalerFit() {}

    /** The smallest and largest of each value over some rows. Mutable. */
    static final class Range implements Serializable {
        private static final long serialVersionUID = 1;

        private long rows;
        private final double[] least;
        private final double[] most;

        private Range(int inputs) {
            least = new double[inputs];
            most = new double[inputs];
            Arrays.fill(least, Double.POSITIVE_INFINITY);
            Arrays.fill(most, Double.NEGATIVE_INFINITY);
        }

        /** The range of no rows. */
        static Range none(int inputs) {
            return new Range(inputs);
        }

        /** The range over all partitions. */
        static Range of(List<Range> partitions, int inputs) {
            Range all = new Range(inputs);
            for (Range each : partitions) {
                if (each.rows > 0) {
                    all.include(each.least);
                    all.include(each.most);
                    all.rows += each.rows;
                }
            }
            return all;
        }

        /** Adds a row. */
        void addInPlace(double[] row) {
            rows++;
            include(row);
        }

        private void include(double[] row) {
            for (int j = 0; j < least.length; j++) {
                least[j] = Math.min(least[j], row[j]);
                most[j] = Math.max(most[j], row[j]);
            }
        }

        long rows() {
            return rows;
        }

        /** The largest of all values. */
        double largest() {
            return Arrays.stream(most).max().orElse(Double.NaN);
        }

        /**
         * Refuses values outside 0 to a limit.
         *
         * @param reason end of the message: why this range is expected, and what to do
         * @throws IllegalArgumentException if a value is below 0 or above the limit
         */
        void require(String column, int limit, String reason) {
            for (int j = 0; j < least.length; j++) {
                if (rows > 0 && !(least[j] >= 0 && most[j] <= limit)) {
                    throw new IllegalArgumentException("column " + column + ": value " + j + " ranges from "
                            + (float) least[j] + " to " + (float) most[j] + ", expected 0 to " + limit + reason);
                }
            }
        }
    }

    /** A scaler in a form that can be sent to the executors. */
    record Numbers(Scaler.Kind kind, double[] offset, double[] factor) implements Serializable {
        private static final long serialVersionUID = 1;

        static Numbers of(Scaler scaler) {
            return new Numbers(scaler.kind(), scaler.offset(), scaler.factor());
        }

        Scaler scaler() {
            return Scaler.of(kind, offset, factor);
        }
    }

    /** The range of each value over the valid rows of a data frame. */
    static Range range(JavaRDD<InternalRow> rows, RowReader reader) {
        List<Range> partitions = rows.mapPartitions(partition -> {
                    Range range = Range.none(reader.inputs());
                    forEach(partition, reader, range::addInPlace);
                    return List.of(range).iterator();
                })
                .collect();
        return Range.of(partitions, reader.inputs());
    }

    /**
     * Learns a scaler, by the rules of {@link Scaler#fit}.
     *
     * @param rows rows that the reader reads
     * @param range range of these rows, of which there must be at least one
     * @param column name of the column, for messages
     * @throws IllegalArgumentException if the kind is pixel and a value is outside 0 to 255; the message names it
     */
    static Scaler fit(Scaler.Kind kind, JavaRDD<InternalRow> rows, RowReader reader, Range range, String column) {
        int inputs = reader.inputs();
        double[] offset = new double[inputs];
        double[] factor = new double[inputs];
        switch (kind) {
            case NONE -> {
                return Scaler.none();
            }
            case PIXEL -> {
                range.require(column, 255, " with scaler = pixel, which is for grey values");
                Arrays.fill(factor, 1 / 255f); // as in Scaler.fit
            }
            case MIN_MAX -> {
                for (int j = 0; j < inputs; j++) {
                    offset[j] = range.least[j];
                    factor[j] = factor(range.most[j] - range.least[j]);
                }
            }
            case STANDARD -> moments(rows, reader, range, offset, factor);
        }
        return Scaler.of(kind, offset, factor);
    }

    /** Reciprocal of a spread; 1 for a constant column, whose scaled value is then 0. */
    private static double factor(double spread) {
        return Double.isInfinite(1 / spread) ? 1 : 1 / spread;
    }

    /** The mean of each value, and the reciprocal of its (population) standard deviation. */
    private static void moments(
            JavaRDD<InternalRow> data, RowReader reader, Range range, double[] mean, double[] factor) {
        List<long[]> partitions = data.mapPartitions(
                        partition -> List.of(sums(partition, reader, range)).iterator())
                .collect();
        BigInteger rows = BigInteger.valueOf(range.rows);
        for (int j = 0; j < mean.length; j++) {
            BigInteger sum = BigInteger.ZERO;
            BigInteger squares = BigInteger.ZERO;
            for (long[] partition : partitions) {
                sum = sum.add(integer(partition, 4 * j));
                squares = squares.add(integer(partition, 4 * j + 2));
            }
            double unit = Math.scalb(range.most[j] - range.least[j], -PRECISION);
            double average = new BigDecimal(sum)
                    .divide(new BigDecimal(rows), MathContext.DECIMAL64)
                    .doubleValue();
            mean[j] = range.least[j] + average * unit;
            BigInteger variance = rows.multiply(squares).subtract(sum.multiply(sum)); // times the square of rows
            factor[j] = factor(Math.sqrt(variance.doubleValue()) / range.rows * unit);
        }
    }

    /** For each value, the sum of its distances and the sum of their squares, each as two longs (128 bits). */
    private static long[] sums(Iterator<InternalRow> rows, RowReader reader, Range range) {
        int inputs = reader.inputs();
        long[] sums = new long[4 * inputs];
        double[] scale = new double[inputs];
        for (int j = 0; j < inputs; j++) {
            scale[j] = factor(range.most[j] - range.least[j]) * Math.scalb(1.0, PRECISION);
        }
        forEach(rows, reader, row -> {
            for (int j = 0; j < inputs; j++) {
                long distance = Math.round((row[j] - range.least[j]) * scale[j]);
                addInPlace(sums, 4 * j, 0, distance);
                addInPlace(sums, 4 * j + 2, Math.multiplyHigh(distance, distance), distance * distance);
            }
        });
        return sums;
    }

    /** Passes all valid rows to the consumer in one buffer, which the next row overwrites. */
    private static void forEach(Iterator<InternalRow> rows, RowReader reader, Consumer<double[]> consumer) {
        double[] row = new double[reader.inputs()];
        while (rows.hasNext()) {
            if (reader.read(rows.next(), row)) {
                consumer.accept(row);
            }
        }
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
