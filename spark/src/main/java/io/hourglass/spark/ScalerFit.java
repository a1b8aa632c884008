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
 * Learns a scaler on the rows of all partitions, in double: the same bits however the rows are divided and in whatever
 * order. Least and largest values have no rounding. Means and deviations come from sums of integers: the distance of a
 * value from its column's least, in units of 2^-40 of the column's range. As a deviation is at least that range divided
 * by the square root of twice the rows, this is exact to a part in 10^7 for up to 10^9 rows.
 */
final class ScalerFit {
    private static final int PRECISION = 40;

    private ScalerFit() {}

    /** What the values of some rows run from and to, value by value; changed by what is added to it. */
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

        /** That of no rows. */
        static Range none(int inputs) {
            return new Range(inputs);
        }

        /** That of all partitions. */
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
         * Refuses rows with other values.
         *
         * @param reason ends the message: why they are expected, and what to do
         * @throws IllegalArgumentException if a value is outside 0 to that
         */
        void require(String column, int limit, String reason) {
            for (int j = 0; j < least.length; j++) {
                if (rows > 0 && !(least[j] >= 0 && most[j] <= limit)) {
                    throw new IllegalArgumentException("column " + column + ": value " + j + " runs from "
                            + (float) least[j] + " to " + (float) most[j] + ", expected 0 to " + limit + reason);
                }
            }
        }
    }

    /** A scaler's numbers on their way to the executors. */
    record Numbers(Scaler.Kind kind, double[] offset, double[] factor) implements Serializable {
        private static final long serialVersionUID = 1;

        static Numbers of(Scaler scaler) {
            return new Numbers(scaler.kind(), scaler.offset(), scaler.factor());
        }

        Scaler scaler() {
            return Scaler.of(kind, offset, factor);
        }
    }

    /** What the valid rows of a data frame run from and to. */
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
     * @param rows whose column the reader reads
     * @param range of them; there must be a row
     * @param column for messages
     * @throws IllegalArgumentException for pixels outside 0 to 255; the message names the value
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
                range.require(column, 255, ", as scaler = pixel is for grey values");
                Arrays.fill(factor, 1 / 255f); // as Scaler.fit has it
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

    /** A constant becomes 0. */
    private static double factor(double spread) {
        return Double.isInfinite(1 / spread) ? 1 : 1 / spread;
    }

    /** The mean of each value, and one by its standard deviation (of the population). */
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
            BigInteger variance = rows.multiply(squares).subtract(sum.multiply(sum)); // times rows squared
            factor[j] = factor(Math.sqrt(variance.doubleValue()) / range.rows * unit);
        }
    }

    /** For each value the sums of its distances and of their squares, each as two longs: 128 bits. */
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

    /** All valid rows, each good until the next one. */
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
