package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Team;
import io.hourglass.engine.Adam;
import io.hourglass.engine.Backpropagation;
import io.hourglass.engine.Network;
import io.hourglass.engine.NonZeros;
import io.hourglass.engine.Random;
import io.hourglass.format.FormatException;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Trains an autoencoder: the loop of the report's Listing 3. The trained weights depend only on the architecture, the
 * recipe, the rows, their scaler and the initial model. The same inputs give the same bits on any machine and with any
 * number of threads.
 *
 * <pre>{@code
 * Trainer.Result result = new Trainer(Architecture.parse("784-256-128-16"), Recipe.tuned()).test(test).fit(train);
 * System.out.println("test MSE " + result.epoch().testMse());
 * result.model().save(Path.of("digits.safetensors"));
 * }</pre>
 */
public final class Trainer {
    /** Time between two calls of {@link TrainingListener#onProgress}. */
    private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final String PATIENCE = "recipe.patience";

    private final Architecture architecture;
    private final Recipe recipe;
    private int threads = Runtime.getRuntime().availableProcessors();
    private @Nullable Dataset test;
    private @Nullable Autoencoder initial;
    private @Nullable Scaler scaler;
    private @Nullable Path checkpoints;
    private boolean resume;
    private int patience;
    private TrainingListener listener = new TrainingListener() {};

    /**
     * The result of training.
     *
     * @param model with the weights after {@code epoch}
     * @param history what all epochs measured
     * @param epoch the last epoch or, with {@link #patience}, the best
     */
    public record Result(Autoencoder model, History history, History.Epoch epoch) {}

    /**
     * A trainer with random initial weights, no test rows, no scaler, and as many threads as there are processors.
     *
     * @param architecture of the network to train
     * @param recipe how to train it
     */
    public Trainer(Architecture architecture, Recipe recipe) {
        this.architecture = architecture;
        this.recipe = recipe;
    }

    /**
     * Sets the number of threads. It does not change the result.
     *
     * @param threads 1 to {@value Team#MAX_THREADS}
     * @return this
     * @throws IllegalArgumentException unless it is 1 to {@value Team#MAX_THREADS}
     */
    public Trainer threads(int threads) {
        this.threads = Team.checkThreads(threads);
        return this;
    }

    /**
     * Sets rows on which the error is measured at the end of each epoch.
     *
     * @param test test rows or, with {@link #patience}, validation rows
     * @return this
     * @throws IllegalArgumentException if the rows are not as wide as the architecture's inputs
     */
    public Trainer test(Dataset test) {
        requireWidth(test);
        this.test = test;
        return this;
    }

    /**
     * Ends the run early if the error on the rows of {@link #test} has not reached a new minimum for some epochs. The
     * resulting model is that of the epoch with the smallest error (the first of several), even if the run does not end
     * early. These rows influence the result, so use validation rows, not the final test rows. The schedule of the
     * learning rate is that of a run over all epochs of the recipe.
     *
     * @param epochs without a new minimum after which the run ends, 1 or more
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public Trainer patience(int epochs) {
        if (epochs < 1) {
            throw new IllegalArgumentException("patience = " + epochs + " epochs, expected at least 1");
        }
        this.patience = epochs;
        return this;
    }

    /**
     * Sets the listener that receives the progress.
     *
     * @param listener called by {@link #fit} on its own thread
     * @return this
     */
    public Trainer listener(TrainingListener listener) {
        this.listener = listener;
        return this;
    }

    /**
     * Starts from a model's weights instead of random ones.
     *
     * @param model with the same architecture
     * @return this
     * @throws IllegalArgumentException if its architecture is a different one
     */
    public Trainer initial(Autoencoder model) {
        if (!model.architecture().equals(architecture)) {
            throw new IllegalArgumentException("the initial model is a " + describe(model.architecture())
                    + ", expected " + describe(architecture));
        }
        this.initial = model;
        return this;
    }

