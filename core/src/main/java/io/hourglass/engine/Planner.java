package io.hourglass.engine;

import io.hourglass.engine.BoundLayer.Split;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Variant;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a network and an objective into one thread's phases of a training step. A layer on the network's inputs is
 * divided by outputs, and skips zeros if the data are sparse; the last dense layer takes its fused form with the loss,
 * unless the rows have columns; the layers in between are divided by rows. All threads get the same number of phases.
 */
final class Planner {
    /** Which of {@link Scratch#gradients} is with respect to the last layer's inputs; from there on they take turns. */
    static final int FIRST_BUFFER = 1;

    /**
     * One thread's work between two barriers.
     *
     * @param part of the work of all threads, 0 to 1; 0 in a phase that is not divided
     */
    record Phase(Split split, double part, List<Runnable> works) {
        void run() {
            for (int i = 0; i < works.size(); i++) { // not an iterator: a step allocates nothing
                works.get(i).run();
            }
        }
    }

    private final List<Phase> phases = new ArrayList<>();

    private Planner() {}

    /** The phases for mini-batches of some rows. */
    static List<Phase> phases(
            Scratch own, TrainingTask task, Updater updater, RowShares shares, TrainingStep.Observer observer) {
        Planner planner = new Planner();
        List<BoundLayer> layers = layers(own, task, updater, shares);
        for (BoundLayer layer : layers) {
            planner.add(
                    layer.split(),
                    layer.split() == Split.ROWS ? shares.part(own.thread) : layer.part(),
                    layer::forward);
        }
        for (int i = layers.size() - 1; i >= 0; i--) {
            planner.add(Split.ROWS, shares.part(own.thread), layers.get(i)::backward);
        }
        double updated = 0;
        for (BoundLayer layer : layers) {
            updated += layer.updated();
        }
        updated /= own.workspace.network.architecture().parameters();
        if (own.thread == 0) {
            planner.add(
                    Split.WEIGHTS, updated, new Measure(own.workspace, task.objective(), shares.rows(), observer)::run);
        }
        for (int i = layers.size() - 1; i >= 0; i--) {
            planner.add(Split.WEIGHTS, updated, layers.get(i)::update);
        }
        return planner.phases;
    }

    static List<BoundLayer> layers(Scratch own, TrainingTask task, Updater updater, RowShares shares) {
        Architecture architecture = own.workspace.network.architecture();
        int code = architecture.encoderLayers(); // the level of the code, and the first layer of the decoder
        int last = own.workspace.layers.size() - 1;
        List<BoundLayer> layers = new ArrayList<>();
        layers.add(new Load(own, task, shares));
        if (!task.corruption().isNone()) {
            Corrupt corrupt = new Corrupt(own, task.corruption(), shares);
            layers.add(corrupt);
            layers.add(corrupt.new Fetch());
        }
        for (int l = 0; l < last; l++) {
            int buffer = (last - 1 - l) % 2 == 0 ? FIRST_BUFFER : 1 - FIRST_BUFFER; // gradient by the outputs of l
            if (own.workspace.layers.get(l) instanceof Filters) {
                layers.add(new ConvLayer(own, l, buffer, updater, shares, null));
            } else if (l == 0) {
                layers.add(new DenseByOutputs(own, task.nonZeros(), buffer, updater, shares));
            } else {
                layers.add(new DenseByRows(own, l, buffer, updater, shares, null));
            }
            if (l + 1 == code && architecture.variant() == Variant.VARIATIONAL) {
                layers.add(new Draw(own, task.objective().beta(), code, buffer, shares));
            }
            if (l + 1 == code && task.objective().sparsity() > 0) {
                layers.add(new Sparsity(own, task.objective().sparsity(), code, buffer, shares));
            }
        }
        Loss loss = task.objective().loss();
        if (own.workspace.layers.get(last) instanceof Filters) {
            layers.add(new ConvLayer(own, last, 1 - FIRST_BUFFER, updater, shares, loss));
        } else if (!task.columns().isNone()) {
            layers.add(new DenseByRows(own, last, 1 - FIRST_BUFFER, updater, shares, loss));
        } else {
            layers.add(new DenseOutput(own, loss, updater, shares));
        }
        return layers;
    }

    /**
     * Adds work to the current phase if it needs nothing that another thread computes in this phase: if it continues
     * with the thread's own rows or weights, or everything so far was done by every thread for itself. Otherwise the
     * work begins a phase.
     */
    private void add(Split split, double part, Runnable work) {
        Phase last = phases.isEmpty() ? new Phase(Split.EACH, 0, new ArrayList<>()) : phases.remove(phases.size() - 1);
        if (last.split() != Split.EACH && (last.split() != split || split == Split.OUTPUTS)) {
            phases.add(last);
            last = new Phase(split, part, new ArrayList<>());
        }
        last.works().add(work);
        phases.add(new Phase(split, part, last.works()));
    }
}
