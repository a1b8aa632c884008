package io.hourglass.engine;

import static io.hourglass.compute.Kernels.ERROR_CHAINS;
import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import java.util.Arrays;

/**
 * The loss of a thread's rows, and its gradient, for a last layer that is divided by rows: an image's, or that of rows
 * with {@link Columns}.
 */
final class RowLoss {
    private final Scratch own;
    private final Workspace workspace;
    private final Kernels kernels;
    private final Loss loss;
    private final Columns columns;
    private final float scale;
    private final Matrix y;
    private final Matrix targets;
    private final Matrix delta;
    private final int from;

    // For rows with columns.
    private final Activation activation;
    private final float[] values;
    private final float[] scales;

    RowLoss(Scratch own, Loss loss, RowShares shares) {
        this.own = own;
        this.loss = loss;
        workspace = own.workspace;
        kernels = workspace.kernels;
        columns = workspace.columns;
        int last = workspace.layers.size() - 1;
        int outputs = workspace.layers.get(last).shape().outputs();
        scale = 1f / ((float) shares.rows() * outputs);
        from = shares.from(own.thread);
        int n = Math.max(0, Math.min(shares.rows(), shares.to(own.thread)) - from);
        int row = workspace.deltaRow(last);
        Activations a = own.activations;
        y = a.rows(last + 1, from, n, outputs);
        targets = new Matrix(own.targets, a.offset(0, from), n, outputs, a.row(0));
        delta = new Matrix(workspace.deltas[last], START + from * row, n, outputs, row);
        activation = workspace.layers.get(last).shape().activation();
        values = activation.isGradientBySum() ? workspace.sums[last] : y.data();
        scales = new float[columns.count()];
        for (int c = 0; c < scales.length; c++) {
            scales[c] = (float) (columns.weight(c) / ((double) shares.rows() * columns.counted()));
        }
    }

    /** Whether the gradient is with respect to the sums under the output's activation. */
    boolean isGradientOfSum() {
        return loss.isGradientOfSum() || !columns.isNone();
    }

    void run() {
        if (!columns.isNone()) {
            byColumns();
            return;
        }
        compute(Loss.MSE, own.errorChains, workspace.errors[0]);
        if (loss != Loss.MSE) {
            compute(loss, own.lossChains, workspace.losses[0]);
        }
    }

    private void compute(Loss of, float[] chains, double[] rows) {
        Arrays.fill(chains, 0);
        kernels.lossGradient(of, y, targets, scale, delta, 0, chains);
        for (int r = 0; r < y.rows(); r++) {
            double sum = 0;
            for (int c = 0; c < ERROR_CHAINS; c++) {
                sum += chains[r * ERROR_CHAINS + c];
            }
            rows[from + r] = sum;
        }
    }

    /** One value after the other: tables have few. */
    private void byColumns() {
        for (int r = 0; r < y.rows(); r++) {
            int at = y.offset() + r * y.stride();
            int x = targets.offset() + r * targets.stride();
            int d = delta.offset() + r * delta.stride();
            double sum = 0;
            for (int c = 0; c < columns.count(); c++) {
                int start = columns.start(c);
                if (!columns.counts(c, targets.data(), x)) {
                    Arrays.fill(delta.data(), d + start, d + start + columns.width(c), 0);
                    continue;
                }
                sum += columns.loss(loss, c, y.data(), at, targets.data(), x);
                if (columns.isCategory(c)) {
                    categoryGradient(c, at + start, x + start, d + start);
                } else {
                    delta.data()[d + start] = gradient(scales[c], at + start, targets.data()[x + start]);
                }
            }
            workspace.losses[0][from + r] = sum;
            workspace.errors[0][from + r] = columns.error(y.data(), at, targets.data(), x);
        }
    }

    /** The gradient of a number's loss with respect to the sum under the activation. */
    private float gradient(float factor, int at, float target) {
        float byOutput = loss.gradient(y.data()[at], target, factor);
        return loss.isGradientOfSum() ? byOutput : activation.gradient(values[at], byOutput);
    }

    /** That of cross-entropy with respect to the sums under a softmax is y - x, as of binary cross-entropy. */
    private void categoryGradient(int column, int at, int x, int d) {
        for (int i = 0; i < columns.width(column); i++) {
            delta.data()[d + i] = Loss.BCE.gradient(y.data()[at + i], targets.data()[x + i], scales[column]);
        }
    }
}
