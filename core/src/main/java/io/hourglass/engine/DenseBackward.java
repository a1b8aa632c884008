package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.nn.Activation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The backward pass of a dense layer for one thread's rows. The product with the weights is a chain over the layer's
 * outputs. Lanes must not lie along a chain, so they lie across the rows: the gradients are stored transposed.
 */
final class DenseBackward {
    private final Kernels kernels;
    private final Activation activation;
    private final @Nullable Matrix sums;
    private final Matrix sumsT;
    private final float[] values;
    private final int valuesOffset;
    private final Matrix delta;
    private final int padded;
    private final Matrix stored;
    private final Product[] products;

    /** The contribution of one panel's outputs to the gradient with respect to the inputs. */
    private record Product(Matrix weights, Matrix delta, Matrix inputs, boolean accumulate) {}

    /**
     * Binds the layer for the rows of a thread.
     *
     * @param l index of the layer
     * @param buffer which of the thread's two gradients is with respect to the outputs; the other one becomes that with
     *     respect to the inputs
     * @param toInputs whether anybody needs the gradient with respect to the inputs
     */
    DenseBackward(Scratch own, int l, RowShares shares, int buffer, boolean toInputs) {
        Workspace w = own.workspace;
        Dense layer = w.network.dense(l);
        int outputs = layer.shape().outputs();
        int inputs = layer.shape().inputs();
        int from = shares.from(own.thread);
        int rows = shares.to(own.thread) - from;
        int columns = w.kernels.stride(rows);
        kernels = w.kernels;
        activation = layer.shape().activation();
        float[] gradient = own.gradients[buffer];
        delta = new Matrix(gradient, START, layer.width(), rows, columns);
        padded = outputs * columns;
        sumsT = new Matrix(own.sumsT, START, outputs, rows, columns);
        if (l == w.layers.size() - 1) { // runFromSums needs neither
            sums = null;
            values = new float[0];
            valuesOffset = 0;
        } else if (activation.isGradientBySum()) {
            int row = own.activations.row(l + 1);
            sums = new Matrix(w.sums[l], from * row + 1, rows, outputs, row);
            values = own.sumsT;
            valuesOffset = START;
        } else { // the outputs are the next layer's inputs, transposed after a row of ones
            sums = null;
            values = own.transposed[l + 1];
            valuesOffset = columns;
        }
        int deltaRow = w.deltaRow(l);
        stored = new Matrix(w.deltas[l], START + from * deltaRow, rows, layer.width(), deltaRow);
        products = new Product[toInputs ? layer.panels() : 0];
        Matrix byInput = new Matrix(own.gradients[1 - buffer], START, inputs, kernels.padded(rows), columns);
        for (int p = 0; p < products.length; p++) {
            int real = layer.realWidth(p);
            Matrix ofPanel =
                    new Matrix(gradient, START + layer.panelStart(p) * columns, real, kernels.padded(rows), columns);
            products[p] = new Product(layer.panel(p, 1, inputs, real), ofPanel, byInput, p > 0);
        }
    }

    /** Stores the gradient with respect to the sums, and computes that with respect to the inputs. */
    void run() {
        if (sums != null) {
            kernels.transpose(sums, sumsT);
        }
        kernels.activationGradientInPlace(activation, values, valuesOffset, delta.data(), delta.offset(), padded);
        // Outputs beyond the real ones have no gradient. With them, the transposition has whole vectors.
        Arrays.fill(delta.data(), delta.offset() + padded, delta.offset() + delta.rows() * delta.stride(), 0);
        kernels.transpose(delta, stored);
        multiply();
    }

    /** Computes the gradient with respect to the inputs from the stored one with respect to the sums. */
    void runFromSums() {
        kernels.transpose(stored, delta);
        multiply();
    }

    private void multiply() {
        for (Product product : products) {
            kernels.multiply(product.weights(), product.delta(), product.inputs(), product.accumulate());
        }
    }
}
