package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.engine.Activations;
import io.hourglass.engine.Network;

/**
 * Codes, reconstructions and errors of a stream of rows, a block at a time and all from one pass through the network:
 * for programs that get their rows from elsewhere and would rather not make {@link Dataset}s of them. The bits are
 * those of {@link Autoencoder#encode}, {@link Autoencoder#reconstruct} and {@link Autoencoder#errors}. Computes on the
 * thread of its caller and allocates nothing after its constructor; for one thread at a time.
 *
 * <pre>{@code
 * for (int r = 0; r < n; r++) {                        // n rows, at most Scorer.ROWS
 *     System.arraycopy(row(r), 0, scorer.rows(), scorer.offset(r), inputs);
 *     model.scaler().scaleInPlace(scorer.rows(), scorer.offset(r));
 * }
 * scorer.reconstruct(n);
 * double error = scorer.error(0);
 * }</pre>
 */
public final class Scorer {
    /** Most rows of a block. */
    public static final int ROWS = Evaluation.BLOCK;

    private final Network network;
    private final Scaler scaler;
    private final Activations activations;
    private final float[][] transposed;
    private final float[] chains = new float[Kernels.ERROR_CHAINS];
    private final int inputs;
    private final int encoderLayers;
    private final int layers;

    /** One with room for {@link #ROWS} rows of that model. */
    public Scorer(Autoencoder model) {
        network = model.network();
        scaler = model.scaler();
        activations = new Activations(network, ROWS);
        transposed = activations.transposed(ROWS);
        inputs = model.architecture().inputs();
        encoderLayers = model.architecture().encoderLayers();
        layers = model.architecture().layers().size();
    }

    /** Where the rows go before they are run, in the network's units (the model's scaler makes them), all finite. */
    public float[] rows() {
        return activations.values(0);
    }

    /** Index in {@link #rows()} of value 0 of row r of the block; what stands between the rows must stay as it is. */
    public int offset(int r) {
        return activations.offset(0, r);
    }

    /**
     * Encodes the first rows; {@link #code} has the results.
     *
     * @param n 1 to {@link #ROWS}
     * @throws IllegalArgumentException if a value of these rows is not finite; the message names it
     */
    public void encode(int n) {
        requireFinite(n);
        network.forward(activations, 0, n, 0, encoderLayers, transposed);
    }

    /**
     * Encodes and decodes the first rows; {@link #code}, {@link #reconstruction} and {@link #error} have the results.
     *
     * @param n 1 to {@link #ROWS}
     * @throws IllegalArgumentException if a value of these rows is not finite; the message names it
     */
    public void reconstruct(int n) {
        requireFinite(n);
        network.forward(activations, 0, n, 0, layers, transposed);
    }

    private void requireFinite(int n) {
        for (int r = 0; r < n; r++) {
            if (!network.kernels().allFinite(rows(), offset(r), inputs)) {
                for (int i = 0; i < inputs; i++) {
                    float value = rows()[offset(r) + i];
                    if (!Float.isFinite(value)) {
                        throw new IllegalArgumentException("value " + i + " of row " + r + " of a block is " + value
                                + ", expected a finite number");
                    }
                }
            }
        }
    }

    /**
     * The code of a row of the block; a variational model's mean.
     *
     * @param code [latent], overwritten
     */
    public void code(int r, float[] code) {
        System.arraycopy(activations.values(encoderLayers), activations.offset(encoderLayers, r), code, 0, code.length);
    }

    /**
     * The reconstruction of a row of the block, in the user's units.
     *
     * @param reconstruction [inputs], overwritten
     */
    public void reconstruction(int r, float[] reconstruction) {
        System.arraycopy(activations.values(layers), activations.offset(layers, r), reconstruction, 0, inputs);
        scaler.unscaleInPlace(reconstruction, 0);
    }

    /**
     * Mean squared error of the reconstruction of a row of the block, per value, in the network's units.
     *
     * @return 0 or more; infinite if it is too large for a number, never NaN
     */
    public double error(int r) {
        double error = network.kernels()
                        .squaredError(
                                activations.values(layers),
                                activations.offset(layers, r),
                                activations.values(0),
                                activations.offset(0, r),
                                inputs,
                                chains)
                / inputs;
        return Evaluation.orInfinite(error);
    }
}
