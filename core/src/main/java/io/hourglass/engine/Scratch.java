package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The buffers of one thread in a training run, and which rows its mini-batch holds. */
final class Scratch {
    final Workspace workspace;
    final int thread;

    /** Its own level 0; the other levels are shared. */
    final Activations activations;

    /** The rows to reconstruct, like level 0: the same array unless inputs are corrupted or imputed. */
    final float[] targets;

    /**
     * [level][values][stride of rows]: all rows of the mini-batch for level 0 and the inputs of the last layer, the
     * thread's rows for the other levels. The buffers fit all rows, because shares change.
     */
    final float[][] transposed;

    /**
     * Two gradients of the thread's rows, transposed, used in turn from layer to layer. The first overwrites
     * transposed level 0, which is no longer needed: the less memory is used, the more of it stays in the cache.
     */
    final float[][] gradients;

    /** The gradient of the thread's rows with respect to the image that a dense layer makes. */
    final float[] rowGradient;

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

    /** One for each number of threads that has been in use, with the shares that it had last. */
    private final Map<Integer, Plan> plans = new HashMap<>();

    /** The plan in use. */
    Plan plan = new Plan(Shares.even(1));

    /** How the thread takes part in a step. */
    static final class Plan {
        /** A step has at most six. */
        private static final int MOST_PHASES = 8;

        final Shares shares;

        /** By the number of rows: that of most mini-batches, and of an epoch's last one. */
        final Map<Integer, List<Planner.Phase>> phases = new HashMap<>();

        /** [phase] the part of the work of all threads, 0 to 1; 0 in a phase that is not divided. */
        final double[] parts = new double[MOST_PHASES];

        /** [phase] nanoseconds of work, without waiting, since the shares were last considered. */
        final double[] busy = new double[MOST_PHASES];

        Plan(Shares shares) {
            this.shares = shares;
        }
    }

    Scratch(Workspace w, int thread, TrainingTask task, Activations activations) {
        workspace = w;
        this.thread = thread;
        this.activations = activations;
        seed = task.seed();
        Kernels kernels = w.kernels;
        int last = w.layers.size() - 1;
        int batch = w.batchSize;
        int stride = kernels.stride(batch);
        int widest = 0; // of the gradients that go back from or to a dense layer
        boolean needsSums = false;
        for (int l = 0; l <= last; l++) {
            if (w.layers.get(l) instanceof Dense dense) {
                widest = Math.max(widest, l == 0 ? 0 : dense.shape().inputs());
                widest = Math.max(widest, l == last && w.columns.isNone() ? 0 : dense.width());
                needsSums |= l < last && dense.shape().activation().isGradientBySum();
            }
        }
        int gradient = START + Math.multiplyExact(widest, stride);
        transposed = new float[last + 1][];
        for (int level = 0; level <= last; level++) {
            boolean needed =
                    w.layers.get(level) instanceof Dense || (level > 0 && w.layers.get(level - 1) instanceof Dense);
            transposed[level] = new float[needed ? Math.multiplyExact(activations.row(level), stride) : 0];
        }
        if (transposed[0].length < gradient) {
            transposed[0] = new float[gradient];
        }
        gradients = new float[][] {transposed[0], new float[gradient]};
        sumsT = new float[needsSums ? gradient : 0];
        targets = task.corruption().isNone() && task.imputed() == null
                ? activations.values(0)
                : activations.values(0).clone();
        int image = 0; // the values of one that a dense layer makes
        for (int l = 1; l <= last; l++) {
            if (w.layers.get(l) instanceof Filters && w.layers.get(l - 1) instanceof Dense) {
                image = w.deltaRow(l - 1);
            }
        }
        rowGradient = new float[START + Math.multiplyExact(batch, image)];
        int panel = kernels.widestPanel();
        outputs = new float[START + Math.multiplyExact(batch, panel)];
        panelSums = new float[w.layers.get(last).shape().activation().isGradientBySum() ? outputs.length : 0];
        delta = new float[outputs.length];
        deltaT = new float[START + Math.multiplyExact(panel, stride)];
        weightGradient = new float[START + WeightBlock.MAX_ROWS * panel];
        errorChains = new float[Math.multiplyExact(batch, Kernels.ERROR_CHAINS)];
        lossChains = new float[w.losses == w.errors ? 0 : errorChains.length];
        nonZeros = task.nonZeros() == null
                ? null
                : new NonZeros(batch, w.network.architecture().inputs()).transposable();
    }

    /** Sets the shares of the next steps. Other shares, even if they are equal, have times of their own. */
    void use(Shares shares) {
        plan = plans.computeIfAbsent(shares.threads(), n -> new Plan(shares));
        if (plan.shares != shares) {
            plan = new Plan(shares);
            plans.put(shares.threads(), plan);
        }
    }

    /** Adds the arrays of this thread, and those that it shares with others. */
    void addTo(ArraySizes sizes) {
        activations.addTo(sizes);
        sizes.add(targets, transposed, gradients, rowGradient, sumsT, outputs, panelSums, delta, deltaT);
        sizes.add(weightGradient, errorChains, lossChains);
        if (nonZeros != null) {
            nonZeros.addTo(sizes);
        }
    }

    /** The random numbers of a row of the mini-batch. */
    Random random(Random.Purpose purpose, int row) {
        return Random.ofRow(seed, purpose, epoch, order[start + row]);
    }
}
