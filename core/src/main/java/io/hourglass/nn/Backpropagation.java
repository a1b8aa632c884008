package io.hourglass.nn;

import io.hourglass.compute.Kernels;
import java.util.ArrayList;
import java.util.List;

/**
 * One training step of the report's Listing 3, shared by the threads of a team. It has three phases with a barrier after each:
 *
 * <ol>
 *   <li>{@link #firstLayer}: each thread computes some outputs of the first layer, for all rows of the mini-batch where it can;
 *   <li>{@link #rows}: each thread takes some rows through the other layers, the loss and the backward pass;
 *   <li>{@link #update}: each thread owns some of every layer's weights, sums their gradient over all rows, and hands it to the
 *       optimiser.
 * </ol>
 *
 * Nothing is ever added up across threads, so their number cannot change a bit of the result.
 *
 * <p>What a processor has written, another gets at a tenth of the speed of its own cache. So the first layer's weights, a large part
 * of all, stay with their owner: it computes the outputs they belong to. For that it needs all rows of the mini-batch, and has a
 * copy of its own.
 */
public final class Backpropagation {
    /** Rows of a weight panel whose gradient is made at a time: with a panel of 48 floats they take 12 KB and stay in cache. */
    private static final int BLOCK = 64;

    private final Network network;
    private final Objective objective;
    private final Corruption corruption;
    private final List<Dense> layers;
    private final int encoderLayers;
    private final boolean tied;
    private final boolean variational;
    private final int threads;

    /** Level 0 is the first thread's. */
    private final Activations activations;

    /** [layer][row of the batch][padded outputs]: gradient of the loss by the layer's sums. */
    private final float[][] deltas;

    private final int[] deltaRow;

    /** Squared error of each row of the batch. */
    private final double[] rowErrors;

    /** Cross-entropy of each row; 0 where it is not asked for. */
    private final double[] rowEntropies;

    /** L1 norm of each row's code; 0 where it is not asked for. */
    private final double[] rowNorms;

    /** KL divergence of each row's distribution of codes in nats; 0 where there is none. */
    private final double[] rowDivergences;

    // Of a variational network, [row of the batch][latent]: the code is mean + deviation * normal.
    private final float[] means;
    private final float[] deviations;
    private final float[] normals;

    /** [layer][thread]: what a thread owns. */
    private final List<List<List<Block>>> blocks = new ArrayList<>();

    private final Scratch[] scratch;

    /** Rows from to to of a weight panel. */
    private record Block(int panel, int from, int to, int size) {}

    /**
     * What one thread writes on.
     *
     * @param inputs level 0 of the activations, its own copy
     * @param targets what its rows are to become: the inputs themselves or, where they are corrupted, the clean rows at the same places
     * @param draws where it takes random numbers from
     * @param transposed level 0 of the mini-batch, and the other levels of its rows
     * @param deltas two gradients of its rows, transposed. The first is in the place of level 0, which is no longer needed then: the
     *     less memory is touched, the more of it is in the cache
     * @param gradient of some weights
     * @param chains of a sum
     */
    private record Scratch(
            float[] inputs,
            float[] targets,
            Draws draws,
            float[][] transposed,
            float[][] deltas,
            float[] gradient,
            float[] chains) {}

