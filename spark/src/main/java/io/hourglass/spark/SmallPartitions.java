package io.hourglass.spark;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionCoalescer;
import org.apache.spark.rdd.PartitionGroup;
import org.apache.spark.rdd.RDD;
import scala.Option;

/**
 * Joins neighbouring partitions that have few rows. In a round, every partition costs two tasks and a block for each
 * slice of the state, however few rows it has, and it takes at least 8 rows of a mini-batch. Spark makes 200 partitions
 * in a shuffle; if each has only a few rows, they spend their time on this overhead and learn little. Which partitions
 * are joined depends only on their row counts. Spark's own coalescing also depends on where they are stored, and then
 * the same rows in the same partitions would not always give the same bits.
 */
final class SmallPartitions implements PartitionCoalescer, Serializable {
    private static final long serialVersionUID = 1;

    /** A partition with this many values (64 MB) is large enough, however few rows it has. */
    private static final int ENOUGH_VALUES = 1 << 24;

    /** For each group, the index after its last partition. */
    private final int[] ends;

    private SmallPartitions(int[] ends) {
        this.ends = ends;
    }

    /**
     * Joins partitions.
     *
     * @param rows number of rows in each partition
     * @param inputs number of values in a row
     * @param least number of rows that is enough for a partition; so are 2^24 values. A partition stays smaller if its
     *     neighbours are too large to join
     * @return the joined data, or the same data if there is nothing to join
     */
    static JavaRDD<PartitionRows> join(JavaRDD<PartitionRows> data, int[] rows, int inputs, int least) {
        int enough = Math.min(least, Math.max(1, ENOUGH_VALUES / inputs));
        int[] ends = ends(rows, enough, PartitionRows.MOST_VALUES / inputs);
        if (ends.length == rows.length) {
            return data;
        }
        return data.rdd()
                .coalesce(ends.length, false, Option.apply(new SmallPartitions(ends)), null)
                .toJavaRDD()
                .mapPartitions(PartitionRows::join, true);
    }

    /**
     * Divides the partitions into groups. A group ends when it has enough rows or the next partition does not fit.
     * Partitions left over at the end join the last group if they fit.
     *
     * @param most maximum number of rows in a group; no partition has more
     */
    static int[] ends(int[] rows, int least, int most) {
        int[] ends = new int[rows.length];
        int groups = 0;
        long sum = 0;
        long last = 0; // rows of the last group
        for (int p = 0; p < rows.length; p++) {
            if (sum + rows[p] > most) {
                ends[groups++] = p;
                last = sum;
                sum = 0;
            }
            sum += rows[p];
            if (sum >= least) {
                ends[groups++] = p + 1;
                last = sum;
                sum = 0;
            }
        }
        if (groups == 0 || last + sum > most) {
            groups++;
        }
        ends[groups - 1] = rows.length;
        return Arrays.copyOf(ends, groups);
    }

    @Override
    public PartitionGroup[] coalesce(int most, RDD<?> parent) {
        PartitionGroup[] groups = new PartitionGroup[ends.length];
        int p = 0;
        for (int g = 0; g < ends.length; g++) {
            groups[g] = new PartitionGroup(Option.empty());
            while (p < ends[g]) {
                groups[g].partitions().$plus$eq(parent.partitions()[p++]);
            }
        }
        return groups;
    }
}
