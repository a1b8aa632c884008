package io.hourglass.lab.study;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Collectors;

/** The study's table for spreadsheets: one line per run; {@code results.json} also has the history. */
final class ResultsCsv {
    private ResultsCsv() {}

    static String of(List<RunResult> runs) throws IOException {
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
                "weights_sha256");
        for (RunResult run : runs) {
            csv.writeRecord(
                    run.name(),
                    run.architecture(),
                    run.hidden().stream().map(String::valueOf).collect(Collectors.joining(" ")),
                    Integer.toString(run.latent()),
                    run.recipe(),
                    Long.toString(run.seed()),
                    Integer.toString(run.epochs()),
                    Integer.toString(run.batchSize()),
                    Double.toString(run.learningRate()),
                    run.schedule(),
                    Double.toString(run.weightDecay()),
                    Double.toString(run.firstDecay()),
                    Double.toString(run.beta2()),
                    Long.toString(run.parameters()),
                    Double.toString(run.trainMse()),
                    Double.toString(run.testMse()),
                    Double.toString(run.pcaTestMse()),
                    Double.toString(run.psnr()),
                    Double.toString(run.trainSeconds()),
                    run.model(),
                    run.weightsSha256());
        }
        csv.flush();
        return text.toString();
    }
}