    /** Where the random numbers of a mini-batch's rows come from. */
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
     * Room for the steps of a training run.
     *
     * @param objective what training makes small
     * @param corruption what the inputs go through, in a phase of its own: see {@link #corrupt}
     * @param batchSize most rows of a mini-batch
     * @param threads of the team
     * @throws IllegalArgumentException if the network cannot be trained for that objective
     */
    public Backpropagation(Network network, Objective objective, Corruption corruption, int batchSize, int threads) {
        Activation output = network.architecture().outputActivation();
        if (objective.loss() == Loss.BCE && output != Activation.SIGMOID) {
            throw new IllegalArgumentException(
                    "the output activation is " + output.label() + ", expected sigmoid for the loss bce");
        }
        this.network = network;
        this.objective = objective;
        this.corruption = corruption;
        this.threads = threads;
        Kernels kernels = network.kernels();
        layers = network.layers();
        encoderLayers = network.architecture().encoderLayers();
        tied = network.architecture().variant() == Variant.TIED;
        variational = network.architecture().variant() == Variant.VARIATIONAL;
        activations = new Activations(network, batchSize);
        rowErrors = new double[batchSize];
        rowEntropies = new double[batchSize];
        rowNorms = new double[batchSize];
        rowDivergences = new double[batchSize];
        int drawn = variational
                ? Math.multiplyExact(batchSize, network.architecture().latent())
                : 0;
        means = new float[drawn];
        deviations = new float[drawn];
        normals = new float[drawn];
        deltas = new float[layers.size()][];
        deltaRow = new int[layers.size()];
        int widest = 0;
        for (int l = 0; l < layers.size(); l++) {
            Dense layer = layers.get(l);
            deltaRow[l] = kernels.stride(layer.width());
            deltas[l] = new float[Math.multiplyExact(batchSize, deltaRow[l])];
            widest = Math.max(widest, Math.max(layer.width(), layer.shape().inputs()));
            blocks.add(share(tied && l >= encoderLayers ? biases(layer) : blocks(layer), threads));
        }
        int rows = rowsPerThread(batchSize);
        scratch = new Scratch[threads];
        for (int t = 0; t < threads; t++) {
            float[][] transposed = activations.transposed(rows);
            int delta = Math.multiplyExact(widest, kernels.stride(rows));
            int input = Math.multiplyExact(activations.row(0), kernels.stride(batchSize));
            transposed[0] = new float[Math.max(delta, input)];
            float[] inputs =
                    t == 0 ? activations.values(0) : activations.values(0).clone();
            scratch[t] = new Scratch(
                    inputs,
                    corruption.isNone() ? inputs : inputs.clone(),
                    new Draws(),
                    transposed,
                    new float[][] {transposed[0], new float[delta]},
                    new float[BLOCK * kernels.panel()],
                    new float[Kernels.ERROR_CHAINS]);
        }
    }

    private static List<Block> blocks(Dense layer) {
        List<Block> blocks = new ArrayList<>();
        for (int p = 0; p < layer.panels(); p++) {
            for (int from = 0; from < layer.depth(); from += BLOCK) {
                int to = Math.min(layer.depth(), from + BLOCK);
                blocks.add(new Block(p, from, to, (to - from) * layer.panelWidth(p)));
            }
        }
        return blocks;
    }

    /** A layer's biases alone, for one whose weights are another's. */
    private static List<Block> biases(Dense layer) {
        List<Block> biases = new ArrayList<>();
        for (int p = 0; p < layer.panels(); p++) {
            biases.add(new Block(p, 0, 1, layer.panelWidth(p)));
        }
        return biases;
    }

    /** Cuts the blocks into runs of about equal size, one a thread. */
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

    /** Rows of a batch that one thread takes: a multiple of 8, the usual height of a tile. */
    private int rowsPerThread(int rows) {
        int share = (rows + threads - 1) / threads;
        return Math.min(rows, (share + 7) & -8);
    }

    /** First row of a thread's share of a batch; that of the next thread is the end of the share. */
    private int firstRow(int thread, int rows) {
        return Math.min(rows, thread * rowsPerThread(rows));
    }

    /** What flows through the network; level 0 is {@link #inputs} of thread 0. */
    Activations activations() {
        return activations;
    }

    /** Where a thread writes all rows of the mini-batch before {@link #firstLayer}: value 0 of row r at {@link #inputOffset}. */
    public float[] inputs(int thread) {
        return scratch[thread].inputs();
    }

    /** Where value 0 of a row stands in {@link #inputs}. */
    public int inputOffset(int row) {
        return activations.offset(0, row);
    }

    /** Distance from a row to the next in {@link #inputs}. */
    public int inputDistance() {
        return activations.row(0);
    }

    /**
     * Says which rows the next mini-batch consists of; for one thread, before all its phases.
     *
     * @param seed of the run
     * @param epoch 1 for the first
     * @param order of the rows in this epoch
     * @param start where in it the mini-batch begins
     */
    public void begin(int thread, long seed, int epoch, int[] order, int start) {
        Draws draws = scratch[thread].draws();
        draws.seed = seed;
        draws.epoch = epoch;
        draws.order = order;
        draws.start = start;
    }

    /**
     * A phase before the first, for one thread of a run that corrupts its inputs: sets the clean rows of its share aside as targets, and
     * corrupts them. The random numbers take longer than anything else done to a row, so that threads share that work; {@link
     * #fetchCorrupted} gives each the rows of the others.
     *
     * @param rows of the mini-batch
     */
    public void corrupt(int thread, int rows) {
        Scratch own = scratch[thread];
        int inputs = network.architecture().inputs();
        for (int r = firstRow(thread, rows); r < firstRow(thread + 1, rows); r++) {
            int at = inputOffset(r);
            System.arraycopy(own.inputs(), at, own.targets(), at, inputs);
            corruption.applyInPlace(own.draws().of(Random.Purpose.CORRUPTION, r), own.inputs(), at, inputs);
        }
    }

    /** What follows {@link #corrupt} and a barrier. */
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
     * Phase 1 for one thread: its share of the first layer's outputs.
     *
     * @param rows of the mini-batch
     */
    public void firstLayer(int thread, int rows) {
        Dense layer = layers.get(0);
        Scratch own = scratch[thread];
        int from = layer.firstCell(thread, threads, rows);
        int to = layer.firstCell(thread + 1, threads, rows);
        activations.transpose(0, own.inputs(), 0, rows, own.transposed()[0]);
        layer.forward(
                rows,
                from,
                to,
                own.transposed()[0],
                activations.values(1),
                activations.offset(1, 0),
                activations.row(1));
    }

    /**
     * Phase 2 for one thread: the rest of the forward pass, loss and backward pass of its share of the mini-batch.
     *
     * @param rows of the mini-batch
     */
    public void rows(int thread, int rows) {
        int from = firstRow(thread, rows);
        int to = firstRow(thread + 1, rows);
        if (from == to) {
            return;
        }
        if (variational) {
            network.forward(activations, from, to, 1, encoderLayers, scratch[thread].transposed());
            draw(from, to, scratch[thread]);
            network.forward(activations, from, to, encoderLayers, layers.size(), scratch[thread].transposed());
        } else {
            network.forward(activations, from, to, 1, layers.size(), scratch[thread].transposed());
        }
        loss(from, to, rows, scratch[thread]);
        backward(from, to, rows, scratch[thread]);
    }

    /**
     * Puts codes drawn from the rows' distributions where the encoder has put their means (the reparameterisation trick). Plain loops and
     * StrictMath: a code is narrow.
     */
    private void draw(int from, int to, Scratch scratch) {
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
     * From the gradients by the codes to those by their means, in the same place, and by the logarithms of their variances, after them.
     *
     * @param byCode [2 latent][columns] for rows from to to - 1
     */
    private void undraw(int from, int to, int batch, float[] byCode, int columns) {
        int latent = network.architecture().latent();
        float scale = (float)
                (objective.beta() / ((double) batch * network.architecture().inputs()));
        for (int r = from; r < to; r++) {
            for (int j = 0; j < latent; j++) {
                int of = r * latent + j;
                int mean = j * columns + r - from;
                int logVariance = (latent + j) * columns + r - from;
                float deviation = deviations[of];
                float gradient = byCode[mean];
                byCode[mean] = Math.fma(scale, means[of], gradient);
                byCode[logVariance] =
                        0.5f * Math.fma(scale, Math.fma(deviation, deviation, -1), gradient * deviation * normals[of]);
            }
        }
    }

    /** Error and loss of the rows, and the gradient of the loss by the sums of the last layer. */
    private void loss(int from, int to, int rows, Scratch scratch) {
        int last = layers.size() - 1;
        int inputs = network.architecture().inputs();
        boolean entropy = objective.loss() == Loss.BCE;
        float scale = (entropy ? 1f : 2f) / ((float) rows * inputs);
        float[] y = activations.values(last + 1);
        float[] delta = deltas[last];
        for (int r = from; r < to; r++) {
            int yr = activations.offset(last + 1, r);
            int dr = r * deltaRow[last];
            rowErrors[r] = network.kernels()
                    .squaredErrorGradient(
                            y, yr, scratch.targets(), inputOffset(r), inputs, scale, delta, dr, scratch.chains());
            if (entropy) {
                // Its gradient by the sum under a sigmoid is y - x: what the kernel has written already.
                rowEntropies[r] = network.kernels()
                        .crossEntropy(y, yr, scratch.targets(), inputOffset(r), inputs, scratch.chains());
            } else {
                layers.get(last)
                        .activationGradientInPlace(
                                y, yr, delta, dr, layers.get(last).width());
            }
        }
        if (objective.sparsity() > 0) {
            norms(from, to);
        }
    }

    /** L1 norm of each row's code. */
    private void norms(int from, int to) {
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
     * Adds the gradient of the L1 norm, the signs of the code. A plain loop: a code is narrow, and the products beside it cost hundreds
     * of times as much.
     *
     * @param code [latent][columns] of some rows
     * @param byCode gradient by it
     * @param rows of the mini-batch
     */
    private void addSparsity(float[] code, int codeOffset, float[] byCode, int n, int rows) {
        float scale = (float) (objective.sparsity() / rows);
        for (int i = 0; i < n; i++) {
            float z = code[codeOffset + i];
            byCode[i] += z > 0 ? scale : z < 0 ? -scale : 0;
        }
    }

    /**
     * From the gradients by the last layer's sums to those by the first layer's. The product with the weights runs over the outputs
     * in order; lanes may not go along that chain, so they go across the rows: gradients by one output lie side by side here.
     */
    private void backward(int from, int to, int batch, Scratch scratch) {
        Kernels kernels = network.kernels();
        int rows = to - from;
        int columns = kernels.stride(rows);
        int last = layers.size() - 1;
        int outputs = layers.get(last).shape().outputs();
        float[] byOutput = scratch.deltas()[0];
        float[] byInput = scratch.deltas()[1];
        kernels.transpose(rows, outputs, deltas[last], from * deltaRow[last], deltaRow[last], byOutput, 0, columns);
        for (int l = last; l > 0; l--) {
            int inputs = layers.get(l).shape().inputs();
            layers.get(l).inputGradient(rows, byOutput, byInput);
            // The inputs of layer l are the outputs of the layer before; row 0 of the transposed ones holds ones.
            float[] outputsBefore = scratch.transposed()[l];
            if (objective.sparsity() > 0 && l == encoderLayers) {
                addSparsity(outputsBefore, columns, byInput, inputs * columns, batch);
            }
            if (variational && l == encoderLayers) {
                undraw(from, to, batch, byInput, columns);
                inputs = layers.get(l - 1).shape().outputs();
            }
            layers.get(l - 1).activationGradientInPlace(outputsBefore, columns, byInput, 0, inputs * columns);
            int row = deltaRow[l - 1];
            kernels.transpose(inputs, rows, byInput, 0, columns, deltas[l - 1], from * row, row);
            float[] swap = byOutput;
            byOutput = byInput;
            byInput = swap;
        }
    }

    /**
     * Phase 3 for one thread: the gradient of its weights over all rows of the mini-batch, handed to the optimiser block by block.
     *
     * @param rows of the mini-batch
     */
    public void update(int thread, int rows, Adam adam) {
        gradients(thread, rows, adam);
    }

    /**
     * {@link #update} with any use of the gradients. The last layer begins, and the first ends, as the backward pass has just used the
     * one's weights and the next step begins with the other's: they are in the cache.
     */
    void gradients(int thread, int rows, Optimizer optimizer) {
        float[] gradient = scratch[thread].gradient();
        for (int l = layers.size() - 1; l >= 0; l--) {
            Dense layer = layers.get(l);
            float[] x = l == 0 ? inputs(thread) : activations.values(l);
            List<Block> own = blocks.get(l).get(thread);
            for (int b = 0; b < own.size(); b++) { // not an iterator: a step allocates nothing
                Block block = own.get(b);
                int p = block.panel();
                int from = block.from();
                layer.weightGradient(
                        p, from, block.to(), rows, x, activations.row(l), deltas[l], deltaRow[l], gradient);
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

    /**
     * Mean squared error of the mini-batch, after phase 2 of all threads; the rows are added in order.
     *
     * @param rows of the mini-batch
     */
    public double batchError(int rows) {
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            sum += rowErrors[r];
        }
        return sum / ((double) rows * network.architecture().inputs());
    }

    /**
     * What the {@link Objective} gives for the mini-batch, after phase 2 of all threads; the rows are added in order.
     *
     * @param rows of the mini-batch
     */
    public double batchObjective(int rows) {
        if (objective.equals(Objective.MSE) && !variational) {
            return batchError(rows);
        }
        double[] losses = objective.loss() == Loss.BCE ? rowEntropies : rowErrors;
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            sum += (losses[r] + objective.beta() * rowDivergences[r])
                            / network.architecture().inputs()
                    + objective.sparsity() * rowNorms[r];
        }
        return sum / rows;
    }

    /**
     * Mean KL divergence of the rows' distributions of codes from the standard normal one, in nats a row; 0 unless the network is
     * variational. After phase 2 of all threads; the rows are added in order.
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
