package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Team;
import io.hourglass.engine.Network;
import io.hourglass.engine.NonZeros;
import io.hourglass.engine.Random;
import io.hourglass.engine.ThreadChoice;
import io.hourglass.engine.TrainingStep;
import io.hourglass.engine.TrainingTask;
import io.hourglass.engine.Updater;
import io.hourglass.nn.Loss;
import java.util.Arrays;

/** A training run in progress: epochs and mini-batches, on the threads of a team. */
final class TrainingRun implements AutoCloseable {
    private final Recipe recipe;
    private final Dataset train;
    private final ThreadChoice choice;
    private final Team team;
    private final TrainingStep trainingStep;
    private final Kernels kernels;

    /** {@link Kernels#changes} when the choice's measurements began. */
    private int measuredWith;

    final Updater updater;
    private final RunMonitor monitor;
    private final int[] order;
    final int stepsPerEpoch;
    private double errorSum;
    private double objectiveSum;
    private double divergenceSum;
    private int rowsDone;

    /** Steps taken so far, in all epochs. */
    long steps;

    // The step that thread 0 is in.
    private long done;
    private int rowsOfStep;

    /** The step before which the span of steps ends. */
    private volatile int end;

    /** For so long after a change to several threads, two of them may still share a processor. */
    private static final long SETTLING_NANOS = 8_000_000;

    /** The threads of the last span, and when they have settled. */
    private int usedThreads;

    private long settled;

    // The last step, and those of the current span that count.
    private long stepNanos;
    private long measuredNanos;
    private long measuredRows;

    /**
     * A run that has not begun.
     *
     * @param format how the network takes the rows that the user gave
     * @param train those rows, or scaled ones
     * @param scaler what is left to be done to them
     */
    TrainingRun(
            Network network,
            Recipe recipe,
            RowFormat format,
            Dataset train,
            Scaler scaler,
            ThreadChoice choice,
            RunMonitor monitor) {
        this.recipe = recipe;
        this.train = train;
        this.choice = choice;
        this.monitor = monitor;
        kernels = network.kernels();
        boolean maySkip = network.architecture().convolutions().isEmpty();
        NonZeros nonZeros = maySkip && scaler.isNone() && recipe.corruption().isNone() ? train.nonZeros() : null;
        TrainingTask task = new TrainingTask(
                recipe.objective(),
                recipe.corruption(),
                recipe.seed(),
                (order, start, to) -> train.values().gather(kernels, scaler, order, start, to),
                nonZeros != null && nonZeros.isSparseEnough() ? nonZeros : null,
                format.columns(train.hasMissing(), train.inputs()),
                train.hasMissing() ? format.imputed() : null);
        updater = updater(network, recipe);
        int batch = Math.min(recipe.batchSize(), train.rows());
        team = new Team(choice.most());
        trainingStep = new TrainingStep(network, task, updater, batch, team, this::measured);
        order = new int[train.rows()];
        // Forward, backward, and the gradient with respect to the weights.
        kernels.expect((long) (3.0 * network.architecture().parameters() * train.rows() * recipe.epochs()));
        stepsPerEpoch = Math.toIntExact(((long) train.rows() + recipe.batchSize() - 1) / recipe.batchSize());
    }

    /**
     * Requires that the loss can take the rows as targets, and that categories are one-hot. A value outside [0, 1]
     * would pull its sum under the sigmoid to infinity. A scaler's rounding error beyond 1 does no harm.
     */
    static void requireTargets(Recipe recipe, Dataset train, RowFormat format) {
        format.requireComplete(train);
        Scaler scaler = format.scaler();
        ColumnWeights.requireRows(format.table(), train, scaler);
        Loss loss = recipe.objective().loss();
        if (!loss.needsUnitInterval() || (train.isPixels() && scaler.isNone())) {
            return;
        }
        int inputs = train.inputs();
        float[] scaled = new float[inputs];
        train.values().forEachBlock((block, row) -> {
            for (int i = 0; i < block.length; i += inputs) {
                scaler.scalePresent(block, i, scaled, 0, inputs);
                for (int j = 0; j < inputs; j++) {
                    if (scaled[j] < -1e-6f || scaled[j] > 1 + 1e-6f) {
                        throw new IllegalArgumentException(
                                train.name() + ": row " + (row + i / inputs + 1) + " holds " + scaled[j] + " as value "
                                        + (j + 1) + ", expected 0 to 1 for the loss " + loss.label());
                    }
                }
            }
        });
    }

