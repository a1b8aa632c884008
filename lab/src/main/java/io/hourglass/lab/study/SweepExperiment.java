package io.hourglass.lab.study;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.hourglass.Autoencoder;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.TrainingException;
import io.hourglass.lab.TextFile;
import io.hourglass.lab.TrainingProgress;
import io.hourglass.lab.analysis.Pca;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How small the code can be: the test error of networks with codes of many widths beside PCA's. Writes {@code sweep.csv}; what earlier
 * starts into the same folder have finished with the same settings is used again.
 */
public final class SweepExperiment {
    private final Recipe recipe;

    /** A sweep whose networks are trained by that recipe. */
    public SweepExperiment(Recipe recipe) {
        this.recipe = recipe;
    }

    /**
     * Trains and measures.
     *
     * @param networks no two the same, as wide as the rows, no code wider than them
     * @param pca fitted to the rows to train on
     * @return one result for each network, in their order
     * @throws TrainingException if a network's loss is no longer finite
     */
    public List<SweepResult> run(List<Architecture> networks, Workplace place, Pca pca) throws IOException {
        Training training = Training.of(recipe, place.train().rows(), place.data());
        PartStore<SweepResult> store =
                new PartStore<>(place.folder(), "sweep", SweepResult.class, place.progress()::say);
        Map<Architecture, SweepResult> results = new HashMap<>();
        List<Architecture> missing = new ArrayList<>();
        for (Architecture network : networks) {
            store.find(network, found -> found.training().differsFrom(training))
                    .ifPresentOrElse(found -> results.put(network, found), () -> missing.add(network));
        }
        List<SweepResult> trained = train(missing, training, place, pca, store);
        for (int i = 0; i < missing.size(); i++) {
            results.put(missing.get(i), trained.get(i));
        }
        List<SweepResult> ordered = networks.stream()
                .map(network -> Objects.requireNonNull(results.get(network)))
                .toList();
        TextFile.write(place.folder().resolve("sweep.csv"), csv(ordered));
        return ordered;
    }

    private List<SweepResult> train(
            List<Architecture> networks, Training training, Workplace place, Pca pca, PartStore<SweepResult> store)
            throws IOException {
        Map<Integer, Double> pcaMse = new TreeMap<>();
        if (!networks.isEmpty()) {
            place.progress().say("measuring PCA on " + place.test().rows() + " rows");
        }
        networks.forEach(network -> pcaMse.computeIfAbsent(network.latent(), p -> pca.mse(place.test(), p)));
        TrainingProgress overall = new TrainingProgress(
                place.progress(),
                networks.size(),
                networks.stream().mapToDouble(network -> work(network, place)).sum());
        List<SideBySide.Job<SweepResult>> jobs = new ArrayList<>();
        for (Architecture network : networks) {
            double pcaTestMse = pcaMse.getOrDefault(network.latent(), Double.NaN);
            jobs.add(new SideBySide.Job<>(work(network, place), threads -> {
                double testMse = train(network, place, threads, overall);
                SweepResult result = new SweepResult(network.hidden(), network.latent(), testMse, pcaTestMse, training);
                store.put(network, result);
                place.progress()
                        .say(String.format(
                                Locale.ROOT, "sweep of %s: test MSE %.6f, PCA %.6f", network, testMse, pcaTestMse));
                return result;
            }));
        }
        try {
            return SideBySide.run(jobs, place.threads());
        } finally {
            place.progress().close();
        }
    }

    private double work(Architecture network, Workplace place) {
        return TrainingProgress.work(network, place.train().rows(), recipe.epochs());
    }

    private double train(Architecture network, Workplace place, int threads, TrainingProgress overall) {
        try {
            Autoencoder model = new Trainer(network, recipe)
                    .threads(threads)
                    .listener(overall.run(
                            network.toString(), network, place.train().rows(), recipe.epochs()))
                    .fit(place.train())
                    .model();
            return model.withThreads(threads).error(place.test());
        } catch (TrainingException e) {
            throw new TrainingException(network + ": " + e.getMessage()); // which of them it was
        }
    }

    private static String csv(List<SweepResult> results) throws IOException {
        StringWriter text = new StringWriter();
        CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
        csv.writeRecord("hidden", "latent", "test_mse", "pca_test_mse");
        for (SweepResult result : results) {
            csv.writeRecord(
                    result.hidden().stream().map(String::valueOf).collect(Collectors.joining(" ")),
                    Integer.toString(result.latent()),
                    Double.toString(result.testMse()),
                    Double.toString(result.pcaTestMse()));
        }
        csv.flush();
        return text.toString();
    }
}
