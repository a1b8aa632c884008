package io.hourglass.lab.study;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Recipe;
import io.hourglass.Version;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.progress.Jobs;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.progress.TimeLeft;
import io.hourglass.lab.progress.TimeLeft.Kind;
import io.hourglass.lab.study.Analyses.LatentMap;
import io.hourglass.lab.study.ClusterStudy.Found;
import io.hourglass.lab.study.RunStore.Finished;
import io.hourglass.lab.study.StudyResults.DataSummary;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.lab.text.TextFile;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The lab report's experiment, from data to report: trains every configuration with every recipe, compares them with
 * PCA, and writes all result files. It reuses what earlier starts in the same folder have finished.
 */
public final class Study {
    /** Draws the results. An interface, because pages depend on the study's results and not the other way round. */
    public interface Pages {
        /**
         * Writes the page of one run into the study's folder. Called as soon as the run is analysed, possibly from
         * several threads.
         *
         * @param map the run's UMAP map of the test rows, if the study made one
         */
        void explorer(Path folder, RunResult run, Dataset test, Autoencoder model, Optional<LatentMap> map)
                throws IOException;

        /**
         * Writes a report into the study's folder, at the end.
         *
         * @param models by the names of their runs
         */
        void report(Path folder, StudyResults results, Dataset test, ColumnPca pca, Map<String, Autoencoder> models)
                throws IOException;
    }

    /** The report takes about as long as this many explorers. */
    private static final int REPORT = 4;

    private final StudySettings settings;
    private final Pages pages;
    private final Progress progress;

    /** A study with these settings. */
    public Study(StudySettings settings, Pages pages, Progress progress) {
        this.settings = settings;
        this.pages = pages;
        this.progress = progress;
    }

    /**
     * Runs the study and writes its results.
     *
     * @throws IOException if the data cannot be read or the results cannot be written
     * @throws io.hourglass.TrainingException if a network's loss is no longer finite
     */
    public StudyResults run() throws IOException {
        try (ResultsFolder results = ResultsFolder.open(settings.out(), settings.decisive(), settings.force())) {
            return run(settings.out(), results);
        }
    }

    private StudyResults run(Path folder, ResultsFolder results) throws IOException {
        Workplace place = Workplace.load(settings.data(), folder, settings.threads(), progress);
        Dataset train = place.train();
        Dataset test = place.test();
        DataSummary data = place.data();
        List<Recipe> recipes = recipes(place);
        List<Run> report = Run.ofReport(place, recipes);
        Recipe convolutional = settings.beyond();
        List<Run> beyond =
                convolutional == null ? List.of() : Beyond.runs(ReadOptions.Size.shapeOf(train), report, convolutional);
        results.begin();

        RunStore store = new RunStore(folder, data, progress::say);
        List<Run> seeds = withOtherSeeds(report);
        int epochs =
                report.stream().mapToInt(run -> run.recipe().epochs()).max().orElseThrow();
        Effort effort = Effort.of(train.rows(), test.rows(), epochs, settings.quick());
        Workplace few = place.withFewRows(effort.trainRows());
        try (SideBySide jobs = new SideBySide(settings.threads())) {
            List<Run> runs = Stream.concat(report.stream(), beyond.stream()).toList();
            List<Run> all = Stream.concat(runs.stream(), seeds.stream()).toList();
            Course course = new Course(place, jobs, runs, all, findFinished(all, store));
            TimeLeft left = progress.timeLeft();
            left.expect(Kind.DRAWING, runs.size() + REPORT);
            left.expect(Kind.CLUSTERS, 1); // until it is known how many: no guess before
            progress.say("fitting PCA to " + train.rows() + " rows");
            CompletableFuture<ClusterStudy> clusters = jobs.add(SideBySide.Turn.FIRST, 0, 1, threads -> {
                ClusterStudy begun = new ClusterStudy(
                        few, ColumnPca.fit(train, place.prepared().table()), effort);
                course.begin(begun);
                left.skip(Kind.CLUSTERS, 1);
                return begun;
            });
            Supplier<ColumnPca> pca = () -> clusters.join().pca();
            Batch batch = new Batch();
            RunTrainer trainer = new RunTrainer(place, pca, store);
            for (Run run : course.missing()) {
                trainer.add(batch, run, finished -> course.finish(run, finished, clusters.join()));
            }
            Batch.Outcome<Extras> extras = effort.whole()
                    ? Extras.prepare(
                            place, few, recipes, course.ofLastRecipe(recipes.get(recipes.size() - 1)), pca, batch)
                    : Extras::none;
            batch.addTo(jobs, place);
            jobs.await();
            progress.close();
            return end(report, course.results(beyond), course, clusters.join(), extras.end());
        } finally {
            progress.close();
        }
    }

