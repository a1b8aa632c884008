package io.hourglass.spark;

import io.hourglass.Dataset;
import io.hourglass.Scaler;
import io.hourglass.anomaly.AnomalyDetector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * The training rows that {@link AnomalyDetector#learn} chooses from, evenly spread over all, brought to the driver.
 * Their numbers count the valid rows of all partitions in order, so the sample depends on the rows and their order, but
 * not on how partitions divide them.
 *
 * @param rows in the user's units
 * @param names of the rows: their numbers, from 0
 */
record RowSample(Dataset rows, List<String> names) {
    /**
     * Collects the rows.
     *
     * @param data rows with the input column at index 0
     * @param scaler of the model; a row that it cannot scale is invalid
     * @param counts number of valid rows in each partition
     */
    static RowSample of(JavaRDD<InternalRow> data, RowReader reader, Scaler scaler, int[] counts) {
        long all = Arrays.stream(counts).asLongStream().sum();
        long[] numbers = AnomalyDetector.spread(all, reader.inputs());
        ScalerFit.Numbers of = ScalerFit.Numbers.of(scaler); // can be sent to executors
        List<double[]> found = data.mapPartitionsWithIndex(
                        (partition, rows) -> find(rows, reader, of.scaler(), counts, partition, numbers), true)
                .collect();
        return new RowSample(
                Dataset.of(found.toArray(double[][]::new)).withName("training rows"),
                Arrays.stream(numbers).mapToObj(Long::toString).toList());
    }

    /**
     * The rows of a partition with the given numbers, which are ascending.
     *
     * @throws IllegalStateException if the partition no longer has as many valid rows as it had
     */
    private static Iterator<double[]> find(
            Iterator<InternalRow> rows, RowReader reader, Scaler scaler, int[] counts, int partition, long[] numbers) {
        long first = Arrays.stream(counts).limit(partition).asLongStream().sum();
        long number = first;
        int next = Arrays.binarySearch(numbers, number);
        next = next < 0 ? -next - 1 : next;
        float[] scaled = new float[reader.inputs()];
        List<double[]> found = new ArrayList<>();
        while (rows.hasNext()) {
            InternalRow row = rows.next();
            if (reader.read(row, 0, scaled, 0, scaler)) {
                if (next < numbers.length && numbers[next] == number) {
                    double[] values = new double[reader.inputs()];
                    reader.read(row, values);
                    found.add(values);
                    next++;
                }
                number++;
            }
        }
        if (number - first != counts[partition]) {
            throw Rounds.changed(partition);
        }
        return found.iterator();
    }
}
