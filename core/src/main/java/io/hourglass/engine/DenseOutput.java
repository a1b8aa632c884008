package io.hourglass.engine;

import static io.hourglass.compute.Kernels.ERROR_CHAINS;
import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Loss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last dense layer and the loss, in their fused form: panel by panel, the sums, the loss and its gradient, the
 * gradient with respect to the layer's inputs and to its weights, and the optimiser. The layer's weights, usually a
 * large part of all weights, enter the cache once per step, and all work on a panel is done before it leaves.
 *
 * <p>Each thread owns some {@link Dense.Section sections} of the outputs. Only the gradient with respect to the inputs
 * is summed across threads: one chain for each section, then the sections in order. The number of threads does not
 * change their number.
 */
final class DenseOutput implements BoundLayer {
    private final Scratch own;
    private final Workspace workspace;
    private final Kernels kernels;
    private final Dense layer;
    private final int l;
    private final Activation activation;
    private final Loss loss;
    private final float scale;
    private final RowShares shares;
    private final List<Panel> panels = new ArrayList<>();
    private final Matrix x;
    private final Matrix xT;

    // Of the thread's rows, for the backward pass.
    private final Matrix shareX;
    private final Matrix shareXT;
    private final Matrix gradient;

    /** In a tied network, the update of the biases. */
    private final @Nullable DenseUpdate biases;

    /** The views of one panel's work. */
    private record Panel(
            int first,
            int section,
            boolean opens,
            boolean closes,
            Matrix weights,
            Matrix sums,
            Matrix y,
            Matrix targets,
            Matrix delta,
            Matrix deltaT,
            Matrix inputWeights,
            Matrix inputDelta,
            Matrix inputs,
            Matrix realDelta,
            @Nullable Matrix stored,
            @Nullable DenseUpdate update) {}

    /** Binds the last layer and the loss. */
    DenseOutput(Scratch own, Loss loss, Updater updater, RowShares shares) {
        this.own = own;
        this.loss = loss;
        this.shares = shares;
        workspace = own.workspace;
        kernels = workspace.kernels;
        l = workspace.layers.size() - 1;
        layer = workspace.layers.get(l);
        activation = layer.shape().activation();
        scale = 1f / ((float) shares.rows() * layer.shape().outputs());
        boolean tied = workspace.network.isTied();
        List<Dense.Section> sections = layer.sections();
        int end = sections.size() * (own.thread + 1) / workspace.threads;
        for (int s = sections.size() * own.thread / workspace.threads; s < end; s++) {
            for (int p = sections.get(s).from(); p < sections.get(s).to(); p++) {
                panels.add(panel(p, s, sections.get(s), tied ? null : updater));
            }
        }
        biases = tied ? DenseUpdate.ofShare(own, l, shares.rows(), updater) : null;
        int from = shares.from(own.thread);
        int n = shares.to(own.thread) - from;
        int stride = kernels.stride(n);
        x = own.activations.withOnes(l, 0, shares.padded());
        xT = new Matrix(own.transposed[l], 0, x.columns(), shares.padded(), kernels.stride(shares.padded()));
        shareX = own.activations.withOnes(l, from, n);
        shareXT = new Matrix(own.transposed[l], 0, x.columns(), n, stride);
        float[] byInput = own.gradients[Planner.FIRST_BUFFER];
        gradient = new Matrix(byInput, START, layer.shape().inputs(), kernels.padded(n), stride);
    }

