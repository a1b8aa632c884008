package io.hourglass.engine;

import io.hourglass.compute.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * A dense layer in the middle of a network, whose work is divided by rows: it has few weights, so the rows stay with
 * their thread, and the weights travel.
 */
final class DenseByRows implements BoundLayer {
    private final @Nullable DenseForward[] forward;
    private final @Nullable DenseBackward[] backward;
    private final DenseUpdate[] update;
    private final Updater updater;

    /**
     * Binds the layer.
     *
     * @param l its index
     * @param buffer which of the two gradients is with respect to its outputs
     */
    DenseByRows(Workspace w, int l, int buffer, Updater updater, RowShares shares) {
        this.updater = updater;
        forward = new DenseForward[w.threads];
        backward = new DenseBackward[w.threads];
        update = new DenseUpdate[w.threads];
        Dense layer = w.layers.get(l);
        for (int t = 0; t < w.threads; t++) {
            Workspace.Scratch own = w.scratch(t);
            int from = shares.from(t);
            int n = shares.to(t) - from;
            if (n > 0) {
                Matrix y = own.activations.rows(l + 1, from, n, layer.width());
                boolean kept = layer.shape().activation().isGradientBySum();
                forward[t] = new DenseForward(
                        layer,
                        w.kernels,
                        own.activations.withOnes(l, from, n),
                        own.transposed[l],
                        y,
                        kept ? new Matrix(w.sums[l], y.offset(), n, y.columns(), y.stride()) : null);
                backward[t] = new DenseBackward(w, l, t, shares, buffer, true);
            }
            update[t] = DenseUpdate.ofShare(w, l, t, shares.rows());
        }
    }

    @Override
    public Split split() {
        return Split.ROWS;
    }

    @Override
    public void forward(int thread) {
        DenseForward own = forward[thread];
        if (own != null) {
            own.run();
        }
    }

    @Override
    public void backward(int thread) {
        DenseBackward own = backward[thread];
        if (own != null) {
            own.run();
        }
    }

    @Override
    public void update(int thread) {
        update[thread].run(updater);
    }
}
