package io.hourglass.lab.study;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.History;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.TrainingException;
import io.hourglass.format.FormatException;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.analysis.Evaluation;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.progress.TrainingProgress;
import io.hourglass.lab.study.RunStore.Finished;
import io.hourglass.lab.study.StudyResults.DataSummary;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.lab.training.ModelMetadata;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Trains a study's runs and records each as soon as it is finished. */
final class RunTrainer {
    /** Labels from this on are not classes: their errors are left out of the results rather than listed from 0. */
    private static final int MOST_LABELS = 1000;

    /** A run of fewer epochs has checkpoints, however brief they are. */
    private static final int MANY_EPOCHS = 100;

    /** Multiply-adds that take about a tenth of a second. */
    private static final double BRIEF_WORK = 2e9;

    private final Dataset train;
    private final Dataset test;
    private final Dataset measured;
    private final DataSummary data;
    private final Supplier<ColumnPca> pca;
    private final Map<Integer, Double> pcaMse = new ConcurrentHashMap<>();
    private final RunStore store;
    private final Progress progress;
    private final Workplace place;

    /** @param pca fitted to all training rows; asked for when the first run has been trained */
    RunTrainer(Workplace place, Supplier<ColumnPca> pca, RunStore store) {
        this.train = place.trainAsRead();
        this.test = place.testAsRead();
        this.measured = place.withMeasuredRows().trainAsRead();
        this.data = place.data();
        this.pca = pca;
        this.store = store;
        this.progress = place.progress();
        this.place = place;
    }

    /**
     * Adds a run to train.
     *
     * @param then receives the run when it is finished and recorded
     */
    void add(Batch batch, Run run, Consumer<Finished> then) {
        batch.add(
                SideBySide.Turn.NEXT,
                run.architecture(),
                train.rows(),
                run.recipe().epochs(),
                (threads, overall) -> then.accept(train(run, threads, overall)));
    }

    private Finished train(Run run, int threads, TrainingProgress overall) throws IOException {
        Architecture architecture = run.architecture();
        Recipe recipe = run.recipe();
        Trainer trainer = place.prepared()
                .applyTo(new Trainer(architecture, recipe))
                .threads(threads)
                .test(test)
                .trainSample(measured)
                .listener(overall.run(
                        run.name(), architecture, train.rows(), recipe.epochs(), data.measuredOn(), data.errorName()));
        Trainer.Result trained;
        try {
            trained = TrainingProgress.requireUninterrupted(fit(trainer, run));
        } catch (TrainingException e) {
            throw new TrainingException(run.name() + ": " + e.getMessage()); // names the run
        }
        History history = trained.history();
        double testMse = history.last().testMse();
        Autoencoder model = ModelMetadata.describe(trained, train, data.trainSha256(), data.measuredOn())
                .withMetadata(place.metadata());
        long fileBytes = store.putModel(run, model);
        RunResult result = new RunResult(
                run.name(),
                architecture,
                recipe,
                history.last().trainMse(),
                testMse,
                pcaMse.computeIfAbsent(architecture.latent(), p -> pca.get().mse(place.test(), p)),
                fromLabelZero(Evaluation.of(model, test).mseByLabel()),
                history.seconds(),
                RunStore.modelPath(run.name()),
                model.weightsSha256(),
                history.epochs(),
                measured.rows(),
                cost(architecture, threads, trainer.memory(measured), fileBytes));
        Finished finished = new Finished(result, model);
        store.put(run, finished);
        store.removeCheckpoints(run);
        progress.say(String.format(
                Locale.ROOT,
                "%s: finished, %s %s %.6f after %s",
                run.name(),
                data.measuredOn(),
                data.errorName(),
                testMse,
                Progress.duration(history.seconds())));
        return finished;
    }

    private Cost cost(Architecture architecture, int threads, Trainer.Memory memory, long fileBytes) {
        return new Cost(
                architecture.parameters(),
                threads,
                threads < place.threads(),
                memory.weights(),
                memory.optimizer(),
                memory.buffers(),
                fileBytes,
                Float.BYTES * architecture.latent());
    }

    /** Whether writing a checkpoint after each epoch would take longer than to train the run again. */
    private boolean hasTooBriefEpochs(Run run) {
        return run.recipe().epochs() > MANY_EPOCHS
                && TrainingProgress.work(run.architecture(), train.rows(), 1) < BRIEF_WORK;
    }

    /**
     * Continues from the run's checkpoints, if an earlier start left any. Checkpoints of other settings are removed.
     */
    private Trainer.Result fit(Trainer trainer, Run run) throws IOException {
        if (hasTooBriefEpochs(run)) {
            return trainer.fit(train);
        }
        Path checkpoints = store.checkpoints(run);
        try {
            return trainer.checkpoints(checkpoints, Files.isDirectory(checkpoints))
                    .fit(train);
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof FormatException)) {
                throw e;
            }
            progress.say(run.name() + ": training from the beginning, because "
                    + e.getCause().getMessage());
            store.removeCheckpoints(run);
            return trainer.checkpoints(checkpoints, false).fit(train);
        }
    }

    /** One error for each label from 0 to the largest; NaN for labels that no row has. */
    private static List<Double> fromLabelZero(SortedMap<Integer, Double> byLabel) {
        List<Double> list = new ArrayList<>();
        if (!byLabel.isEmpty() && byLabel.lastKey() < MOST_LABELS) {
            for (int label = 0; label <= byLabel.lastKey(); label++) {
                list.add(byLabel.getOrDefault(label, Double.NaN));
            }
        }
        return list;
    }
}
