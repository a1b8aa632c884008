package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Bits;
import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of some of a dense layer's weights, as chains over the rows of the mini-batch in order, block by block
 * straight into the optimiser.
 *
 * <p>If the decoder is tied, the gradient chain of an encoder's weight continues over the rows once more, in the
 * mirrored layer of the decoder, and the new weight is copied there. Of the decoder, only the biases are its own.
 */
final class DenseUpdate {
    private final Kernels kernels;
    private final int layer;
    private final Block[] blocks;
    private final Updater updater;

    /** A {@link WeightBlock} with its views. */
    private record Block(
            int offset,
            int size,
            Matrix x,
            @Nullable Bits nonZeros,
            Matrix delta,
            Matrix gradient,
            @Nullable Mirror mirror) {}

    /** The mirrored layer's part: its deltas are this layer's inputs, and its inputs this layer's deltas. */
    private record Mirror(Matrix delta, Matrix x, Matrix gradient, int real, List<Dense.Copy> copies) {}

    /** A thread's share of a layer, after the backward pass has stored the gradient with respect to its sums. */
    static DenseUpdate ofShare(Scratch own, int layer, RowShares shares, Updater updater) {
        Workspace w = own.workspace;
        Dense dense = w.network.dense(layer);
        boolean mirror = w.network.isTied() && layer >= w.network.architecture().encoderLayers();
        List<WeightBlock> all = mirror ? WeightBlock.biases(dense) : WeightBlock.ofLayer(dense);
        Matrix deltas = new Matrix(w.deltas[layer], START, shares.rows(), dense.width(), w.deltaRow(layer));
        List<WeightBlock> some = WeightBlock.share(all, own.thread, shares.shares());
        return new DenseUpdate(own, layer, some, deltas, 0, updater);
    }

    /**
     * Binds some blocks of a layer.
     *
     * @param deltas [rows][outputs]: gradient with respect to the sums
     * @param firstOutput the output of the layer to which the first column of {@code deltas} belongs
     */
    DenseUpdate(Scratch own, int layer, List<WeightBlock> some, Matrix deltas, int firstOutput, Updater updater) {
        Workspace w = own.workspace;
        kernels = w.kernels;
        this.updater = updater;
        this.layer = layer;
        Dense dense = w.network.dense(layer);
        int rows = deltas.rows();
        boolean mirrored =
                w.network.isTied() && layer < w.network.architecture().encoderLayers();
        NonZeros nonZeros = layer == 0 ? own.nonZeros : null;
        Bits bits = nonZeros == null ? null : nonZeros.ofInputs(rows);
        int xRow = own.activations.row(layer);
        blocks = new Block[some.size()];
        for (int b = 0; b < blocks.length; b++) {
            WeightBlock block = some.get(b);
            int n = block.to() - block.from();
            int width = dense.panelWidth(block.panel());
            int at = deltas.offset() + dense.panelStart(block.panel()) - firstOutput;
            blocks[b] = new Block(
                    dense.panelOffset(block.panel()) + block.from() * width,
                    block.size(),
                    new Matrix(own.activations.values(layer), block.from(), rows, n, xRow),
                    bits == null
                            ? null
                            : new Bits(bits.words(), bits.offset() + block.from() * bits.stride(), bits.stride()),
                    new Matrix(deltas.data(), at, rows, width, deltas.stride()),
                    new Matrix(own.weightGradient, START, n, width),
                    mirrored ? mirror(own, rows, layer, block) : null);
        }
    }

    private static Mirror mirror(Scratch own, int rows, int layer, WeightBlock block) {
        Workspace w = own.workspace;
        int m = w.layers.size() - 1 - layer;
        Dense dense = w.network.dense(layer);
        int width = dense.panelWidth(block.panel());
        int from = Math.max(1, block.from()); // biases are not shared
        return new Mirror(
                new Matrix(w.deltas[m], START + from - 1, rows, block.to() - from, w.deltaRow(m)),
                new Matrix(
                        own.activations.values(m),
                        1 + dense.panelStart(block.panel()),
                        rows,
                        width,
                        own.activations.row(m)),
                new Matrix(own.weightGradient, START + (from - block.from()) * width, block.to() - from, width),
                dense.realWidth(block.panel()),
                dense.copies(w.network.mirror(layer), block.panel(), block.from(), block.to()));
    }

    /** The number of weights. */
    long size() {
        long size = 0;
        for (Block block : blocks) {
            size += block.size();
        }
        return size;
    }

    void run() {
        for (Block block : blocks) {
            Matrix gradient = block.gradient();
            if (block.nonZeros() == null) {
                kernels.multiplyTransposed(block.x(), block.delta(), gradient, false);
            } else {
                kernels.multiplySparse(block.nonZeros(), block.x(), true, block.delta(), gradient);
            }
            Mirror mirror = block.mirror();
            if (mirror != null) {
                addMirrored(mirror);
            }
            updater.apply(layer, block.offset(), gradient.data(), block.size());
            if (mirror != null) {
                for (int c = 0; c < mirror.copies().size(); c++) { // not an iterator: a step allocates nothing
                    mirror.copies().get(c).run(kernels);
                }
            }
        }
    }

    private void addMirrored(Mirror mirror) {
        Matrix gradient = mirror.gradient();
        kernels.multiplyTransposed(mirror.delta(), mirror.x(), gradient, true);
        for (int i = 0; i < gradient.rows() && mirror.real() < gradient.columns(); i++) {
            // The padding holds the sigmoid of 0, which is not 0.
            int at = gradient.offset() + i * gradient.stride();
            Arrays.fill(gradient.data(), at + mirror.real(), at + gradient.columns(), 0);
        }
    }
}