    /**
     * Sets the scaler for training and test rows; the trained model carries it. Without it, the initial model's scaler
     * is used, or none.
     *
     * @param scaler fitted to the training rows
     * @return this
     * @throws IllegalArgumentException if it is for rows of another width, or it is {@link Scaler.Kind#STANDARD}, whose
     *     values have both signs, and the network's output is not linear
     */
    public Trainer scaler(Scaler scaler) {
        scaler.requireInputs(architecture.inputs());
        if (scaler.kind() == Scaler.Kind.STANDARD && architecture.outputActivation() != Activation.IDENTITY) {
            throw new IllegalArgumentException("the output activation is "
                    + architecture.outputActivation().label() + ", expected identity: a "
                    + architecture.outputActivation().label() + " cannot give the values of a standard scaler");
        }
        this.scaler = scaler;
        return this;
    }

    private Scaler usedScaler() {
        return scaler != null ? scaler : initial != null ? initial.scaler() : Scaler.none();
    }

    private static String describe(Architecture architecture) {
        return (architecture.variant() == Variant.PLAIN
                        ? ""
                        : architecture.variant().label() + " ")
                + architecture;
    }

    /**
     * Writes a checkpoint after each epoch and keeps the last two. Checkpoints are model files, too.
     *
     * @param folder created if missing; for one run at a time
     * @param resume whether to resume from the newest undamaged checkpoint in the folder, if there is one. The result
     *     then has the same bits as that of an uninterrupted run. If false, a folder with checkpoints is refused
     * @return this
     */
    public Trainer checkpoints(Path folder, boolean resume) {
        this.checkpoints = folder;
        this.resume = resume;
        return this;
    }

    private void requireWidth(Dataset data) {
        if (data.inputs() != architecture.inputs()) {
            throw new IllegalArgumentException(data.name() + " has rows of " + data.inputs() + " values, but "
                    + architecture + " takes " + architecture.inputs());
        }
    }

