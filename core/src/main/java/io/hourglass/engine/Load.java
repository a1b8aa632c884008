package io.hourglass.engine;

import io.hourglass.compute.Matrix;

/** Copies the rows of the mini-batch into each thread's own level 0. */
final class Load implements BoundLayer {
    private final Workspace workspace;
    private final TrainingTask.Rows rows;
    private final Matrix[] targets;

    Load(Workspace workspace, TrainingTask.Rows rows, RowShares shares) {
        this.workspace = workspace;
        this.rows = rows;
        targets = new Matrix[shares.threads()];
        for (int t = 0; t < targets.length; t++) {
            int inputs = workspace.network.architecture().inputs();
            targets[t] = workspace.scratch(t).activations.rows(0, 0, shares.rows(), inputs);
        }
    }

    @Override
    public Split split() {
        return Split.EACH;
    }

    @Override
    public void forward(int thread) {
        Workspace.Scratch own = workspace.scratch(thread);
        rows.copy(own.order, own.start, targets[thread]);
    }
}
