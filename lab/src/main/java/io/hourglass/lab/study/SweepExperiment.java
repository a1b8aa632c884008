package io.hourglass.lab.study;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.hourglass.Autoencoder;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.TrainingException;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.progress.TrainingProgress;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.lab.text.TextFile;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How small the code can be: the test error of networks with codes of many widths, compared with PCA's. Writes {@code
 * sweep.csv}; reuses what earlier starts in the same folder have finished with the same settings.
 */
public final class SweepExperiment {
    private final Recipe recipe;

    /** A sweep whose networks are trained with a recipe. */
    public SweepExperiment(Recipe recipe) {
        this.recipe = recipe;
    }

    /**
     * Trains and measures.
     *
     * @param networks all different, as wide as the rows, with codes no wider than the rows
     * @param pca fitted to the rows to train on
     * @return one result for each network, in their order
     * @throws TrainingException if a network's loss is no longer finite
     */
    public List<SweepResult> run(List<Architecture> networks, Workplace place, ColumnPca pca) throws IOException {
        Batch batch = new Batch();
        Batch.Outcome<List<SweepResult>> outcome = prepare(networks, place, () -> pca, Map.of(), batch);
        batch.run(place);
        return outcome.end();
    }

    /**
     * Adds to the batch what is still to be trained; the outcome is available when the batch has run.
     *
     * @param runs that train some of the networks in the same way, on the same rows: these are not trained twice
     */
    Batch.Outcome<List<SweepResult>> prepare(
            List<Architecture> networks,
            Workplace place,
            Supplier<ColumnPca> pca,
            Map<Architecture, Supplier<RunResult>> runs,
            Batch batch)
            throws IOException {
        Training training = Training.of(recipe, place.train().rows(), place.data());
        PartStore<SweepResult> store =
                new PartStore<>(place.folder(), "sweep", SweepResult.class, place.progress()::say);
        Map<Architecture, SweepResult> results = new ConcurrentHashMap<>();
        Map<Integer, Double> pcaMse = new ConcurrentHashMap<>();
        for (Architecture network : networks) {
            if (runs.containsKey(network)) {
                continue;
            }
            SweepResult found = store.find(network, result -> result.training().differsFrom(training))
                    .orElse(null);
            if (found != null) {
                results.put(network, found);
                continue;
            }
            batch.add(network, place.train().rows(), recipe.epochs(), (threads, overall) -> {
                double testMse = train(network, place, threads, overall);
                double pcaTestMse =
                        pcaMse.computeIfAbsent(network.latent(), p -> pca.get().mse(place.test(), p));
                SweepResult result = new SweepResult(network.toString(), testMse, pcaTestMse, training);
                store.put(network, result);
                results.put(network, result);
                place.progress()
                        .say(String.format(
                                Locale.ROOT,
                                "sweep of %s: %s %s %.6f, PCA %.6f",
                                network,
                                place.data().measuredOn(),
                                place.data().errorName(),
                                testMse,
                                pcaTestMse));
            });
        }
        return () -> {
            List<SweepResult> ordered = networks.stream()
                    .map(network -> {
                        Supplier<RunResult> run = runs.get(network);
                        return run == null
                                ? Objects.requireNonNull(results.get(network))
                                : SweepResult.of(run.get(), training);
                    })
                    .toList();
            TextFile.write(place.folder().resolve("sweep.csv"), csv(ordered));
            return ordered;
        };
    }

    private double train(Architecture network, Workplace place, int threads, TrainingProgress overall) {
        try {
            Trainer trainer = place.prepared()
                    .applyTo(new Trainer(network, recipe))
                    .threads(threads)
                    .listener(overall.run(
                            network.toString(), network, place.train().rows(), recipe.epochs()));
            Autoencoder model = TrainingProgress.requireUninterrupted(trainer.fit(place.trainAsRead()))
                    .model();
            return model.withThreads(threads).error(place.testAsRead());
        } catch (TrainingException e) {
            throw new TrainingException(network + ": " + e.getMessage()); // names the network
        }
    }

    /** The encoder's convolutions and widths, for instance {@code 16c3s2 32c3s2 128}. */
    private static String hidden(Architecture architecture) {
        return Stream.concat(architecture.convolutions().stream(), architecture.hidden().stream())
                .map(String::valueOf)
                .collect(Collectors.joining(" "));
    }

    private static String csv(List<SweepResult> results) throws IOException {
        StringWriter text = new StringWriter();
        CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
        csv.writeRecord("hidden", "latent", "test_mse", "pca_test_mse");
        for (SweepResult result : results) {
            csv.writeRecord(
                    hidden(result.architecture()),
                    Integer.toString(result.latent()),
                    Double.toString(result.testMse()),
                    Double.toString(result.pcaTestMse()));
        }
        csv.flush();
        return text.toString();
    }
}
