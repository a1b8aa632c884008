package io.hourglass;

import io.hourglass.engine.Network;
import io.hourglass.engine.ThreadChoice;
import io.hourglass.format.FormatException;
import io.hourglass.io.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One call of {@link Trainer#fit}: epochs, their errors, patience and checkpoints. */
final class Fit {
    private static final String PATIENCE = "recipe.patience";

    private final Trainer trainer;
    private final Recipe recipe;
    private final Dataset train;
    private final Measured measured;
    private final RowFormat format;
    private final Network network;
    private final RunMonitor monitor;
    private final List<History.Epoch> history = new ArrayList<>();

    /** With patience, the weights after the best epoch so far; empty before the first. */
    private Map<String, float[]> best = Map.of();

    /**
     * Rows on which the error is measured at the end of each epoch; null for none.
     *
     * @param sample some of the training rows
     */
    record Measured(@Nullable Dataset test, @Nullable Dataset sample) {}

    /**
     * @param format how the network takes rows
     * @param train training rows, as the trainer's settings demand
     * @param monitor knows when the run is to stop
     */
    Fit(Trainer trainer, RowFormat format, Dataset train, Measured measured, RunMonitor monitor) {
        this.trainer = trainer;
        this.recipe = trainer.recipe;
        this.train = train;
        this.measured = measured;
        this.format = format;
        network = trainer.initialNetwork();
        this.monitor = monitor;
    }

    Trainer.Result run() throws IOException {
        Trainer.End end;
        Trainer.State state;
        long epochs;
        ThreadChoice threads = trainer.threadChoice();
        try (Checkpoints checkpoints = openCheckpoints();
                TrainingRun run = trainingRun(threads)) {
            restore(run, checkpoints);
            Inference inference = new Inference(network, format, new BlockRunner(threads.most()));
            while ((end = end(run)) == null) {
                try {
                    epoch(run, inference, checkpoints);
                } catch (UncheckedIOException e) { // an interrupt closes the channel that a source of rows reads from
                    if (!Thread.currentThread().isInterrupted()) {
                        throw e;
                    }
                    end = Trainer.End.INTERRUPTED; // even if only the last epoch's measurement is missing
                    break;
                }
            }
            state = state(run);
            epochs = (run.steps + run.stepsPerEpoch - 1) / run.stepsPerEpoch;
        }
        if (!best.isEmpty()) { // patience
            network.setTensors(best);
            epochs = kept().epoch();
        }
        requireFinite(epochs);
        return new Trainer.Result(
                new Autoencoder(network, metadata()),
                new History(history),
                history.isEmpty() ? null : kept(),
                end,
                state);
    }

    private TrainingRun trainingRun(ThreadChoice threads) {
        return trainingRun(network, recipe, format, train, threads, monitor);
    }

    /** A run that has not begun, on rows in their own units. */
    static TrainingRun trainingRun(
            Network network, Recipe recipe, RowFormat format, Dataset train, ThreadChoice threads, RunMonitor monitor) {
        Scaler scaler = format.scaler();
        Dataset rows = train.isQuickerScaled() ? train.scaled(scaler) : train; // once rather than in each epoch
        Scaler rest = rows == train ? scaler : Scaler.none();
        return new TrainingRun(network, recipe, format, rows, rest, threads, monitor);
    }

    /** Why no further epoch begins; null if one does. */
    private Trainer.@Nullable End end(TrainingRun run) {
        if (run.steps >= (long) recipe.epochs() * run.stepsPerEpoch) {
            return Trainer.End.COMPLETED;
        }
        return isPatienceOver() ? Trainer.End.PATIENCE : monitor.end();
    }

    /** Trains to the end of an epoch, unless the monitor stops the run. */
    private void epoch(TrainingRun run, Inference inference, @Nullable Checkpoints checkpoints) throws IOException {
        int epoch = (int) (run.steps / run.stepsPerEpoch) + 1;
        long start = System.nanoTime();
        TrainingRun.Measured sums = run.steps(epoch, (int) (run.steps % run.stepsPerEpoch), run.stepsPerEpoch);
        if (run.steps % run.stepsPerEpoch != 0) {
            return;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        History.Epoch ended = new History.Epoch(
                epoch,
                sums.error() / sums.rows(),
                error(inference, measured.test()),
                seconds,
                sums.objective() / sums.rows(),
                sums.divergence() / sums.rows(),
                error(inference, measured.sample()));
        history.add(ended);
        if (trainer.patience > 0 && kept().epoch() == epoch) {
            best = network.tensors();
        }
        if (checkpoints != null) {
            Trainer.State state = state(run);
            uninterrupted(() -> {
                checkpoints.write(state);
                return state;
            });
        }
        monitor.epoch(ended);
    }

    private static double error(Inference inference, @Nullable Dataset rows) {
        return rows == null ? Double.NaN : inference.error(rows);
    }

    /** The epoch whose weights are the result: with patience, the first one with the smallest error. */
    private History.Epoch kept() {
        History.Epoch kept = history.get(trainer.patience > 0 ? 0 : history.size() - 1);
        for (History.Epoch epoch : trainer.patience > 0 ? history : List.<History.Epoch>of()) {
            kept = epoch.testMse() < kept.testMse() ? epoch : kept;
        }
        return kept;
    }

    private boolean isPatienceOver() {
        int patience = trainer.patience;
        if (patience == 0 || history.isEmpty()) {
            return false;
        }
        int last = history.get(history.size() - 1).epoch();
        if (last - kept().epoch() < patience) {
            return false;
        }
        trainer.listener.onNote("no better for " + patience + (patience == 1 ? " epoch" : " epochs")
                + ": stopping after epoch " + last + ", keeping the model of epoch "
                + kept().epoch());
        return true;
    }

    /** The state after the last step, which includes the best weights if there are any. */
    private Trainer.State state(TrainingRun run) {
        Map<String, float[]> tensors =
                Trainer.state(network, run.updater, run.steps).tensors();
        best.forEach((name, values) -> tensors.put(Trainer.State.BEST + name, values));
        return new Trainer.State(tensors, run.steps, new History(history));
    }

    private @Nullable Checkpoints openCheckpoints() throws IOException {
        Path folder = trainer.checkpoints;
        if (folder == null) {
            return null;
        }
        Map<String, String> identity = uninterrupted(this::identity);
        return uninterrupted(() -> new Checkpoints(
                folder, network.architecture(), recipe.optimizer(), identity, trainer.listener::onNote));
    }

    /**
     * Restores the newest checkpoint if the run is to resume and there is one, or else the state it is to start from.
     */
    private void restore(TrainingRun run, @Nullable Checkpoints checkpoints) throws IOException {
        Trainer.State state = trainer.state;
        if (state != null) {
            requireFits(state, run.stepsPerEpoch);
        }
        if (checkpoints != null && trainer.resume) {
            state = uninterrupted(() -> checkpoints.newest(run.stepsPerEpoch)).orElse(state);
        } else if (checkpoints != null && checkpoints.exist()) {
            throw new FormatException(
                    trainer.checkpoints + ": holds checkpoints of an earlier run; resume it, or choose another folder");
        }
        if (state != null) {
            network.setTensors(state.tensors());
            run.updater.setTensors(state.tensors());
            run.steps = state.steps();
            history.addAll(state.history().epochs());
            best = trainer.patience > 0 ? state.best() : Map.of();
            if (!history.isEmpty()) {
                trainer.listener.onResume(state.history());
            }
        }
    }

    /** A state that the user gave must fit this run; that of a checkpoint does. */
    private void requireFits(Trainer.State state, int stepsPerEpoch) {
        if (state.steps() >= (long) recipe.epochs() * stepsPerEpoch) {
            throw new IllegalArgumentException("the state has taken " + state.steps() + " steps, expected fewer than "
                    + "the " + (long) recipe.epochs() * stepsPerEpoch + " of the recipe's epochs, which count from the "
                    + "beginning of the run");
        }
        if (trainer.patience > 0
                && state.best().isEmpty()
                && !state.history().epochs().isEmpty()) {
            throw new IllegalArgumentException(
                    "the state has a history but not the weights of its best epoch, expected "
                            + "the state of a run with patience, or one without history");
        }
    }

    private Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>(recipe.metadata());
        metadata.putAll(Inputs.of(train).metadata());
        metadata.putAll(format.metadata());
        if (trainer.patience > 0) {
            metadata.put(PATIENCE, Integer.toString(trainer.patience));
        }
        return metadata;
    }

    /** Everything that decides the result of the run, and the rows whose errors are part of the history. */
    private Map<String, String> identity() {
        Map<String, String> identity = new LinkedHashMap<>(recipe.metadata());
        identity.remove("recipe.name");
        identity.putAll(ModelFile.shape(network.architecture()));
        identity.putAll(format.scaler().metadata());
        identity.putAll(format.metadata());
        if (trainer.patience > 0) { // a run without patience may resume one with it: the weights are the same
            identity.put(PATIENCE, Integer.toString(trainer.patience));
        }
        identity.put("data.train.sha256", train.sha256());
        identity.put("data.test.sha256", sha256(measured.test()));
        identity.put(Checkpoints.SAMPLE, sha256(measured.sample()));
        identity.put(
                "initial.sha256",
                trainer.state != null
                        ? sha256(trainer.state)
                        : trainer.initial == null ? "random" : trainer.initial.weightsSha256());
        return identity;
    }

    private static String sha256(@Nullable Dataset rows) {
        return rows == null ? "none" : rows.sha256();
    }

    /** A hash of tensors and steps. */
    static String sha256(Trainer.State state) {
        Sha256 sum = new Sha256().add(state.steps() + "\n");
        new TreeMap<>(state.tensors())
                .forEach((name, values) -> sum.add(name + "\n").add(values));
        return sum.hex();
    }

    /** The loss is checked before each step, so only this check sees what the last step did to the weights. */
    private void requireFinite(long epoch) {
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

    /** An access to files. */
    private interface Access<T> {
        T run() throws IOException;
    }

    /**
     * Accesses files although this thread is interrupted, or will be: an interrupt ends the run, but must not cost what
     * has been trained. The thread is interrupted afterwards.
     */
    private static <T> T uninterrupted(Access<T> access) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                interrupted |= Thread.interrupted();
                try {
                    return access.run();
                } catch (IOException e) {
                    if (!Thread.currentThread().isInterrupted()) {
                        throw e;
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
