package io.hourglass.engine;

import io.hourglass.engine.BoundLayer.Split;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Variant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a network and an objective into the phases of a training step. A layer on the network's inputs is divided by
 * outputs, and skips zeros if the data are sparse; the last dense layer takes its fused form with the loss; the layers
 * in between are divided by rows.
 */
final class Planner {
    /** Which of a thread's two gradients the last layer writes; the layers before take turns. */
    static final int FIRST_BUFFER = 1;

    /** One thread's share of some work. */
    @FunctionalInterface
    interface Share {
        void run(int thread);
    }

    /** Work between two barriers. */
    record Phase(List<Share> shares, Split split) {
        void run(int thread) {
            for (int i = 0; i < shares.size(); i++) { // not an iterator: a step allocates nothing
                shares.get(i).run(thread);
            }
        }
    }

    private final List<Phase> phases = new ArrayList<>();

    private Planner() {}

    /** The phases for mini-batches of some rows. */
    static List<Phase> phases(
            Workspace w, TrainingTask task, Updater updater, RowShares shares, TrainingStep.Observer observer) {
        Architecture architecture = w.network.architecture();
        int code = architecture.encoderLayers(); // the level of the code, and the first layer of the decoder
        int last = w.layers.size() - 1;
        List<BoundLayer> layers = new ArrayList<>();
        layers.add(new Load(w, task.rows(), shares));
        if (!task.corruption().isNone()) {
            Corrupt corrupt = new Corrupt(w, task.corruption(), shares);
            layers.add(corrupt);
            layers.add(corrupt.new Fetch());
        }
        Draw draw = null;
        Sparsity sparsity = null;
        for (int l = 0; l < last; l++) {
            int buffer = buffer(last, l);
            layers.add(
                    l == 0
                            ? new DenseByOutputs(w, task.nonZeros(), buffer, updater, shares)
                            : new DenseByRows(w, l, buffer, updater, shares));
            if (l + 1 == code && architecture.variant() == Variant.VARIATIONAL) {
                draw = new Draw(w, task.objective().beta(), code, buffer, shares);
                layers.add(draw);
            }
            if (l + 1 == code && task.objective().sparsity() > 0) {
                sparsity = new Sparsity(w, task.objective().sparsity(), code, buffer, shares);
                layers.add(sparsity);
            }
        }
        DenseOutput output = new DenseOutput(w, task.objective().loss(), updater, shares);
        layers.add(output);
        Measure measure = new Measure(w.network, task.objective(), shares.rows(), output, draw, sparsity, observer);
        return new Planner().plan(layers, measure);
    }

    /** Which gradient buffer holds the gradient with respect to the outputs of layer l. */
    private static int buffer(int last, int l) {
        return (last - 1 - l) % 2 == 0 ? FIRST_BUFFER : 1 - FIRST_BUFFER;
    }

    private List<Phase> plan(List<BoundLayer> layers, Measure measure) {
        for (BoundLayer layer : layers) {
            add(layer.split(), layer::forward);
        }
        for (int i = layers.size() - 1; i >= 0; i--) {
            add(Split.ROWS, layers.get(i)::backward);
        }
        add(Split.WEIGHTS, measure::run);
        for (int i = layers.size() - 1; i >= 0; i--) {
            add(Split.WEIGHTS, layers.get(i)::update);
        }
        return List.copyOf(phases);
    }

    /**
     * Adds work to the current phase if it needs nothing that another thread computes in this phase: if it continues
     * with the thread's own rows or weights, or everything so far was done by every thread for itself. Otherwise the
     * work begins a phase.
     */
    private void add(Split split, Share share) {
        @Nullable Phase current = phases.isEmpty() ? null : phases.get(phases.size() - 1);
        boolean joins = current != null
                && (current.split() == Split.EACH || current.split() == split && split != Split.OUTPUTS);
        if (joins && current != null) {
            current.shares().add(share);
            phases.set(phases.size() - 1, new Phase(current.shares(), split));
        } else {
            phases.add(new Phase(new ArrayList<>(List.of(share)), split));
        }
    }
}
