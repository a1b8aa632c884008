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
 * Trains an autoencoder: the loop of the report's Listing 3. The trained weights depend on the architecture, the
 * recipe, the rows, their scaler and the initial model only; the same ones give the same bits on any machine, with any
 * number of threads.
 *
 * <pre>{@code
 * Trainer.Result result = new Trainer(Architecture.parse("784-256-128-16"), Recipe.tuned()).test(test).fit(train);
 * result.model().save(Path.of("digits.safetensors"));
 * }</pre>
 */
public final class Trainer {
    /** The listener hears of progress inside an epoch this often. */
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
     * What training gives.
     *
     * @param model as it was after {@code epoch}
     * @param history what was measured on the way
     * @param epoch the last one or, with {@link #patience}, the best
     */
    public record Result(Autoencoder model, History history, History.Epoch epoch) {}

    /** A trainer with as many threads as there are processors, no test set, random initial weights. */
    public Trainer(Architecture architecture, Recipe recipe) {
        this.architecture = architecture;
        this.recipe = recipe;
    }

    /**
     * Sets the number of threads; it does not change the result.
     *
     * @throws IllegalArgumentException unless it is 1 to {@value Team#MAX_THREADS}
     */
    public Trainer threads(int threads) {
        this.threads = Team.checkThreads(threads);
        return this;
    }

    /** Sets rows to measure the error on at the end of each epoch. */
    public Trainer test(Dataset test) {
        requireWidth(test);
        this.test = test;
        return this;
    }

    /**
     * Ends the run early: when the error on the rows of {@link #test} has not fallen below its least for that many
     * epochs. The model is then, and in any case, that of the epoch of the least error, the first of several. Those
     * rows influence the result, so they should be validation rows, not those of the final test. A learning rate that
     * moves by schedule moves as for all epochs.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Trainer patience(int epochs) {
        if (epochs < 1) {
            throw new IllegalArgumentException("patience = " + epochs + " epochs, expected at least 1");
        }
        this.patience = epochs;
        return this;
    }

    /** Sets who is told of the progress. */
    public Trainer listener(TrainingListener listener) {
        this.listener = listener;
        return this;
    }

    /**
     * Starts from this model's weights, not from random ones.
     *
     * @throws IllegalArgumentException if its architecture is another
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
     * Sets what brings the rows, and those of the test set, into the network's units; the model carries it from then
     * on. Without it, the initial model's scaler is taken or, where there is none, the rows as they are.
     *
     * @throws IllegalArgumentException if it is for rows of another width, or is a {@link Scaler.Kind#STANDARD} one,
     *     whose values lie on both sides of 0, and the network's output is not linear
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
     * Writes the state of the run to this folder after each epoch, keeping the last two. They are model files as well.
     *
     * @param folder made if it is not there; for one run at a time
     * @param resume whether to go on from the newest undamaged state there, if there is one; the result has the same
     *     bits as that of a run never stopped. Without it, a folder that holds checkpoints is refused
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
     * Trains on all rows for the recipe's number of epochs, or until {@link #patience} has come to its end.
     *
     * @throws IllegalArgumentException if the rows are not as wide as the architecture's inputs, there is patience but
     *     no test set, or the recipe's loss is binary cross-entropy and the network's output no sigmoid or a value of a
     *     row, in the network's units, not in [0, 1]
     * @throws TrainingException if the loss is no longer finite; the message names epoch, step and learning rate
     * @throws UncheckedIOException if a checkpoint cannot be read or written. Its cause is a {@link FormatException}
     *     where one is in the way: it is of another run (the message says what differs), or there although the run is
     *     not to go on from it
     */
    public Result fit(Dataset data) {
        Dataset train = data;
        if (initial != null) {
            train = initial.matchColumns(data);
            if (scaler == null) {
                train = initial.match(data).rows();
            } else if (train != data) { // the scaler was fitted to the order that the columns had
                throw new IllegalArgumentException(data.name() + ": columns in another order than the initial model's, "
                        + "expected rows as its match gives them, and the scaler fitted to these");
            }
        }
        requireWidth(train);
        requireUnit(train);
        if (test != null) { // where both have names of columns, they need not have the same order
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
     * A target outside of [0, 1] would pull its sum under the sigmoid to infinity. What a scaler's rounding adds to 1
     * does no harm.
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
        Map<String, float[]> best = Map.of(); // with patience: the weights after the best epoch so far
        try (Checkpoints states = openCheckpoints(train);
                Team team = new Team(threads)) {
            Run run = new Run(network, train, team);
            if (states != null) {
                Checkpoints.State state = restore(states, network, run.adam);
                history.addAll(state.history());
                best = state.best();
            }
            Evaluation evaluation = new Evaluation(network, usedScaler(), team);
            while (history.size() < recipe.epochs() && !isOver(history)) {
                int epoch = history.size() + 1;
                long start = System.nanoTime();
                double trainMse = run.epoch(epoch);
                double seconds = (System.nanoTime() - start) / 1e9;
                double testMse = test == null ? Double.NaN : evaluation.error(test);
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

    /** The epoch whose weights are the result: with patience that of the least error, the first of several. */
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
        listener.onNote("no better for " + patience + (patience == 1 ? " epoch" : " epochs") + ": stops after epoch "
                + history.size() + " and keeps the model of epoch "
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
     * What one part of a run hands to the next. Whoever shares a run among machines sends it to them and averages what
     * they give back.
     *
     * @param tensors weights by name, and Adam's moments of them with {@code adam.m.} and {@code adam.v.} before the
     *     name
     * @param steps taken so far: Adam corrects its moments by it
     */
    public record State(Map<String, float[]> tensors, long steps) {}

    /**
     * Part of an epoch.
     *
     * @param state after it
     * @param rows trained on
     * @param squaredError sum over these rows of their mean squared error per value, each before its mini-batch's step
     */
    public record Part(State state, int rows, double squaredError) {}

    /** Where a run begins: the initial weights, no moments. */
    public State begin() {
        Network network = initialNetwork();
        return state(network, new Adam(network), 0);
    }

    /**
     * Trains on some mini-batches of an epoch. A run from {@link #begin} through all parts of all epochs, on the same
     * rows, ends with the weights of {@link #fit}.
     *
     * @param state is left as it is
     * @param epoch 1 for the first; with the recipe's seed it decides the order of the rows, with the recipe the
     *     learning rates
     * @param part 0 for the first
     * @param parts of about equal numbers of mini-batches, in which each epoch is cut; a part is empty where they are
     *     more than the mini-batches
     * @throws IllegalArgumentException if the rows are not as wide as the architecture's inputs or, as with {@link
     *     #fit}, the recipe's loss is binary cross-entropy and they do not suit it
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

    /** Puts the newest state in place, if the run is to go on from one. */
    private Checkpoints.State restore(Checkpoints states, Network network, Adam adam) throws IOException {
        if (!resume) {
            if (states.exist()) {
                throw new FormatException(
                        checkpoints + ": holds checkpoints of an earlier run; resume it, or name another folder");
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

    /** Everything that decides the result of the run, and the test set, as its errors are part of the history. */
    private Map<String, String> identity(Dataset train) {
        Map<String, String> identity = new LinkedHashMap<>(recipe.metadata());
        identity.remove("recipe.name");
        identity.put("architecture", architecture.toString());
        identity.put(ModelFile.VARIANT, architecture.variant().label());
        identity.put("activation.hidden", architecture.hiddenActivation().label());
        identity.put("activation.latent", architecture.latentActivation().label());
        identity.put("activation.output", architecture.outputActivation().label());
        identity.putAll(usedScaler().metadata());
        if (patience > 0) { // without it a run may go on from one with it: the weights move the same way
            identity.put(PATIENCE, Integer.toString(patience));
        }
        identity.put("data.train.sha256", train.sha256());
        identity.put("data.test.sha256", test == null ? "none" : test.sha256());
        identity.put("initial.sha256", initial == null ? "random" : initial.weightsSha256());
        return identity;
    }

    /** The loss is looked at before each step: what the very last step did to the weights shows here only. */
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

    /** A training run under way. */
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

        /** Taken before this call of {@link #steps(int, int, int)}: no thread changes it while the team runs. */
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
                    nonZeros != null && nonZeros.pays() ? nonZeros : null,
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

        /** One mini-batch: every thread of the team takes part. Adam has taken {@code stepsBefore} steps before. */
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
