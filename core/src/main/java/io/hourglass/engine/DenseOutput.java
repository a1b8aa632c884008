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

    /** The thread's sections, each with its panels. */
    private final List<List<Panel>> sections = new ArrayList<>();

    private final int firstSection;
    private final Transposition all;

    // Of the thread's rows, for the backward pass.
    private final Transposition share;
    private final Matrix gradient;

    /** In a tied network, the update of the biases. */
    private final @Nullable DenseUpdate biases;

    /** The views of one panel's work, of its real outputs only except in {@code weights} and {@code sums}. */
    private record Panel(
            int chain,
            Matrix weights,
            Matrix sums,
            Matrix y,
            Matrix targets,
            Matrix delta,
            Matrix deltaT,
            Matrix inputWeights,
            Matrix inputs,
            Runnable update) {}

    /** Binds the last layer and the loss. */
    DenseOutput(Scratch own, Loss loss, Updater updater, RowShares shares) {
        this.own = own;
        this.loss = loss;
        this.shares = shares;
        workspace = own.workspace;
        kernels = workspace.kernels;
        l = workspace.layers.size() - 1;
        layer = workspace.network.dense(l);
        activation = layer.shape().activation();
        scale = 1f / ((float) shares.rows() * layer.shape().outputs());
        boolean tied = workspace.network.isTied();
        biases = tied ? DenseUpdate.ofShare(own, l, shares, updater) : null;
        List<Dense.Section> ofLayer = layer.sections();
        firstSection = firstSection(own.thread, shares);
        int end = firstSection(own.thread + 1, shares);
        for (int s = firstSection; s < end; s++) {
            List<Panel> panels = new ArrayList<>();
            for (int p = ofLayer.get(s).from(); p < ofLayer.get(s).to(); p++) {
                panels.add(panel(p, workspace.sectionGradients[s], tied ? null : updater));
            }
            sections.add(panels);
        }
        int from = shares.from(own.thread);
        int n = shares.to(own.thread) - from;
        int stride = kernels.stride(n);
        all = new Transposition(kernels, own.activations.withOnes(l, 0, shares.padded()), own.transposed[l]);
        share = new Transposition(kernels, own.activations.withOnes(l, from, n), own.transposed[l]);
        float[] byInput = own.gradients[Planner.FIRST_BUFFER];
        gradient = new Matrix(byInput, START, layer.shape().inputs(), kernels.padded(n), stride);
    }

    /** The first section of a thread's share, and the end of the share of the thread before. */
    private int firstSection(int thread, RowShares shares) {
        return (int) shares.shares().from(layer.sections().size(), thread);
    }

    /** @param updater null if the weights are the encoder's */
    private Panel panel(int p, float[] byInput, @Nullable Updater updater) {
        Activations a = own.activations;
        int inputs = layer.shape().inputs();
        int first = layer.panelStart(p);
        int width = layer.panelWidth(p);
        int real = layer.realWidth(p);
        int rows = shares.padded();
        int stride = kernels.stride(rows);
        // Only the mini-batch's rows count for the weights, not the padded ones.
        Matrix ofRows = new Matrix(own.delta, START, shares.rows(), width);
        Runnable update;
        if (updater != null) {
            update = new DenseUpdate(own, l, WeightBlock.ofPanel(layer, p), ofRows, first, updater)::run;
        } else { // for the gradient of the mirrored layer
            Matrix stored = new Matrix(workspace.deltas[l], START + first, shares.rows(), width, workspace.deltaRow(l));
            update = () -> ofRows.copyTo(stored);
        }
        return new Panel(
                first % ERROR_CHAINS,
                layer.panel(p),
                new Matrix(own.outputs, START, rows, width),
                new Matrix(own.outputs, START, rows, real, width),
                new Matrix(own.targets, a.offset(0, 0) + first, rows, real, a.row(0)),
                new Matrix(own.delta, START, rows, real, width),
                new Matrix(own.deltaT, START, real, kernels.padded(rows), stride),
                layer.panel(p, 1, inputs, real),
                new Matrix(byInput, START, inputs, kernels.padded(rows), stride),
                update);
    }

    @Override
    public Split split() {
        return Split.OUTPUTS;
    }

    @Override
    public double part() {
        return (double) sections.size() / layer.sections().size();
    }

    @Override
    public void forward() {
        if (sections.isEmpty()) {
            return;
        }
        all.run();
        for (int s = 0; s < sections.size(); s++) { // not an iterator: a step allocates nothing
            List<Panel> panels = sections.get(s);
            Arrays.fill(own.errorChains, 0);
            Arrays.fill(own.lossChains, 0);
            for (int p = 0; p < panels.size(); p++) {
                Panel panel = panels.get(p);
                kernels.multiplyTransposed(all.target(), panel.weights(), panel.sums(), false);
                lossGradient(panel);
                kernels.transpose(panel.delta(), panel.deltaT());
                kernels.multiply(panel.inputWeights(), panel.deltaT(), panel.inputs(), p > 0);
                panel.update().run();
            }
            addChains(own.errorChains, workspace.errors[firstSection + s]);
            if (workspace.losses != workspace.errors) {
                addChains(own.lossChains, workspace.losses[firstSection + s]);
            }
        }
    }

    /** Turns a panel's sums into the loss, added to its chains, and into the gradient with respect to the sums. */
    private void lossGradient(Panel panel) {
        Matrix z = panel.sums();
        Matrix delta = panel.delta();
        if (loss == Loss.MSE && activation == Activation.SIGMOID && delta.columns() == z.columns()) {
            kernels.sigmoidErrorGradient(z, panel.targets(), scale, delta, panel.chain(), own.errorChains);
            return;
        }
        int n = z.rows() * z.columns();
        float[] values = z.data();
        if (activation.isGradientBySum()) {
            System.arraycopy(z.data(), START, own.panelSums, START, n);
            values = own.panelSums;
        }
        kernels.activateInPlace(activation, z.data(), START, n);
        kernels.lossGradient(Loss.MSE, panel.y(), panel.targets(), scale, delta, panel.chain(), own.errorChains);
        if (loss != Loss.MSE) {
            kernels.lossGradient(loss, panel.y(), panel.targets(), scale, delta, panel.chain(), own.lossChains);
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
        int rows = share.target().columns();
        if (rows == 0) {
            return;
        }
        if (rows < shares.padded() || sections.isEmpty()) { // else forward has done it
            share.run();
        }
        int from = shares.from(own.thread);
        kernels.sum(workspace.sectionGradients, START + from, all.target().stride(), gradient);
    }

    @Override
    public void update() {
        if (biases != null) {
            biases.run();
        }
    }
}
