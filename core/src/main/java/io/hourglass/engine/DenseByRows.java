package io.hourglass.engine;

import io.hourglass.compute.Matrix;

/**
 * A dense layer in the middle of a network, whose work is divided by rows: it has few weights, so the rows stay with
 * their thread, and the weights travel.
 */
final class DenseByRows implements BoundLayer {
    private final DenseForward forward;
    private final DenseBackward backward;
    private final DenseUpdate update;

    /**
     * Binds the layer.
     *
     * @param l its index
     * @param buffer which of the two gradients is with respect to its outputs
     */
    DenseByRows(Scratch own, int l, int buffer, Updater updater, RowShares shares) {
        Workspace w = own.workspace;
        Dense layer = w.network.dense(l);
        int from = shares.from(own.thread);
        int n = shares.to(own.thread) - from;
        Matrix x = own.activations.withOnes(l, from, n);
        Matrix y = own.activations.rows(l + 1, from, n, layer.width());
        Matrix sums = layer.shape().activation().isGradientBySum()
                ? new Matrix(w.sums[l], y.offset(), n, y.columns(), y.stride())
                : null;
        forward = new DenseForward(layer, w.kernels, x, own.transposed[l], y, sums);
        backward = new DenseBackward(own, l, shares, buffer, true);
        update = DenseUpdate.ofShare(own, l, shares, updater);
    }

    @Override
    public void forward() {
        forward.run();
    }

    @Override
    public void backward() {
        backward.run();
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
