package io.hourglass.lab.cli;

import io.hourglass.Recipe;
import io.hourglass.lab.report.ExperimentCharts;
import io.hourglass.lab.study.VarianceExperiment;
import io.hourglass.lab.study.VarianceResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code hourglass variance}. */
@Command(
        name = "variance",
        description = "Splits the test error of networks into bias, variance and, if it is known, noise.",
        footer = {
            "",
            "Each network is trained several times with different seeds, on samples drawn from the training rows "
                    + "with replacement. Bias is the error of their mean prediction; variance is how much they "
                    + "differ from each other. The irreducible part of the error counts as bias unless --noise "
                    + "makes it known.",
            "",
            ExperimentCommand.FOOTER,
            "",
            "Example, about 7 minutes on two cores:",
            "  hourglass variance --latent 2,8,16 --epochs 20 -o variance"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class VarianceCommand extends ExperimentCommand {
    @Option(
            names = "--latent",
            paramLabel = "P",
            split = ",",
            preprocessor = NoGaps.class,
            description = "Widths of the code. Default: 2,8,16, those that are narrower than a row.")
    private @Nullable List<Integer> latents;

    @Option(
            names = "--hidden",
            paramLabel = "WIDTHS",
            description =
                    "Widths of the encoder's hidden layers; may be given several times. Default: 256,128; 128 with "
                            + "--conv; none for tables with fewer than 100 rows, or with fewer rows than a row has "
                            + "values.")
    private @Nullable List<Widths> hidden;

    @Option(
            names = "--models",
            paramLabel = "K",
            description = "Number of times to train each network. Default: " + VarianceExperiment.DEFAULT_MODELS + ".")
    private int models = VarianceExperiment.DEFAULT_MODELS;

    @Option(
            names = "--noise",
            paramLabel = "S",
            description = "Add normal noise of standard deviation S to the targets of the test rows, to check "
                    + "that its variance is found in the error. Default: 0, no noise.")
    private double noise;

    @Option(
            names = {"-o", "--output", "--out"},
            paramLabel = "DIR",
            defaultValue = "variance",
            description = "Folder for variance.json and variance.png. Default: variance.")
    private Path out;

    VarianceCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        fromOptions(() -> new VarianceExperiment(Recipe.tuned(), models, noise));
        List<Widths> open = List.of(new Widths(List.of(256, 128)));
        Map<String, String> decisive = new LinkedHashMap<>();
        decisive.put("models", String.valueOf(models));
        decisive.put("noise", String.valueOf(noise));
        work(out, hidden, open, latents, List.of(2, 8, 16), decisive, (place, networks, recipe) -> {
            List<VarianceResult> results = new VarianceExperiment(recipe, models, noise).run(networks, place);
            ExperimentCharts.variance(out.resolve("variance.png"), results);
            console.progress().close();
            print(results, console.out());
        });
    }

    private void print(List<VarianceResult> results, PrintStream out) {
        boolean perColumn = results.get(0).training().data().perColumn();
        String error = perColumn ? "error" : "MSE";
        out.printf(
                Locale.ROOT,
                "%-20s %12s %12s %12s %12s %" + (9 + error.length()) + "s%n",
                "network",
                "bias^2",
                "variance",
                "noise",
                error,
                "variance/" + error);
        for (VarianceResult result : results) {
            out.printf(
                    Locale.ROOT,
                    "%-20s %12.6f %12.6f %12.6f %12.6f %11.1f %%%n",
                    result.network(),
                    result.bias2(),
                    result.variance(),
                    result.noise(),
                    result.mse(),
                    100 * result.variance() / result.mse());
        }
        if (perColumn) {
            out.println("All of them are errors per column.");
        }
        if (noise > 0) {
            out.printf(
                    Locale.ROOT,
                    "Added noise of variance %.6f; its estimate has a standard error of %.6f.%n",
                    noise * noise,
                    results.stream()
                            .mapToDouble(VarianceResult::noiseError)
                            .max()
                            .orElse(0));
        }
        out.println("Results: " + this.out.resolve("variance.json"));
    }
}