    /**
     * Trains on all rows for the recipe's number of epochs, or until {@link #patience} ends the run.
     *
     * @param data training rows in the user's units
     * @return the model, and what was measured
     * @throws IllegalArgumentException if the rows are not as wide as the architecture's inputs; if there is patience
     *     but no test set; or if the recipe's loss is binary cross-entropy and the network's output is not a sigmoid or
     *     a value, in the network's units, is not in [0, 1]
     * @throws TrainingException if the loss is no longer finite; the message names epoch, step and learning rate
     * @throws UncheckedIOException if a checkpoint cannot be read or written. The cause is a {@link FormatException} if
     *     the folder holds a checkpoint of another run (the message says what differs), or any checkpoint although the
     *     run is not to resume
     */
    public Result fit(Dataset data) {
        Dataset train = data;
        if (initial != null) {
            train = initial.matchColumns(data);
            if (scaler == null) {
                train = initial.match(data).rows();
            } else if (train != data) { // the scaler was fitted to the columns in the order of the data
                throw new IllegalArgumentException(data.name() + ": columns in another order than the initial model's, "
                        + "expected rows that its match method returned, and a scaler fitted to them");
            }
        }
        requireWidth(train);
        requireUnit(train);
        if (test != null) { // columns with names may be in another order
            test = Inputs.of(train).match(test, architecture.inputs()).rows();
        }
        if (patience > 0 && test == null) {
            throw new IllegalArgumentException("patience = " + patience + " epochs without a test set to watch");
        }
        try {
            return run(train);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A target outside [0, 1] would pull its sum under the sigmoid to infinity. A scaler's rounding error beyond 1 does
     * no harm.
     */
    private void requireUnit(Dataset train) {
        Scaler unit = usedScaler();
        if (recipe.objective().loss() != Loss.BCE || (train.isPixels() && unit.isNone())) {
            return;
        }
        for (int r = 0; r < train.rows(); r++) {
            float[] row = train.row(r, unit);
            for (int i = 0; i < row.length; i++) {
                if (!(row[i] >= -1e-6f && row[i] <= 1 + 1e-6f)) {
                    throw new IllegalArgumentException(train.name() + ": row " + (r + 1) + " holds " + row[i]
                            + " as value " + (i + 1) + ", expected 0 to 1 for the loss bce");
                }
            }
        }
    }

    private Result run(Dataset train) throws IOException {
        Network network = initialNetwork();
        List<History.Epoch> history = new ArrayList<>();
        Map<String, float[]> best = Map.of(); // with patience, the weights after the best epoch so far
        try (Checkpoints states = openCheckpoints(train);
                Team team = new Team(threads)) {
            Run run = new Run(network, train, team);
            if (states != null) {
                Checkpoints.State state = restore(states, network, run.adam);
                history.addAll(state.history());
                best = state.best();
            }
            Inference inference = new Inference(network, usedScaler(), new BlockRunner(threads));
            while (history.size() < recipe.epochs() && !isOver(history)) {
                int epoch = history.size() + 1;
                long start = System.nanoTime();
                double trainMse = run.epoch(epoch);
                double seconds = (System.nanoTime() - start) / 1e9;
                double testMse = test == null ? Double.NaN : inference.error(test);
                history.add(new History.Epoch(
                        epoch,
                        trainMse,
                        testMse,
                        seconds,
                        run.objectiveSum / train.rows(),
                        run.divergenceSum / train.rows()));
                if (patience > 0 && kept(history).epoch() == epoch) {
                    best = network.tensors();
                }
                if (states != null) {
                    Map<String, float[]> tensors =
                            state(network, run.adam, run.steps).tensors();
                    best.forEach((name, values) -> tensors.put(Checkpoints.BEST + name, values));
                    states.write(tensors, history);
                }
                listener.onEpoch(history.get(history.size() - 1));
            }
        }
        if (patience > 0) {
            network.setTensors(best);
        }
        requireFinite(network, kept(history).epoch());
        return new Result(new Autoencoder(network, metadata(train)), new History(history), kept(history));
    }

    /** The epoch whose weights are the result: with patience, the first one with the smallest error. */
    private History.Epoch kept(List<History.Epoch> history) {
        History.Epoch kept = history.get(patience > 0 ? 0 : history.size() - 1);
        for (History.Epoch epoch : patience > 0 ? history : List.<History.Epoch>of()) {
            kept = epoch.testMse() < kept.testMse() ? epoch : kept;
        }
        return kept;
    }

    private boolean isOver(List<History.Epoch> history) {
        if (patience == 0 || history.isEmpty() || history.size() - kept(history).epoch() < patience) {
            return false;
        }
        listener.onNote("no better for " + patience + (patience == 1 ? " epoch" : " epochs") + ": stopping after epoch "
                + history.size() + ", keeping the model of epoch "
                + kept(history).epoch());
        return true;
    }

    private Map<String, String> metadata(Dataset train) {
        Map<String, String> metadata = new LinkedHashMap<>(recipe.metadata());
        metadata.putAll(Inputs.of(train).metadata());
        if (!usedScaler().isNone()) {
            metadata.putAll(usedScaler().metadata());
        }
        if (patience > 0) {
            metadata.put(PATIENCE, Integer.toString(patience));
        }
        return metadata;
    }

    /**
     * The state between two parts of a run. A program that distributes a run sends it to the machines and averages the
     * states that they return.
     *
     * @param tensors weights by name, and Adam's two moments of each weight with {@code adam.m.} and {@code adam.v.}
     *     before the name
     * @param steps taken so far, which Adam's bias correction needs
     */
    public record State(Map<String, float[]> tensors, long steps) {}

    /**
     * The result of {@link #advance}.
     *
     * @param state after this part of the epoch
     * @param rows number of rows trained on
     * @param squaredError sum over these rows of their mean squared error per value, each measured before its
     *     mini-batch's step
     */
    public record Part(State state, int rows, double squaredError) {}

    /**
     * The state at the beginning of a run.
     *
     * @return the initial weights, with moments of zero and no steps
     */
    public State begin() {
        Network network = initialNetwork();
        return state(network, new Adam(network), 0);
    }

    /**
     * Trains on some mini-batches of an epoch. If a run starts from {@link #begin} and advances through all parts of
     * all epochs on the same rows, it ends with the weights of {@link #fit}.
     *
     * @param state to start from; it is not changed
     * @param train training rows in the user's units
     * @param epoch 1 for the first; it decides the order of the rows and the learning rates
     * @param part 0 for the first
     * @param parts number of parts into which each epoch is divided, with about the same number of mini-batches each;
     *     some are empty if there are more parts than mini-batches
     * @return the new state, and the error of this part
     * @throws IllegalArgumentException if the rows are not as wide as the architecture's inputs, or do not suit binary
     *     cross-entropy (see {@link #fit})
     * @throws IndexOutOfBoundsException unless 0 &lt;= part &lt; parts
     * @throws TrainingException if the loss is no longer finite
     */
    public Part advance(State state, Dataset train, int epoch, int part, int parts) {
        requireWidth(train);
        requireUnit(train);
        Objects.checkIndex(part, parts);
        Network network = new Network(architecture, Kernels.best());
        network.setTensors(state.tensors());
        try (Team team = new Team(threads)) {
            Run run = new Run(network, train, team);
            run.adam.setTensors(state.tensors());
            run.steps = state.steps();
            int from = (int) ((long) run.stepsPerEpoch * part / parts);
            int to = (int) ((long) run.stepsPerEpoch * (part + 1) / parts);
            run.steps(epoch, from, to);
            int rows = Math.min(train.rows(), to * recipe.batchSize()) - from * recipe.batchSize();
            return new Part(state(network, run.adam, run.steps), rows, run.errorSum);
        }
    }

    private static State state(Network network, Adam adam, long steps) {
        Map<String, float[]> tensors = network.tensors();
        tensors.putAll(adam.tensors());
        return new State(tensors, steps);
    }

    private Network initialNetwork() {
        Network network = new Network(architecture, Kernels.best());
        if (initial == null) {
            network.initialize(recipe.seed());
        } else {
            network.setTensors(initial.tensors());
        }
        return network;
    }

    private @Nullable Checkpoints openCheckpoints(Dataset train) throws IOException {
        return checkpoints == null
                ? null
                : new Checkpoints(checkpoints, architecture, identity(train), listener::onNote);
    }

    /** Restores the newest checkpoint, if the run is to resume. */
    private Checkpoints.State restore(Checkpoints states, Network network, Adam adam) throws IOException {
        if (!resume) {
            if (states.exist()) {
                throw new FormatException(
                        checkpoints + ": holds checkpoints of an earlier run; resume it, or choose another folder");
            }
            return Checkpoints.State.NONE;
        }
        Checkpoints.State state = states.newest().orElse(null);
        if (state == null) {
            return Checkpoints.State.NONE;
        }
        network.setTensors(state.tensors());
        adam.setTensors(state.tensors());
        listener.onResume(new History(state.history()));
        return state;
    }

    /** Everything that decides the result of the run, and the test set, whose errors are part of the history. */
    private Map<String, String> identity(Dataset train) {
        Map<String, String> identity = new LinkedHashMap<>(recipe.metadata());
        identity.remove("recipe.name");
        identity.put("architecture", architecture.toString());
        identity.put(ModelFile.VARIANT, architecture.variant().label());
        identity.put("activation.hidden", architecture.hiddenActivation().label());
        identity.put("activation.latent", architecture.latentActivation().label());
        identity.put("activation.output", architecture.outputActivation().label());
        identity.putAll(usedScaler().metadata());
        if (patience > 0) { // a run without patience may resume one with it: the weights are the same
            identity.put(PATIENCE, Integer.toString(patience));
        }
        identity.put("data.train.sha256", train.sha256());
        identity.put("data.test.sha256", test == null ? "none" : test.sha256());
        identity.put("initial.sha256", initial == null ? "random" : initial.weightsSha256());
        return identity;
    }

    /** The loss is checked before each step, so only this check sees what the last step did to the weights. */
    private void requireFinite(Network network, int epoch) {
        network.tensors().forEach((name, values) -> {
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw new TrainingException("tensor " + name + " holds " + value + " after the last step of epoch "
                            + epoch + " at learning rate " + recipe.learningRate()
                            + ": try a smaller learning rate, and check the data");
                }
            }
        });
    }

