package io.hourglass.lab.study;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.hourglass.Recipe;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.io.StringWriter;
import java.util.stream.Collectors;

/** The study's table for spreadsheets: one line per run; {@code results.json} also has the history. */
final class ResultsCsv {
    private ResultsCsv() {}

    static String of(StudyResults results) throws IOException {
        StringWriter text = new StringWriter();
        CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
        csv.writeRecord(
                "name",
                "architecture",
                "hidden",
                "latent",
                "recipe",
                "seed",
                "epochs",
                "batch_size",
                "learning_rate",
                "schedule",
                "weight_decay",
                "first_decay",
                "adam_beta2",
                "parameters",
                "train_mse",
                "test_mse",
                "pca_test_mse",
                "psnr",
                "train_seconds",
                "model",
                "weights_sha256",
                // Columns that are added later stand last: readers may count on the places of the others.
                "optimizer",
                "momentum",
                "nesterov",
                "train_mse_at_end",
                "train_rows_measured",
                "threads",
                "shared_machine",
                "training_bytes",
                "model_file_bytes",
                "code_bytes_per_row");
        for (RunResult run : results.all()) {
            Architecture architecture = run.architecture();
            Recipe recipe = run.recipe();
            csv.writeRecord(
                    run.name(),
                    architecture.toString(),
                    architecture.hidden().stream().map(String::valueOf).collect(Collectors.joining(" ")),
                    Integer.toString(architecture.latent()),
                    recipe.name(),
                    Long.toString(recipe.seed()),
                    Integer.toString(recipe.epochs()),
                    Integer.toString(recipe.batchSize()),
                    Double.toString(recipe.learningRate()),
                    recipe.schedule().label(),
                    Double.toString(recipe.weightDecay()),
                    Double.toString(recipe.firstDecay()),
                    Double.toString(recipe.beta2()),
                    Long.toString(architecture.parameters()),
                    Double.toString(run.trainMse()),
                    Double.toString(run.testMse()),
                    Double.toString(run.pcaTestMse()),
                    results.data().inUnitInterval() ? Double.toString(run.psnr()) : "",
                    Double.toString(run.trainSeconds()),
                    run.model(),
                    run.weightsSha256(),
                    recipe.optimizer().label(),
                    Double.toString(recipe.momentum()),
                    Boolean.toString(recipe.nesterov()),
                    Double.toString(run.trainMseAtEnd()),
                    Integer.toString(run.trainRowsMeasured()),
                    Integer.toString(run.cost().threads()),
                    Boolean.toString(run.cost().sharedMachine()),
                    Long.toString(run.cost().trainingBytes()),
                    Long.toString(run.cost().modelFileBytes()),
                    Integer.toString(run.cost().codeBytesPerRow()));
        }
        csv.flush();
        return text.toString();
    }
}
