package io.hourglass.engine;

import io.hourglass.compute.Bits;
import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Columns;
import io.hourglass.numerics.Functions;
import org.jspecify.annotations.Nullable;

/** y = activation(W x + b) for some rows, on one thread: the forward pass of a dense layer, bound to its buffers. */
final class DenseForward {
    private final Kernels kernels;
    private final Activation activation;
    private final Matrix x;
    private final @Nullable Transposition transposition;
    private final Matrix[] weights;
    private final Matrix[] sums;
    private final Matrix y;
    private final @Nullable Matrix kept;
    private final Columns columns;

    /**
     * Binds the layer.
     *
     * @param x [rows][1 + inputs], with leading ones
     * @param transposed buffer of at least 1 + inputs rows of {@link Kernels#stride} floats; after {@link #run} it
     *     holds x, transposed. Null to multiply x as it is, which is faster for a single row
     * @param y [rows][padded outputs]
     * @param kept takes a copy of the sums under the activation, like y; null if nobody needs it
     * @param columns of the outputs, whose categories get a softmax instead of the activation; it needs {@code kept}
     */
    DenseForward(
            Dense layer,
            Kernels kernels,
            Matrix x,
            float @Nullable [] transposed,
            Matrix y,
            @Nullable Matrix kept,
            Columns columns) {
        this.kernels = kernels;
        this.x = x;
        this.y = y;
        this.kept = kept;
        this.columns = columns;
        activation = layer.shape().activation();
        transposition = transposed == null ? null : new Transposition(kernels, x, transposed);
        weights = new Matrix[layer.panels()];
        sums = new Matrix[layer.panels()];
        for (int p = 0; p < weights.length; p++) {
            weights[p] = layer.panel(p);
            sums[p] = new Matrix(y.data(), y.offset() + layer.panelStart(p), y.rows(), layer.panelWidth(p), y.stride());
        }
    }

    /** The rows with their leading ones. */
    Matrix inputs() {
        return x;
    }

    /** Their transposition; null for a single row. */
    @Nullable
    Transposition transposition() {
        return transposition;
    }

    /** Computes y. */
    void run() {
        if (transposition == null) {
            for (int p = 0; p < weights.length; p++) {
                kernels.multiply(x, weights[p], sums[p], false);
            }
            activate();
        } else {
            transposition.run();
            runTransposed(transposition.target());
        }
    }

    /** {@link #run} with inputs that are transposed already. */
    void runTransposed(Matrix xT) {
        for (int p = 0; p < weights.length; p++) {
            kernels.multiplyTransposed(xT, weights[p], sums[p], false);
        }
        activate();
    }

    /** {@link #run} that skips the inputs that are zero; it does not transpose x. */
    void runSparse(Bits nonZeros) {
        for (int p = 0; p < weights.length; p++) {
            kernels.multiplySparse(nonZeros, x, false, weights[p], sums[p]);
        }
        activate();
    }

    private void activate() {
        if (kept != null) {
            y.copyTo(kept);
        }
        kernels.activateInPlace(activation, y);
        if (kept != null && columns.hasCategories()) {
            softmax(kept);
        }
    }

    private void softmax(Matrix sums) {
        for (int r = 0; r < y.rows(); r++) {
            for (int c = 0; c < columns.count(); c++) {
                if (columns.isCategory(c)) {
                    int from = sums.offset() + r * sums.stride() + columns.start(c);
                    int at = y.offset() + r * y.stride() + columns.start(c);
                    Functions.softmax(sums.data(), from, columns.width(c), y.data(), at);
                }
            }
        }
    }
}
