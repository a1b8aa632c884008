package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Team;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Objective;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The engine's training step for tests: rows in; loss, activations and gradients out. */
final class Step implements AutoCloseable {
    static final long SEED = 17;
    static final int EPOCH = 1_000_000;
    static final int LAST_ROW = Integer.MAX_VALUE;

    final Network network;
    private final Columns columns;
    private final TrainingStep step;
    private final Team team;
    private float[][] batch = {};
    private int threads;

    /** The optimiser of the next step; null to change no weights. */
    private @Nullable Updater updater;

    /** [layer] the gradients of the last step; NaN where none was handed out. */
    private float[][] collected = {};

    /** What the last step measured. */
    double error;

    double objective;
    double divergence;

    Step(Network network, int batchSize, int threads) {
        this(network, Objective.MSE, batchSize, threads);
    }

    Step(Network network, Objective objective, int batchSize, int threads) {
        this(network, objective, Corruption.NONE, batchSize, threads);
    }

    Step(Network network, Objective objective, Corruption corruption, int batchSize, int threads) {
        this(network, objective, corruption, SEED, null, batchSize, threads);
    }

    Step(
            Network network,
            Objective objective,
            Corruption corruption,
            long seed,
            @Nullable NonZeros nonZeros,
            int batchSize,
            int threads) {
        this(network, objective, corruption, Columns.NONE, null, seed, nonZeros, batchSize, threads);
    }

    Step(
            Network network,
            Objective objective,
            Corruption corruption,
            Columns columns,
            float @Nullable [] imputed,
            long seed,
            @Nullable NonZeros nonZeros,
            int batchSize,
            int threads) {
        this.network = network;
        this.columns = columns;
        team = new Team(threads);
        TrainingTask task = new TrainingTask(
                objective,
                corruption,
                seed,
                (order, start, target) -> {
                    for (int r = 0; r < batch.length; r++) {
                        int at = target.offset() + r * target.stride();
                        System.arraycopy(batch[r], 0, target.data(), at, batch[r].length);
                    }
                },
                nonZeros,
                columns,
                imputed);
        try {
            step = new TrainingStep(network, task, new Collector(network), batchSize, team, this::measured);
        } catch (RuntimeException e) {
            team.close();
            throw e;
        }
        use(Shares.even(threads));
    }

    /** Sets the shares of the next steps, of up to as many threads as the constructor's. */
    void use(Shares shares) {
        threads = shares.threads();
        step.use(shares);
    }

    private void measured(double error, double objective, double divergence) {
        this.error = error;
        this.objective = objective;
        this.divergence = divergence;
    }

    /** Keeps the gradients, then passes them to the optimiser of the moment. */
    private final class Collector extends Updater {
        Collector(Network network) {
            super(network, List.of());
        }

        @Override
        public void prepare(long t, double learningRate) {}

        @Override
        void apply(int layer, int offset, float[] gradient, int n) {
            for (int i = 0; i < n; i++) {
                if (!Float.isNaN(collected[layer][offset + i])) {
                    throw new AssertionError("layer " + layer + ": weight " + (offset + i) + " comes twice");
                }
                collected[layer][offset + i] = gradient[START + i];
            }
            if (updater != null) {
                updater.apply(layer, offset, gradient, n);
            }
        }
    }

    /** A step that changes no weights; returns the objective. The rows are the data set's last ones, the last first. */
    double rows(float[][] rows) {
        return train(rows, null);
    }

    /** A step with an optimiser, which is prepared; returns the objective before it. */
    double train(float[][] rows, @Nullable Updater updater) {
        int[] order = new int[rows.length];
        for (int r = 0; r < order.length; r++) {
            order[r] = LAST_ROW - r;
        }
        return train(rows, EPOCH, order, 0, updater);
    }

    /** {@link #train} with rows {@code order[start ..]} of the data set in some epoch. */
    double train(float[][] rows, int epoch, int[] order, int start, @Nullable Updater updater) {
        collected = new float[network.layers().size()][];
        for (int l = 0; l < collected.length; l++) {
            collected[l] = new float[network.layers().get(l).weights().length];
            Arrays.fill(collected[l], Float.NaN);
        }
        batch = rows;
        this.updater = updater;
        team.run(threads, thread -> step.run(thread, epoch, order, start, rows.length));
        return objective;
    }

    /**
     * Outputs of a layer after {@link #rows}; those of a last dense layer without columns, of which a step keeps only
     * what it needs, are made again.
     */
    float[][] level(int level, int rows, int width) {
        Activations activations = step.workspace().scratch(0).activations;
        if (level == network.layers().size()
                && network.layers().get(level - 1) instanceof Dense last
                && columns.isNone()) {
            new DenseForward(
                            last,
                            network.kernels(),
                            activations.withOnes(level - 1, 0, rows),
                            new float
                                    [activations.row(level - 1)
                                            * network.kernels().stride(rows)],
                            activations.rows(level, 0, rows, last.width()),
                            null,
                            Columns.NONE)
                    .run();
        }
        float[][] values = new float[rows][width];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(activations.values(level), activations.offset(level, r), values[r], 0, width);
        }
        return values;
    }

    /** The number of phases of a step with some rows, which has been made. */
    int phases(int rows) {
        return Objects.requireNonNull(step.workspace().scratch(0).plan.phases.get(rows))
                .size();
    }

    /** The gradients of the last step by tensor name. */
    Map<String, float[]> gradients() {
        List<Weights> layers = network.layers();
        Map<String, float[]> gradients = new LinkedHashMap<>();
        for (int l = 0; l < collected.length; l++) {
            Weights layer = layers.get(l);
            float[] weight = layer.weight(collected[l]);
            if (!mirrors(l)) {
                requirePaddingIsZero(layer, collected[l]);
                gradients.put(layer.shape().weight(), weight);
            } else if (Float.isFinite(weight[0])) {
                throw new AssertionError("a gradient for " + layer.shape() + ", whose weights are another's");
            }
            gradients.put(layer.shape().bias(), layer.bias(collected[l]));
        }
        return gradients;
    }

    /** Whether a layer's weights are those of another. */
    private boolean mirrors(int layer) {
        return network.isTied() && layer >= network.architecture().encoderLayers();
    }

    /** Nothing but zeros may stand in the padding of weights, gradients and moments. */
    static void requirePaddingIsZero(Weights layer, float[] values) {
        float[] real = new float[values.length];
        layer.set(layer.weight(values), layer.bias(values), real);
        for (int i = START; i < values.length; i++) {
            if (real[i] != values[i]) {
                throw new AssertionError("padding of " + layer.shape() + " holds " + values[i] + " at " + i);
            }
        }
    }

    @Override
    public void close() {
        team.close();
    }
}
