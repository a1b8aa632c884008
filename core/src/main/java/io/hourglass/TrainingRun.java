package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Team;
import io.hourglass.engine.Network;
import io.hourglass.engine.NonZeros;
import io.hourglass.engine.Random;
import io.hourglass.engine.TrainingStep;
import io.hourglass.engine.TrainingTask;
import io.hourglass.engine.Updater;
import java.util.concurrent.TimeUnit;

/** A training run in progress: epochs and mini-batches, on all threads of a team. */
final class TrainingRun {
    /** Time between two calls of {@link TrainingListener#onProgress}. */
    private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Recipe recipe;
    private final Dataset train;
    private final Team team;
    private final TrainingListener listener;
    private final TrainingStep trainingStep;
    final Updater updater;
    private final int[] order;
    final int stepsPerEpoch;
    double errorSum;
    double objectiveSum;
    double divergenceSum;

    /** Steps before this call of {@link #steps(int, int, int)}; no thread changes it while the team runs. */
    long steps;

    // The step that thread 0 is in.
    private long done;
    private int rowsOfStep;

    private volatile boolean stopped;

    TrainingRun(Network network, Recipe recipe, Dataset train, Scaler scaler, Team team, TrainingListener listener) {
        this.recipe = recipe;
        this.train = train;
        this.team = team;
        this.listener = listener;
        Kernels kernels = network.kernels();
        NonZeros nonZeros = scaler.isNone() && recipe.corruption().isNone() ? train.nonZeros() : null;
        TrainingTask task = new TrainingTask(
                recipe.objective(),
                recipe.corruption(),
                recipe.seed(),
                (order, start, to) -> train.copyRows(
                        kernels, scaler, order, start, to.rows(), to.data(), to.offset(), to.stride()),
                nonZeros != null && nonZeros.isSparseEnough() ? nonZeros : null);
        updater = updater(network, recipe);
        int batch = Math.min(recipe.batchSize(), train.rows());
        trainingStep = new TrainingStep(network, task, updater, batch, team, this::measured);
        order = new int[train.rows()];
        stepsPerEpoch = (train.rows() + recipe.batchSize() - 1) / recipe.batchSize();
    }

    /** The recipe's optimiser, which has seen no gradient yet. */
    static Updater updater(Network network, Recipe recipe) {
        return Updater.of(
                network,
                new Updater.Settings(
                        io.hourglass.nn.Optimizer.ADAMW,
                        recipe.weightDecay(),
                        recipe.firstDecay(),
                        recipe.beta2(),
                        0,
                        false));
    }

    /** One pass over the rows; returns the mean loss before each step. */
    double epoch(int epoch) {
        steps = (epoch - 1L) * stepsPerEpoch;
        steps(epoch, 0, stepsPerEpoch);
        return errorSum / train.rows();
    }

    /** Some mini-batches of an epoch: step from to step to - 1. */
    void steps(int epoch, int from, int to) {
        if (recipe.shuffle()) {
            new Random(recipe.seed(), epoch).shuffle(order);
        } else {
            for (int i = 0; i < order.length; i++) {
                order[i] = i;
            }
        }
        errorSum = 0;
        objectiveSum = 0;
        divergenceSum = 0;
        long[] nextReport = {System.nanoTime() + PROGRESS_NANOS};
        team.run(thread -> {
            for (int step = from; step < to && !stopped; step++) {
                step(thread, epoch, step, steps + step - from);
                if (thread == 0 && System.nanoTime() > nextReport[0]) {
                    nextReport[0] = System.nanoTime() + PROGRESS_NANOS;
                    listener.onProgress(epoch, Math.min(train.rows(), (step + 1L) * recipe.batchSize()), train.rows());
                }
            }
        });
        steps += to - from;
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
        errorSum += error * rowsOfStep;
        objectiveSum += objective * rowsOfStep;
        divergenceSum += divergence * rowsOfStep;
        if (!Double.isFinite(objective)) {
            stopped = true;
            throw new TrainingException("the loss became " + objective + " in epoch " + (done / stepsPerEpoch + 1)
                    + ", step " + (done % stepsPerEpoch + 1) + " at learning rate " + recipe.rate(done, stepsPerEpoch)
                    + ": try a smaller learning rate, and check the data");
        }
    }
}
