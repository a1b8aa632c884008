package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Loss;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The buffers of a training run, for its largest mini-batch. Gradients with respect to sums, inputs and weights, and a
 * panel's outputs, begin at element {@link Kernels#START} of their array, like the weights.
 */
final class Workspace {
    final Network network;
    final Kernels kernels;
    final List<Dense> layers;
    final int batchSize;
    final int threads;

    /** [layer][row][padded outputs]: gradient of the objective with respect to the layer's sums. */
    final float[][] deltas;

    /** [layer][row][1 + padded outputs], like the level above: the sums, if the activation's gradient needs them. */
    final float[][] sums;

    /** [section of the last layer][its inputs][stride of the batch]: gradient with respect to these inputs. */
    final float[][] sectionGradients;

    /** One per thread. */
    private final Scratch[] scratch;

    /** @throws IllegalArgumentException if a mini-batch's values between two layers do not fit into one array */
    Workspace(Network network, TrainingTask task, int batchSize, int threads) {
        this.network = network;
        this.batchSize = batchSize;
        this.threads = threads;
        kernels = network.kernels();
        layers = network.layers();
        requireFits();
        Dense last = layers.get(layers.size() - 1);
        // The last vector of a share may extend past the mini-batch.
        int ofSection = START
                + Math.multiplyExact(last.shape().inputs(), kernels.stride(batchSize))
                + kernels.lanes();
        sectionGradients = new float[last.sections().size()][ofSection];
        deltas = new float[layers.size()][];
        sums = new float[layers.size()][];
        for (int l = 0; l < layers.size(); l++) {
            Dense layer = layers.get(l);
            // The last layer's are only stored if it is tied: the mirrored layer's gradient needs them.
            boolean stored = layer != last || network.isTied();
            deltas[l] = new float[stored ? START + Math.multiplyExact(batchSize, deltaRow(l)) : 0];
            boolean kept = layer != last && layer.shape().activation().isGradientBySum();
            sums[l] = new float[kept ? Math.multiplyExact(batchSize, 1 + layer.width()) : 0];
        }
        Activations shared = new Activations(network, batchSize);
        scratch = new Scratch[threads];
        for (int t = 0; t < threads; t++) {
            scratch[t] = new Scratch(this, task, t == 0 ? shared : shared.withOwnInputs());
        }
    }

    private void requireFits() {
        long widest = kernels.padded(network.architecture().inputs());
        for (Dense layer : layers) {
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

    /** Distance between the rows of {@link #deltas}. */
    int deltaRow(int layer) {
        return kernels.stride(layers.get(layer).width());
    }

    /** The buffers of one thread. */
    static final class Scratch {
        /** Its own level 0; the other levels are shared. */
        final Activations activations;

        /** The rows to reconstruct, like level 0: the same array unless the inputs are corrupted. */
        final float[] targets;

        /**
         * [level][values][stride of rows]: all rows of the mini-batch for level 0 and the inputs of the last layer, the
         * thread's rows for the other levels.
         */
        final float[][] transposed;

        /**
         * Two gradients of the thread's rows, transposed, used in turn from layer to layer. The first overwrites
         * transposed level 0, which is no longer needed: the less memory is used, the more of it stays in the cache.
         */
        final float[][] gradients;

        /** The sums under an activation whose gradient needs them, transposed like {@link #gradients}. */
        final float[] sumsT;

        /** One panel's outputs, for all rows. */
        final float[] outputs;

        /** A copy of a panel's sums. */
        final float[] panelSums;

        /** Gradient with respect to a panel's sums, and its transpose. */
        final float[] delta;

        final float[] deltaT;

        /** Gradient with respect to a {@link WeightBlock}. */
        final float[] weightGradient;

        /** [row][chains] of the squared error, and of the loss if it is another. */
        final float[] errorChains;

        final float[] lossChains;

        /** The nonzero inputs of the mini-batch; null if the data are not sparse enough. */
        final @Nullable NonZeros nonZeros;

        // Which rows the mini-batch holds.
        private final long seed;
        int epoch;
        int[] order = {};
        int start;

        /** The phases of the last step, and for how many rows they are. */
        List<Planner.Phase> phases = List.of();

        int phasesRows;

        private Scratch(Workspace w, TrainingTask task, Activations activations) {
            this.activations = activations;
            seed = task.seed();
            Kernels kernels = w.kernels;
            int last = w.layers.size() - 1;
            int batch = w.batchSize;
            int stride = kernels.stride(batch);
            int shareStride =
                    kernels.stride(RowShares.of(batch, batch, w.threads).largest());
            int widest = w.layers.get(last).shape().inputs(); // of the gradients that go back from layer to layer
            boolean needsSums = false;
            for (Dense layer : w.layers.subList(0, last)) {
                widest = Math.max(widest, layer.width());
                needsSums |= layer.shape().activation().isGradientBySum();
            }
            int gradient = START + Math.multiplyExact(widest, shareStride);
            transposed = new float[last + 1][];
            for (int level = 0; level <= last; level++) {
                transposed[level] = new float[Math.multiplyExact(
                        activations.row(level), level == 0 || level == last ? stride : shareStride)];
            }
            if (transposed[0].length < gradient) {
                transposed[0] = new float[gradient];
            }
            gradients = new float[][] {transposed[0], new float[gradient]};
            sumsT = new float[needsSums ? gradient : 0];
            targets = task.corruption().isNone()
                    ? activations.values(0)
                    : activations.values(0).clone();
            int panel = kernels.widestPanel();
            outputs = new float[START + Math.multiplyExact(batch, panel)];
            panelSums = new float
                    [w.layers.get(last).shape().activation().isGradientBySum() ? outputs.length : 0];
            delta = new float[outputs.length];
            deltaT = new float[START + Math.multiplyExact(panel, stride)];
            weightGradient = new float[START + WeightBlock.MAX_ROWS * panel];
            errorChains = new float[Math.multiplyExact(batch, Kernels.ERROR_CHAINS)];
            lossChains = new float[task.objective().loss() == Loss.MSE ? 0 : errorChains.length];
            nonZeros = task.nonZeros() == null
                    ? null
                    : new NonZeros(batch, w.network.architecture().inputs()).transposable();
        }

        /** The random numbers of a row of the mini-batch. */
        Random random(Random.Purpose purpose, int row) {
            return Random.ofRow(seed, purpose, epoch, order[start + row]);
        }
    }
}
