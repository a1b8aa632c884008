package io.hourglass.lab.study;

import io.hourglass.Dataset;
import io.hourglass.Recipe;
import io.hourglass.lab.analysis.Pca;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a study does beside the report's runs, with much less training: it compares networks among themselves, so that they need not be
 * trained to the end: for the epochs of the study's runs but at most {@link #EPOCHS}, on no more rows than the study's {@link Effort} says.
 * Those of bias and variance have at most {@link #VARIANCE_ROWS}.
 *
 * @param variance one hidden layer, p = 2, 8, 16
 * @param sweep one and two hidden layers, p = 1, 2, 4, ..., 64
 */
record Extras(List<VarianceResult> variance, List<SweepResult> sweep) {
    private static final int EPOCHS = 3;

    /** Bias and variance train 24 networks, and half of MNIST tells of them what there is to tell. */
    private static final int VARIANCE_ROWS = 30_000;

    /** Of a quick study, or a short one. */
    static Extras none() {
        return new Extras(List.of(), List.of());
    }

    /**
     * Adds to the batch what those of a study have still to train; they are there when the batch has run.
     *
     * @param few with as many training rows as the study's {@link Effort} says
     * @param recipes the study's; the last of them, the tuned one if there are two, trains here
     * @param pca fitted to all training rows
     */
    static Batch.Outcome<Extras> prepare(Workplace few, List<Recipe> recipes, Supplier<Pca> pca, Batch batch)
            throws IOException {
        Recipe last = recipes.get(recipes.size() - 1);
        Recipe recipe = last.withEpochs(Math.min(EPOCHS, last.epochs()));
        int inputs = few.train().inputs();
        Batch.Outcome<List<VarianceResult>> variance = new VarianceExperiment(
                        recipe, VarianceExperiment.DEFAULT_MODELS, 0)
                .prepare(
                        networks(inputs, List.of(List.of(128)), List.of(2, 8, 16)),
                        few.withFirstRows(VARIANCE_ROWS),
                        batch);
        Batch.Outcome<List<SweepResult>> sweep = new SweepExperiment(recipe)
                .prepare(
                        networks(inputs, List.of(List.of(128), List.of(256, 128)), List.of(1, 2, 4, 8, 16, 32, 64)),
                        few,
                        few.train().rows() == few.data().train() ? pca : new PcaOf(few.train()),
                        batch);
        return () -> new Extras(variance.end(), sweep.end());
    }

    /** Fitted when it is asked for first. */
    private static final class PcaOf implements Supplier<Pca> {
        private final Dataset rows;
        private @Nullable Pca fitted;

        PcaOf(Dataset rows) {
            this.rows = rows;
        }

        @Override
        public synchronized Pca get() {
            if (fitted == null) {
                fitted = Pca.fit(rows);
            }
            return fitted;
        }
    }

    /** Every width of the code with every depth; none wider than the rows. */
    private static List<Architecture> networks(int inputs, List<List<Integer>> hidden, List<Integer> latents) {
        List<Architecture> networks = new ArrayList<>();
        for (List<Integer> widths : hidden) {
            latents.stream()
                    .filter(latent -> latent <= inputs)
                    .forEach(latent -> networks.add(Architecture.of(inputs, widths, latent)));
        }
        return networks;
    }
}
