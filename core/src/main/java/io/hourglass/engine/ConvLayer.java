package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Loss;
import org.jspecify.annotations.Nullable;

/**
 * A convolution or a transposed convolution in a training step. Its work is divided by rows, image by image. As the
 * last layer of a network, it also computes the loss.
 *
 * <p>Gradients lie row by row in {@link Workspace#deltas}, while dense layers hold them transposed in {@link
 * Scratch#gradients}. Where the two meet, this layer transposes.
 */
final class ConvLayer implements BoundLayer {
    private final Scratch own;
    private final Workspace workspace;
    private final Kernels kernels;
    private final int l;
    private final Convolver forward;
    private final @Nullable Convolver backward; // null for the first layer
    private final Activation activation;
    private final int outputs; // padded
    private final int from;
    private final int to;
    private final float @Nullable [] sums;
    private final ConvUpdate update;

    /** The inputs, as the backward pass of a dense layer before this one needs them; null after a convolution. */
    private final @Nullable Transposition inputs;

    // The gradient with respect to the outputs, from a dense layer, and its transpose.
    private final @Nullable Matrix byOutputs;
    private final @Nullable Matrix delta;

    // The gradient with respect to the inputs, for a dense layer, and its transpose; null if nobody needs it.
    private final @Nullable Matrix byInputs;
    private final @Nullable Matrix byInputsT;

    private final @Nullable RowLoss loss;

    /**
     * Binds the layer.
     *
     * @param l its index
     * @param buffer which of the two gradients is with respect to its outputs
     * @param loss of the last layer; null for another
     */
    ConvLayer(Scratch own, int l, int buffer, Updater updater, RowShares shares, @Nullable Loss loss) {
        this.own = own;
        this.l = l;
        workspace = own.workspace;
        kernels = workspace.kernels;
        Filters filters = (Filters) workspace.layers.get(l);
        Layer.Conv conv = filters.conv();
        activation = conv.activation();
        outputs = filters.width();
        forward = Convolver.forward(filters, kernels);
        backward = l > 0 ? Convolver.backward(filters, kernels) : null;
        from = shares.from(own.thread);
        to = shares.to(own.thread);
        int n = to - from;
        sums = activation.isGradientBySum() ? workspace.sums[l] : null;
        update = new ConvUpdate(own, l, updater, shares);
        int columns = kernels.stride(n);
        boolean afterDense = l > 0 && workspace.layers.get(l - 1) instanceof Dense;
        boolean beforeDense = loss == null && workspace.layers.get(l + 1) instanceof Dense;
        inputs =
                afterDense ? new Transposition(kernels, own.activations.withOnes(l, from, n), own.transposed[l]) : null;
        byOutputs = beforeDense ? new Matrix(own.gradients[buffer], START, conv.outputs(), n, columns) : null;
        delta = beforeDense ? rows(l, conv.outputs()) : null;
        byInputs = afterDense ? new Matrix(own.rowGradient, START, n, conv.inputs(), workspace.deltaRow(l - 1)) : null;
        byInputsT = afterDense ? new Matrix(own.gradients[1 - buffer], START, conv.inputs(), n, columns) : null;
        this.loss = loss == null ? null : new RowLoss(own, loss, shares);
    }

    /** The thread's rows of the gradient with respect to the sums of a layer. */
    private Matrix rows(int layer, int values) {
        int row = workspace.deltaRow(layer);
        return new Matrix(workspace.deltas[layer], START + from * row, to - from, values, row);
    }

    @Override
    public void forward() {
        forward.prepare();
        if (inputs != null) {
            inputs.run();
        }
        float[] x = own.activations.values(l);
        float[] y = own.activations.values(l + 1);
        for (int r = from; r < to; r++) {
            int at = own.activations.offset(l + 1, r);
            forward.run(x, own.activations.offset(l, r), y, at);
            if (sums != null) {
                System.arraycopy(y, at, sums, at, outputs);
            }
            kernels.activateInPlace(activation, y, at, outputs);
        }
        if (loss != null) {
            loss.run();
        }
    }

    @Override
    public void backward() {
        if (byOutputs != null && delta != null) {
            kernels.transpose(byOutputs, delta);
        }
        if (backward != null) {
            backward.prepare();
        }
        int row = workspace.deltaRow(l);
        float[] deltas = workspace.deltas[l];
        float[] values = sums == null ? own.activations.values(l + 1) : sums;
        for (int r = from; r < to; r++) {
            int at = START + r * row;
            if (loss == null || !loss.isGradientOfSum()) {
                int value = own.activations.offset(l + 1, r);
                kernels.activationGradientInPlace(activation, values, value, deltas, at, outputs);
            }
            if (backward != null && byInputs != null) {
                backward.run(deltas, at, byInputs.data(), byInputs.offset() + (r - from) * byInputs.stride());
            } else if (backward != null) {
                backward.run(deltas, at, workspace.deltas[l - 1], START + r * workspace.deltaRow(l - 1));
            }
        }
        if (byInputs != null && byInputsT != null) {
            kernels.transpose(byInputs, byInputsT);
        }
    }

    @Override
    public void addTo(ArraySizes sizes) {
        forward.addTo(sizes);
        if (backward != null) {
            backward.addTo(sizes);
        }
        update.addTo(sizes);
    }

    @Override
    public long updated() {
        return update.size();
    }

    @Override
    public void update() {
        update.run();
    }
}
