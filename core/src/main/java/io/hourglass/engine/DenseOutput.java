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
    private final Workspace workspace;
    private final Kernels kernels;
    private final Updater updater;
    private final RowShares shares;
    private final Activation activation;
    private final Loss loss;
    private final float scale;

    /** [thread][its sections]. */
    private final SectionWork[][] sections;

    private final Matrix[] x;
    private final Matrix[] xT;

    /** [thread] views of {@link #backward}. */
    private final Matrix[] shareX;

    private final Matrix[] shareXT;
    private final Matrix[] gradient;

    /** In a tied network, the update of the biases. */
    private final DenseUpdate @Nullable [] biases;

    /** [section][row]: squared error. */
    private final double[][] errors;

    /** [section][row]: loss. */
    private final double[][] losses;

    private record SectionWork(int section, Panel[] panels) {}

    /** The views of one panel's work. */
    private record Panel(
            int first,
            boolean full,
            Matrix weights,
            Matrix sums,
            Matrix y,
            Matrix targets,
            Matrix delta,
            Matrix deltaT,
            Matrix inputWeights,
            Matrix inputDelta,
            Matrix inputs,
            @Nullable Matrix stored,
            @Nullable DenseUpdate update) {}

    /** Binds the last layer and the loss. */
    DenseOutput(Workspace w, Loss loss, Updater updater, RowShares shares) {
        workspace = w;
        kernels = w.kernels;
        this.loss = loss;
        this.updater = updater;
        this.shares = shares;
        int l = w.layers.size() - 1;
        Dense layer = w.layers.get(l);
        activation = layer.shape().activation();
        scale = 1f / ((float) shares.rows() * layer.shape().outputs());
        List<Dense.Section> all = layer.sections();
        errors = new double[all.size()][shares.padded()];
        losses = loss == Loss.MSE ? errors : new double[all.size()][shares.padded()];
        sections = new SectionWork[w.threads][];
        x = new Matrix[w.threads];
        xT = new Matrix[w.threads];
        shareX = new Matrix[w.threads];
        shareXT = new Matrix[w.threads];
        gradient = new Matrix[w.threads];
        biases = w.network.isTied() ? new DenseUpdate[w.threads] : null;
        for (int t = 0; t < w.threads; t++) {
            int first = all.size() * t / w.threads;
            int end = all.size() * (t + 1) / w.threads;
            sections[t] = new SectionWork[end - first];
            for (int s = first; s < end; s++) {
                List<Panel> panels = new ArrayList<>();
                for (int p = all.get(s).from(); p < all.get(s).to(); p++) {
                    panels.add(panel(l, p, s, t));
                }
                sections[t][s - first] = new SectionWork(s, panels.toArray(Panel[]::new));
            }
            bindInputs(l, t);
            if (biases != null) {
                biases[t] = DenseUpdate.ofShare(w, l, t, shares.rows());
            }
        }
    }

    private void bindInputs(int l, int t) {
        Workspace.Scratch own = workspace.scratch(t);
        int inputs = workspace.layers.get(l).shape().inputs();
        int from = shares.from(t);
        int n = shares.to(t) - from;
        int stride = kernels.stride(n);
        x[t] = own.activations.withOnes(l, 0, shares.padded());
        xT[t] = new Matrix(own.transposed[l], 0, x[t].columns(), shares.padded(), kernels.stride(shares.padded()));
        shareX[t] = own.activations.withOnes(l, from, n);
        shareXT[t] = new Matrix(own.transposed[l], 0, x[t].columns(), n, stride);
        gradient[t] = new Matrix(own.gradients[Planner.FIRST_BUFFER], START, inputs, kernels.padded(n), stride);
    }

    private Panel panel(int l, int p, int section, int thread) {
        Workspace w = workspace;
        Workspace.Scratch own = w.scratch(thread);
        Dense layer = w.layers.get(l);
        int inputs = layer.shape().inputs();
        int first = layer.panelStart(p);
        int width = layer.panelWidth(p);
        int real = layer.realWidth(p);
        int rows = shares.padded();
        int stride = kernels.stride(rows);
        Activations a = own.activations;
        // Only the mini-batch's rows count for the weights, not the padded ones.
        Matrix delta = new Matrix(own.delta, START, shares.rows(), width);
        boolean tied = w.network.isTied();
        return new Panel(
                first,
                real == width,
                layer.panel(p),
                new Matrix(own.outputs, START, rows, width),
                new Matrix(own.outputs, START, rows, real, width),
                new Matrix(own.targets, a.offset(0, 0) + first, rows, real, a.row(0)),
                new Matrix(own.delta, START, rows, real, width),
                new Matrix(own.deltaT, START, real, rows, stride),
                layer.panel(p, 1, inputs, real),
                new Matrix(own.deltaT, START, real, kernels.padded(rows), stride),
                new Matrix(w.sectionGradients[section], START, inputs, kernels.padded(rows), stride),
                tied ? new Matrix(w.deltas[l], START + first, shares.rows(), width, w.deltaRow(l)) : null,
                tied ? null : new DenseUpdate(w, l, thread, WeightBlock.ofPanel(layer, p), delta, first));
    }

    @Override
    public Split split() {
        return Split.OUTPUTS;
    }

    @Override
    public void forward(int thread) {
        if (sections[thread].length == 0) {
            return;
        }
        Workspace.Scratch own = workspace.scratch(thread);
        kernels.transpose(x[thread], xT[thread]);
        for (SectionWork work : sections[thread]) {
            Arrays.fill(own.errorChains, 0);
            Arrays.fill(own.lossChains, 0);
            for (int i = 0; i < work.panels().length; i++) {
                Panel panel = work.panels()[i];
                kernels.multiplyTransposed(xT[thread], panel.weights(), panel.sums(), false);
                lossGradient(panel, own);
                kernels.transpose(panel.delta(), panel.deltaT());
                kernels.multiply(panel.inputWeights(), panel.inputDelta(), panel.inputs(), i > 0);
                if (panel.update() != null) {
                    panel.update().run(updater);
                } else if (panel.stored() != null) {
                    store(own.delta, panel.stored());
                }
            }
            addChains(own.errorChains, errors[work.section()]);
            if (losses != errors) {
                addChains(own.lossChains, losses[work.section()]);
            }
        }
    }

    /** Turns a panel's sums into the loss, added to its chains, and into the gradient with respect to the sums. */
    private void lossGradient(Panel panel, Workspace.Scratch own) {
        Matrix z = panel.sums();
        Matrix delta = panel.delta();
        int chain = panel.first() % ERROR_CHAINS;
        if (loss == Loss.MSE && activation == Activation.SIGMOID && panel.full()) {
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
        if (losses != errors) {
            kernels.lossGradient(loss, panel.y(), panel.targets(), scale, delta, chain, own.lossChains);
        }
        if (!loss.isGradientOfSum()) {
            kernels.activationGradientInPlace(activation, values, START, own.delta, START, n);
        }
    }

    /** Keeps a tied layer's delta for the gradient of the mirrored layer. */
    private static void store(float[] delta, Matrix to) {
        for (int r = 0; r < to.rows(); r++) {
            System.arraycopy(
                    delta, START + r * to.columns(), to.data(), to.offset() + r * to.stride(), to.columns());
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
    public void backward(int thread) {
        int from = shares.from(thread);
        int n = shares.to(thread) - from;
        if (n == 0) {
            return;
        }
        if (n < shares.padded() || sections[thread].length == 0) { // else forward has done it
            kernels.transpose(shareX[thread], shareXT[thread]);
        }
        int stride = kernels.stride(shares.padded());
        kernels.sum(workspace.sectionGradients, START + from, stride, gradient[thread]);
    }

    @Override
    public void update(int thread) {
        if (biases != null) {
            biases[thread].run(updater);
        }
    }

    /** Squared error of a row, after the forward pass of all threads; sections are added in order. */
    double error(int row) {
        return sum(errors, row);
    }

    /** Loss of a row, after the forward pass of all threads; sections are added in order. */
    double loss(int row) {
        return sum(losses, row);
    }

    private static double sum(double[][] sections, int row) {
        double sum = 0;
        for (double[] section : sections) {
            sum += section[row];
        }
        return sum;
    }
}
