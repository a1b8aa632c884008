package io.hourglass.engine;

import io.hourglass.compute.Bits;
import io.hourglass.compute.Kernels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The forward pass of a network without training, for up to some rows at a time, on one thread: write the inputs to
 * {@link #values} of a level, {@link #run} some layers, read the outputs from the level after the last. Level 0 holds
 * the network's inputs, level l + 1 the outputs of layer l.
 */
public final class Forward {
    private final Network network;
    private final Activations activations;
    private final float[][] transposed;
    private final NonZeros nonZeros;
    private final Bits bits;

    /** [rows][layer], made when a number of rows occurs for the first time. */
    private final DenseForward[] @Nullable [] bound;

    /**
     * Allocates the buffers.
     *
     * @param rows the most rows of a block, at least 1
     */
    public Forward(Network network, int rows) {
        this.network = network;
        activations = new Activations(network, rows);
        int layers = network.layers().size();
        transposed = new float[layers][];
        for (int l = 0; l < layers; l++) {
            transposed[l] = new float
                    [rows == 1 ? 0 : activations.row(l) * network.kernels().stride(rows)];
        }
        nonZeros = new NonZeros(rows, network.architecture().inputs());
        bits = nonZeros.ofRows();
        bound = new DenseForward[rows + 1][];
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
        DenseForward[] layers = bound[rows];
        if (layers == null) {
            layers = bind(rows);
            bound[rows] = layers;
        }
        for (int l = first; l < last; l++) {
            if (l == 0 && nonZeros.scan(network.kernels(), layers[0].inputs())) {
                layers[0].runSparse(bits);
            } else {
                layers[l].run();
            }
        }
    }

    private DenseForward[] bind(int rows) {
        Kernels kernels = network.kernels();
        List<Dense> layers = network.layers();
        DenseForward[] forwards = new DenseForward[layers.size()];
        for (int l = 0; l < forwards.length; l++) {
            Dense layer = layers.get(l);
            forwards[l] = new DenseForward(
                    layer,
                    kernels,
                    activations.withOnes(l, 0, rows),
                    rows == 1 ? null : transposed[l],
                    activations.rows(l + 1, 0, rows, layer.width()),
                    null);
        }
        return forwards;
    }
}
