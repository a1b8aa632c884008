package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Variant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One training step of the report's Listing 3, shared by the threads of a team. It has five phases with a barrier after
 * each:
 *
 * <ol>
 *   <li>{@link #firstLayer}: each thread computes some outputs of the first layer, if possible for all rows of the
 *   mini-batch;
 *   <li>{@link #forward}: each thread takes some rows through the layers between the first and the last;
 *   <li>{@link #lastLayer}: each thread owns some outputs of the last layer and computes their forward pass, loss,
 *   backward pass and update, for all rows;
 *   <li>{@link #backward}: each thread takes some rows back to the first layer;
 *   <li>{@link #update}: each thread owns some of the other layers' weights, sums their gradient over all rows, and
 *   passes it to the optimiser.
 * </ol>
 *
 * Only the gradient with respect to the last layer's inputs is summed across threads. The order of the sum does not
 * depend on their number: one chain for each {@link Dense.Section} of the layer's outputs, then the sections.
 *
 * <p>Reading what another processor core has written is about ten times slower than reading from the core's own cache.
 * So the weights of the first and the last layer, which are nearly all weights, stay with the thread that owns them and
 * computes their outputs. It needs all rows of the mini-batch for that, and has its own copy. The last layer's weights
 * enter the cache once per step, panel by panel, and all work on a panel is done before it leaves the cache.
 *
 * <p>The last mini-batch of an epoch may have fewer rows than the others. It is padded to the full number of rows, up
 * to {@link #backward}, with whatever the buffers held before; results of padded rows are not used. Without padding it
 * would need tiles of another shape once per epoch, and Java would keep interpreting them. Large mini-batches are not
 * padded.
 */
public final class Backpropagation {
    /**
     * Approximate number of rows of a weight panel whose gradient is computed at a time: in a panel of 48 floats they
     * take 12 KB and stay in the cache.
     */
    private static final int BLOCK = 64;

    /** The most rows of a block, see {@link #blockRows}. */
    private static final int LARGEST_BLOCK = BLOCK * 3 / 2;

    /** Larger mini-batches are not padded: for 50,000 of MNIST's 60,000 rows, padding took a quarter of an epoch. */
    private static final int MAX_PADDED = 256;

    private final Network network;
    private final Objective objective;
    private final Corruption corruption;
    private final List<Dense> layers;
    private final int encoderLayers;
    private final boolean tied;
    private final boolean variational;
    private final int batchSize;
    private final int threads;

    /** One per thread: each has its own level 0, and they share the other levels. */
    private final Activations[] activations;

    // Gradients with respect to sums, inputs and weights, and a panel's outputs, begin at element START of their array,
    // like the weights.
    /** [layer][row of the batch][padded outputs]: gradient of the objective with respect to the layer's sums. */
    private final float[][] deltas;

    private final int[] deltaRow;

    /** The sections of the last layer, each owned by one thread. */
    private final List<Dense.Section> sections;

    /** The first section of each thread's share, then the end of the last share. */
    private final int[] firstSection;

    /**
     * [section][inputs of the last layer][stride of the batch]: the section's contribution to the gradient with respect
     * to these inputs.
     */
    private final float[][] sectionGradients;

    /** [section][row of the batch]: squared error. */
    private final double[][] errors;

    /** [section][row of the batch]: cross-entropy; 0 unless it is the loss. */
    private final double[][] entropies;

    /** L1 norm of each row's code; 0 without a sparsity term. */
    private final double[] rowNorms;

    /** KL divergence of each row's distribution of codes in nats; 0 unless the network is variational. */
    private final double[] rowDivergences;

    // In a variational network, [row of the batch][latent]: the code is mean + deviation * normal.
    private final float[] means;
    private final float[] deviations;
    private final float[] normals;

    /** The nonzero values of the data set's rows; null if they are not sparse enough. */
    private final @Nullable NonZeros dataNonZeros;

    /** [layer][thread]: the blocks that a thread owns. */
    private final List<List<List<Block>>> blocks = new ArrayList<>();

    private final Scratch[] scratch;

    /** Rows {@code from ... to - 1} of a weight panel. */
    private record Block(int panel, int from, int to, int size) {}

    /**
     * The buffers of one thread.
     *
     * @param targets the rows to reconstruct: the inputs themselves or, with corruption, the clean rows at the same
     *     offsets
     * @param draws source of random numbers
     * @param transposed for all rows of the mini-batch at level 0 and the level before the last layer, for the thread's
     *     rows at the other levels
     * @param deltas two gradients of the thread's rows, transposed. The first overwrites level 0, which is no longer
     *     needed: the less memory is used, the more of it stays in the cache
     * @param outputs of one panel of the first or the last layer, for all rows
     * @param delta gradient with respect to the panel's outputs
     * @param deltaT delta, transposed
     * @param gradient of some weights
     * @param errorChains chains of the squared error of all rows
     * @param entropyChains chains of the cross-entropy of all rows
     * @param nonZeros of the mini-batch; null if the data are not sparse enough
     */
    private record Scratch(
            float[] targets,
            Draws draws,
            float[][] transposed,
            float[][] deltas,
            float[] outputs,
            float[] delta,
            float[] deltaT,
            float[] gradient,
            float[] errorChains,
            float[] entropyChains,
            @Nullable NonZeros nonZeros) {}

    /** The source of random numbers for the rows of a mini-batch. */
    private static final class Draws {
        private long seed;
        private int epoch;
        private int[] order = {};
        private int start;

        Random of(Random.Purpose purpose, int row) {
            return Random.ofRow(seed, purpose, epoch, order[start + row]);
        }
    }

    /**
     * Allocates the buffers of a training run.
     *
     * @param objective what training minimises
     * @param corruption applied to the inputs in a separate phase, see {@link #corrupt}
     * @param nonZeros the nonzero values of the data set; null with corruption, or if they are not sparse enough
     * @param batchSize the most rows of a mini-batch
     * @param threads size of the team
     * @throws IllegalArgumentException if the network cannot be trained for this objective
     */
    public Backpropagation(
            Network network,
            Objective objective,
            Corruption corruption,
            @Nullable NonZeros nonZeros,
            int batchSize,
            int threads) {
        Activation output = network.architecture().outputActivation();
        if (objective.loss() == Loss.BCE && output != Activation.SIGMOID) {
            throw new IllegalArgumentException(
                    "the output activation is " + output.label() + ", expected sigmoid for the loss bce");
        }
        this.network = network;
        this.objective = objective;
        this.corruption = corruption;
        this.dataNonZeros = nonZeros;
        this.batchSize = batchSize;
        this.threads = threads;
        Kernels kernels = network.kernels();
        layers = network.layers();
        encoderLayers = network.architecture().encoderLayers();
        tied = network.architecture().variant() == Variant.TIED;
        variational = network.architecture().variant() == Variant.VARIATIONAL;
        requireFits(batchSize);
        activations = new Activations[threads];
        for (int t = 0; t < threads; t++) {
            activations[t] = t == 0 ? new Activations(network, batchSize) : activations[0].withOwnInputs();
        }
        rowNorms = new double[batchSize];
        rowDivergences = new double[batchSize];
        int drawn = variational
                ? Math.multiplyExact(batchSize, network.architecture().latent())
                : 0;
        means = new float[drawn];
        deviations = new float[drawn];
        normals = new float[drawn];
        Dense lastLayer = layers.get(layers.size() - 1);
        sections = lastLayer.sections();
        firstSection = new int[threads + 1];
        for (int t = 0; t <= threads; t++) {
            firstSection[t] = sections.size() * t / threads;
        }
        int stride = kernels.stride(batchSize);
        // The last vector of a share may extend past the mini-batch.
        int ofSection = START + Math.multiplyExact(lastLayer.shape().inputs(), stride) + kernels.lanes();
        sectionGradients = new float[sections.size()][ofSection];
        errors = new double[sections.size()][batchSize];
        entropies = new double[sections.size()][batchSize];
        deltas = new float[layers.size()][];
        deltaRow = new int[layers.size()];
        int widest = 0; // of the gradients in phase 4
        for (int l = 0; l < layers.size(); l++) {
            Dense layer = layers.get(l);
            boolean last = l == layers.size() - 1;
            deltaRow[l] = kernels.stride(layer.width());
            // The last layer's are only stored if it is tied: the mirrored layer's gradient needs them.
            deltas[l] = new float[last && !tied ? 0 : START + Math.multiplyExact(batchSize, deltaRow[l])];
            widest = Math.max(
                    widest,
                    Math.max(
                            last ? 0 : layer.width(), l == 0 ? 0 : layer.shape().inputs()));
            List<Block> all = tied && l >= encoderLayers ? biases(layer) : last ? List.of() : blocks(layer);
            blocks.add(share(all, threads));
        }
        int rows = rowsPerThread(batchSize);
        int widestPanel = kernels.widestPanel();
        scratch = new Scratch[threads];
        for (int t = 0; t < threads; t++) {
            float[][] transposed = activations[t].transposed(rows);
            int delta = START + Math.multiplyExact(widest, kernels.stride(rows));
            int input = Math.multiplyExact(activations[t].row(0), stride);
            transposed[0] = new float[Math.max(delta, input)];
            int beforeLast = activations[t].row(layers.size() - 1);
            transposed[layers.size() - 1] = new float[Math.multiplyExact(beforeLast, stride)];
            float[] inputs = activations[t].values(0);
            scratch[t] = new Scratch(
                    corruption.isNone() ? inputs : inputs.clone(),
                    new Draws(),
                    transposed,
                    new float[][] {transposed[0], new float[delta]},
                    new float[START + Math.multiplyExact(batchSize, widestPanel)],
                    new float[START + Math.multiplyExact(batchSize, widestPanel)],
                    new float[START + Math.multiplyExact(widestPanel, stride)],
                    new float[START + LARGEST_BLOCK * widestPanel],
                    new float[Math.multiplyExact(batchSize, Kernels.ERROR_CHAINS)],
                    new float[objective.loss() == Loss.BCE ? batchSize * Kernels.ERROR_CHAINS : 0],
                    nonZeros == null
                            ? null
                            : new NonZeros(batchSize, network.architecture().inputs()));
        }
    }

    /** Refuses a mini-batch whose values between two layers do not fit into one array. */
    private void requireFits(int batchSize) {
        Kernels kernels = network.kernels();
        long widest = kernels.padded(layers.get(0).shape().inputs());
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

    private static List<Block> blocks(Dense layer) {
        List<Block> blocks = new ArrayList<>();
        int block = blockRows(layer);
        for (int p = 0; p < layer.panels(); p++) {
            for (int from = 0; from < layer.depth(); from += block) {
                int to = Math.min(layer.depth(), from + block);
                blocks.add(new Block(p, from, to, (to - from) * layer.panelWidth(p)));
            }
        }
        return blocks;
    }

    /**
     * The rows of each of the layer's blocks except the last: complete tiles, and blocks of about equal size, because
     * the overhead of a block with a single row would exceed its work.
     */
    private static int blockRows(Dense layer) {
        int blocks = Math.max(1, (layer.depth() + BLOCK / 2) / BLOCK);
        return ((layer.depth() + blocks - 1) / blocks + 7) & -8;
    }

    /** The biases of a layer whose weights are tied to another layer. */
    private static List<Block> biases(Dense layer) {
        List<Block> biases = new ArrayList<>();
        for (int p = 0; p < layer.panels(); p++) {
            biases.add(new Block(p, 0, 1, layer.panelWidth(p)));
        }
        return biases;
    }

    /** Divides the blocks into runs of about equal size, one per thread. */
    private static List<List<Block>> share(List<Block> blocks, int threads) {
        long total = blocks.stream().mapToLong(Block::size).sum();
        List<List<Block>> shares = new ArrayList<>();
        long before = 0;
        int from = 0;
        for (int t = 1; t <= threads; t++) {
            int to = from;
            while (to < blocks.size()
                    && (t == threads || before + blocks.get(to).size() / 2 < total * t / threads)) {
                before += blocks.get(to++).size();
            }
            shares.add(blocks.subList(from, to));
            from = to;
        }
        return shares;
    }

    /** The rows of a mini-batch including padded rows, see the class comment. */
    private int paddedRows(int rows) {
        return batchSize <= MAX_PADDED ? batchSize : rows;
    }

    /** The rows of a batch in one thread's share: a multiple of 8, the usual height of a tile. */
    private int rowsPerThread(int rows) {
        int share = (rows + threads - 1) / threads;
        return Math.min(rows, (share + 7) & -8);
    }

    /** The first row of a thread's share of a batch, and the end of the share of the thread before. */
    private int firstRow(int thread, int rows) {
        return Math.min(rows, thread * rowsPerThread(rows));
    }

    /** The values between the layers; level 0 is {@link #inputs} of thread 0. */
    Activations activations() {
        return activations[0];
    }

    /**
     * The buffer to which each thread writes all rows of the mini-batch before {@link #firstLayer}: value 0 of row r at
     * {@link #inputOffset}.
     */
    public float[] inputs(int thread) {
        return activations[thread].values(0);
    }

    /** Index of value 0 of a row in {@link #inputs}. */
    public int inputOffset(int row) {
        return activations[0].offset(0, row);
    }

    /** Distance from one row to the next in {@link #inputs}. */
    public int inputDistance() {
        return activations[0].row(0);
    }

    /**
     * Sets the rows of the next mini-batch. Each thread calls it before its first phase.
     *
     * @param seed of the run
     * @param epoch 1 for the first
     * @param order of the rows in this epoch
     * @param start index in {@code order} of the mini-batch's first row
     */
    public void begin(int thread, long seed, int epoch, int[] order, int start) {
        Draws draws = scratch[thread].draws();
        draws.seed = seed;
        draws.epoch = epoch;
        draws.order = order;
        draws.start = start;
    }

    /**
     * With corruption, a phase before the first: each thread copies the clean rows as targets and corrupts the rows of
     * its share. Random numbers take longer than anything else done to a row, so the threads share that work; {@link
     * #fetchCorrupted} then gives each thread the rows of the others.
     *
     * @param rows of the mini-batch
     */
    public void corrupt(int thread, int rows) {
        Scratch own = scratch[thread];
        int inputs = network.architecture().inputs();
        System.arraycopy(inputs(thread), 0, own.targets(), 0, rows * inputDistance());
        for (int r = firstRow(thread, rows); r < firstRow(thread + 1, rows); r++) {
            int at = inputOffset(r);
            corruptInPlace(corruption, own.draws().of(Random.Purpose.CORRUPTION, r), inputs(thread), at, inputs);
        }
    }

    /**
     * Corrupts one row.
     *
     * @param random gives first the noise of all values, then the mask
     * @param values the row's values are {@code values[offset ..]}
     * @param n number of values
     */
    static void corruptInPlace(Corruption corruption, Random random, float[] values, int offset, int n) {
        if (corruption.noise() > 0) {
            for (int i = offset; i < offset + n; i++) {
                values[i] = (float) (values[i] + corruption.noise() * random.gaussian());
            }
        }
        if (corruption.mask() > 0) {
            for (int i = offset; i < offset + n; i++) {
                if (random.chance(corruption.mask())) {
                    values[i] = 0;
                }
            }
        }
    }

    /** Copies the rows that other threads corrupted; after {@link #corrupt} and a barrier. */
    public void fetchCorrupted(int thread, int rows) {
        for (int other = 0; other < threads; other++) {
            int from = inputOffset(firstRow(other, rows));
            int to = inputOffset(firstRow(other + 1, rows));
            if (other != thread && from < to) {
                System.arraycopy(inputs(other), from, inputs(thread), from, to - from - 1);
            }
        }
    }

    /**
     * Phase 1 for one thread: computes its share of the first layer's outputs.
     *
     * @param rows of the mini-batch
     */
    public void firstLayer(int thread, int rows) {
        Dense layer = layers.get(0);
        Scratch own = scratch[thread];
        Activations activations = this.activations[thread];
        int padded = paddedRows(rows);
        int from = layer.firstItem(thread, threads, padded);
        int to = layer.firstItem(thread + 1, threads, padded);
        NonZeros nonZeros = own.nonZeros();
        float[] x = inputs(thread);
        int xRow = inputDistance();
        if (nonZeros == null) {
            x = own.transposed()[0];
            xRow = network.kernels().stride(padded);
            activations.transpose(0, 0, padded, x);
        } else {
            nonZeros.copyRows(rows, Objects.requireNonNull(dataNonZeros), own.draws().order, own.draws().start);
        }
        float[] y = activations.values(1);
        int at = activations.offset(1, 0);
        layer.forward(padded, from, to, nonZeros, x, xRow, own.outputs(), y, at, activations.row(1));
    }

    /**
     * Phase 2 for one thread: takes its share of the mini-batch through the layers between the first and the last.
     *
     * @param rows of the mini-batch
     */
    public void forward(int thread, int rows) {
        int padded = paddedRows(rows);
        int from = firstRow(thread, padded);
        int to = firstRow(thread + 1, padded);
        if (from == to) {
            return;
        }
        Activations activations = this.activations[thread];
        int last = layers.size() - 1;
        float[][] transposed = scratch[thread].transposed();
        if (variational) {
            network.forward(activations, from, to, 1, encoderLayers, transposed);
            draw(activations, from, Math.min(rows, to), scratch[thread]);
            network.forward(activations, from, to, encoderLayers, last, transposed);
        } else {
            network.forward(activations, from, to, 1, last, transposed);
        }
    }

    /**
     * Replaces the means that the encoder wrote by codes drawn from the rows' distributions (the reparameterisation
     * trick). Plain loops and StrictMath are fast enough, because a code has few values.
     */
    private void draw(Activations activations, int from, int to, Scratch scratch) {
        int latent = network.architecture().latent();
        float[] code = activations.values(encoderLayers);
        for (int r = from; r < to; r++) {
            Random random = scratch.draws().of(Random.Purpose.SAMPLING, r);
            int at = activations.offset(encoderLayers, r);
            double divergence = 0;
            for (int j = 0; j < latent; j++) {
                float mean = code[at + j];
                float logVariance = code[at + latent + j];
                float deviation = (float) StrictMath.exp(0.5 * logVariance);
                float normal = (float) random.gaussian();
                divergence += 0.5 * ((double) mean * mean + (double) deviation * deviation - 1 - logVariance);
                means[r * latent + j] = mean;
                deviations[r * latent + j] = deviation;
                normals[r * latent + j] = normal;
                code[at + j] = Math.fma(deviation, normal, mean);
            }
            rowDivergences[r] = divergence;
        }
    }

    /**
     * Replaces gradients with respect to the codes by gradients with respect to their means, and writes those with
     * respect to the logarithms of their variances after them.
     *
     * @param byCode [2 latent][columns] for rows {@code from ... to - 1}
     */
    private void drawGradient(int from, int to, int batch, float[] byCode, int columns) {
        int latent = network.architecture().latent();
        float scale = (float)
                (objective.beta() / ((double) batch * network.architecture().inputs()));
        for (int r = from; r < to; r++) {
            for (int j = 0; j < latent; j++) {
                int of = r * latent + j;
                int mean = START + j * columns + r - from;
                int logVariance = START + (latent + j) * columns + r - from;
                float deviation = deviations[of];
                float gradient = byCode[mean];
                byCode[mean] = Math.fma(scale, means[of], gradient);
                byCode[logVariance] =
                        0.5f * Math.fma(scale, Math.fma(deviation, deviation, -1), gradient * deviation * normals[of]);
            }
        }
    }

    /**
     * Phase 3 for one thread: its sections of the last layer, panel by panel. It computes the outputs, the loss, the
     * gradients with respect to the sums, the inputs and the weights, and passes the last one to the optimiser.
     *
     * @param rows of the mini-batch
     */
    public void lastLayer(int thread, int rows, Optimizer optimizer) {
        if (firstSection[thread] == firstSection[thread + 1]) {
            return;
        }
        int last = layers.size() - 1;
        Scratch own = scratch[thread];
        Activations activations = this.activations[thread];
        int padded = paddedRows(rows);
        activations.transpose(last, 0, padded, own.transposed()[last]);
        for (int s = firstSection[thread]; s < firstSection[thread + 1]; s++) {
            Dense.Section section = sections.get(s);
            Arrays.fill(own.errorChains(), 0);
            Arrays.fill(own.entropyChains(), 0);
            for (int p = section.from(); p < section.to(); p++) {
                layers.get(last).sums(p, padded, own.transposed()[last], own.outputs());
                lossGradient(p, rows, own);
                layers.get(last).inputGradient(p, p > section.from(), padded, own.deltaT(), sectionGradients[s]);
                if (!tied) {
                    updateLast(activations, p, rows, own, optimizer);
                }
            }
            sum(rows, own.errorChains(), errors[s]);
            if (objective.loss() == Loss.BCE) {
                sum(rows, own.entropyChains(), entropies[s]);
            }
        }
    }

    /** Turns a panel's sums into the loss, added to its chains, and into delta and its transpose. */
    private void lossGradient(int p, int rows, Scratch own) {
        Kernels kernels = network.kernels();
        int padded = paddedRows(rows);
        int last = layers.size() - 1;
        Dense layer = layers.get(last);
        int first = layer.panelStart(p);
        int width = layer.panelWidth(p);
        int real = Math.min(width, layer.shape().outputs() - first);
        int target = inputOffset(0) + first;
        int row = inputDistance();
        boolean entropy = objective.loss() == Loss.BCE;
        float scale =
                (entropy ? 1f : 2f) / ((float) rows * network.architecture().inputs());
        int chain = first % Kernels.ERROR_CHAINS;
        float[] y = own.outputs();
        float[] x = own.targets();
        float[] delta = own.delta();
        if (layer.shape().activation() == Activation.SIGMOID && !entropy && real == width) {
            kernels.sigmoidErrorGradient(padded, width, y, x, target, row, scale, delta, chain, own.errorChains());
        } else {
            layer.activateInPlace(y, START, padded * width);
            kernels.squaredErrorGradient(padded, real, y, x, target, row, scale, delta, chain, own.errorChains());
            if (entropy) {
                // The gradient with respect to the sum under a sigmoid is y - x, which the kernel has written already.
                kernels.crossEntropy(padded, real, y, x, target, row, chain, own.entropyChains());
            } else {
                layer.activationGradientInPlace(y, START, delta, START, padded * width);
            }
        }
        kernels.transpose(padded, real, delta, START, width, own.deltaT(), START, kernels.stride(padded));
        if (tied) {
            for (int r = 0; r < rows; r++) {
                System.arraycopy(delta, START + r * width, deltas[last], START + r * deltaRow[last] + first, width);
            }
        }
    }

    private void updateLast(Activations activations, int p, int rows, Scratch own, Optimizer optimizer) {
        int last = layers.size() - 1;
        Dense layer = layers.get(last);
        int width = layer.panelWidth(p);
        int block = blockRows(layer);
        for (int from = 0; from < layer.depth(); from += block) {
            int to = Math.min(layer.depth(), from + block);
            layer.weightGradient(
                    p,
                    from,
                    to,
                    rows,
                    activations.values(last),
                    activations.row(last),
                    own.delta(),
                    START,
                    width,
                    null,
                    own.gradient());
            optimizer.apply(last, layer.panelOffset(p) + from * width, own.gradient(), (to - from) * width);
        }
    }

    /** Adds up the chains of each row. */
    private static void sum(int rows, float[] chains, double[] sums) {
        for (int r = 0; r < rows; r++) {
            double sum = 0;
            for (int c = 0; c < Kernels.ERROR_CHAINS; c++) {
                sum += chains[r * Kernels.ERROR_CHAINS + c];
            }
            sums[r] = sum;
        }
    }

    /** L1 norm of each row's code. */
    private void norms(Activations activations, int from, int to) {
        int latent = network.architecture().latent();
        float[] code = activations.values(encoderLayers);
        for (int r = from; r < to; r++) {
            int at = activations.offset(encoderLayers, r);
            double norm = 0;
            for (int j = 0; j < latent; j++) {
                norm += Math.abs(code[at + j]);
            }
            rowNorms[r] = norm;
        }
    }

    /**
     * Adds the gradient of the L1 norm, which is the signs of the code. A plain loop is enough: a code has few values,
     * and the products around it take hundreds of times longer.
     *
     * @param code [latent][columns] of some rows
     * @param byCode gradient with respect to the code
     * @param rows of the mini-batch
     */
    private void addSparsity(float[] code, int codeOffset, float[] byCode, int n, int rows) {
        float scale = (float) (objective.sparsity() / rows);
        for (int i = 0; i < n; i++) {
            float z = code[codeOffset + i];
            byCode[START + i] += z > 0 ? scale : z < 0 ? -scale : 0;
        }
    }

    /**
     * Phase 4 for one thread: takes the gradients of its share of the mini-batch from the last layer's inputs back to
     * the first layer's sums. The product with a layer's weights is a chain over its outputs. Lanes must not lie along
     * a chain, so they lie across the rows: the gradients with respect to one output are next to each other.
     *
     * @param rows of the mini-batch
     */
    public void backward(int thread, int rows) {
        int paddedRows = paddedRows(rows);
        int from = firstRow(thread, paddedRows);
        int to = firstRow(thread + 1, paddedRows);
        if (from == to) {
            return;
        }
        Scratch own = scratch[thread];
        Activations activations = this.activations[thread];
        Kernels kernels = network.kernels();
        int share = to - from;
        int columns = kernels.stride(share);
        int last = layers.size() - 1;
        if (share < paddedRows || firstSection[thread] == firstSection[thread + 1]) { // else phase 3 has done it
            activations.transpose(last, from, to, own.transposed()[last]);
        }
        if (objective.sparsity() > 0) {
            norms(activations, from, to);
        }
        float[] byOutput = own.deltas()[0];
        float[] byInput = own.deltas()[1];
        for (int l = last; l > 0; l--) {
            int inputs = layers.get(l).shape().inputs();
            if (l == last) {
                int padded = kernels.padded(share);
                int stride = kernels.stride(paddedRows);
                kernels.sum(inputs, padded, sectionGradients, START + from, stride, byInput, START, columns);
            } else {
                layers.get(l).inputGradient(share, byOutput, byInput);
            }
            // The inputs of layer l are the outputs of layer l - 1; row 0 of the transposed values holds ones.
            float[] outputsBefore = own.transposed()[l];
            if (objective.sparsity() > 0 && l == encoderLayers) {
                addSparsity(outputsBefore, columns, byInput, inputs * columns, rows);
            }
            if (variational && l == encoderLayers) {
                drawGradient(from, to, rows, byInput, columns);
                inputs = layers.get(l - 1).shape().outputs();
            }
            layers.get(l - 1).activationGradientInPlace(outputsBefore, columns, byInput, START, inputs * columns);
            int row = deltaRow[l - 1];
            kernels.transpose(inputs, share, byInput, START, columns, deltas[l - 1], START + from * row, row);
            float[] swap = byOutput;
            byOutput = byInput;
            byInput = swap;
        }
    }

    /**
     * Phase 5 for one thread: sums the gradient of its weights over all rows of the mini-batch and passes it to the
     * optimiser, block by block. The first layer comes last: the next step begins with it and finds its weights in the
     * cache.
     *
     * @param rows of the mini-batch
     */
    public void update(int thread, int rows, Optimizer optimizer) {
        Scratch own = scratch[thread];
        Activations activations = this.activations[thread];
        float[] gradient = own.gradient();
        NonZeros nonZeros = own.nonZeros();
        if (nonZeros != null) {
            nonZeros.transpose(rows);
        }
        for (int l = layers.size() - 1; l >= 0; l--) {
            Dense layer = layers.get(l);
            float[] x = activations.values(l);
            List<Block> ownBlocks = blocks.get(l).get(thread);
            for (int b = 0; b < ownBlocks.size(); b++) { // not an iterator: a step allocates nothing
                Block block = ownBlocks.get(b);
                int p = block.panel();
                int from = block.from();
                layer.weightGradient(
                        p,
                        from,
                        block.to(),
                        rows,
                        x,
                        activations.row(l),
                        deltas[l],
                        START + layer.panelStart(p),
                        deltaRow[l],
                        l == 0 ? nonZeros : null,
                        gradient);
                if (tied && l < encoderLayers) {
                    int m = layers.size() - 1 - l;
                    float[] mirrored = activations.values(m);
                    int row = activations.row(m);
                    layer.addTransposedGradient(
                            p, from, block.to(), rows, mirrored, row, deltas[m], deltaRow[m], gradient);
                }
                int offset = layer.panelOffset(p) + from * layer.panelWidth(p);
                optimizer.apply(l, offset, gradient, block.size());
                if (tied && l < encoderLayers) {
                    layer.copyTo(network.mirror(l), p, from, block.to());
                }
            }
        }
    }

    /** The sum over all sections for one row. */
    private static double sum(double[][] sections, int row) {
        double sum = 0;
        for (double[] section : sections) {
            sum += section[row];
        }
        return sum;
    }

    /**
     * Mean squared error per value of the mini-batch, after phase 3 of all threads; sections and rows are added in
     * order.
     *
     * @param rows of the mini-batch
     */
    public double batchError(int rows) {
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            sum += sum(errors, r);
        }
        return sum / ((double) rows * network.architecture().inputs());
    }

    /**
     * The value of the {@link Objective} for the mini-batch, after phase 4 of all threads; sections and rows are added
     * in order.
     *
     * @param rows of the mini-batch
     */
    public double batchObjective(int rows) {
        if (objective.equals(Objective.MSE) && !variational) {
            return batchError(rows);
        }
        double[][] losses = objective.loss() == Loss.BCE ? entropies : errors;
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            sum += (sum(losses, r) + objective.beta() * rowDivergences[r])
                            / network.architecture().inputs()
                    + objective.sparsity() * rowNorms[r];
        }
        return sum / rows;
    }

    /**
     * Mean KL divergence of the rows' distributions of codes from the standard normal distribution, in nats per row,
     * after phase 2 of all threads; 0 unless the network is variational. The rows are added in order.
     *
     * @param rows of the mini-batch
     */
    public double batchDivergence(int rows) {
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            sum += rowDivergences[r];
        }
        return sum / rows;
    }
}
