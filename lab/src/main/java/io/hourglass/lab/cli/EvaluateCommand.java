package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.analysis.Evaluation;
import io.hourglass.nn.Activation;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hourglass evaluate}. */
@Command(
        name = "evaluate",
        description = "Measures how well a model reconstructs rows.",
        footer = {"", "Example:", "  hourglass evaluate model.safetensors --data mnist"})
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class EvaluateCommand extends Subcommand {
    @Mixin
    private ModelOption modelFile;

    @Mixin
    private RowsOption rows;

    @Option(names = "--json", description = "Print the results as JSON.")
    private boolean json;

    EvaluateCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        Autoencoder model = readModel(modelFile, rows);
        RowsOption.Marked marked = rows.readMarked(model, null, console.progress());
        Dataset data = marked.data();
        console.progress().say("reconstructing " + Shown.rows(data.rows()));
        Evaluation evaluation = Evaluation.of(model, data);
        double psnr = hasPeak(model, data) ? Evaluation.psnr(evaluation.all().mean()) : Double.NaN;
        Optional<Compared> compared = compare(model, data, evaluation);
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("model", modelFile.toString());
            fields.put("data", data.name());
            fields.put("rows", data.rows());
            fields.put("trainingRows", marked.trainedRows());
            fields.put("excludedRows", evaluation.all().excluded());
            fields.put("mse", evaluation.all().mean());
            fields.put("psnr", psnr);
            if (model.table().differ()) {
                fields.put("errorsPer", "column");
            }
            compared.ifPresent(with -> {
                fields.put("meanMse", with.comparison().mean());
                fields.put("pcaMse", with.comparison().pca());
                fields.put("meanAndPcaFittedTo", with.toTraining() ? "training" : "measured");
            });
            fields.put("scaler", model.scaler().kind().label());
            fields.put("mseByLabel", evaluation.mseByLabel());
            if (!data.labelNames().isEmpty()) {
                fields.put("labelNames", data.labelNames());
            }
            console.out().println(Shown.json(fields));
        } else {
            print(evaluation, psnr, model, marked, console.out());
            compared.ifPresent(with -> console.out()
                    .println(Evaluation.errorName(model.table()) + " of "
                            + with.comparison().line() + " (fitted to "
                            + (with.toTraining()
                                    ? "the training rows"
                                    : "these rows themselves, which makes their errors smaller")
                            + ")"));
        }
        compared.filter(Compared::toTraining) // fitted to the measured rows, they would win too easily
                .flatMap(with -> with.comparison().trouble())
                .ifPresent(trouble -> console.progress()
                        .warn(trouble
                                + (model.architecture().convolutions().isEmpty()
                                        ? "; try more --epochs, or train --hidden none"
                                        : "; try more --epochs, or train without --conv")));
    }

    /**
     * The model compared with the mean and PCA.
     *
     * @param toTraining whether the mean and PCA are fitted to the model's training rows rather than the measured rows
     */
    private record Compared(Comparison comparison, boolean toTraining) {}

    /** Measures all three on the same rows, leaving out those that are not in the model's mean. */
    private static Optional<Compared> compare(Autoencoder model, Dataset data, Evaluation evaluation) {
        Dataset measured = data;
        if (evaluation.all().excluded() > 0) {
            double[] errors = model.errors(data);
            int[] rows = IntStream.range(0, errors.length)
                    .filter(row -> Double.isFinite(errors[row]))
                    .toArray();
            if (rows.length == 0) {
                return Optional.empty();
            }
            measured = data.select(rows);
        }
        Dataset scaled = measured.scaled(model.scaler());
        Optional<Baseline> stored = Baseline.of(model);
        Baseline baseline =
                stored.orElseGet(() -> Baseline.fit(scaled, model.architecture().latent(), model.table()));
        return Optional.of(new Compared(Comparison.of(evaluation.all().mean(), baseline, scaled), stored.isPresent()));
    }

    /** Whether the rows run from 0 to 1 in the network's units, as the peak signal-to-noise ratio assumes. */
    private static boolean hasPeak(Autoencoder model, Dataset data) {
        if (model.table().differ()) { // the error is not in units of values
            return false;
        }
        Activation output = model.architecture().outputActivation();
        return switch (model.scaler().kind()) {
            case STANDARD -> false;
            case NONE -> data.isPixels() || (output.least() == 0 && output.most() == 1);
            case PIXEL, MIN_MAX -> true;
        };
    }

    private static void print(
            Evaluation evaluation, double psnr, Autoencoder model, RowsOption.Marked marked, PrintStream out) {
        Dataset data = marked.data();
        out.println("rows  " + data.rows()
                + (marked.trainedRows() == 0
                        ? ""
                        : " (the model was trained on " + marked.trainedRows()
                                + " of them, so expect larger errors on new rows)"));
        String units = model.scaler().isNone()
                ? ""
                : " (in the network's units, scaler " + model.scaler().kind().label() + ")";
        boolean categories = model.table().differ();
        out.println((categories ? "error per column  " : "MSE   ")
                + Shown.error(evaluation.all().mean())
                + units);
        if (evaluation.all().excluded() > 0) {
            out.println("      " + evaluation.all().describeExcluded());
        }
        if (!categories) {
            out.println("PSNR  " + Shown.number("%.2f dB", psnr));
        }
        evaluation
                .mseByLabel()
                .forEach((label, mse) -> out.println(Evaluation.errorName(model.table()) + " of label "
                        + Shown.text(data.labelName(label)) + "  " + Shown.error(mse)));
    }
}
