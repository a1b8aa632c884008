package io.hourglass.engine;

import io.hourglass.compute.Team;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One training step of the report's Listing 3, shared by the threads of a team: a list of phases with a barrier after
 * each, which {@link Planner} makes from the network's layers. The plain step of the tests ({@code PlainStep}) computes
 * the same bits in plain loops.
 */
public final class TrainingStep {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private final TrainingTask task;
    private final Updater updater;
    private final Team team;
    private final Observer observer;
    private final Workspace workspace;

    /** By number of threads. */
    private final Map<Integer, Balance> balances = new HashMap<>();

    private Shares shares = Shares.even(1);

    /** {@link io.hourglass.compute.Kernels#changes} when the threads' times were measured. */
    private int measuredWith;

    /** Told what a step measured, on thread 0. */
    @FunctionalInterface
    public interface Observer {
        /**
         * Called in the last phase of a step, in which the other threads change weights already. An exception ends the
         * step on all threads and leaves the weights half changed.
         *
         * @param error mean squared error per value
         * @param objective value of the {@link io.hourglass.nn.Objective}
         * @param divergence mean KL divergence of the rows' distributions of codes from the standard normal
         *     distribution, in nats per row; 0 unless the network is variational
         */
        void measured(double error, double objective, double divergence);
    }

    /**
     * Allocates the buffers of a training run. {@link #use} comes before the first step.
     *
     * @param batchSize the most rows of a mini-batch
     * @throws IllegalArgumentException if the network cannot be trained for this objective, or a mini-batch is too
     *     large
     */
    public TrainingStep(
            Network network, TrainingTask task, Updater updater, int batchSize, Team team, Observer observer) {
        Activation output = network.architecture().outputActivation();
        if (task.objective().loss().needsUnitInterval() && output != Activation.SIGMOID) {
            throw new IllegalArgumentException("the output activation is " + output.label()
                    + ", expected sigmoid for the loss "
                    + task.objective().loss().label());
        }
        Architecture architecture = network.architecture();
        if (task.columns().hasCategories() && !architecture.convolutions().isEmpty()) {
            throw new IllegalArgumentException("the network " + architecture
                    + " reads images, expected one of dense layers for columns with categories");
        }
        this.task = task;
        this.updater = updater;
        this.team = team;
        this.observer = observer;
        workspace = new Workspace(network, task, batchSize, team.size());
    }

    /**
     * Sets the number of threads of the next steps, and divides the work by the time that these threads have needed so
     * far. No thread may be in a step.
     *
     * @param threads 1 to the size of the team
     */
    public void use(int threads) {
        int changes = workspace.kernels.changes();
        boolean stale = changes != measuredWith; // the threads' times include the change, or are of other kernels
        if (stale) {
            measuredWith = changes;
            balances.clear();
        }
        Balance balance = balances.computeIfAbsent(threads, Balance::new);
        if (!stale && threads > 1 && threads == shares.threads() && threads <= PROCESSORS) {
            double[][] parts = new double[threads][];
            double[][] busy = new double[threads][];
            for (int t = 0; t < threads; t++) {
                parts[t] = workspace.scratch(t).plan.parts;
                busy[t] = workspace.scratch(t).plan.busy;
            }
            if (balance.measured(parts, busy)) {
                for (double[] times : busy) {
                    Arrays.fill(times, 0);
                }
            }
        }
        use(balance.shares());
    }

    /** Sets the shares of the next steps. */
    void use(Shares shares) {
        this.shares = shares;
        workspace.use(shares);
    }

    /**
     * One mini-batch. Each thread that {@link #use} has set calls it with the same arguments.
     *
     * @param epoch 1 for the first
     * @param order of the rows in this epoch
     * @param start index in {@code order} of the mini-batch's first row
     * @param rows of the mini-batch
     */
    public void run(int thread, int epoch, int[] order, int start, int rows) {
        Scratch own = workspace.scratch(thread);
        own.epoch = epoch;
        own.order = order;
        own.start = start;
        Scratch.Plan plan = own.plan;
        List<Planner.Phase> phases = plan.phases.get(rows);
        if (phases == null) {
            RowShares ofRows = RowShares.of(rows, workspace.batchSize, plan.shares);
            phases = Planner.phases(own, task, updater, ofRows, observer);
            plan.phases.put(rows, phases);
            for (int i = 0; i < phases.size() && rows == workspace.batchSize; i++) {
                plan.parts[i] = phases.get(i).part();
            }
        }
        boolean timed = rows == workspace.batchSize && plan.shares.threads() > 1;
        for (int i = 0; i < phases.size(); i++) { // not an iterator: a step allocates nothing
            long began = timed ? System.nanoTime() : 0;
            phases.get(i).run();
            if (timed) {
                plan.busy[i] += System.nanoTime() - began;
            }
            team.barrier();
        }
        if (thread == 0) {
            workspace.network.changed();
        }
    }

    /**
     * The bytes that the arrays of a training run hold, besides the rows, on the threads that {@link #use} has set.
     *
     * @param weights of the network, with padding
     * @param optimizer what it remembers of the weights
     * @param buffers values between the layers, gradients, and other scratch, for a mini-batch
     */
    public record Memory(long weights, long optimizer, long buffers) {}

    /** The memory of this run; {@link #use} comes before. */
    public Memory memory() {
        ArraySizes weights = new ArraySizes();
        ArraySizes optimizer = new ArraySizes();
        for (int l = 0; l < workspace.layers.size(); l++) {
            weights.add((Object) workspace.layers.get(l).weights());
            optimizer.add(updater.ofLayer(l));
        }
        ArraySizes buffers = new ArraySizes();
        workspace.addTo(buffers);
        for (int t = 0; t < shares.threads(); t++) {
            Scratch own = workspace.scratch(t);
            own.addTo(buffers);
            RowShares ofRows = RowShares.of(workspace.batchSize, workspace.batchSize, shares);
            for (BoundLayer layer : Planner.layers(own, task, updater, ofRows)) {
                layer.addTo(buffers);
            }
        }
        return new Memory(weights.bytes(), optimizer.bytes(), buffers.bytes());
    }

    /** The buffers, for tests. */
    Workspace workspace() {
        return workspace;
    }
}