    /** The report's runs of the last recipe with the seeds after its own. */
    private List<Run> withOtherSeeds(List<Run> report) {
        Recipe last = report.get(report.size() - 1).recipe();
        List<Run> others = new ArrayList<>();
        for (Run run : report) {
            for (int i = 1; i < settings.seeds() && run.recipe().equals(last); i++) {
                others.add(run.withSeed(last.seed() + i));
            }
        }
        return others;
    }

    /** The recipes, with as many epochs as the data need if the user has not said how many. */
    private List<Recipe> recipes(Workplace place) {
        List<Recipe> recipes = settings.recipes().stream()
                .map(recipe -> place.suited(recipe, settings.epochsGiven()))
                .toList();
        for (Recipe recipe : recipes) {
            if (!settings.recipes().contains(recipe)) {
                progress.say(String.format(
                        Locale.ROOT,
                        "%s recipe: %,d %s of %,d rows, weight decay %s",
                        recipe.name(),
                        recipe.epochs(),
                        recipe.epochs() == 1 ? "epoch" : "epochs",
                        place.train().rows(),
                        recipe.weightDecay()));
            }
        }
        return recipes;
    }

    private List<SeedRuns> seeds(List<Run> report, Course course) {
        List<Run> others = withOtherSeeds(report);
        List<SeedRuns> seeds = new ArrayList<>();
        for (Run run : report) {
            List<Run> its = Stream.concat(Stream.of(run), others.stream().filter(other -> other.isSameButSeed(run)))
                    .toList();
            if (its.size() > 1) {
                seeds.add(new SeedRuns(
                        run.name(),
                        course.results(its).stream().map(SeedRuns.Seed::of).toList()));
            }
        }
        return seeds;
    }

