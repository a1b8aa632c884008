package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.engine.Forward;
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
    private final Forward forward;
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
        forward = new Forward(network, rows);
        width = network.architecture().inputs();
        middle = network.architecture().encoderLayers();
        last = network.architecture().layers().size();
    }

    /** The buffer for the inputs, in the network's units: value 0 of row r at {@code [offset(r)]}. */
    float[] inputs() {
        return forward.values(0);
    }

    /** The inputs of the first n rows. */
    Matrix inputs(int n) {
        return new Matrix(inputs(), offset(0), n, width, offset(1) - offset(0));
    }

    /** The index of value 0 of a row in {@link #inputs}. */
    int offset(int r) {
        return forward.offset(0, r);
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
        System.arraycopy(code, 0, forward.values(middle), forward.offset(middle, r), code.length);
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
        forward.run(n, 0, middle);
    }

    /** Computes the reconstructions of the first n rows from their codes. */
    void decode(int n) {
        forward.run(n, middle, last);
    }

    /** Computes codes and reconstructions of the first n rows from their inputs. */
    void reconstruct(int n) {
        forward.run(n, 0, last);
    }

    /** Copies the code of a row. */
    void code(int r, float[] target) {
        System.arraycopy(forward.values(middle), forward.offset(middle, r), target, 0, target.length);
    }

    /** Copies the reconstruction of a row, in the user's units. */
    void reconstruction(int r, float[] target) {
        System.arraycopy(forward.values(last), forward.offset(last, r), target, 0, width);
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
        float[] y = forward.values(last);
        double sum = network.kernels().squaredError(y, forward.offset(last, r), inputs(), offset(r), width, chains);
        return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum / width;
    }

    /** The squared error of each value of a row's reconstruction, in the network's units, in a new array. */
    double[] squaredErrors(int r) {
        double[] squares = new double[width];
        float[] y = forward.values(last);
        for (int i = 0; i < width; i++) {
            double difference = (double) y[forward.offset(last, r) + i] - inputs()[offset(r) + i];
            squares[i] = difference * difference;
        }
        return squares;
    }

    /** The reconstruction of a row in the user's units, in double precision. */
    double[] exactReconstruction(int r) {
        int from = forward.offset(last, r);
        return scaler.unscale(Arrays.copyOfRange(forward.values(last), from, from + width));
    }
}
