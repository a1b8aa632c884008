package io.hourglass.lab.study;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Version;
import io.hourglass.io.FolderLock;
import io.hourglass.io.FormatException;
import io.hourglass.lab.Progress;
import io.hourglass.lab.TextFile;
import io.hourglass.lab.analysis.Pca;
import io.hourglass.lab.study.RunStore.Finished;
import io.hourglass.lab.study.StudyResults.DataSummary;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The report's experiment from data to report: every configuration with every recipe, PCA beside them, and all the files of the
 * results. What earlier starts into the same folder have finished is used again.
 */
public final class Study {
    /** Draws the results. Kept apart, as the report builds on the study's results and not the other way round. */
    @FunctionalInterface
    public interface ReportWriter {
        /**
         * Writes a report into the study's folder.
         *
         * @param models by the names of their runs
         */
        void write(Path folder, StudyResults results, Dataset test, Pca pca, Map<String, Autoencoder> models)
                throws IOException;
    }

    private final StudySettings settings;
    private final ReportWriter report;
    private final Progress progress;

    /** A study with those settings. */
    public Study(StudySettings settings, ReportWriter report, Progress progress) {
        this.settings = settings;
        this.report = report;
        this.progress = progress;
    }

    /**
     * Runs the study and writes its results.
     *
     * @throws IOException if the data cannot be read or the results cannot be written
     * @throws io.hourglass.TrainingException if a network's loss is no longer finite
     */
    public StudyResults run() throws IOException {
        try (FolderLock lock = ResultsFolder.open(settings.out(), settings.decisive(), settings.force())) {
            return run(settings.out());
        }
    }

    private StudyResults run(Path folder) throws IOException {
        Workplace place = Workplace.load(settings.data(), folder, settings.threads(), progress);
        Dataset train = place.train();
        Dataset test = place.test();
        DataSummary data = place.data();
        List<Run> runs = Run.ofReport(train.inputs(), settings.recipes());
        requireRoomForCodes(runs, data);

        RunStore store = new RunStore(folder, data, progress::say);
        Map<Run, Finished> finished = findFinished(runs, store);
        progress.say("fitting PCA to " + train.rows() + " rows");
        Pca pca = Pca.fit(train);
        List<Run> missing =
                runs.stream().filter(run -> !finished.containsKey(run)).toList();
        finished.putAll(new RunTrainer(train, test, data, pca, store, progress).train(missing, settings.threads()));

        List<RunResult> results = new ArrayList<>(); // in the report's order, whatever order the runs ended in
        Map<String, Autoencoder> models = new LinkedHashMap<>();
        for (Run run : runs) {
            Finished of = Objects.requireNonNull(finished.get(run));
            results.add(of.result());
            models.put(run.name(), of.model());
        }
        int epochs = runs.stream().mapToInt(run -> run.recipe().epochs()).max().orElseThrow();
        Effort effort = Effort.of(train.rows(), test.rows(), epochs, settings.quick());
        Workplace few = place.withFirstRows(effort.trainRows());
        Analyses analyses = new ClusterStudy(few, pca, effort).of(results, models);
        Extras extras = effort.whole() ? Extras.of(few, settings.recipes(), pca) : Extras.none();
        StudyResults study = new StudyResults(
                Version.current(),
                settings.command(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                data,
                MachineInfo.of(settings.threads()),
                results,
                extras.variance(),
                extras.sweep(),
                analyses);
        progress.say("drawing the report");
        TextFile.write(folder.resolve("results.json"), ResultsJson.of(study));
        TextFile.write(folder.resolve("results.csv"), ResultsCsv.of(results));
        report.write(folder, study, test, pca, models);
        return study;
    }

    private static void requireRoomForCodes(List<Run> runs, DataSummary data) throws FormatException {
        int widest =
                runs.stream().mapToInt(run -> run.architecture().latent()).max().orElseThrow();
        if (data.inputs() < widest) {
            throw new FormatException(
                    data.name() + ": rows of " + data.inputs() + " values, but the study's widest code has " + widest);
        }
    }

    private Map<Run, Finished> findFinished(List<Run> runs, RunStore store) throws IOException {
        Map<Run, Finished> finished = new HashMap<>();
        for (Run run : runs) {
            Finished found = store.find(run).orElse(null);
            if (found != null) {
                progress.say(run.name() + ": finished by an earlier start, used again");
                finished.put(run, found);
                store.removeCheckpoints(run); // there if that start was killed right after its last epoch
            }
        }
        return finished;
    }
}
