package io.hourglass.spark;

import io.hourglass.Dataset;
import io.hourglass.Scaler;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.jspecify.annotations.Nullable;

/** The rows of one partition in the form the library trains on. The executor keeps them between rounds. */
final class PartitionRows implements Serializable {
    private static final long serialVersionUID = 1;

    /** Length of the longest array that every JVM can allocate. */
    static final int MOST_VALUES = Integer.MAX_VALUE - 8;

    private final float[] values;
    private final int inputs;
    private final long dropped;
    private final long sum;
    private transient volatile @Nullable Dataset dataset;

    private PartitionRows(float[] values, int inputs, long dropped) {
        this.values = values;
        this.inputs = inputs;
        this.dropped = dropped;
        long hash = dropped;
        for (float value : values) {
            hash = (hash ^ Float.floatToRawIntBits(value)) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 32;
        }
        this.sum = hash;
    }

    /**
     * Reads a partition. While reading, it needs at most two and a half times the memory of the rows as floats.
     *
     * @param rows rows with the input column at index 0
     * @param scaler scales the values to the network's units
     * @throws IllegalArgumentException if a row is invalid and the reader stops at invalid rows, or if the rows do not
     *     fit into one array
     */
    static PartitionRows read(Iterator<InternalRow> rows, RowReader reader, Scaler scaler) {
        int inputs = reader.inputs();
        float[] values = new float[Math.multiplyExact(64, inputs)];
        int length = 0;
        long dropped = 0;
        while (rows.hasNext()) {
            if (values.length - length < inputs) {
                if (MOST_VALUES - length < inputs) {
                    throw new IllegalArgumentException("a partition has more than " + length / inputs + " rows of "
                            + inputs + " values, which is the limit: repartition the data into more partitions");
                }
                values = Arrays.copyOf(values, (int) Math.min(MOST_VALUES, Math.max(length + inputs, length * 3L / 2)));
            }
            if (reader.read(rows.next(), 0, values, length, scaler)) {
                length += inputs;
            } else {
                dropped++;
            }
        }
        return new PartitionRows(Arrays.copyOf(values, length), inputs, dropped);
    }

    /** Joins the rows of several partitions, in their order. */
    static Iterator<PartitionRows> join(Iterator<PartitionRows> partitions) {
        List<PartitionRows> all = new ArrayList<>();
        partitions.forEachRemaining(all::add);
        if (all.size() == 1) {
            return all.iterator();
        }
        long length = all.stream().mapToLong(rows -> rows.values.length).sum();
        float[] values = new float[Math.toIntExact(length)];
        int at = 0;
        for (PartitionRows rows : all) {
            System.arraycopy(rows.values, 0, values, at, rows.values.length);
            at += rows.values.length;
        }
        long dropped = all.stream().mapToLong(PartitionRows::dropped).sum();
        return List.of(new PartitionRows(values, all.get(0).inputs, dropped)).iterator();
    }

    /** The range of each value. */
    ScalerFit.Range range() {
        ScalerFit.Range range = ScalerFit.Range.none(inputs);
        double[] row = new double[inputs];
        for (int at = 0; at < values.length; at += inputs) {
            for (int j = 0; j < inputs; j++) {
                row[j] = values[at + j];
            }
            range.addInPlace(row);
        }
        return range;
    }

    /** Number of rows. */
    int rows() {
        return values.length / inputs;
    }

    /** Number of invalid rows, which were left out. */
    long dropped() {
        return dropped;
    }

    /** Checksum of the rows and their order. It shows whether a partition that is read again has changed. */
    long sum() {
        return sum;
    }

    /** The rows as a data set of the library; there must be at least one. */
    Dataset dataset() {
        Dataset known = dataset;
        if (known == null) {
            known = Dataset.ofFloats("partition", values, inputs);
            dataset = known;
        }
        return known;
    }
}
