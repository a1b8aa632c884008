package io.hourglass.engine;

import io.hourglass.compute.Matrix;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import org.jspecify.annotations.Nullable;

/**
 * A dense layer in the middle of a network, whose work is divided by rows: it has few weights, so the rows stay with
 * their thread, and the weights travel. As the last layer of a network for rows with {@link Columns}, it also computes
 * the loss.
 */
final class DenseByRows implements BoundLayer {
    private final DenseForward forward;
    private final DenseBackward backward;
    private final DenseUpdate update;
    private final @Nullable RowLoss loss;

    /**
     * Binds the layer.
     *
     * @param l its index
     * @param buffer which of the two gradients is with respect to its outputs
     * @param loss of the last layer; null for another
     */
    DenseByRows(Scratch own, int l, int buffer, Updater updater, RowShares shares, @Nullable Loss loss) {
        Workspace w = own.workspace;
        Dense layer = w.network.dense(l);
        int from = shares.from(own.thread);
        int n = shares.to(own.thread) - from;
        Matrix x = own.activations.withOnes(l, from, n);
        Matrix y = own.activations.rows(l + 1, from, n, layer.width());
        Matrix sums = w.sums[l].length > 0 ? new Matrix(w.sums[l], y.offset(), n, y.columns(), y.stride()) : null;
        Columns columns = loss == null ? Columns.NONE : w.columns;
        forward = new DenseForward(layer, w.kernels, x, own.transposed[l], y, sums, columns);
        backward = new DenseBackward(own, l, shares, buffer, true);
        update = DenseUpdate.ofShare(own, l, shares, updater);
        this.loss = loss == null ? null : new RowLoss(own, loss, shares);
    }

    @Override
    public void forward() {
        forward.run();
        if (loss != null) {
            loss.run();
        }
    }

    @Override
    public void backward() {
        if (loss == null) {
            backward.run();
        } else {
            backward.runFromSums();
        }
    }

    @Override
    public long updated() {
        return update.size();
    }

    @Override
    public void update() {
        update.run();
    }
}
