package io.hourglass.engine;

import io.hourglass.compute.Bits;
import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Columns;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The forward pass of a network without training, for up to some rows at a time, on one thread: write the inputs to
 * {@link #values} of a level, {@link #run} some layers, read the outputs from the level after the last. Level 0 holds
 * the network's inputs, level l + 1 the outputs of layer l.
 */
public final class Forward {
    /** The most inputs, with the leading one, for which lanes across rows pay: so many fit into the level-1 cache. */
    private static final int MAX_DEPTH = 1 + 128;

    /** Narrower rows have so few zeros to skip that looking for them takes longer. */
    private static final int FEWEST_TO_SKIP = 64;

    private final Network network;
    private final Columns columns;
    private final Activations activations;
    private final float[][] transposed;
    private final NonZeros nonZeros;
    private final Bits bits;
    private final boolean maySkip;

    /** The sums of the last layer, if it has a softmax. */
    private final float[] sums;

    /** [layer]; null for a dense layer. */
    private final @Nullable BoundConv[] convolutions;

    /** {@link Network#changes} when the convolutions read the weights. */
    private int prepared;

    /** [rows][layer], made when a number of rows occurs for the first time. */
    private final Bound[] @Nullable [] bound;

    /** A layer for some rows. */
    private sealed interface Bound {}

    /**
     * A dense layer.
     *
     * @param acrossRows null if the outputs are not to be transposed: those of wide layers, of the code and of the last
     *     layer, those before a convolution, and a single row
     */
    private record BoundDense(
            DenseForward forward,
            @Nullable Transposition inputs,
            @Nullable DenseAcrossRows acrossRows) implements Bound {}

    /** A convolution. */
    private record BoundConv(Convolver convolver, Activation activation, int outputs) implements Bound {}

    /**
     * Allocates the buffers.
     *
     * @param rows the most rows of a block, at least 1
     */
    public Forward(Network network, int rows) {
        this(network, Columns.NONE, rows);
    }

    /**
     * Allocates the buffers of a network for rows with columns.
     *
     * @param columns whose categories get a softmax at the output
     * @param rows the most rows of a block, at least 1
     */
    public Forward(Network network, Columns columns, int rows) {
        this.network = network;
        this.columns = columns;
        activations = new Activations(network, rows);
        int layers = network.layers().size();
        transposed = new float[layers][];
        for (int l = 0; l < layers; l++) {
            boolean needed = rows > 1 && network.layers().get(l) instanceof Dense;
            transposed[l] =
                    new float[needed ? activations.row(l) * network.kernels().stride(rows) : 0];
        }
        convolutions = new BoundConv[layers];
        for (int l = 0; l < layers; l++) {
            if (network.layers().get(l) instanceof Filters filters) {
                Activation activation = filters.shape().activation();
                convolutions[l] =
                        new BoundConv(Convolver.forward(filters, network.kernels()), activation, filters.width());
            }
        }
        prepared = network.changes() - 1;
        nonZeros = new NonZeros(rows, network.architecture().inputs());
        bits = nonZeros.ofRows();
        maySkip = network.architecture().inputs() >= FEWEST_TO_SKIP
                && network.layers().get(0) instanceof Dense;
        bound = new Bound[rows + 1][];
        int outputs = network.layers().get(layers - 1).width();
        sums = new float[columns.hasCategories() ? Math.multiplyExact(rows, outputs) : 0];
    }

    /** The values of a level: value i of row r at {@code [offset(level, r) + i]}. Others must not be changed. */
    public float[] values(int level) {
        return activations.values(level);
    }

    /** Index of value 0 of a row in {@link #values}. */
    public int offset(int level, int row) {
        return activations.offset(level, row);
    }

    /**
     * Runs layers first to last - 1.
     *
     * @param rows how many; their inputs are at level {@code first}
     */
    public void run(int rows, int first, int last) {
        Bound[] layers = bound[rows];
        if (layers == null) {
            layers = bind(rows);
            bound[rows] = layers;
        }
        if (prepared != network.changes()) {
            prepared = network.changes();
            for (BoundConv conv : convolutions) {
                if (conv != null) {
                    conv.convolver().prepare();
                }
            }
        }
        boolean transposed = false; // whether the inputs of layer l are
        for (int l = first; l < last; l++) {
            if (layers[l] instanceof BoundConv conv) {
                run(conv, l, rows);
                continue;
            }
            BoundDense dense = (BoundDense) layers[l];
            DenseForward forward = dense.forward();
            Transposition inputs = dense.inputs();
            DenseAcrossRows acrossRows = dense.acrossRows();
            if (l == 0 && maySkip && nonZeros.scan(network.kernels(), forward.inputs())) {
                forward.runSparse(bits);
                continue;
            }
            if (inputs == null) {
                forward.run();
                continue;
            }
            if (!transposed) {
                inputs.run();
            }
            transposed = acrossRows != null;
            if (acrossRows != null) {
                acrossRows.run();
            } else {
                forward.runTransposed(inputs.target());
            }
        }
    }

    private void run(BoundConv conv, int l, int rows) {
        float[] y = activations.values(l + 1);
        for (int r = 0; r < rows; r++) {
            int at = activations.offset(l + 1, r);
            conv.convolver().run(activations.values(l), activations.offset(l, r), y, at);
            network.kernels().activateInPlace(conv.activation(), y, at, conv.outputs());
        }
    }

    private Bound[] bind(int rows) {
        Kernels kernels = network.kernels();
        List<Weights> layers = network.layers();
        int code = network.architecture().encoderLayers(); // the level of the code
        Bound[] all = new Bound[layers.size()];
        for (int l = 0; l < all.length; l++) {
            BoundConv conv = convolutions[l];
            if (conv != null) {
                all[l] = conv;
                continue;
            }
            Dense layer = network.dense(l);
            boolean hasSoftmax = l == all.length - 1 && columns.hasCategories();
            DenseForward forward = new DenseForward(
                    layer,
                    kernels,
                    activations.withOnes(l, 0, rows),
                    rows == 1 ? null : transposed[l],
                    activations.rows(l + 1, 0, rows, layer.width()),
                    hasSoftmax ? new Matrix(sums, 0, rows, layer.width()) : null,
                    hasSoftmax ? columns : Columns.NONE);
            Transposition inputs = forward.transposition();
            boolean across = l + 1 < all.length
                    && l + 1 != code
                    && layers.get(l + 1) instanceof Dense
                    && layer.depth() <= MAX_DEPTH;
            all[l] = new BoundDense(
                    forward,
                    inputs,
                    inputs == null || !across
                            ? null
                            : new DenseAcrossRows(layer, kernels, inputs.target(), transposed[l + 1]));
        }
        return all;
    }
}
