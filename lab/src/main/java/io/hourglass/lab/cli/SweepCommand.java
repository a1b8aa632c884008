package io.hourglass.lab.cli;

import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.report.ExperimentCharts;
import io.hourglass.lab.study.StudyResults.DataSummary;
import io.hourglass.lab.study.SweepExperiment;
import io.hourglass.lab.study.SweepResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code hourglass sweep}. */
@Command(
        name = "sweep",
        description = "Measures how small the code can be: the test error for each width of the code, compared "
                + "with PCA.",
        footer = {
            "",
            ExperimentCommand.FOOTER,
            "",
            "Example, about 3 minutes on two cores:",
            "  hourglass sweep --latent 1,2,4,8,16,32,64 --epochs 20 -o sweep"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class SweepCommand extends ExperimentCommand {
    @Option(
            names = "--latent",
            paramLabel = "P",
            split = ",",
            preprocessor = NoGaps.class,
            description = "Widths of the code. Default: 1,2,4,8,16,32,64, those that are narrower than a row.")
    private @Nullable List<Integer> latents;

    @Option(
            names = "--hidden",
            paramLabel = "WIDTHS",
            description =
                    "Widths of the encoder's hidden layers; may be given several times. Default: 128 and 256,128; 128 "
                            + "with --conv; none for tables with fewer than 100 rows, or with fewer rows than a row "
                            + "has values.")
    private @Nullable List<Widths> hidden;

    @Option(
            names = {"-o", "--output", "--out"},
            paramLabel = "DIR",
            defaultValue = "sweep",
            description = "Folder for sweep.csv and sweep.png. Default: sweep.")
    private Path out;

    SweepCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        List<Widths> open = List.of(new Widths(List.of(128)), new Widths(List.of(256, 128)));
        work(out, hidden, open, latents, List.of(1, 2, 4, 8, 16, 32, 64), Map.of(), (place, networks, recipe) -> {
            console.progress().say("fitting PCA to " + Shown.rows(place.train().rows()));
            ColumnPca pca = ColumnPca.fit(place.train(), place.prepared().table());
            List<SweepResult> results = new SweepExperiment(recipe).run(networks, place, pca);
            ExperimentCharts.sweep(out.resolve("sweep.png"), results);
            console.progress().close();
            print(results, pca.meanMse(place.test()), console.out());
        });
    }

    private void print(List<SweepResult> results, double mean, PrintStream out) {
        DataSummary data = results.get(0).training().data();
        String mse = data.measuredOn() + " " + data.errorName();
        out.printf(Locale.ROOT, "%-20s %6s %12s %12s%n", "network", "p", mse, "PCA");
        for (SweepResult result : results) {
            out.printf(
                    Locale.ROOT,
                    "%-20s %6d %" + Math.max(12, mse.length()) + ".6f %12.6f%n",
                    result.network(),
                    result.latent(),
                    result.testMse(),
                    result.pcaTestMse());
        }
        out.println(mse + " of predicting the mean " + Shown.error(mean));
        results.get(0).training().tooLittle().ifPresent(out::println);
        out.println("Results: " + this.out.resolve("sweep.csv"));
    }
}
