package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.engine.Forward;
import io.hourglass.engine.Imputer;
import io.hourglass.engine.Network;
import io.hourglass.nn.Columns;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

    /** For errors of rows with categories or missing values. */
    private final Columns columns;

    /** Null if no value may be missing. */
    private final @Nullable Imputer imputer;

    /** [rows][inputs] The rows with missing values, while the network sees others. */
    private final float[] originals;

    private final float[] chains = new float[Kernels.ERROR_CHAINS];
    private final int width;
    private final int middle;
    private final int last;

    /**
     * Allocates buffers.
     *
     * @param format brings reconstructions back to the user's units
     * @param rows 1 to {@link #ROWS}
     */
    Block(Network network, RowFormat format, int rows) {
        this.network = network;
        scaler = format.scaler();
        forward = new Forward(network, format.table(), rows);
        width = network.architecture().inputs();
        float[] imputed = format.imputed();
        columns = format.columns(imputed != null, width);
        imputer = imputed == null ? null : new Imputer(columns, imputed);
        originals = new float[imputer == null ? 0 : Math.multiplyExact(rows, width)];
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
     * @throws IllegalArgumentException if a value is not finite, and cannot be missing, or cannot be scaled; the
     *     message names it
     */
    void setInputs(int r, float[] row) {
        requirePresent(row, 0, row.length, "a row");
        System.arraycopy(row, 0, inputs(), offset(r), row.length);
        scaler.scalePresentInPlace(inputs(), offset(r));
    }

    /**
     * Sets the code of a row.
     *
     * @throws IllegalArgumentException if a value is not finite; the message names it
     */
    void setCode(int r, float[] code) {
        requireFinite(code, 0, code.length, "a code", false);
        System.arraycopy(code, 0, forward.values(middle), forward.offset(middle, r), code.length);
    }

    /**
     * Requires values that the network can take.
     *
     * @throws IllegalArgumentException if a value of the first n rows is not finite, and cannot be missing; the message
     *     names it
     */
    void requireFinite(int n) {
        for (int r = 0; r < n; r++) {
            if (!network.kernels().allFinite(inputs(), offset(r), width)) {
                requirePresent(inputs(), offset(r), width, "row " + r + " of a block");
            }
        }
    }

    /** {@link #requireFinite}, but a value may be NaN if the model knows what replaces it. */
    private void requirePresent(float[] values, int from, int n, String what) {
        requireFinite(values, from, n, what, imputer != null);
    }

    /** tanh and sigmoid would hide a value that is not finite. */
    private void requireFinite(float[] values, int from, int n, String what, boolean missing) {
        if (network.kernels().allFinite(values, from, n)) {
            return;
        }
        for (int i = 0; i < n; i++) {
            float value = values[from + i];
            if (!Float.isFinite(value) && !(missing && Float.isNaN(value))) {
                throw new IllegalArgumentException(
                        "value " + i + " of " + what + " is " + value + ", expected a finite number");
            }
        }
    }

    /** Computes the codes of the first n rows from their inputs. */
    void encode(int n) {
        runFromInputs(n, middle);
    }

    /** Computes the reconstructions of the first n rows from their codes. */
    void decode(int n) {
        forward.run(n, middle, last);
    }

    /** Computes codes and reconstructions of the first n rows from their inputs. */
    void reconstruct(int n) {
        runFromInputs(n, last);
    }

    /** Fills missing values while the network runs; the errors need to know which they are. */
    private void runFromInputs(int n, int to) {
        for (int r = 0; r < n && imputer != null; r++) {
            System.arraycopy(inputs(), offset(r), originals, r * width, width);
            imputer.fill(inputs(), offset(r));
        }
        forward.run(n, 0, to);
        for (int r = 0; r < n && imputer != null; r++) {
            System.arraycopy(originals, r * width, inputs(), offset(r), width);
        }
    }

    /** Whether a row's error is a mean over columns, because they differ or one is missing. */
    private boolean isByColumns(int r) {
        return columns.differ() || (imputer != null && !network.kernels().allFinite(inputs(), offset(r), width));
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
     * The error of a row's reconstruction, in the network's units: 0 or more, never NaN. It is the mean squared error
     * per value or, if the rows have categories or missing values, {@link Columns#error(float[], int, float[], int)}.
     * It is infinite if the network's sums exceeded the largest float. The true error is then too large as well, and
     * infinity, unlike NaN, compares as above any threshold.
     */
    double error(int r) {
        float[] y = forward.values(last);
        if (isByColumns(r)) {
            double mean = columns.error(y, forward.offset(last, r), inputs(), offset(r));
            return Double.isNaN(mean) ? Double.POSITIVE_INFINITY : mean;
        }
        double sum = network.kernels().squaredError(y, forward.offset(last, r), inputs(), offset(r), width, chains);
        return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum / width;
    }

    /**
     * The terms of {@link #error}, in a new array: the squared error of each value of a row's reconstruction or, if the
     * rows have categories, the error of each column; 0 for a missing one.
     */
    double[] squaredErrors(int r) {
        float[] y = forward.values(last);
        if (isByColumns(r)) {
            double[] errors = new double[columns.count()];
            for (int c = 0; c < errors.length; c++) {
                boolean counts = columns.counts(c, inputs(), offset(r));
                errors[c] = !counts ? 0 : columns.error(c, y, forward.offset(last, r), inputs(), offset(r));
            }
            return errors;
        }
        double[] squares = new double[width];
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
