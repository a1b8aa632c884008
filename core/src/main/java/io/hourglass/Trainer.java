package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Team;
import io.hourglass.engine.Network;
import io.hourglass.engine.ThreadChoice;
import io.hourglass.engine.TrainingStep;
import io.hourglass.engine.Updater;
import io.hourglass.format.FormatException;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private final Architecture architecture;
    final Recipe recipe;
    private int threads; // 0: found out by measuring
    private @Nullable Dataset test;
    private @Nullable Dataset sample;

    @Nullable
    Autoencoder initial;

    private @Nullable Scaler scaler;
    private Columns table = Columns.NONE;
    private @Nullable Imputation imputation;

    @Nullable
    State state;

    @Nullable
    Path checkpoints;

    boolean resume;
    int patience;

    @Nullable
    Duration deadline;

    TrainingListener listener = new TrainingListener() {};

    /** Why a run ended. */
    public enum End {
        /** All epochs of the recipe are done. */
        COMPLETED,
        /** The error on the test rows has not improved for as long as {@link Trainer#patience} says. */
        PATIENCE,
        /** {@link TrainingListener#shouldStop} said so. */
        STOPPED,
        /** The time of {@link Trainer#deadline} was over. */
        DEADLINE,
        /** The thread that called {@link Trainer#fit} was interrupted. It still is. */
        INTERRUPTED
    }

    /**
     * The result of training. A run that was stopped, at whatever time, has one too. It may have stopped within an
     * epoch, which is then missing in the history.
     *
     * @param model with the weights after the last step or, with {@link #patience}, after the best complete epoch
     * @param history what all complete epochs measured
     * @param epoch the last complete epoch or, with {@link #patience}, the best; null if no epoch is complete
     * @param end why the run ended
     * @param state after the last step, from which {@link #from} continues; it holds as many numbers as the optimiser
     *     remembers, besides the weights
     */
    public record Result(Autoencoder model, History history, History.@Nullable Epoch epoch, End end, State state) {
        /**
         * The last complete epoch or, with {@link Trainer#patience}, the best.
         *
         * @return what the epoch measured
         * @throws IllegalStateException if no epoch is complete
         */
        @Override
        public History.Epoch epoch() {
            if (epoch == null) {
                throw new IllegalStateException("the run ended before its first epoch was complete: " + end);
            }
            return epoch;
        }
    }

    /**
     * The state between two parts of a run, from which it can continue. A program that distributes a run sends it to
     * the machines and averages the states that they return.
     *
     * @param tensors weights by name; what the optimiser remembers of each weight, with one of the prefixes of {@link
     *     io.hourglass.nn.Optimizer#state()} before the name; and, in a run with {@link Trainer#patience}, the weights
     *     after its best epoch, with {@code best.} before the name
     * @param steps taken so far. They say which rows and learning rates come next
     * @param history what the epochs so far measured
     */
    public record State(Map<String, float[]> tensors, long steps, History history) {
        static final String BEST = "best.";

        /**
         * A state without history.
         *
         * @param tensors as above
         * @param steps as above
         */
        public State(Map<String, float[]> tensors, long steps) {
            this(tensors, steps, new History(List.of()));
        }

        /**
         * A state with its history.
         *
         * @param tensors as above
         * @param steps as above
         * @param history as above
         * @throws IllegalArgumentException if the number of steps is negative
         */
        public State {
            if (steps < 0) {
                throw new IllegalArgumentException("the state has taken " + steps + " steps, expected 0 or more");
            }
        }

        /** The weights after the best epoch; empty if the run does not keep them. */
        Map<String, float[]> best() {
            Map<String, float[]> best = new LinkedHashMap<>();
            tensors.forEach((name, values) -> {
                if (name.startsWith(BEST)) {
                    best.put(name.substring(BEST.length()), values);
                }
            });
            return best;
        }

        /** Names the number of tensors and steps, not the weights. */
        @Override
        public String toString() {
            return "State[" + tensors.size() + " tensors after " + steps + " steps]";
        }
    }

    /**
     * The result of {@link #advance}.
     *
     * @param state after this part of the epoch
     * @param rows number of rows trained on
     * @param squaredError sum over these rows of their errors, each measured before its mini-batch's step
     */
    public record Part(State state, int rows, double squaredError) {}

    /**
     * A trainer with random initial weights, no test rows and no scaler. It finds out by measuring how many threads are
     * fastest.
     *
     * @param architecture of the network to train
     * @param recipe how to train it
     */
    public Trainer(Architecture architecture, Recipe recipe) {
        this.architecture = architecture;
        this.recipe = recipe;
    }

    /**
     * Sets the number of threads. It does not change the result. Without it, training tries 1, 2, 4, ... up to the
     * number of processors, now and again for some milliseconds, and goes on with the fastest. So it does well with a
     * small network, whose threads would wait for each other, and on a busy machine. Set it to leave processors to
     * others.
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
     * @throws IllegalArgumentException if the rows are not as wide as the architecture's inputs, or they are images of
     *     another shape than those of its convolutions
     */
    public Trainer test(Dataset test) {
        requireWidth(test);
        this.test = test;
        return this;
    }

    /**
     * Sets training rows on which the error is measured at the end of each epoch, as on those of {@link #test}. The
     * error that training itself measures is larger, because it is measured before each step, while the network still
     * learns, and with corruption and sampling; so only the difference between these two shows overfitting.
     *
     * @param rows all training rows, or some of them: to measure a row takes about a third of the time of training on
     *     it
     * @return this
     * @throws IllegalArgumentException if the rows are not as wide as the architecture's inputs, or they are images of
     *     another shape than those of its convolutions
     */
    public Trainer trainSample(Dataset rows) {
        requireWidth(rows);
        this.sample = rows;
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
     * Ends the run when some time has passed since the call of {@link #fit}, after the mini-batch that it is at. It
     * does not cut short what comes before the first mini-batch, nor the measurement of the test rows.
     *
     * @param time from the call of {@code fit} on; zero or less ends the run before its first step
     * @return this
     */
    public Trainer deadline(Duration time) {
        this.deadline = time;
        return this;
    }

    /**
     * Sets the listener that receives the progress and may end the run.
     *
     * @param listener called by {@link #fit} on its own thread
     * @return this
     */
    public Trainer listener(TrainingListener listener) {
        this.listener = Objects.requireNonNull(listener);
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
     *     values have no bounds, and the network's output has one
     */
    public Trainer scaler(Scaler scaler) {
        scaler.requireInputs(architecture.inputs());
        Activation output = architecture.outputActivation();
        if (scaler.kind() == Scaler.Kind.STANDARD && output.least() > Float.NEGATIVE_INFINITY) {
            throw new IllegalArgumentException("the output activation is " + output.label()
                    + ", expected identity: it gives no value below " + output.least()
                    + ", but those of a standard scaler have no bounds");
        }
        this.scaler = scaler;
        return this;
    }

    /**
     * Says which values of a row are categories or inputs only; the trained model carries it. Without it, the initial
     * model's columns are used, or none: then all values are alike. With it, the errors that the run measures are means
     * over columns, as {@link Columns} describes.
     *
     * @param table as wide as the architecture's inputs. If it has no weights, {@link #fit} learns them from the
     *     training rows ({@link ColumnWeights#fit})
     * @return this
     * @throws IllegalArgumentException if it is for rows of another width, or has categories and the network reads
     *     images
     */
    public Trainer table(Columns table) {
        if (!table.isNone() && table.values() != architecture.inputs()) {
            throw new IllegalArgumentException("the columns " + table + " have " + table.values() + " values, but "
                    + architecture + " takes " + architecture.inputs());
        }
        if (table.hasCategories() && !architecture.convolutions().isEmpty()) {
            throw new IllegalArgumentException("the columns " + table + " have categories, but " + architecture
                    + " reads images, expected a network of dense layers");
        }
        this.table = table;
        return this;
    }

    /**
     * Sets what replaces missing values at the network's inputs; the trained model carries it. Without it, the initial
     * model's is used, or no value may be missing.
     *
     * @param imputation fitted to the training rows
     * @return this
     * @throws IllegalArgumentException if it is for rows of another width
     */
    public Trainer imputation(Imputation imputation) {
        imputation.requireInputs(architecture.inputs());
        this.imputation = imputation;
        return this;
    }

    /**
     * Continues from the state of another run with the same settings and rows: the two together give the bits of one
     * run over all epochs, where both have the same learning rates. The recipe's number of epochs counts from the
     * beginning: from a state after 2 epochs, a recipe of 5 epochs trains 3 more. The state's weights replace those of
     * {@link #initial}, whose scaler and columns still count. A run that stopped within an epoch continues there; what
     * that epoch measures covers the rows from there on.
     *
     * @param state of {@link Result}, {@link Part} or {@link #begin}; it is not changed
     * @return this
     */
    public Trainer from(State state) {
        this.state = state;
        return this;
    }

    /** How the network of a run takes rows. */
    RowFormat format() {
        Autoencoder from = initial;
        return from == null
                ? new RowFormat(scaler == null ? Scaler.none() : scaler, table, imputation)
                : new RowFormat(
                        scaler == null ? from.scaler() : scaler,
                        table.isNone() ? from.table() : table,
                        imputation == null ? from.imputation().orElse(null) : imputation);
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
        Inputs.requireImages(data, architecture);
        if (data.inputs() != architecture.inputs()) {
            throw new IllegalArgumentException(data.name() + " has rows of " + data.inputs() + " values, but "
                    + architecture + " takes " + architecture.inputs());
        }
    }

    /**
     * Trains on all rows for the recipe's number of epochs, or until {@link #patience} ends the run. {@link
     * TrainingListener#shouldStop}, {@link #deadline} or an interrupt of this thread end it within two mini-batches;
     * the result then says so, and checkpoints hold the last complete epoch.
     *
     * @param data training rows in the user's units
     * @return the model, and what was measured
     * @throws IllegalArgumentException if the rows are not as wide as the architecture's inputs; if a category is not
     *     one-hot, or a value is missing without an {@link #imputation}; if there is patience but no test set; if the
     *     recipe's loss is binary cross-entropy and the network's output is not a sigmoid or a value, in the network's
     *     units, is not in [0, 1]; or if the state of {@link #from} lacks a tensor, or has taken all steps of the
     *     recipe
     * @throws TrainingException if the loss is no longer finite; the message names epoch, step and learning rate
     * @throws UncheckedIOException if a checkpoint, or a row of a {@link RowSource}, cannot be read or written. The
     *     cause is a {@link FormatException} if the folder holds a checkpoint of another run (the message says what
     *     differs), or any checkpoint although the run is not to resume
     */
    public Result fit(Dataset data) {
        RunMonitor monitor = new RunMonitor(listener, true, deadline);
        Dataset train = data;
        if (initial != null) {
            train = initial.matchColumns(data);
            if (scaler == null) {
                train = initial.matchIncomplete(data).rows();
            } else if (train != data) { // the scaler was fitted to the columns in the order of the data
                throw new IllegalArgumentException(data.name() + ": columns in another order than the initial model's, "
                        + "expected rows that its match method returned, and a scaler fitted to them");
            }
        }
        requireWidth(train);
        RowFormat format = format();
        TrainingRun.requireTargets(recipe, train, format);
        if (!format.table().isWeighted()) {
            Columns weighted = ColumnWeights.fit(
                    format.table(), train, format.scaler(), recipe.objective().loss());
            format = new RowFormat(format.scaler(), weighted, format.imputation());
        }
        if (patience > 0 && test == null) {
            throw new IllegalArgumentException("patience = " + patience + " epochs without a test set to watch");
        }
        Fit.Measured measured = new Fit.Measured(matched(test, train, format), matched(sample, train, format));
        try {
            return new Fit(this, format, train, measured, monitor).run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Rows to measure, with the columns of the training rows: those with names may be in another order. */
    private @Nullable Dataset matched(@Nullable Dataset rows, Dataset train, RowFormat format) {
        if (rows == null) {
            return null;
        }
        Dataset matched = Inputs.of(train).match(rows, architecture.inputs()).rows();
        format.requireComplete(matched);
        return matched;
    }

    /**
     * The state at the beginning of a run.
     *
     * @return the initial weights after no steps; all that the optimiser remembers is zero
     */
    public State begin() {
        Network network = initialNetwork();
        return state(network, TrainingRun.updater(network, recipe), 0);
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
     * @throws IllegalArgumentException if the epoch is below 1, or the rows are not as wide as the architecture's
     *     inputs, or do not suit binary cross-entropy (see {@link #fit}), or the {@link #table} has no weights
     * @throws IndexOutOfBoundsException unless 0 &lt;= part &lt; parts
     * @throws TrainingException if the loss is no longer finite
     */
    public Part advance(State state, Dataset train, int epoch, int part, int parts) {
        if (epoch < 1) {
            throw new IllegalArgumentException("epoch = " + epoch + ", expected at least 1");
        }
        requireWidth(train);
        RowFormat format = format();
        TrainingRun.requireTargets(recipe, train, format);
        if (!format.table().isWeighted()) {
            throw new IllegalArgumentException(
                    "the columns " + format.table() + " have no weights, expected those of ColumnWeights.fit");
        }
        Objects.checkIndex(part, parts);
        Network network = new Network(architecture, Kernels.best());
        network.setTensors(state.tensors());
        RunMonitor monitor = new RunMonitor(listener, false, null);
        try (TrainingRun run =
                new TrainingRun(network, recipe, format, train, format.scaler(), threadChoice(), monitor)) {
            run.updater.setTensors(state.tensors());
            run.steps = state.steps();
            TrainingRun.Measured sums = run.steps(epoch, (int) ((long) run.stepsPerEpoch * part / parts), (int)
                    ((long) run.stepsPerEpoch * (part + 1) / parts));
            return new Part(state(network, run.updater, run.steps), sums.rows(), sums.error());
        }
    }

    /**
     * The memory that a run takes besides its rows, in bytes. It grows with the batch size; the vectors of the
     * processor decide how much of it is padding.
     *
     * @param weights the network's weights
     * @param optimizer what the optimiser remembers of each weight: with Adam two numbers
     * @param buffers the values between the layers for the rows of a mini-batch, the gradients with respect to them,
     *     and the gradient of the weights, of which a block at a time is computed and used
     */
    public record Memory(long weights, long optimizer, long buffers) {
        /** {@return the sum, in bytes} */
        public long total() {
            return weights + optimizer + buffers;
        }
    }

    /**
     * Measures the memory of a run on one thread, without training: it allocates what {@link #fit} does and adds up.
     * Several threads have some buffers of their own. The rows of a mini-batch are those of the recipe, or fewer if
     * there are fewer rows.
     *
     * @param data training rows
     * @return the bytes of all arrays
     * @throws IllegalArgumentException as {@link #fit}
     */
    public Memory memory(Dataset data) {
        requireWidth(data);
        Network network = initialNetwork();
        ThreadChoice one = ThreadChoice.fixed(1);
        try (TrainingRun run =
                Fit.trainingRun(network, recipe, format(), data, one, new RunMonitor(listener, false, null))) {
            TrainingStep.Memory memory = run.memory();
            return new Memory(memory.weights(), memory.optimizer(), memory.buffers());
        }
    }

    static State state(Network network, Updater updater, long steps) {
        Map<String, float[]> tensors = network.tensors();
        tensors.putAll(updater.tensors());
        return new State(tensors, steps);
    }

    /** The number of threads of a run that begins, or how to find it. */
    ThreadChoice threadChoice() {
        return threads == 0
                ? ThreadChoice.upTo(Math.min(Runtime.getRuntime().availableProcessors(), Team.MAX_THREADS))
                : ThreadChoice.fixed(threads);
    }

    /** The network of a run that begins. */
    Network initialNetwork() {
        Network network = new Network(architecture, Kernels.best());
        if (initial == null) {
            network.initialize(recipe.seed());
        } else {
            network.setTensors(initial.tensors());
        }
        return network;
    }
}
