package io.hourglass.engine;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.nn.Activation;
import java.util.Arrays;

/**
 * The same chains as {@link DenseForward}, from transposed inputs to transposed outputs: the lanes of vectors are rows.
 * Nothing is padded but the rows, and the next layer finds its inputs transposed.
 */
final class DenseAcrossRows {
    private final Kernels kernels;
    private final Activation activation;
    private final Matrix xT;
    private final Matrix yT;
    private final Matrix[] weights;
    private final Matrix[] sums;

    /**
     * Binds the layer.
     *
     * @param xT [at least 1 + inputs][rows], with leading ones
     * @param buffer receives leading ones and outputs from its beginning on, in rows as far apart as those of xT
     */
    DenseAcrossRows(Dense layer, Kernels kernels, Matrix xT, float[] buffer) {
        this.kernels = kernels;
        activation = layer.shape().activation();
        int columns = kernels.padded(xT.columns());
        int stride = xT.stride();
        this.xT = new Matrix(xT.data(), xT.offset(), layer.depth(), columns, stride);
        yT = new Matrix(buffer, stride, layer.shape().outputs(), columns, stride);
        weights = new Matrix[layer.panels()];
        sums = new Matrix[layer.panels()];
        for (int p = 0; p < weights.length; p++) {
            weights[p] = layer.panel(p);
            int start = (1 + layer.panelStart(p)) * stride;
            sums[p] = new Matrix(buffer, start, layer.realWidth(p), columns, stride);
        }
    }

    /** Computes the outputs, with leading ones. */
    void run() {
        Arrays.fill(yT.data(), 0, yT.columns(), 1);
        for (int p = 0; p < weights.length; p++) {
            kernels.multiplyTransposed(weights[p], xT, sums[p], false);
        }
        kernels.activateInPlace(activation, yT);
    }
}
