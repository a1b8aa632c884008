package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Recipe;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.explorer.StudyExplorers;
import io.hourglass.lab.report.StudyReport;
import io.hourglass.lab.study.Analyses.LatentMap;
import io.hourglass.lab.study.Beyond;
import io.hourglass.lab.study.Study;
import io.hourglass.lab.study.StudyData;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.lab.study.StudySettings;
import io.hourglass.lab.text.Language;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hourglass study}. */
@Command(
        name = "study",
        description = "Runs the lab report's complete study: trains its five networks, compares them with PCA, and "
                + "writes the report.",
        footer = {
            "",
            "Started again with the same folder, it reuses what is finished and continues with the rest, each run "
                    + "from its last finished epoch. With other settings it needs --force.",
            "",
            "A study of fewer than ten epochs is a first look: it leaves out what --quick leaves out, and "
                    + "clusters only 2,000 test rows.",
            "",
            "Example, a first look in about a minute:",
            "  hourglass study --epochs 2 -o first-look"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class StudyCommand extends Subcommand {
    /** The recipes to train with. */
    enum Recipes {
        paper,
        tuned,
        both
    }

    @Mixin
    private StudyDataOptions data;

    @Option(
            names = "--recipe",
            paramLabel = "paper|tuned|both",
            defaultValue = "both",
            description = "Recipe: the lab report's (paper), the one that works best (tuned), or both for each "
                    + "network (the default).")
    private Recipes recipes;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Epochs of every run. Default: the recipe's (tuned 45, paper 100).")
    private @Nullable Integer epochs;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of every run. Default: " + Recipe.DEFAULT_SEED + ".")
    private long seed = Recipe.DEFAULT_SEED;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "Train the tuned networks (with --recipe paper, those) with N seeds, to see how much errors "
                    + "vary; 3 are recommended. Default: 1.")
    private int seeds = 1;

    @Mixin
    private ThreadsOption threads;

    @Option(
            names = "--quick",
            description = "Leave out what takes long and does not concern the report's five networks: UMAP, bias "
                    + "and variance, the sweep over the width of the code, and the run on few rows.")
    private boolean quick;

    @Option(
            names = "--beyond",
            description = "Go beyond the lab report: also train a convolutional network for each width of the code, "
                    + "and add a section on what the convolution adds. For images.")
    private boolean beyond;

    @Option(
            names = {"-o", "--output", "--out"},
            paramLabel = "DIR",
            defaultValue = "study",
            description = "Folder for the results. Default: study.")
    private Path out;

    @Option(
            names = "--lang",
            paramLabel = "en|fr",
            defaultValue = "en",
            description = "Language of the report: English (en, the default) or French (fr).")
    private Language language;

    @Mixin
    private ForceOption force;

    StudyCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        List<Recipe> chosen = fromOptions(() -> Stream.of(Recipe.paper(), Recipe.tuned())
                .filter(recipe -> recipes == Recipes.both || recipe.name().equals(recipes.name()))
                .map(this::asked)
                .toList());
        StudyData rows = fromOptions(data::chosen);
        int count = threads.count(this);
        StudySettings settings = fromOptions(() -> new StudySettings(
                typed(),
                rows,
                chosen,
                epochs != null,
                beyond ? asked(Beyond.recipe()) : null,
                seeds,
                count,
                quick,
                out,
                force.isGiven()));
        requireWritableFolder(out);
        keepsFinished(out);
        force.requireOutside(out, data.paths());
        StudyResults results = new Study(settings, new StudyPages(language), console.progress()).run();
        console.progress().close();
        print(results, console.out());
        console.out().println();
        console.out().println("Report: " + out.resolve("report.html"));
    }

    private Recipe asked(Recipe recipe) {
        return recipe.with(r -> r.seed(seed).epochs(epochs == null ? recipe.epochs() : epochs));
    }

    private static void print(StudyResults results, PrintStream out) {
        String error = results.data().measuredOn() + " " + results.data().errorName();
        int widest = results.all().stream()
                .mapToInt(run -> run.architecture().toString().length())
                .reduce(20, Math::max);
        String first = "%-" + widest + "s";
        String seeds = results.seeds().isEmpty()
                ? ""
                : "  deviation of " + results.seeds().get(0).each().size() + " seeds";
        out.printf(
                Locale.ROOT,
                first + " %-8s %10s %10s %9s%s%n",
                "configuration",
                "recipe",
                error,
                "PCA",
                "seconds",
                seeds);
        for (RunResult run : results.all()) {
            out.printf(
                    Locale.ROOT,
                    first + " %-8s %" + Math.max(10, error.length()) + ".5f %10.5f %9.1f%s%n",
                    run.architecture(),
                    run.recipe().name(),
                    run.testMse(),
                    run.pcaTestMse(),
                    run.trainSeconds(),
                    results.testMse(run)
                            .map(spread -> String.format(
                                    Locale.ROOT, "%" + seeds.length() + ".5f", spread.standardDeviation()))
                            .orElse(""));
        }
    }

    /** The explorers and the report. */
    private static final class StudyPages implements Study.Pages {
        private final StudyExplorers explorers;
        private final Language language;

        StudyPages(Language language) {
            this.explorers = new StudyExplorers(language);
            this.language = language;
        }

        @Override
        public void explorer(Path folder, RunResult run, Dataset test, Autoencoder model, Optional<LatentMap> map)
                throws IOException {
            explorers.write(folder, run, test, model, map);
        }

        @Override
        public void report(
                Path folder, StudyResults results, Dataset test, ColumnPca pca, Map<String, Autoencoder> models)
                throws IOException {
            StudyReport.write(folder, results, test, pca, models, language);
        }
    }
}
