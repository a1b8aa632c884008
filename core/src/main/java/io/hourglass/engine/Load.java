package io.hourglass.engine;

import io.hourglass.compute.Matrix;

/** Copies the rows of the mini-batch into the thread's own level 0. */
final class Load implements BoundLayer {
    private final Scratch own;
    private final TrainingTask.Rows rows;
    private final Matrix target;

    Load(Scratch own, TrainingTask.Rows rows, RowShares shares) {
        this.own = own;
        this.rows = rows;
        target = own.activations.rows(
                0, 0, shares.rows(), own.workspace.network.architecture().inputs());
    }

    @Override
    public Split split() {
        return Split.EACH;
    }

    @Override
    public void forward() {
        rows.copy(own.order, own.start, target);
    }
}
