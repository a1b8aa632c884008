package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Variant;
import java.util.List;

/**
 * The buffers of a training run, for its largest mini-batch. Gradients with respect to sums, inputs and weights, and a
 * panel's outputs, begin at element {@link Kernels#START} of their array, like the weights.
 */
final class Workspace {
    final Network network;
    final Kernels kernels;
    final List<Weights> layers;
    final int batchSize;

    /** Those of the rows; {@link Columns#NONE} if the last layer is {@link DenseOutput} or an image's. */
    final Columns columns;

    /** The number of terms in a row's loss, which is their mean: columns, or else values. */
    final int terms;

    /** [layer][row][padded outputs]: gradient of the objective with respect to the layer's sums. */
    final float[][] deltas;

    /**
     * [layer][row][1 + padded outputs], like the level above: the sums, if the activation's gradient needs them, or the
     * softmax of a category.
     */
    final float[][] sums;

    /** Of a last layer that is dense: [section][its inputs][stride of the batch]: gradient with respect to them. */
    final float[][] sectionGradients;

    // [section of the last layer, one if its loss is a RowLoss][row]: squared error, and the loss, which may be the
    // same array.
    final double[][] errors;
    final double[][] losses;

    /** [row] KL divergence of the row's distribution of codes in nats; empty unless the network is variational. */
    final double[] divergences;

    /** [row] L1 norm of the code; empty unless it is part of the objective. */
    final double[] norms;

    private final TrainingTask task;
    private final Activations activations;

    /** [thread]; a thread gets its buffers when it is first needed. */
    private final Scratch[] scratch;

    /** @throws IllegalArgumentException if a mini-batch's values between two layers do not fit into one array */
    Workspace(Network network, TrainingTask task, int batchSize, int threads) {
        this.network = network;
        this.batchSize = batchSize;
        this.task = task;
        columns = task.columns();
        terms = columns.isNone() ? network.architecture().inputs() : columns.counted();
        kernels = network.kernels();
        layers = network.layers();
        requireFits();
        Weights last = layers.get(layers.size() - 1);
        boolean byRows = last instanceof Filters || !columns.isNone(); // the last layer, see RowLoss
        if (last instanceof Dense dense && !byRows) {
            // The last vector of a share may extend past the mini-batch.
            int ofSection =
                    START + Math.multiplyExact(last.shape().inputs(), kernels.stride(batchSize)) + kernels.lanes();
            sectionGradients = new float[dense.sections().size()][ofSection];
        } else {
            sectionGradients = new float[1][0];
        }
        errors = new double[sectionGradients.length][batchSize];
        boolean same = task.objective().loss() == Loss.MSE && columns.isNone();
        losses = same ? errors : new double[sectionGradients.length][batchSize];
        divergences = new double[network.architecture().variant() == Variant.VARIATIONAL ? batchSize : 0];
        norms = new double[task.objective().sparsity() > 0 ? batchSize : 0];
        deltas = new float[layers.size()][];
        sums = new float[layers.size()][];
        for (int l = 0; l < layers.size(); l++) {
            Weights layer = layers.get(l);
            // A last dense layer's are only stored if it is tied: the mirrored layer's gradient needs them.
            boolean stored = layer != last || network.isTied() || byRows;
            deltas[l] = new float[stored ? START + Math.multiplyExact(batchSize, deltaRow(l)) : 0];
            boolean kept =
                    (layer != last || byRows) && layer.shape().activation().isGradientBySum()
                            || (layer == last && columns.hasCategories());
            sums[l] = new float[kept ? Math.multiplyExact(batchSize, 1 + layer.width()) : 0];
        }
        activations = new Activations(network, batchSize);
        scratch = new Scratch[threads];
    }

    private void requireFits() {
        long widest = kernels.padded(network.architecture().inputs());
        for (Weights layer : layers) {
            widest = Math.max(widest, layer.width());
        }
        // One more for the leading 1, and more for rounding up to the kernels' strides.
        if ((widest + 1 + kernels.widestPanel()) * (batchSize + (long) kernels.widestPanel())
                > Integer.MAX_VALUE - 64) {
            throw new IllegalArgumentException("a mini-batch of " + batchSize + " rows of up to " + widest
                    + " values between two layers, expected fewer than 2^31 values");
        }
    }

    Scratch scratch(int thread) {
        return scratch[thread];
    }

    /** Sets the shares of the next steps, between two steps. */
    void use(Shares shares) {
        for (int t = 0; t < shares.threads(); t++) {
            if (scratch[t] == null) {
                scratch[t] = new Scratch(this, t, task, t == 0 ? activations : activations.withOwnInputs());
            }
            scratch[t].use(shares);
        }
    }

    /** Adds the arrays of this workspace, without those of the threads. */
    void addTo(ArraySizes sizes) {
        sizes.add(deltas, sums, sectionGradients, errors, losses, divergences, norms);
    }

    /** Distance between the rows of {@link #deltas}. */
    int deltaRow(int layer) {
        return kernels.stride(layers.get(layer).width());
    }
}