    /** A training run in progress. */
    private final class Run {
        private final Dataset train;
        private final Team team;
        private final Kernels kernels;
        private final Scaler scaler = usedScaler();
        private final Backpropagation backpropagation;
        private final Adam adam;
        private final int[] order;
        private final int stepsPerEpoch;
        private double errorSum;
        private double objectiveSum;
        private double divergenceSum;

        /** Steps before this call of {@link #steps(int, int, int)}; no thread changes it while the team runs. */
        private long steps;

        private volatile boolean stopped;

        Run(Network network, Dataset train, Team team) {
            this.train = train;
            this.team = team;
            kernels = network.kernels();
            int batch = Math.min(recipe.batchSize(), train.rows());
            NonZeros nonZeros = scaler.isNone() && recipe.corruption().isNone() ? train.nonZeros() : null;
            backpropagation = new Backpropagation(
                    network,
                    recipe.objective(),
                    recipe.corruption(),
                    nonZeros != null && nonZeros.isSparseEnough() ? nonZeros : null,
                    batch,
                    team.size());
            adam = new Adam(network);
            order = new int[train.rows()];
            stepsPerEpoch = (train.rows() + recipe.batchSize() - 1) / recipe.batchSize();
        }

        /** One pass over the rows; returns the mean loss before each step. */
        double epoch(int epoch) {
            steps = (epoch - 1L) * stepsPerEpoch;
            steps(epoch, 0, stepsPerEpoch);
            return errorSum / train.rows();
        }

