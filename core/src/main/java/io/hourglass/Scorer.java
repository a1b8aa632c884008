package io.hourglass;

import java.util.Objects;

/**
 * Codes, reconstructions and errors of a stream of rows, for programs that do not want to build a {@link Dataset}. The
 * rows go through the network in blocks, and one pass gives all three results. The bits are those of {@link
 * Autoencoder#encode}, {@link Autoencoder#reconstruct} and {@link Autoencoder#errors}. A scorer computes on the thread
 * of its caller, allocates nothing after its constructor but the arrays of {@link #squaredErrors}, and must not be used
 * by two threads at once.
 *
 * <pre>{@code
 * Scorer scorer = new Scorer(model);
 * for (int r = 0; r < 2; r++) { // at most Scorer.ROWS
 *     System.arraycopy(test.row(r), 0, scorer.rows(), scorer.offset(r), test.inputs());
 *     model.scaler().scaleInPlace(scorer.rows(), scorer.offset(r));
 * }
 * scorer.reconstruct(2);
 * double error = scorer.error(0);
 * }</pre>
 */
public final class Scorer {
    /** The most rows of a block. */
    public static final int ROWS = Block.ROWS;

    private final Autoencoder model;
    private final Block block;

    /**
     * Allocates buffers for {@link #ROWS} rows.
     *
     * @param model that scores the rows
     */
    public Scorer(Autoencoder model) {
        this.model = model;
        block = model.block();
    }

    /**
     * The buffer to write rows to before {@link #encode} or {@link #reconstruct}: finite values in the network's units,
     * which the model's scaler gives, or NaN as in {@link #set}, which writes rows in the user's units.
     *
     * @return the buffer itself; row r starts at {@link #offset offset(r)}
     */
    public float[] rows() {
        return block.inputs();
    }

    /**
     * The index in {@link #rows()} of value 0 of a row. The values between the rows must not be changed.
     *
     * @param r 0 to {@link #ROWS} - 1
     * @return the row's values are at this index and the following
     */
    public int offset(int r) {
        return block.offset(Objects.checkIndex(r, ROWS));
    }

    /**
     * Writes a row to the buffer, for rows in the user's units.
     *
     * @param r 0 to {@link #ROWS} - 1
     * @param row [inputs]; NaN for a missing value, if the model has an {@link Autoencoder#imputation}
     * @throws IllegalArgumentException if it has another length, or a value that is not finite or cannot be scaled
     */
    public void set(int r, float[] row) {
        requireLength(row, model.architecture().inputs());
        block.setInputs(Objects.checkIndex(r, ROWS), row);
    }

    /**
     * Encodes the first rows of the block. {@link #code} then returns their codes.
     *
     * @param n 1 to {@link #ROWS}
     * @throws IllegalArgumentException if n is out of range, or a value of these rows is not finite
     */
    public void encode(int n) {
        requireRows(n);
        block.encode(n);
    }

    /**
     * Encodes and decodes the first rows of the block. {@link #code}, {@link #reconstruction} and {@link #error} then
     * return the results.
     *
     * @param n 1 to {@link #ROWS}
     * @throws IllegalArgumentException if n is out of range, or a value of these rows is not finite
     */
    public void reconstruct(int n) {
        requireRows(n);
        block.reconstruct(n);
    }

    private void requireRows(int n) {
        if (n < 1 || n > ROWS) {
            throw new IllegalArgumentException("n = " + n + " rows of a block, expected 1 to " + ROWS);
        }
        block.requireFinite(n);
    }

    /**
     * The code of a row of the block; the mean if the model is variational.
     *
     * @param r row of the block, 0 to n - 1
     * @param code [latent], overwritten
     */
    public void code(int r, float[] code) {
        requireLength(code, model.architecture().latent());
        block.code(Objects.checkIndex(r, ROWS), code);
    }

    /**
     * The reconstruction of a row of the block, in the user's units.
     *
     * @param r row of the block, 0 to n - 1
     * @param reconstruction [inputs], overwritten
     */
    public void reconstruction(int r, float[] reconstruction) {
        requireLength(reconstruction, model.architecture().inputs());
        block.reconstruction(Objects.checkIndex(r, ROWS), reconstruction);
    }

    private static void requireLength(float[] array, int expected) {
        if (array.length != expected) {
            throw new IllegalArgumentException("an array of " + array.length + " values, expected " + expected);
        }
    }

    /**
     * The error of a row's reconstruction, in the network's units, as {@link Autoencoder#error(float[])} gives it.
     *
     * @param r row of the block, 0 to n - 1
     * @return 0 or more; infinite if it is too large for a double, never NaN
     */
    public double error(int r) {
        return block.error(Objects.checkIndex(r, ROWS));
    }

    /**
     * The squared error of each value of a row's reconstruction, or the error of each column, as {@link
     * Autoencoder#squaredErrors} gives them, in a new array.
     *
     * @param r row of the block, 0 to n - 1
     * @return [inputs] or [columns], each 0 or more
     */
    public double[] squaredErrors(int r) {
        return block.squaredErrors(Objects.checkIndex(r, ROWS));
    }

    /** For instance {@code scorer of 784-128-16 (tanh, identity, sigmoid), 206k parameters}. */
    @Override
    public String toString() {
        return "scorer of " + model;
    }
}
