package io.hourglass.lab.report;

import io.hourglass.Autoencoder;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Originals above, reconstructions with each recipe and with PCA below, as in Figures 1 to 5 of the lab report.
 *
 * @param title for instance {@code 784-128-2}
 * @param subtitle depth, p, compression
 */
record ReconstructionFigure(String title, String subtitle, List<Row> rows) {

    /**
     * One row of images.
     *
     * @param label what they are
     * @param detail how good they are; its parts are separated by a comma and a space
     */
    record Row(String label, String detail, List<float[]> images) {
        static Row originals(Samples samples, Words words) {
            return new Row(words.say("reconstructions.original"), words.say("reconstructions.from"), samples.rows());
        }

        /** The samples, reconstructed by a run's network. */
        static Row of(String label, String detail, RunResult run, Samples samples, Map<String, Autoencoder> models) {
            return new Row(
                    label,
                    detail,
                    samples.rows().stream()
                            .map(Objects.requireNonNull(models.get(run.name()))::reconstruct)
                            .toList());
        }
    }

    static ReconstructionFigure of(
            Paper paper, Configuration configuration, Samples samples, ColumnPca pca, Map<String, Autoencoder> models) {
        Words words = paper.words();
        List<Row> rows = new ArrayList<>();
        rows.add(Row.originals(samples, words));
        for (RunResult run : configuration.runs()) {
            String detail = words.say(
                    "reconstructions.detail",
                    words.mse(run.testMse()),
                    words.counted("epoch", run.recipe().epochs()));
            rows.add(Row.of(capital(Recipes.name(run.recipe(), words)), detail, run, samples, models));
        }
        int p = configuration.latent();
        rows.add(new Row(
                words.say("reconstructions.pca", Findings.text(p)),
                words.say("reconstructions.detail.pca", words.mse(configuration.pcaTestMse())),
                samples.rows().stream().map(row -> pca.reconstruct(row, p)).toList()));
        int inputs = samples.rows().get(0).length;
        return new ReconstructionFigure(
                configuration.architecture(),
                words.say(
                        "reconstructions.subtitle",
                        capital(configuration.depth(words)),
                        Findings.text(p),
                        words.ratio(configuration.compression(inputs))),
                rows);
    }

    private static String capital(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
