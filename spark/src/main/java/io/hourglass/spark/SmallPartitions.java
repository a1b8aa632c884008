package io.hourglass.spark;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionCoalescer;
import org.apache.spark.rdd.PartitionGroup;
import org.apache.spark.rdd.RDD;
import scala.Option;

/**
 * Joins neighbouring partitions of few rows. A round costs each partition two tasks and a block for each slice of the
 * state, whatever rows it has, and takes 8 rows of a mini-batch at least: 200 partitions, which Spark makes of a
 * shuffle, of some rows each spend their time on that, and learn little. Which are joined follows from their numbers of
 * rows alone, not from where they are (as in Spark's own coalescing), so the same rows in the same partitions give the
 * same bits.
 */
final class SmallPartitions implements PartitionCoalescer, Serializable {
    private static final long serialVersionUID = 1;

    /** Values that make a partition large enough however few its rows are: 64 MB. */
    private static final int ENOUGH_VALUES = 1 << 24;

    /** Behind the last partition of each group. */
    private final int[] ends;

    private SmallPartitions(int[] ends) {
        this.ends = ends;
    }

    /**
     * Joins partitions.
     *
     * @param rows of each partition
     * @param inputs values of a row
     * @param least rows that a partition is to have, or as many as make 2^24 values; fewer where its neighbours are
     *     too large to join
     * @return the same data where there is nothing to join
     */
    static JavaRDD<TrainingRows> join(JavaRDD<TrainingRows> data, int[] rows, int inputs, int least) {
        int enough = Math.min(least, Math.max(1, ENOUGH_VALUES / inputs));
        int[] ends = ends(rows, enough, TrainingRows.MOST_VALUES / inputs);
        if (ends.length == rows.length) {
            return data;
        }
        return data.rdd()
                .coalesce(ends.length, false, Option.apply(new SmallPartitions(ends)), null)
                .toJavaRDD()
                .mapPartitions(TrainingRows::join, true);
    }

    /**
     * Groups end where they have enough rows, or the next partition does not fit in; what is left over goes to the last
     * one, if that has room.
     *
     * @param most rows of a group, at least those of each partition
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
