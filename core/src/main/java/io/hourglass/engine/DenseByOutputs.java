package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Bits;
import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A dense layer on the network's inputs, divided by outputs: it holds many weights, and each thread computes the outputs
 * whose weights it updates. Every thread has its own copy of all rows. On sparse data it skips the zeros.
 *
 * <p>Work item p * rows + r computes the outputs of panel p for row r. A thread's share is a run of work items. Their
 * outputs are computed in scratch memory and copied when they are complete: memory that several threads write to moves
 * back and forth between their caches, and a tile returns to its sums many times.
 */
final class DenseByOutputs implements BoundLayer {
    private final Workspace workspace;
    private final Kernels kernels;
    private final Updater updater;
    private final RowShares shares;
    private final Activation activation;
    private final @Nullable NonZeros dataNonZeros;
    private final Items[][] items;
    private final Matrix[] x;
    private final Matrix[] xT;
    private final @Nullable DenseBackward[] backward;
    private final DenseUpdate[] update;

    /** Some rows' outputs of one panel. */
    private record Items(
            Matrix x, @Nullable Bits nonZeros, Matrix weights, Matrix scratch, Matrix y, @Nullable Matrix kept) {}

    /**
     * Binds layer 0.
     *
     * @param dataNonZeros the nonzero values of all rows; null if they are not sparse enough
     * @param buffer which of the two gradients is with respect to its outputs
     */
    DenseByOutputs(Workspace w, @Nullable NonZeros dataNonZeros, int buffer, Updater updater, RowShares shares) {
        workspace = w;
        kernels = w.kernels;
        this.dataNonZeros = dataNonZeros;
        this.updater = updater;
        this.shares = shares;
        activation = w.layers.get(0).shape().activation();
        items = new Items[w.threads][];
        x = new Matrix[w.threads];
        xT = new Matrix[w.threads];
        backward = new DenseBackward[w.threads];
        update = new DenseUpdate[w.threads];
        int rows = shares.padded();
        for (int t = 0; t < w.threads; t++) {
            Workspace.Scratch own = w.scratch(t);
            x[t] = own.activations.withOnes(0, 0, rows);
            xT[t] = new Matrix(own.transposed[0], 0, x[t].columns(), rows, kernels.stride(rows));
            items[t] = items(t).toArray(Items[]::new);
            if (shares.from(t) < shares.to(t)) {
                backward[t] = new DenseBackward(w, 0, t, shares, buffer, false);
            }
            update[t] = DenseUpdate.ofShare(w, 0, t, shares.rows());
        }
    }

    private List<Items> items(int thread) {
        Dense layer = workspace.layers.get(0);
        Workspace.Scratch own = workspace.scratch(thread);
        int rows = shares.padded();
        int end = firstItem(layer, thread + 1);
        List<Items> all = new ArrayList<>();
        for (int from = firstItem(layer, thread); from < end; from += all.get(all.size() - 1).y().rows()) {
            int p = from / rows;
            int first = from % rows;
            int n = Math.min(rows - first, end - from);
            int width = layer.panelWidth(p);
            Matrix y = own.activations.rows(1, first, n, layer.width());
            Matrix ofPanel = new Matrix(y.data(), y.offset() + layer.panelStart(p), n, width, y.stride());
            Bits bits = own.nonZeros == null ? null : own.nonZeros.ofRows();
            all.add(new Items(
                    bits == null
                            ? new Matrix(own.transposed[0], first, layer.depth(), n, kernels.stride(rows))
                            : own.activations.withOnes(0, first, n),
                    bits == null ? null : new Bits(bits.words(), first * bits.stride(), bits.stride()),
                    layer.panel(p),
                    new Matrix(own.outputs, START, n, width),
                    ofPanel,
                    activation.isGradientBySum()
                            ? new Matrix(workspace.sums[0], ofPanel.offset(), n, width, y.stride())
                            : null));
        }
        return all;
    }

    /**
     * The first work item of a thread's share, and the end of the share of the thread before. Shares consist of
     * complete tiles.
     */
    private int firstItem(Dense layer, int thread) {
        int rows = shares.padded();
        if (thread == shares.threads()) {
            return layer.panels() * rows;
        }
        long outputs = (long) layer.width() * rows * thread / shares.threads(); // in the shares of the threads before
        int p = layer.panelOf((int) (outputs / rows));
        int r = (int) (outputs - (long) layer.panelStart(p) * rows) / layer.panelWidth(p);
        return p * rows + Math.min(rows, (r + 4) & -8);
    }

    @Override
    public Split split() {
        return Split.OUTPUTS;
    }

    @Override
    public void forward(int thread) {
        Workspace.Scratch own = workspace.scratch(thread);
        if (own.nonZeros == null) {
            kernels.transpose(x[thread], xT[thread]);
        } else {
            own.nonZeros.copyRows(shares.rows(), Objects.requireNonNull(dataNonZeros), own.order, own.start);
        }
        for (Items some : items[thread]) {
            Matrix sums = some.scratch();
            if (some.nonZeros() == null) {
                kernels.multiplyTransposed(some.x(), some.weights(), sums, false);
            } else {
                kernels.multiplySparse(some.nonZeros(), some.x(), false, some.weights(), sums);
            }
            if (some.kept() != null) {
                copy(sums, some.kept());
            }
            kernels.activateInPlace(activation, sums.data(), sums.offset(), sums.rows() * sums.columns());
            copy(sums, some.y());
        }
    }

    private static void copy(Matrix from, Matrix to) {
        for (int r = 0; r < from.rows(); r++) {
            System.arraycopy(
                    from.data(),
                    from.offset() + r * from.stride(),
                    to.data(),
                    to.offset() + r * to.stride(),
                    from.columns());
        }
    }

    @Override
    public void backward(int thread) {
        DenseBackward own = backward[thread];
        if (own != null) {
            own.run();
        }
    }

    /** Comes last in a step: the next one begins with this layer and finds its weights in the cache. */
    @Override
    public void update(int thread) {
        NonZeros nonZeros = workspace.scratch(thread).nonZeros;
        if (nonZeros != null) {
            nonZeros.transpose(shares.rows());
        }
        update[thread].run(updater);
    }
}