        /** Some mini-batches of an epoch: step from to step to - 1. */
        void steps(int epoch, int from, int to) {
            if (recipe.shuffle()) {
                new Random(recipe.seed(), epoch).shuffle(order);
            } else {
                for (int i = 0; i < order.length; i++) {
                    order[i] = i;
                }
            }
            errorSum = 0;
            objectiveSum = 0;
            divergenceSum = 0;
            long[] nextReport = {System.nanoTime() + PROGRESS_NANOS};
            team.run(thread -> {
                for (int step = from; step < to && !stopped; step++) {
                    step(thread, epoch, step, steps + step - from);
                    if (thread == 0 && System.nanoTime() > nextReport[0]) {
                        nextReport[0] = System.nanoTime() + PROGRESS_NANOS;
                        listener.onProgress(
                                epoch, Math.min(train.rows(), (step + 1L) * recipe.batchSize()), train.rows());
                    }
                }
            });
            steps += to - from;
        }

        /** One mini-batch; every thread of the team calls it. Adam has taken {@code stepsBefore} steps before. */
        private void step(int thread, int epoch, int step, long stepsBefore) {
            int start = step * recipe.batchSize();
            int rows = Math.min(recipe.batchSize(), train.rows() - start);
            float[] inputs = backpropagation.inputs(thread);
            int distance = backpropagation.inputDistance();
            train.copyRows(kernels, scaler, order, start, rows, inputs, backpropagation.inputOffset(0), distance);
            if (thread == 0) {
                long done = (epoch - 1L) * stepsPerEpoch + step;
                adam.prepare(
                        stepsBefore + 1,
                        recipe.rate(done, stepsPerEpoch),
                        recipe.beta2(),
                        recipe.weightDecay(),
                        recipe.firstDecay());
            }
            backpropagation.begin(thread, recipe.seed(), epoch, order, start);
            if (!recipe.corruption().isNone()) {
                backpropagation.corrupt(thread, rows);
                team.barrier();
                backpropagation.fetchCorrupted(thread, rows);
            }
            backpropagation.firstLayer(thread, rows);
            team.barrier();
            backpropagation.forward(thread, rows);
            team.barrier();
            backpropagation.lastLayer(thread, rows, adam);
            team.barrier();
            backpropagation.backward(thread, rows);
            team.barrier();
            if (thread == 0) {
                errorSum += backpropagation.batchError(rows) * rows;
                double loss = backpropagation.batchObjective(rows);
                objectiveSum += loss * rows;
                divergenceSum += backpropagation.batchDivergence(rows) * rows;
                if (!Double.isFinite(loss)) {
                    stopped = true;
                    throw new TrainingException("the loss became " + loss + " in epoch " + epoch + ", step "
                            + (step + 1)
                            + " at learning rate " + recipe.rate((epoch - 1L) * stepsPerEpoch + step, stepsPerEpoch)
                            + ": try a smaller learning rate, and check the data");
                }
            }
            backpropagation.update(thread, rows, adam);
            team.barrier();
        }
    }
}
