package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Team;
import io.hourglass.engine.Adam;
import io.hourglass.engine.Backpropagation;
import io.hourglass.engine.Network;
import io.hourglass.engine.NonZeros;
import io.hourglass.engine.Random;
import java.util.concurrent.TimeUnit;

/** A training run in progress: epochs and mini-batches, on all threads of a team. */
final class TrainingRun {
    /** Time between two calls of {@link TrainingListener#onProgress}. */
    private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Recipe recipe;
    private final Dataset train;
    private final Scaler scaler;
    private final Team team;
    private final TrainingListener listener;
    private final Kernels kernels;
    private final Backpropagation backpropagation;
    final Adam adam;
    private final int[] order;
    final int stepsPerEpoch;
    double errorSum;
    double objectiveSum;
    double divergenceSum;

    /** Steps before this call of {@link #steps(int, int, int)}; no thread changes it while the team runs. */
    long steps;

    private volatile boolean stopped;

    TrainingRun(Network network, Recipe recipe, Dataset train, Scaler scaler, Team team, TrainingListener listener) {
        this.recipe = recipe;
        this.train = train;
        this.scaler = scaler;
        this.team = team;
        this.listener = listener;
        kernels = network.kernels();
        int batch = Math.min(recipe.batchSize(), train.rows());
        NonZeros nonZeros = scaler.isNone() && recipe.corruption().isNone() ? train.nonZeros() : null;
        backpropagation = new Backpropagation(
                network,
                recipe.objective(),
                recipe.corruption(),
                nonZeros != null && nonZeros.isSparseEnough() ? nonZeros : null,
                batch,
                team.size());
        adam = new Adam(network);
        order = new int[train.rows()];
        stepsPerEpoch = (train.rows() + recipe.batchSize() - 1) / recipe.batchSize();
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

    /** One mini-batch; every thread of the team calls it. Adam has taken {@code stepsBefore} steps before. */
    private void step(int thread, int epoch, int step, long stepsBefore) {
        int start = step * recipe.batchSize();
        int rows = Math.min(recipe.batchSize(), train.rows() - start);
        float[] inputs = backpropagation.inputs(thread);
        int distance = backpropagation.inputDistance();
        train.copyRows(kernels, scaler, order, start, rows, inputs, backpropagation.inputOffset(0), distance);
        if (thread == 0) {
            long done = (epoch - 1L) * stepsPerEpoch + step;
            adam.prepare(
                    stepsBefore + 1,
                    recipe.rate(done, stepsPerEpoch),
                    recipe.beta2(),
                    recipe.weightDecay(),
                    recipe.firstDecay());
        }
        backpropagation.begin(thread, recipe.seed(), epoch, order, start);
        if (!recipe.corruption().isNone()) {
            backpropagation.corrupt(thread, rows);
            team.barrier();
            backpropagation.fetchCorrupted(thread, rows);
        }
        backpropagation.firstLayer(thread, rows);
        team.barrier();
        backpropagation.forward(thread, rows);
        team.barrier();
        backpropagation.lastLayer(thread, rows, adam);
        team.barrier();
        backpropagation.backward(thread, rows);
        team.barrier();
        if (thread == 0) {
            errorSum += backpropagation.batchError(rows) * rows;
            double loss = backpropagation.batchObjective(rows);
            objectiveSum += loss * rows;
            divergenceSum += backpropagation.batchDivergence(rows) * rows;
            if (!Double.isFinite(loss)) {
                stopped = true;
                throw new TrainingException("the loss became " + loss + " in epoch " + epoch + ", step "
                        + (step + 1)
                        + " at learning rate " + recipe.rate((epoch - 1L) * stepsPerEpoch + step, stepsPerEpoch)
                        + ": try a smaller learning rate, and check the data");
            }
        }
        backpropagation.update(thread, rows, adam);
        team.barrier();
    }
}
