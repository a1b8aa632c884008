package io.hourglass.nn;

import io.hourglass.compute.Kernels;
import java.util.ArrayList;
import java.util.List;

/**
 * One training step of the report's Listing 3, shared by the threads of a team. It has two phases with a barrier after each:
 *
 * <ol>
 *   <li>{@link #rows}: each thread takes some rows of the mini-batch through forward pass, loss and backward pass;
 *   <li>{@link #update}: each thread owns some of the weights, sums their gradient over all rows, and hands it to the optimiser.
 * </ol>
 *
 * Nothing is ever added up across threads, so their number cannot change a bit of the result.
 */
public final class Backpropagation {
    /** Rows of a weight panel whose gradient is made at a time: with a panel of 48 floats they take 12 KB and stay in cache. */
    private static final int BLOCK = 64;

    private final Network network;
    private final List<Dense> layers;
    private final int threads;
    private final Activations activations;

    /** [layer][row of the batch][padded outputs]: gradient of the loss by the layer's sums. */
    private final float[][] deltas;

    private final int[] deltaRow;

    /** Squared error of each row of the batch. */
    private final double[] rowErrors;

    private final List<Block> blocks = new ArrayList<>();
    private final int[] firstBlock;
    private final Scratch[] scratch;

    /** Rows from to to of a weight panel. */
    private record Block(int layer, int panel, int from, int to, int size) {}

    /** What one thread writes on: its rows and two of their gradients transposed, a gradient of weights, chains of a sum. */
    private record Scratch(float[][] transposed, float[][] deltas, float[] gradient, float[] chains) {}

    /**
     * Room for the steps of a training run.
     *
     * @param batchSize most rows of a mini-batch
     * @param threads of the team
     */
    public Backpropagation(Network network, int batchSize, int threads) {
        this.network = network;
        this.threads = threads;
        Kernels kernels = network.kernels();
        layers = network.layers();
        activations = new Activations(network, batchSize);
        rowErrors = new double[batchSize];
        deltas = new float[layers.size()][];
        deltaRow = new int[layers.size()];
        int widest = 0;
        for (int l = 0; l < layers.size(); l++) {
            Dense layer = layers.get(l);
            deltaRow[l] = kernels.stride(layer.width());
            deltas[l] = new float[Math.multiplyExact(batchSize, deltaRow[l])];
            widest = Math.max(widest, Math.max(layer.width(), layer.shape().inputs()));
            for (int p = 0; p < layer.panels(); p++) {
                for (int from = 0; from < layer.depth(); from += BLOCK) {
                    int to = Math.min(layer.depth(), from + BLOCK);
                    blocks.add(new Block(l, p, from, to, (to - from) * layer.panelWidth(p)));
                }
            }
        }
        firstBlock = share(blocks, threads);
        int rows = rowsPerThread(batchSize);
        scratch = new Scratch[threads];
        for (int t = 0; t < threads; t++) {
            scratch[t] = new Scratch(
                    activations.transposed(rows),
                    new float[2][Math.multiplyExact(widest, kernels.stride(rows))],
                    new float[BLOCK * kernels.panel()],
                    new float[Kernels.ERROR_CHAINS]);
        }
    }

    /** Cuts the blocks into runs of about equal size, one a thread; returns where each begins, and the end. */
    private static int[] share(List<Block> blocks, int threads) {
        long total = blocks.stream().mapToLong(Block::size).sum();
        int[] first = new int[threads + 1];
        long before = 0;
        int b = 0;
        for (int t = 1; t <= threads; t++) {
            while (b < blocks.size() && before + blocks.get(b).size() / 2 < total * t / threads) {
                before += blocks.get(b++).size();
            }
            first[t] = b;
        }
        first[threads] = blocks.size();
        return first;
    }

    /** Rows of a batch that one thread takes: a multiple of 8, the usual height of a tile. */
    private int rowsPerThread(int rows) {
        int share = (rows + threads - 1) / threads;
        return Math.min(rows, (share + 7) & -8);
    }

    /** First row of a thread's share of a batch; that of the next thread is the end of the share. */
    public int firstRow(int thread, int rows) {
        return Math.min(rows, thread * rowsPerThread(rows));
    }

    /** Where the rows of the mini-batch are written, level 0, before {@link #rows}. */
    public Activations activations() {
        return activations;
    }

    /**
     * Phase 1 for one thread: forward pass, loss and backward pass of its share of the mini-batch.
     *
     * @param rows of the mini-batch
     */
    public void rows(int thread, int rows) {
        int from = firstRow(thread, rows);
        int to = firstRow(thread + 1, rows);
        if (from == to) {
            return;
        }
        network.forward(activations, from, to, 0, layers.size(), scratch[thread].transposed());
        loss(from, to, rows, scratch[thread].chains());
        backward(from, to, scratch[thread]);
    }

    /** Mean squared error of the rows and its gradient by the sums of the last layer. */
    private void loss(int from, int to, int rows, float[] chains) {
        int last = layers.size() - 1;
        int inputs = network.architecture().inputs();
        float scale = 2f / ((float) rows * inputs);
        float[] y = activations.values(last + 1);
        float[] x = activations.values(0);
        for (int r = from; r < to; r++) {
            int yr = activations.offset(last + 1, r);
            int xr = activations.offset(0, r);
            int dr = r * deltaRow[last];
            Kernels kernels = network.kernels();
            rowErrors[r] = kernels.squaredError(y, yr, x, xr, inputs, chains);
            kernels.difference(y, yr, x, xr, scale, deltas[last], dr, inputs);
            layers.get(last)
                    .activationGradientInPlace(
                            y, yr, deltas[last], dr, layers.get(last).width());
        }
    }

    /**
     * From the gradients by the last layer's sums to those by the first layer's. The product with the weights runs over the outputs
     * in order; lanes may not go along that chain, so they go across the rows: gradients by one output lie side by side here.
     */
    private void backward(int from, int to, Scratch scratch) {
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
            layers.get(l - 1).activationGradientInPlace(outputsBefore, columns, byInput, 0, inputs * columns);
            int row = deltaRow[l - 1];
            kernels.transpose(inputs, rows, byInput, 0, columns, deltas[l - 1], from * row, row);
            float[] swap = byOutput;
            byOutput = byInput;
            byInput = swap;
        }
    }

    /**
     * Phase 2 for one thread: the gradient of its weights over all rows of the mini-batch, handed to the optimiser block by block.
     *
     * @param rows of the mini-batch
     */
    public void update(int thread, int rows, Adam adam) {
        gradients(thread, rows, adam);
    }

    /** {@link #update} with any use of the gradients. */
    void gradients(int thread, int rows, Optimizer optimizer) {
        float[] gradient = scratch[thread].gradient();
        for (int b = firstBlock[thread]; b < firstBlock[thread + 1]; b++) {
            Block block = blocks.get(b);
            Dense layer = layers.get(block.layer());
            layer.weightGradient(
                    block.panel(),
                    block.from(),
                    block.to(),
                    rows,
                    activations.values(block.layer()),
                    activations.row(block.layer()),
                    deltas[block.layer()],
                    deltaRow[block.layer()],
                    gradient);
            int offset = layer.panelOffset(block.panel()) + block.from() * layer.panelWidth(block.panel());
            optimizer.apply(block.layer(), offset, gradient, block.size());
        }
    }

    /**
     * Mean squared error of the mini-batch, after phase 1 of all threads; the rows are added in order.
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
}
