package io.hourglass.lab.study;

import io.hourglass.Recipe;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.training.Defaults;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The experiments of a study besides the report's runs, with the last of its recipes (the tuned one if there are two).
 * The sweep trains like the runs, for all epochs and on all rows, and reuses the runs' networks where it needs the same
 * ones. Bias and variance need 24 more networks, which are compared only with each other: they are trained for
 * {@link #VARIANCE_EPOCHS} epochs or {@link #VARIANCE_STEPS} steps, on at most {@link #VARIANCE_ROWS} rows.
 *
 * @param smallData empty if there are too few rows
 * @param variance one hidden layer, p = 2, 8, 16
 * @param sweep one and two hidden layers, p = 2, 8, 16, 64
 */
record Extras(Optional<SmallData> smallData, List<VarianceResult> variance, List<SweepResult> sweep) {
    private static final int VARIANCE_EPOCHS = 3;

    /** More epochs on few rows, so that there are as many steps as on MNIST. */
    private static final int VARIANCE_STEPS = 1_400;

    /** Half of MNIST is enough to measure bias and variance. */
    private static final int VARIANCE_ROWS = 30_000;

    /** The extras of a quick study or a first look. */
    static Extras none() {
        return new Extras(Optional.empty(), List.of(), List.of());
    }

    /**
     * Adds to the batch what is still to be trained; the outcome is available when the batch has run.
     *
     * @param place with all training rows
     * @param few with as many training rows as the study's {@link Effort} says
     * @param recipes the study's
     * @param runs the study's runs of the last recipe, by architecture; available when the batch has run
     * @param pca fitted to all training rows
     */
    static Batch.Outcome<Extras> prepare(
            Workplace place,
            Workplace few,
            List<Recipe> recipes,
            Map<Architecture, Supplier<StudyResults.RunResult>> runs,
            Supplier<ColumnPca> pca,
            Batch batch)
            throws IOException {
        Recipe recipe = recipes.get(recipes.size() - 1);
        Workplace some = few.withFewRows(VARIANCE_ROWS);
        int enough =
                new Defaults(some.train().rows(), some.train().inputs()).epochs(VARIANCE_STEPS, recipe.batchSize());
        int epochs = Math.min(recipe.epochs(), Math.max(VARIANCE_EPOCHS, enough));
        Batch.Outcome<List<VarianceResult>> variance = new VarianceExperiment(
                        recipe.with(r -> r.epochs(epochs)), VarianceExperiment.DEFAULT_MODELS, 0)
                .prepare(networks(place, List.of(List.of(128)), List.of(2, 8, 16)), some, batch);
        Batch.Outcome<List<SweepResult>> sweep = new SweepExperiment(recipe)
                .prepare(
                        networks(place, List.of(List.of(128), List.of(256, 128)), List.of(2, 8, 16, 64)),
                        place,
                        pca,
                        runs,
                        batch);
        Batch.Outcome<Optional<SmallData>> smallData = SmallDataRun.prepare(largest(runs), place, recipe.seed(), batch);
        return () -> new Extras(smallData.end(), variance.end(), sweep.end());
    }

    private static Architecture largest(Map<Architecture, ?> runs) {
        return runs.keySet().stream()
                .filter(network -> network.convolutions().isEmpty())
                .max(Comparator.comparingLong(Architecture::parameters))
                .orElseThrow();
    }

    /** Every width of the code with every depth; none wider than {@link Workplace#widestCode}. */
    private static List<Architecture> networks(Workplace place, List<List<Integer>> hidden, List<Integer> latents) {
        int inputs = place.train().inputs();
        List<Architecture> networks = new ArrayList<>();
        for (List<Integer> widths : hidden) {
            latents.stream()
                    .filter(latent -> latent <= place.widestCode())
                    .map(latent -> Architecture.of(inputs, widths, latent))
                    .forEach(network -> networks.add(place.prepared().applyTo(network)));
        }
        return networks;
    }
}