    /** The recipe's optimiser, which has seen no gradient yet. */
    static Updater updater(Network network, Recipe recipe) {
        return Updater.of(
                network,
                new Updater.Settings(
                        recipe.optimizer(),
                        recipe.weightDecay(),
                        recipe.firstDecay(),
                        recipe.beta2(),
                        recipe.momentum(),
                        recipe.nesterov()));
    }

    /** Takes the steps {@code from ... to - 1} of an epoch, or fewer if the monitor stops the run. */
    Measured steps(int epoch, int from, int to) {
        if (recipe.shuffle()) {
            new Random(recipe.seed(), epoch).shuffle(order);
        } else {
            Arrays.setAll(order, i -> i);
        }
        errorSum = 0;
        objectiveSum = 0;
        divergenceSum = 0;
        rowsDone = 0;
        int next = from;
        do {
            next = span(epoch, next, to);
        } while (next < to && monitor.end() == null);
        return new Measured(rowsDone, errorSum, objectiveSum, divergenceSum);
    }

    /**
     * Takes steps on as many threads as the choice says, for as long as it says.
     *
     * @return the step before which it ended
     */
    private int span(int epoch, int from, int to) {
        if (kernels.changes() != measuredWith) {
            measuredWith = kernels.changes();
            choice.restart();
        }
        int threads = choice.threads();
        if (threads != usedThreads) {
            usedThreads = threads;
            settled = System.nanoTime() + (threads > 1 ? SETTLING_NANOS : 0);
        }
        trainingStep.use(threads);
        long before = steps;
        long limit = choice.remaining();
        measuredRows = 0;
        measuredNanos = 0;
        end = to;
        team.run(threads, thread -> {
            for (int step = from; step < end; step++) {
                long start = 0;
                if (thread == 0) {
                    start = System.nanoTime();
                    if (measuredNanos + stepNanos >= limit || monitor.end() != null) {
                        end = step + 1; // all threads see it after this step: they must take the same steps
                    }
                }
                step(thread, epoch, step, before + step - from);
                if (thread == 0) {
                    steps++;
                    stepNanos = System.nanoTime() - start;
                    // In the first step threads wake up, and plan the work if it is new to them.
                    if ((step > from || end == from + 1) && start >= settled) {
                        measuredRows += rowsOfStep;
                        measuredNanos += stepNanos;
                    }
                    monitor.step(epoch, Math.min(train.rows(), (step + 1L) * recipe.batchSize()), train.rows());
                }
            }
        });
        choice.add(measuredRows, measuredNanos);
        return end;
    }

    /**
     * What some steps measured, each before it changed the weights.
     *
     * @param rows number of rows it trained on
     * @param error sum over these rows of the mean squared error per value
     * @param objective sum over these rows of the objective per value
     * @param divergence sum over these rows of the KL divergence
     */
    record Measured(int rows, double error, double objective, double divergence) {}

    /** The memory of the run, on one thread. */
    TrainingStep.Memory memory() {
        trainingStep.use(1);
        return trainingStep.memory();
    }

    @Override
    public void close() {
        team.close();
    }

    /** One mini-batch; every thread of the team calls it. The optimiser has taken {@code stepsBefore} steps before. */
    private void step(int thread, int epoch, int step, long stepsBefore) {
        int start = step * recipe.batchSize();
        int rows = Math.min(recipe.batchSize(), train.rows() - start);
        if (thread == 0) {
            done = (epoch - 1L) * stepsPerEpoch + step;
            rowsOfStep = rows;
            updater.prepare(stepsBefore + 1, recipe.rate(done, stepsPerEpoch));
        }
        trainingStep.run(thread, epoch, order, start, rows);
    }

    /** Thread 0 reports what a step measured. */
    private void measured(double error, double objective, double divergence) {
        rowsDone += rowsOfStep;
        errorSum += error * rowsOfStep;
        objectiveSum += objective * rowsOfStep;
        divergenceSum += divergence * rowsOfStep;
        if (!Double.isFinite(objective)) {
            throw new TrainingException("the loss became " + objective + " in epoch " + (done / stepsPerEpoch + 1)
                    + ", step " + (done % stepsPerEpoch + 1) + " at learning rate " + recipe.rate(done, stepsPerEpoch)
                    + ": try a smaller learning rate, and check the data");
        }
    }
}
