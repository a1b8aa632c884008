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
 * @param title for instance {@code Figure 1. 784-128-2}
 * @param subtitle depth, p, compression
 */
record ReconstructionFigure(String title, String subtitle, List<Row> rows) {

    /**
     * One row of images.
     *
     * @param label what they are
     * @param detail how good they are
     */
    record Row(String label, String detail, List<float[]> images) {
        static Row originals(Samples samples) {
            return new Row("Original", "from the test set", samples.rows());
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
            Configuration configuration, Samples samples, ColumnPca pca, Map<String, Autoencoder> models) {
        List<Row> rows = new ArrayList<>();
        rows.add(Row.originals(samples));
        for (RunResult run : configuration.runs()) {
            String detail = "test MSE " + Text.mse(run.testMse()) + ", "
                    + Text.counted(run.recipe().epochs(), "epoch");
            rows.add(Row.of(capital(Recipes.name(run.recipe())), detail, run, samples, models));
        }
        int p = configuration.latent();
        rows.add(new Row(
                "PCA, p = " + p,
                "test MSE " + Text.mse(configuration.pcaTestMse()) + ", linear",
                samples.rows().stream().map(row -> pca.reconstruct(row, p)).toList()));
        int inputs = samples.rows().get(0).length;
        return new ReconstructionFigure(
                "Figure " + configuration.number() + ". " + configuration.architecture(),
                capital(configuration.depth()) + ", p = " + p + ": " + Text.ratio(configuration.compression(inputs))
                        + " times fewer values than the input",
                rows);
    }

    private static String capital(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
