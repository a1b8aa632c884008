package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.engine.Activations;
import io.hourglass.engine.Network;
import java.util.Arrays;

/**
 * Some rows on their way through a network, in the buffers of one thread: inputs, codes, reconstructions and errors.
 * All inference runs here, and nothing but the constructor allocates.
 */
final class Block {
    /** The most rows that go through the network together. */
    static final int ROWS = 64;

    private final Network network;
    private final Scaler scaler;
    private final Activations activations;
    private final float[][] transposed;
    private final float[] chains = new float[Kernels.ERROR_CHAINS];
    private final int width;
    private final int middle;
    private final int last;

    /**
     * Allocates buffers.
     *
     * @param scaler brings reconstructions back to the user's units
     * @param rows 1 to {@link #ROWS}
     */
    Block(Network network, Scaler scaler, int rows) {
        this.network = network;
        this.scaler = scaler;
        activations = new Activations(network, rows);
        transposed = rows == 1 ? new float[0][] : activations.transposed(rows);
        width = network.architecture().inputs();
        middle = network.architecture().encoderLayers();
        last = network.architecture().layers().size();
    }

    /** The buffer for the inputs, in the network's units: value 0 of row r at {@code [offset(r)]}. */
    float[] inputs() {
        return activations.values(0);
    }

    /** The index of value 0 of a row in {@link #inputs}. */
    int offset(int r) {
        return activations.offset(0, r);
    }

    /**
     * Sets the inputs of a row, in the network's units.
     *
     * @throws IllegalArgumentException if a value is not finite, or cannot be scaled; the message names it
     */
    void setInputs(int r, float[] row) {
        requireFinite(row, 0, row.length, "a row");
        System.arraycopy(row, 0, inputs(), offset(r), row.length);
        scaler.scaleInPlace(inputs(), offset(r));
    }

    /**
     * Sets the code of a row.
     *
     * @throws IllegalArgumentException if a value is not finite; the message names it
     */
    void setCode(int r, float[] code) {
        requireFinite(code, 0, code.length, "a code");
        System.arraycopy(code, 0, activations.values(middle), activations.offset(middle, r), code.length);
    }

    /** @throws IllegalArgumentException if a value of the first n rows is not finite; the message names it */
    void requireFinite(int n) {
        for (int r = 0; r < n; r++) {
            if (!network.kernels().allFinite(inputs(), offset(r), width)) {
                requireFinite(inputs(), offset(r), width, "row " + r + " of a block");
            }
        }
    }

    /** tanh and sigmoid would hide a value that is not finite. */
    private void requireFinite(float[] values, int from, int n, String what) {
        if (!network.kernels().allFinite(values, from, n)) {
            int i = 0;
            while (Float.isFinite(values[from + i])) {
                i++;
            }
            throw new IllegalArgumentException(
                    "value " + i + " of " + what + " is " + values[from + i] + ", expected a finite number");
        }
    }

    /** Computes the codes of the first n rows from their inputs. */
    void encode(int n) {
        forward(n, 0, middle);
    }

    /** Computes the reconstructions of the first n rows from their codes. */
    void decode(int n) {
        forward(n, middle, last);
    }

    /** Computes codes and reconstructions of the first n rows from their inputs. */
    void reconstruct(int n) {
        forward(n, 0, last);
    }

    private void forward(int n, int from, int to) {
        if (n == 1) { // the same bits, faster
            network.forward(activations, from, to);
        } else {
            network.forward(activations, 0, n, from, to, transposed);
        }
    }

    /** Copies the code of a row. */
    void code(int r, float[] target) {
        System.arraycopy(activations.values(middle), activations.offset(middle, r), target, 0, target.length);
    }

    /** Copies the reconstruction of a row, in the user's units. */
    void reconstruction(int r, float[] target) {
        System.arraycopy(activations.values(last), activations.offset(last, r), target, 0, width);
        scaler.unscaleInPlace(target, 0);
    }

    /** The reconstruction of a row, in the user's units, in a new array. */
    float[] reconstruction(int r) {
        float[] row = new float[width];
        reconstruction(r, row);
        return row;
    }

    /**
     * The mean squared error per value of a row's reconstruction, in the network's units: 0 or more, never NaN. It is
     * infinite if the network's sums exceeded the largest float. The true error is then too large as well, and
     * infinity, unlike NaN, compares as above any threshold.
     */
    double error(int r) {
        float[] y = activations.values(last);
        double sum = network.kernels().squaredError(y, activations.offset(last, r), inputs(), offset(r), width, chains);
        return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum / width;
    }

    /** The squared error of each value of a row's reconstruction, in the network's units, in a new array. */
    double[] squaredErrors(int r) {
        double[] squares = new double[width];
        float[] y = activations.values(last);
        for (int i = 0; i < width; i++) {
            double difference = (double) y[activations.offset(last, r) + i] - inputs()[offset(r) + i];
            squares[i] = difference * difference;
        }
        return squares;
    }

    /** The reconstruction of a row in the user's units, in double precision. */
    double[] exactReconstruction(int r) {
        int from = activations.offset(last, r);
        return scaler.unscale(Arrays.copyOfRange(activations.values(last), from, from + width));
    }
}
