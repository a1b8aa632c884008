package io.hourglass.lab.study;

import io.hourglass.Autoencoder;
import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.TrainingException;
import io.hourglass.lab.analysis.BiasVariance;
import io.hourglass.lab.progress.TrainingProgress;
import io.hourglass.lab.text.Json;
import io.hourglass.lab.text.TextFile;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bias and variance of some networks: trains several models of each on bootstrap samples and writes {@code
 * variance.json}. It reuses what earlier starts in the same folder have finished with the same settings.
 */
public final class VarianceExperiment {
    /** Default number of models of each network. */
    public static final int DEFAULT_MODELS = 8;

    private static final int MOST_MODELS = 1000;

    private final Recipe recipe;
    private final int models;
    private final double noise;

    /**
     * An experiment.
     *
     * @param models of each network, 2 to {@value #MOST_MODELS}
     * @param noise standard deviation of the noise added to the targets, 0 for none
     * @throws IllegalArgumentException if a value is out of range
     */
    public VarianceExperiment(Recipe recipe, int models, double noise) {
        if (models < 2 || models > MOST_MODELS) {
            throw new IllegalArgumentException("models = " + models + ", expected 2 to " + MOST_MODELS);
        }
        BiasVariance.requireNoise(noise);
        this.recipe = recipe;
        this.models = models;
        this.noise = noise;
    }

    /**
     * Trains and measures.
     *
     * @param networks all different, as wide as the rows
     * @return one result for each network, in their order
     * @throws IllegalArgumentException if there is noise and errors are per column
     * @throws TrainingException if a network's loss is no longer finite
     */
    public List<VarianceResult> run(List<Architecture> networks, Workplace place) throws IOException {
        Batch batch = new Batch();
        Batch.Outcome<List<VarianceResult>> outcome = prepare(networks, place, batch);
        batch.run(place);
        return outcome.end();
    }

    /** Adds to the batch what is still to be trained; the outcome is available when the batch has run. */
    Batch.Outcome<List<VarianceResult>> prepare(List<Architecture> networks, Workplace place, Batch batch)
            throws IOException {
        BiasVariance.requireErrorsPerValue(place.data().name(), place.prepared().table(), noise);
        Training training = Training.of(recipe, place.train().rows(), place.data());
        PartStore<VarianceResult> store =
                new PartStore<>(place.folder(), "variance", VarianceResult.class, place.progress()::say);
        Map<Architecture, VarianceResult> results = new ConcurrentHashMap<>();
        for (Architecture network : networks) {
            VarianceResult found =
                    store.find(network, result -> difference(result, training)).orElse(null);
            if (found != null) {
                results.put(network, found);
                continue;
            }
            Ensemble ensemble = new Ensemble(network, training, place, store);
            for (int k = 0; k < models; k++) {
                int model = k;
                batch.add(
                        network,
                        place.train().rows(),
                        recipe.epochs(),
                        (threads, overall) -> ensemble.train(model, threads, overall)
                                .ifPresent(result -> results.put(network, result)));
            }
        }
        return () -> {
            List<VarianceResult> ordered = networks.stream()
                    .map(network -> Objects.requireNonNull(results.get(network)))
                    .toList();
            TextFile.write(
                    place.folder().resolve("variance.json"),
                    Json.write(ordered.stream().map(ResultsJson::of).toList()));
            return ordered;
        };
    }

    private String difference(VarianceResult found, Training training) {
        String difference = found.training().differsFrom(training);
        if (!difference.isEmpty()) {
            return difference;
        }
        if (found.models() != models) {
            return "it was made from " + found.models() + " models";
        }
        return found.noiseVariance() == noise * noise ? "" : "it has noise of variance " + found.noiseVariance();
    }

    /** The models of one network; the thread that trains the last one measures them all. */
    private final class Ensemble {
        private final Architecture network;
        private final Training training;
        private final Workplace place;
        private final PartStore<VarianceResult> store;
        private final SortedMap<Integer, Autoencoder> trained = new TreeMap<>();

        Ensemble(Architecture network, Training training, Workplace place, PartStore<VarianceResult> store) {
            this.network = network;
            this.training = training;
            this.place = place;
            this.store = store;
        }

        /**
         * Trains model k on a bootstrap sample of its own. The sample is released afterwards, because it is as large as
         * the data.
         *
         * @return the result of all models, if this was the last one
         */
        Optional<VarianceResult> train(int k, int threads, TrainingProgress overall) throws IOException {
            long seed = recipe.seed() * models + k;
            String name = network + " model " + (k + 1) + "/" + models;
            try {
                Trainer trainer = place.prepared()
                        .applyTo(new Trainer(network, recipe.with(r -> r.seed(seed))))
                        .threads(threads)
                        .listener(overall.run(name, network, place.train().rows(), recipe.epochs()));
                Trainer.Result result = trainer.fit(BiasVariance.bootstrap(place.trainAsRead(), seed));
                Autoencoder model =
                        TrainingProgress.requireUninterrupted(result).model();
                return add(k, model.withThreads(threads)) ? Optional.of(measure()) : Optional.empty();
            } catch (TrainingException e) {
                throw new TrainingException(name + ": " + e.getMessage()); // names the model
            }
        }

        /** Adds a trained model; returns whether it was the last one. */
        private synchronized boolean add(int k, Autoencoder model) {
            trained.put(k, model);
            return trained.size() == models;
        }

        private synchronized VarianceResult measure() throws IOException {
            BiasVariance parts =
                    BiasVariance.of(List.copyOf(trained.values()), place.testAsRead(), noise, recipe.seed());
            trained.clear();
            VarianceResult measured = new VarianceResult(
                    network.toString(),
                    parts.bias2(),
                    parts.variance(),
                    parts.noise(),
                    parts.mse(),
                    parts.noiseError(),
                    noise * noise,
                    models,
                    training);
            store.put(network, measured);
            place.progress()
                    .say(String.format(
                            Locale.ROOT,
                            "variance of %s: bias^2 %.6f, variance %.6f, %s %.6f",
                            network,
                            parts.bias2(),
                            parts.variance(),
                            place.data().errorName(),
                            parts.mse()));
            return measured;
        }
    }
}
