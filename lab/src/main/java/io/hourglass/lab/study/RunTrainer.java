package io.hourglass.lab.study;

import io.hourglass.Dataset;
import io.hourglass.History;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.TrainingException;
import io.hourglass.io.FormatException;
import io.hourglass.lab.Evaluation;
import io.hourglass.lab.ModelMetadata;
import io.hourglass.lab.Progress;
import io.hourglass.lab.TrainingProgress;
import io.hourglass.lab.analysis.Pca;
import io.hourglass.lab.study.RunStore.Finished;
import io.hourglass.lab.study.StudyResults.DataSummary;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Trains a study's runs side by side and writes each down as soon as it is finished. */
final class RunTrainer {
    /** Labels above this are no classes: their errors are left out of the results rather than listed from 0. */
    private static final int MOST_LABELS = 1000;

    private final Dataset train;
    private final Dataset test;
    private final DataSummary data;
    private final Pca pca;
    private final RunStore store;
    private final Progress progress;

    RunTrainer(Dataset train, Dataset test, DataSummary data, Pca pca, RunStore store, Progress progress) {
        this.train = train;
        this.test = test;
        this.data = data;
        this.pca = pca;
        this.store = store;
        this.progress = progress;
    }

    /** Trains all the runs, {@link SideBySide side by side}. */
    Map<Run, Finished> train(List<Run> runs, int threads) throws IOException {
        if (runs.isEmpty()) {
            return Map.of();
        }
        TrainingProgress overall = new TrainingProgress(
                progress, runs.size(), runs.stream().mapToDouble(this::work).sum());
        Map<Integer, Double> pcaMse = new TreeMap<>();
        runs.forEach(run -> pcaMse.computeIfAbsent(run.architecture().latent(), p -> pca.mse(test, p)));
        List<SideBySide.Job<Finished>> jobs = new ArrayList<>();
        for (Run run : runs) {
            double pcaTestMse = pcaMse.getOrDefault(run.architecture().latent(), Double.NaN);
            jobs.add(new SideBySide.Job<>(work(run), each -> train(run, each, pcaTestMse, overall)));
        }
        try {
            List<Finished> finished = SideBySide.run(jobs, threads);
            Map<Run, Finished> byRun = new HashMap<>();
            for (int i = 0; i < runs.size(); i++) {
                byRun.put(runs.get(i), finished.get(i));
            }
            return byRun;
        } finally {
            progress.close();
        }
    }

    private double work(Run run) {
        return TrainingProgress.work(
                run.architecture(), train.rows(), run.recipe().epochs());
    }

    private Finished train(Run run, int threads, double pcaTestMse, TrainingProgress overall) throws IOException {
        Architecture architecture = run.architecture();
        Recipe recipe = run.recipe();
        Trainer trainer = new Trainer(architecture, recipe)
                .threads(threads)
                .test(test)
                .listener(overall.run(run.name(), architecture, train.rows(), recipe.epochs()));
        Trainer.Result trained;
        try {
            trained = fit(trainer, run);
        } catch (TrainingException e) {
            throw new TrainingException(run.name() + ": " + e.getMessage()); // which of them it was
        }
        History history = trained.history();
        double testMse = history.last().testMse();
        RunResult result = new RunResult(
                run.name(),
                architecture.toString(),
                architecture.hidden(),
                architecture.latent(),
                recipe.name(),
                recipe.seed(),
                recipe.epochs(),
                recipe.batchSize(),
                recipe.learningRate(),
                recipe.schedule().label(),
                recipe.weightDecay(),
                recipe.firstDecay(),
                recipe.beta2(),
                architecture.parameters(),
                history.last().trainMse(),
                testMse,
                pcaTestMse,
                Evaluation.psnr(testMse),
                fromLabelZero(Evaluation.of(trained.model(), test).mseByLabel()),
                history.seconds(),
                RunStore.modelPath(run.name()),
                trained.model().weightsSha256(),
                history.epochs());
        Finished finished = new Finished(result, ModelMetadata.describe(trained, train, data.trainSha256(), "test"));
        store.put(run, finished);
        store.removeCheckpoints(run);
        progress.say(String.format(
                Locale.ROOT,
                "%s: finished, test MSE %.6f after %s",
                run.name(),
                testMse,
                Progress.duration(history.seconds())));
        return finished;
    }

    /** Goes on from the run's checkpoints, if an earlier start left any; those of other settings are of no use to anybody. */
    private Trainer.Result fit(Trainer trainer, Run run) throws IOException {
        Path checkpoints = store.checkpoints(run);
        try {
            return trainer.checkpoints(checkpoints, Files.isDirectory(checkpoints))
                    .fit(train);
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof FormatException)) {
                throw e;
            }
            progress.say(run.name() + ": training from the beginning, as "
                    + e.getCause().getMessage());
            store.removeCheckpoints(run);
            return trainer.checkpoints(checkpoints, false).fit(train);
        }
    }

    /** One number for each label from 0 to the largest, NaN where no row has it. */
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
