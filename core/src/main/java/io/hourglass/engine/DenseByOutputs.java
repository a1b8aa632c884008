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
 * A dense layer on the network's inputs, divided by outputs: it holds many weights, and each thread computes the
 * outputs whose weights it updates. Every thread has its own copy of all rows. On sparse data it skips the zeros.
 *
 * <p>Work item p * rows + r computes the outputs of panel p for row r. A thread's share is a run of work items. Their
 * outputs are computed in scratch memory and copied when they are complete: memory that several threads write to moves
 * back and forth between their caches, and a tile returns to its sums many times.
 */
final class DenseByOutputs implements BoundLayer {
    private final Scratch own;
    private final Kernels kernels;
    private final Dense layer;
    private final Activation activation;
    private final RowShares shares;
    private final @Nullable NonZeros dataNonZeros;
    private final List<Items> items = new ArrayList<>();
    private final Transposition transposition;
    private final DenseBackward backward;
    private final DenseUpdate update;

    /** Some rows' outputs of one panel; the sums are kept if the activation's gradient needs them. */
    private record Items(
            Matrix x,
            @Nullable Bits nonZeros,
            Matrix weights,
            Matrix scratch,
            Matrix y,
            @Nullable Matrix kept) {}

    /**
     * Binds layer 0.
     *
     * @param dataNonZeros the nonzero values of all rows; null if they are not sparse enough
     * @param buffer which of the two gradients is with respect to its outputs
     */
    DenseByOutputs(Scratch own, @Nullable NonZeros dataNonZeros, int buffer, Updater updater, RowShares shares) {
        this.own = own;
        this.dataNonZeros = dataNonZeros;
        this.shares = shares;
        kernels = own.workspace.kernels;
        layer = own.workspace.network.dense(0);
        activation = layer.shape().activation();
        int rows = shares.padded();
        transposition = new Transposition(kernels, own.activations.withOnes(0, 0, rows), own.transposed[0]);
        int end = firstItem(own.thread + 1);
        for (int from = firstItem(own.thread); from < end; ) {
            int n = Math.min(rows - from % rows, end - from);
            items.add(items(from / rows, from % rows, n));
            from += n;
        }
        backward = new DenseBackward(own, 0, shares, buffer, false);
        update = DenseUpdate.ofShare(own, 0, shares, updater);
    }

    private Items items(int p, int first, int n) {
        int width = layer.panelWidth(p);
        Matrix y = own.activations.rows(1, first, n, layer.width());
        int at = y.offset() + layer.panelStart(p);
        Bits bits = own.nonZeros == null ? null : own.nonZeros.ofRows();
        Matrix xT = transposition.target();
        return new Items(
                bits == null
                        ? new Matrix(xT.data(), first, layer.depth(), n, xT.stride())
                        : own.activations.withOnes(0, first, n),
                bits == null ? null : new Bits(bits.words(), first * bits.stride(), bits.stride()),
                layer.panel(p),
                new Matrix(own.outputs, START, n, width),
                new Matrix(y.data(), at, n, width, y.stride()),
                activation.isGradientBySum() ? new Matrix(own.workspace.sums[0], at, n, width, y.stride()) : null);
    }

    /**
     * The first work item of a thread's share, and the end of the share of the thread before. Shares consist of
     * complete tiles.
     */
    private int firstItem(int thread) {
        int rows = shares.padded();
        long all = (long) layer.width() * rows;
        long outputs = shares.shares().from(all, thread); // in the shares of the threads before
        if (outputs == all) {
            return layer.panels() * rows;
        }
        int p = layer.panelOf((int) (outputs / rows));
        int r = (int) (outputs - (long) layer.panelStart(p) * rows) / layer.panelWidth(p);
        return p * rows + Math.min(rows, (r + 4) & -8);
    }

    @Override
    public Split split() {
        return Split.OUTPUTS;
    }

    @Override
    public double part() {
        int rows = shares.padded();
        return (double) (firstItem(own.thread + 1) - firstItem(own.thread)) / (layer.panels() * rows);
    }

    @Override
    public long updated() {
        return update.size();
    }

    @Override
    public void forward() {
        if (own.nonZeros == null) {
            transposition.run();
        } else {
            own.nonZeros.copyRows(shares.rows(), Objects.requireNonNull(dataNonZeros), own.order, own.start);
        }
        for (int i = 0; i < items.size(); i++) { // not an iterator: a step allocates nothing
            Items some = items.get(i);
            Matrix sums = some.scratch();
            if (some.nonZeros() == null) {
                kernels.multiplyTransposed(some.x(), some.weights(), sums, false);
            } else {
                kernels.multiplySparse(some.nonZeros(), some.x(), false, some.weights(), sums);
            }
            if (some.kept() != null) {
                sums.copyTo(some.kept());
            }
            kernels.activateInPlace(activation, sums.data(), sums.offset(), sums.rows() * sums.columns());
            sums.copyTo(some.y());
        }
    }

    @Override
    public void backward() {
        backward.run();
    }

    /** Comes last in a step: the next one begins with this layer and finds its weights in the cache. */
    @Override
    public void update() {
        if (own.nonZeros != null) {
            own.nonZeros.transpose(shares.rows());
        }
        update.run();
    }
}
