package io.hourglass.engine;

import io.hourglass.compute.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * Copies the rows of the mini-batch into the thread's own level 0 and, if they are not the targets unchanged, into
 * {@link Scratch#targets}. Missing values stay in the targets only.
 */
final class Load implements BoundLayer {
    private final Scratch own;
    private final TrainingTask.Rows rows;
    private final Matrix target;
    private final @Nullable Imputer imputer;

    Load(Scratch own, TrainingTask task, RowShares shares) {
        this.own = own;
        this.rows = task.rows();
        imputer = task.imputed() == null ? null : new Imputer(own.workspace.columns, task.imputed());
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
        if (own.targets != target.data()) {
            System.arraycopy(target.data(), 0, own.targets, 0, target.rows() * target.stride());
        }
        for (int r = 0; r < target.rows() && imputer != null; r++) {
            imputer.fill(target.data(), target.offset() + r * target.stride());
        }
    }
}