    private Panel panel(int p, int s, Dense.Section section, @Nullable Updater updater) {
        int inputs = layer.shape().inputs();
        int first = layer.panelStart(p);
        int width = layer.panelWidth(p);
        int real = layer.realWidth(p);
        int rows = shares.padded();
        int stride = kernels.stride(rows);
        Activations a = own.activations;
        // Only the mini-batch's rows count for the weights, not the padded ones.
        Matrix delta = new Matrix(own.delta, START, shares.rows(), width);
        return new Panel(
                first,
                s,
                p == section.from(),
                p == section.to() - 1,
                layer.panel(p),
                new Matrix(own.outputs, START, rows, width),
                new Matrix(own.outputs, START, rows, real, width),
                new Matrix(own.targets, a.offset(0, 0) + first, rows, real, a.row(0)),
                new Matrix(own.delta, START, rows, real, width),
                new Matrix(own.deltaT, START, real, rows, stride),
                layer.panel(p, 1, inputs, real),
                new Matrix(own.deltaT, START, real, kernels.padded(rows), stride),
                new Matrix(workspace.sectionGradients[s], START, inputs, kernels.padded(rows), stride),
                delta,
                updater != null
                        ? null
                        : new Matrix(workspace.deltas[l], START + first, shares.rows(), width, workspace.deltaRow(l)),
                updater == null ? null : new DenseUpdate(own, l, WeightBlock.ofPanel(layer, p), delta, first, updater));
    }

    @Override
    public Split split() {
        return Split.OUTPUTS;
    }

    @Override
    public void forward() {
        if (panels.isEmpty()) {
            return;
        }
        kernels.transpose(x, xT);
        for (int i = 0; i < panels.size(); i++) { // not an iterator: a step allocates nothing
            Panel panel = panels.get(i);
            if (panel.opens()) {
                Arrays.fill(own.errorChains, 0);
                Arrays.fill(own.lossChains, 0);
            }
            kernels.multiplyTransposed(xT, panel.weights(), panel.sums(), false);
            lossGradient(panel);
            kernels.transpose(panel.delta(), panel.deltaT());
            kernels.multiply(panel.inputWeights(), panel.inputDelta(), panel.inputs(), !panel.opens());
            if (panel.update() != null) {
                panel.update().run();
            }
            if (panel.stored() != null) { // for the gradient of the mirrored layer
                panel.realDelta().copyTo(panel.stored());
            }
            if (panel.closes()) {
                addChains(own.errorChains, workspace.errors[panel.section()]);
                if (workspace.losses != workspace.errors) {
                    addChains(own.lossChains, workspace.losses[panel.section()]);
                }
            }
        }
    }

    /** Turns a panel's sums into the loss, added to its chains, and into the gradient with respect to the sums. */
    private void lossGradient(Panel panel) {
        Matrix z = panel.sums();
        Matrix delta = panel.delta();
        int chain = panel.first() % ERROR_CHAINS;
        if (loss == Loss.MSE && activation == Activation.SIGMOID && delta.columns() == z.columns()) {
            kernels.sigmoidErrorGradient(z, panel.targets(), scale, delta, chain, own.errorChains);
            return;
        }
        int n = z.rows() * z.columns();
        float[] values = z.data();
        if (activation.isGradientBySum()) {
            System.arraycopy(z.data(), START, own.panelSums, START, n);
            values = own.panelSums;
        }
        kernels.activateInPlace(activation, z.data(), START, n);
        kernels.squaredErrorGradient(panel.y(), panel.targets(), scale, delta, chain, own.errorChains);
        if (loss != Loss.MSE) {
            kernels.lossGradient(loss, panel.y(), panel.targets(), scale, delta, chain, own.lossChains);
        }
        if (!loss.isGradientOfSum()) {
            kernels.activationGradientInPlace(activation, values, START, own.delta, START, n);
        }
    }

    /** Adds up the chains of each row. */
    private void addChains(float[] chains, double[] sums) {
        for (int r = 0; r < shares.rows(); r++) {
            double sum = 0;
            for (int c = 0; c < ERROR_CHAINS; c++) {
                sum += chains[r * ERROR_CHAINS + c];
            }
            sums[r] = sum;
        }
    }

    /** Adds up the sections' gradients with respect to the inputs, for the thread's rows. */
    @Override
    public void backward() {
        if (shareX.rows() == 0) {
            return;
        }
        if (shareX.rows() < shares.padded() || panels.isEmpty()) { // else forward has done it
            kernels.transpose(shareX, shareXT);
        }
        int from = shares.from(own.thread);
        kernels.sum(workspace.sectionGradients, START + from, xT.stride(), gradient);
    }

    @Override
    public void update() {
        if (biases != null) {
            biases.run();
        }
    }
}
