package io.hourglass.engine;

import io.hourglass.nn.Objective;

/** Adds up the error and the objective of a mini-batch, sections and rows in order. */
record Measure(Workspace workspace, Objective objective, int rows, TrainingStep.Observer observer) {
    /** Tells the observer. */
    void run() {
        boolean byColumns = !workspace.columns.isNone(); // then an error is a mean already
        double errors = 0;
        double divergences = 0;
        double objectives = 0;
        for (int r = 0; r < rows; r++) {
            double divergence = workspace.divergences.length == 0 ? 0 : workspace.divergences[r];
            double norm = workspace.norms.length == 0 ? 0 : workspace.norms[r];
            errors += sum(workspace.errors, r);
            divergences += divergence;
            objectives += (sum(workspace.losses, r) + objective.beta() * divergence) / workspace.terms
                    + objective.sparsity() * norm;
        }
        double error = errors / (byColumns ? rows : (double) rows * workspace.terms);
        boolean errorAlone = !byColumns && objective.equals(Objective.MSE) && workspace.divergences.length == 0;
        observer.measured(error, errorAlone ? error : objectives / rows, divergences / rows);
    }

    private static double sum(double[][] sections, int row) {
        double sum = 0;
        for (double[] section : sections) {
            sum += section[row];
        }
        return sum;
    }
}
