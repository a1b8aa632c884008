package io.hourglass.spark;

import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.nn.Architecture;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Trains one network on the rows of many partitions, with local steps and averages in rounds (McMahan et al.,
 * Communication-efficient learning of deep networks from decentralized data, 2017; Stich, Local SGD converges fast and
 * communicates little, 2019). In a round, every partition starts from the common state and trains on a part of its
 * rows. Then
 *
 * <ol>
 *   <li>weights and the optimiser's state (Adam's moments or SGD's velocity) are averaged, each partition weighted by
 *   the rows it trained on, as Yu, Jin and Yang (On the linear speedup analysis of communication efficient momentum
 *   SGD, 2019) do with the momentum of SGD; the step count, which Adam needs to correct its moments, is the rounded
 *   mean of the partitions' counts;
 *   <li>Nesterov's momentum is applied to the change of the common weights (Wang et al., SlowMo, 2020; in this form
 *   Douillard et al., DiLoCo, 2023), because an average moves less far than one machine that takes all steps.
 * </ol>
 *
 * A mini-batch is shared as well: each partition takes its part of the batch size, so an epoch has as many steps as on
 * one machine. With one partition there is nothing to average and no momentum, and the result has the bits of {@link
 * Trainer#fit}: the mean of one float, w * n / n in double, is that float (for n below 2^29).
 *
 * <p>A task depends only on its round, its partition, the common state and the rows, so Spark can repeat a lost one.
 * Sums run in double in the order of the partitions, whichever task ends first. So the same partitions give the same
 * bits.
 *
 * <p>The average is a reduce-scatter. Each partition cuts its state into slices. Task s of the next stage receives
 * slice s of all partitions and averages it, and the driver collects the averages. So in each round the driver receives
 * and sends one state (three floats per weight with Adam), whatever the number of partitions, and each task about as
 * much.
 */
final class Rounds {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    private final Architecture architecture;
    private final Recipe recipe;
    private final int roundsPerEpoch;
    private final double momentum;

    /** Minimum share of a mini-batch, in rows. With fewer, the engine spends most of its time on moving weights. */
    private static final int LEAST_SHARE = 8;

    /** A slice of one partition's state, not yet weighted. */
    private static final class Slice implements Serializable {
        private static final long serialVersionUID = 1;

        final Report report;
        final byte[] values;

        Slice(Report report, float[] values) {
            this.report = report;
            this.values = Common.bytes(values);
        }
    }

    /** What a partition did in a round. */
    private static final class Report implements Serializable {
        private static final long serialVersionUID = 1;

        final int partition;

        /** Checksum of its rows. */
        final long sum;

        /** Number of its valid and invalid rows. */
        final int present;

        final long dropped;

        /** Number of rows it trained on in this round, the sum of their errors, and its steps since the start. */
        int rows;

        double squaredError;
        long steps;

        Report(int partition, PartitionRows data) {
            this.partition = partition;
            sum = data.sum();
            present = data.rows();
            dropped = data.dropped();
        }
    }

    /** The average of a slice. The first slice also has the partitions' reports, in their order. */
    private static final class Average implements Serializable {
        private static final long serialVersionUID = 1;

        final int slice;
        final byte[] values;
        final List<Report> reports;

        Average(int slice, float[] values, List<Report> reports) {
            this.slice = slice;
            this.values = Common.bytes(values);
            this.reports = reports;
        }
    }

    /**
     * The result of training: the state after the last round, and the mean error over the mini-batches of the last
     * epoch, each before its step.
     */
    record Outcome(Trainer.State state, double trainMse, int partitions) {}

    /**
     * A run.
     *
     * @param recipe recipe whose batch size counts for all partitions together
     * @param roundsPerEpoch number of rounds, at least 1
     * @param momentum momentum of the common weights, at least 0 and less than 1
     */
    Rounds(Architecture architecture, Recipe recipe, int roundsPerEpoch, double momentum) {
        this.architecture = architecture;
        this.recipe = recipe;
        this.roundsPerEpoch = roundsPerEpoch;
        this.momentum = momentum;
    }

    /**
     * Trains for the recipe's epochs.
     *
     * @param data one element per partition, persisted
     * @throws IllegalArgumentException if there are no valid rows
     * @throws IllegalStateException if a partition was read again and its rows or their order differ, or if a weight is
     *     not finite after the last round
     */
    Outcome run(JavaRDD<PartitionRows> data) {
        List<Report> partitions = data.mapPartitionsWithIndex(
                        (index, rows) -> {
                            Report report = new Report(index, rows.next());
                            end(rows);
                            return List.of(report).iterator();
                        },
                        true)
                .collect();
        int sharing = requireRows(partitions);
        int share = Math.min(recipe.batchSize(), Math.max(LEAST_SHARE, recipe.batchSize() / sharing));
        Recipe local = recipe.with(r -> r.batchSize(share));
        Trainer.State state = trainer(architecture, local).begin();
        float[] velocity = new float[Math.toIntExact(architecture.parameters())];
        double trainMse = Double.NaN;
        for (int epoch = 1; epoch <= recipe.epochs(); epoch++) {
            long start = System.nanoTime();
            double error = 0;
            long rows = 0;
            for (int part = 0; part < roundsPerEpoch; part++) {
                Common common = new Common(state);
                List<Average> averages = round(data, local, common, epoch, part);
                double steps = 0;
                long roundRows = 0;
                for (Report report : averages.get(0).reports) {
                    requireSame(partitions, report);
                    steps += (double) report.steps * report.rows;
                    roundRows += report.rows;
                    error += report.squaredError;
                }
                rows += roundRows;
                if (roundRows > 0) { // 0 if there are more rounds than mini-batches in any partition
                    float[] values = join(averages, common.length());
                    if (sharing > 1) {
                        accelerateInPlace(values, Common.flatten(state.tensors()), velocity);
                    }
                    state = common.with(values, Math.round(steps / roundRows));
                }
            }
            trainMse = error / rows;
            if (LOG.isInfoEnabled()) {
                LOG.info(String.format(
                        Locale.ROOT,
                        "epoch %d of %d: train MSE %.6f, %d rows in %d partitions, %.2f s",
                        epoch,
                        recipe.epochs(),
                        trainMse,
                        rows,
                        sharing,
                        (System.nanoTime() - start) / 1e9));
            }
        }
        requireFinite(state);
        return new Outcome(state, trainMse, sharing);
    }

    /** The library checks the loss before each step. So the effect of the last step and of momentum shows only here. */
    private void requireFinite(Trainer.State state) {
        state.tensors().forEach((name, values) -> {
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw new IllegalStateException("tensor " + name + " contains " + value
                            + " after the last round with stepSize = " + recipe.learningRate()
                            + ", expected finite weights: try a smaller stepSize and check the data");
                }
            }
        });
    }

    /**
     * Nesterov's momentum: v = momentum * v + (mean - before), after = before + (mean - before) + momentum * v.
     *
     * @param mean averaged state, weights first; its weights are changed to those after the round
     * @param before state before the round
     * @param velocity [weights], changed
     */
    private void accelerateInPlace(float[] mean, float[] before, float[] velocity) {
        float factor = (float) momentum;
        for (int i = 0; i < velocity.length; i++) {
            float moved = mean[i] - before[i];
            velocity[i] = factor * velocity[i] + moved;
            mean[i] = before[i] + (moved + factor * velocity[i]);
        }
    }

    private static Trainer trainer(Architecture architecture, Recipe recipe) {
        return new Trainer(architecture, recipe).threads(1);
    }

    private List<Average> round(JavaRDD<PartitionRows> data, Recipe local, Common common, int epoch, int part) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(data.context());
        int slices = Math.max(1, Math.min(data.getNumPartitions(), common.length()));
        Broadcast<Common> broadcast = context.broadcast(common);
        Task task = new Task(architecture, local, roundsPerEpoch, epoch, part, slices, broadcast);
        JavaPairRDD<Integer, Slice> scattered = data.mapPartitionsWithIndex(task::run, true)
                .mapToPair(pair -> pair)
                .partitionBy(new HashPartitioner(slices));
        try {
            return scattered.mapPartitionsWithIndex(Rounds::average, true).collect().stream()
                    .sorted(Comparator.comparingInt(average -> average.slice))
                    .toList();
        } finally {
            // Otherwise shuffle files would pile up until the driver's next garbage collection.
            scattered.rdd().cleanShuffleDependencies(false);
            broadcast.destroy();
        }
    }

    /** One partition's share of a round. */
    private record Task(
            Architecture architecture,
            Recipe recipe,
            int roundsPerEpoch,
            int epoch,
            int part,
            int slices,
            Broadcast<Common> common)
            implements Serializable {

        Iterator<Tuple2<Integer, Slice>> run(int partition, Iterator<PartitionRows> data) {
            PartitionRows rows = data.next();
            Report report = new Report(partition, rows);
            Trainer.State state = common.value().state();
            if (rows.rows() > 0) {
                Trainer.Part result =
                        trainer(architecture, recipe).advance(state, rows.dataset(), epoch, part, roundsPerEpoch);
                report.rows = result.rows();
                report.squaredError = result.squaredError();
                report.steps = result.state().steps();
                state = result.state();
            }
            float[] flat = Common.flatten(state.tensors());
            List<Tuple2<Integer, Slice>> pieces = new ArrayList<>();
            for (int s = 0; s < slices; s++) {
                float[] piece = report.rows == 0
                        ? new float[0]
                        : Arrays.copyOfRange(flat, from(s, slices, flat.length), from(s + 1, slices, flat.length));
                pieces.add(new Tuple2<>(s, new Slice(report, piece)));
            }
            end(data);
            return pieces.iterator();
        }
    }

    /** Spark locks a cached block until its iterator ends, and warns about each block that was not released. */
    private static void end(Iterator<PartitionRows> data) {
        while (data.hasNext()) {
            data.next();
        }
    }

    /** Index of the first value of a slice. */
    private static int from(int slice, int slices, int length) {
        return (int) ((long) length * slice / slices);
    }

    private static Iterator<Average> average(int slice, Iterator<Tuple2<Integer, Slice>> pieces) {
        List<Slice> all = new ArrayList<>();
        pieces.forEachRemaining(piece -> all.add(piece._2()));
        all.sort(Comparator.comparingInt(piece -> piece.report.partition)); // they arrive in any order
        long rows = all.stream().mapToLong(piece -> piece.report.rows).sum();
        int length = all.stream().mapToInt(piece -> piece.values.length).max().orElse(0) / Float.BYTES;
        double[] sum = new double[length];
        for (Slice piece : all) {
            float[] values = Common.floats(piece.values);
            for (int i = 0; i < values.length; i++) {
                sum[i] += (double) values[i] * piece.report.rows;
            }
        }
        float[] mean = new float[length];
        for (int i = 0; i < length; i++) {
            mean[i] = (float) (sum[i] / rows);
        }
        List<Report> reports = new ArrayList<>();
        if (slice == 0) {
            all.forEach(piece -> reports.add(piece.report));
        }
        return List.of(new Average(slice, mean, reports)).iterator();
    }

    private static float[] join(List<Average> averages, int length) {
        float[] flat = new float[length];
        int at = 0;
        for (Average average : averages) {
            float[] values = Common.floats(average.values);
            System.arraycopy(values, 0, flat, at, values.length);
            at += values.length;
        }
        return flat;
    }

    /** Returns the number of partitions that have rows. */
    private static int requireRows(List<Report> partitions) {
        long dropped = partitions.stream().mapToLong(report -> report.dropped).sum();
        int sharing =
                (int) partitions.stream().filter(report -> report.present > 0).count();
        if (sharing == 0) {
            throw new IllegalArgumentException("no rows to train on (invalid rows: " + dropped + ")");
        }
        if (dropped > 0) {
            LOG.warn("left {} invalid rows out of training", dropped);
        }
        return sharing;
    }

    /** What to say if a partition has other rows than before. */
    static IllegalStateException changed(int partition) {
        return new IllegalStateException("partition " + partition
                + " was read again, and its rows or their order differ from the first round: sort the data"
                + " after a shuffle (repartition(n, id).sortWithinPartitions(id)), or write it to a file and"
                + " train on that");
    }

    /** A lost partition is read again. If it changed, results would not be repeatable. */
    private static void requireSame(List<Report> partitions, Report now) {
        if (partitions.get(now.partition).sum != now.sum) {
            throw changed(now.partition);
        }
    }
}
