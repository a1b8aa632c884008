package io.hourglass.engine;

import io.hourglass.nn.Objective;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what a mini-batch's objective came to, on thread 0, rows in order.
 *
 * @param output gives error and loss
 * @param draw gives the KL divergence; null unless the network is variational
 * @param sparsity gives the code's L1 norm; null unless it is part of the objective
 * @param observer told the result before any weight of the other layers changes
 */
record Measure(
        Network network,
        Objective objective,
        int rows,
        DenseOutput output,
        @Nullable Draw draw,
        @Nullable Sparsity sparsity,
        TrainingStep.Observer observer) {
    void run(int thread) {
        if (thread != 0) {
            return;
        }
        int inputs = network.architecture().inputs();
        double errors = 0;
        double divergences = 0;
        double objectives = 0;
        for (int r = 0; r < rows; r++) {
            double divergence = draw == null ? 0 : draw.divergence(r);
            double norm = sparsity == null ? 0 : sparsity.norm(r);
            errors += output.error(r);
            divergences += divergence;
            objectives += (output.loss(r) + objective.beta() * divergence) / inputs + objective.sparsity() * norm;
        }
        double error = errors / ((double) rows * inputs);
        boolean errorAlone = objective.equals(Objective.MSE) && draw == null;
        observer.measured(error, errorAlone ? error : objectives / rows, divergences / rows);
    }
}