    private StudyResults end(
            List<Run> reported, List<RunResult> beyond, Course course, ClusterStudy clusters, Extras extras)
            throws IOException {
        Workplace place = course.place;
        List<RunResult> report = course.results(reported);
        StudyResults study = new StudyResults(
                Version.current(),
                settings.command(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                place.data(),
                place.subject(),
                MachineInfo.of(settings.threads()),
                report,
                beyond,
                seeds(reported, course),
                extras.smallData(),
                extras.variance(),
                extras.sweep(),
                clusters.end(report, beyond));
        progress.say("drawing the report");
        TextFile.write(place.folder().resolve("results.json"), ResultsJson.of(study));
        TextFile.write(place.folder().resolve("results.csv"), ResultsCsv.of(study));
        try (Jobs.Job job = progress.jobs().begin(Kind.DRAWING, REPORT, "drawing the report")) {
            pages.report(place.folder(), study, place.test(), clusters.pca(), course.models());
        }
        return study;
    }

    /**
     * The state of the runs. A run is analysed when all runs of its architecture are finished; then its explorer is
     * written.
     */
    private final class Course {
        private final Workplace place;
        private final SideBySide jobs;
        private final List<Run> runs;
        private final List<Run> all;
        private final Map<Run, Finished> finished;

        /**
         * @param runs to analyse
         * @param all runs to train
         * @param finished runs that an earlier start has finished
         */
        Course(Workplace place, SideBySide jobs, List<Run> runs, List<Run> all, Map<Run, Finished> finished) {
            this.place = place;
            this.jobs = jobs;
            this.runs = runs;
            this.all = all;
            this.finished = finished;
        }

        synchronized List<Run> missing() {
            return all.stream().filter(run -> !finished.containsKey(run)).toList();
        }

        /** By architecture, the results of the runs of the last recipe, once they are finished. */
        Map<Architecture, Supplier<RunResult>> ofLastRecipe(Recipe last) {
            return runs.stream()
                    .filter(run -> run.recipe().equals(last))
                    .collect(Collectors.toMap(
                            Run::architecture,
                            run -> () -> results(List.of(run)).get(0)));
        }

        /** Adds the analyses of the baselines, and of what an earlier start has finished. */
        synchronized void begin(ClusterStudy clusters) {
            if (clusters.hasClasses()) {
                progress.say("clustering the codes of the networks and of PCA, and the rows themselves");
                clusters.addBaselines(
                        jobs,
                        runs.stream().map(run -> run.architecture().latent()).collect(Collectors.toSet()));
                clusters.expect(runs);
            }
            runs.stream().map(Run::architecture).distinct().forEach(architecture -> analyse(architecture, clusters));
        }

        /** Receives a run that has just been trained. */
        synchronized void finish(Run run, Finished of, ClusterStudy clusters) {
            finished.put(run, of);
            if (runs.contains(run)) {
                analyse(run.architecture(), clusters);
            }
        }

        /** Adds the analyses of an architecture's runs if all of them are finished. */
        private void analyse(Architecture architecture, ClusterStudy clusters) {
            List<Run> its = runs.stream()
                    .filter(run -> run.architecture().equals(architecture))
                    .toList();
            if (!finished.keySet().containsAll(its)) {
                return;
            }
            List<RunResult> results = results(its);
            if (!clusters.hasClasses()) {
                results.forEach(run -> addExplorer(run, Optional.empty()));
                return;
            }
            List<CompletableFuture<Found>> found = clusters.add(jobs, results, models());
            for (int i = 0; i < results.size(); i++) {
                RunResult run = results.get(i);
                found.get(i).thenAccept(of -> addExplorer(run, of.map()));
            }
        }

        private void addExplorer(RunResult run, Optional<LatentMap> map) {
            jobs.add(SideBySide.Turn.LAST, 0, 1, threads -> {
                Autoencoder model = finished(run).model().withThreads(threads);
                try (Jobs.Job job = progress.jobs().begin(Kind.DRAWING, 1, "drawing the explorer of " + run.name())) {
                    pages.explorer(place.folder(), run, place.testAsRead(), model, map);
                }
                return run;
            });
        }

        /** In the order of the runs, whatever order they ended in. */
        synchronized List<RunResult> results(List<Run> of) {
            return of.stream()
                    .map(run -> Objects.requireNonNull(finished.get(run)).result())
                    .toList();
        }

        private synchronized Finished finished(RunResult result) {
            return finished.entrySet().stream()
                    .filter(entry -> entry.getKey().name().equals(result.name()))
                    .findFirst()
                    .orElseThrow()
                    .getValue();
        }

        /** The models of the finished runs, by the names of the runs; for rows in the networks' units. */
        synchronized Map<String, Autoencoder> models() {
            Map<String, Autoencoder> models = new LinkedHashMap<>();
            for (Run run : runs) {
                Finished of = finished.get(run);
                if (of != null) {
                    models.put(run.name(), Workplace.unscaled(of.model()));
                }
            }
            return models;
        }
    }

    private Map<Run, Finished> findFinished(List<Run> runs, RunStore store) throws IOException {
        Map<Run, Finished> finished = new HashMap<>();
        for (Run run : runs) {
            Finished found = store.find(run).orElse(null);
            if (found != null) {
                progress.say(run.name() + ": finished by an earlier start, reused");
                finished.put(run, found);
                store.removeCheckpoints(run); // there if that start was killed right after its last epoch
            }
        }
        return finished;
    }
}
