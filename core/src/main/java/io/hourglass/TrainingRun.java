package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Team;
import io.hourglass.engine.Adam;
import io.hourglass.engine.Backpropagation;
import io.hourglass.engine.Network;
import io.hourglass.engine.NonZeros;
import io.hourglass.engine.Random;
import io.hourglass.nn.Loss;

/** A training run in progress: epochs and mini-batches, on all threads of a team. */
final class TrainingRun {
    private final Recipe recipe;
    private final Dataset train;
    private final Scaler scaler;
    private final Team team;
    private final RunMonitor monitor;
    private final Kernels kernels;
    private final Backpropagation backpropagation;
    final Adam adam;
    private final int[] order;
    final int stepsPerEpoch;
    private double errorSum;
    private double objectiveSum;
    private double divergenceSum;
    private int rowsDone;

    /** Steps taken so far, in all epochs. */
    long steps;

    /** The step before which {@link #steps(int, int, int)} ends. */
    private volatile int end;

    private volatile boolean stopped;

    TrainingRun(Network network, Recipe recipe, Dataset train, Scaler scaler, Team team, RunMonitor monitor) {
        this.recipe = recipe;
        this.train = train;
        this.scaler = scaler;
        this.team = team;
        this.monitor = monitor;
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
        stepsPerEpoch = Math.toIntExact(((long) train.rows() + recipe.batchSize() - 1) / recipe.batchSize());
    }

    /**
     * Requires that the loss can take the rows as targets. One outside [0, 1] would pull its sum under the sigmoid to
     * infinity. A scaler's rounding error beyond 1 does no harm.
     */
    static void requireTargets(Recipe recipe, Dataset train, Scaler scaler) {
        Loss loss = recipe.objective().loss();
        if (!loss.needsUnitInterval() || (train.isPixels() && scaler.isNone())) {
            return;
        }
        int inputs = train.inputs();
        float[] scaled = new float[inputs];
        train.values().forEachBlock((row, block) -> {
            for (int i = 0; i < block.length; i += inputs) {
                scaler.scale(block, i, scaled, 0, inputs);
                for (int j = 0; j < inputs; j++) {
                    if (!(scaled[j] >= -1e-6f && scaled[j] <= 1 + 1e-6f)) {
                        throw new IllegalArgumentException(
                                train.name() + ": row " + (row + i / inputs + 1) + " holds " + scaled[j] + " as value "
                                        + (j + 1) + ", expected 0 to 1 for the loss " + loss.label());
                    }
                }
            }
        });
    }

    /** Takes the steps {@code from ... to - 1} of an epoch, or fewer if the monitor stops the run. */
    Measured steps(int epoch, int from, int to) {
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
        rowsDone = 0;
        long before = steps;
        end = to;
        team.run(thread -> {
            for (int step = from; step < end && !stopped; step++) {
                if (thread == 0 && monitor.end() != null) {
                    end = step + 1; // all threads see it after this step: they must take the same steps
                }
                step(thread, epoch, step, before + step - from);
                if (thread == 0) {
                    steps++;
                    monitor.step(epoch, Math.min(train.rows(), (step + 1L) * recipe.batchSize()), train.rows());
                }
            }
        });
        return new Measured(rowsDone, errorSum, objectiveSum, divergenceSum);
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
            rowsDone += rows;
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
