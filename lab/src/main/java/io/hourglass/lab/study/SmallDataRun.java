package io.hourglass.lab.study;

import io.hourglass.Recipe;
import io.hourglass.Trainer;
import io.hourglass.TrainingException;
import io.hourglass.lab.progress.TrainingProgress;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Trains a network on few rows until it overfits, with the lab report's recipe and all of its epochs, whatever the
 * study's: on so few rows they take seconds.
 */
final class SmallDataRun {
    /**
     * The run as stored in its file.
     *
     * @param training settings it was trained with
     */
    private record Part(Training training, SmallData result) {}

    private SmallDataRun() {}

    /**
     * Adds the run to the batch if it is still to be trained; the outcome is available when the batch has run.
     *
     * @return nothing if there are too few rows
     */
    static Batch.Outcome<Optional<SmallData>> prepare(Architecture network, Workplace place, long seed, Batch batch)
            throws IOException {
        int all = place.train().rows();
        if (all < SmallData.FEWEST_IN_ALL) {
            place.progress()
                    .say(String.format(
                            Locale.ROOT,
                            "no run on few rows: %,d training rows are too few to leave most of them out, expected at "
                                    + "least %,d",
                            all,
                            SmallData.FEWEST_IN_ALL));
            return Optional::empty;
        }
        Workplace few = place.withFewRows(SmallData.rows(all));
        Recipe recipe = few.suited(Recipe.paper().with(r -> r.seed(seed)), false);
        Training training = Training.of(recipe, few.train().rows(), place.data());
        PartStore<Part> store = new PartStore<>(place.folder(), "small", Part.class, place.progress()::say);
        AtomicReference<SmallData> result = new AtomicReference<>();
        Optional<Part> found = store.find(network, part -> part.training().differsFrom(training));
        if (found.isPresent()) {
            result.set(found.get().result());
        } else {
            batch.add(network, few.train().rows(), recipe.epochs(), (threads, overall) -> {
                SmallData made = train(network, recipe, few, threads, overall);
                store.put(network, new Part(training, made));
                result.set(made);
                place.progress()
                        .say(String.format(
                                Locale.ROOT,
                                "%s: lowest %s %s %.6f in epoch %d, %.6f in the last one",
                                name(network, few),
                                place.data().measuredOn(),
                                place.data().errorName(),
                                made.best().testMse(),
                                made.best().epoch(),
                                made.last().testMse()));
            });
        }
        return () -> Optional.of(Objects.requireNonNull(result.get()));
    }

    private static String name(Architecture network, Workplace few) {
        return String.format(Locale.ROOT, "%s on %,d rows", network, few.train().rows());
    }

    private static SmallData train(
            Architecture network, Recipe recipe, Workplace few, int threads, TrainingProgress overall) {
        String name = name(network, few);
        int rows = few.train().rows();
        try {
            Trainer.Result trained = few.prepared()
                    .applyTo(new Trainer(network, recipe))
                    .threads(threads)
                    .test(few.testAsRead())
                    .trainSample(few.trainAsRead())
                    .listener(overall.run(
                            name,
                            network,
                            rows,
                            recipe.epochs(),
                            few.data().measuredOn(),
                            few.data().errorName()))
                    .fit(few.trainAsRead());
            return new SmallData(
                    network.toString(),
                    recipe,
                    rows,
                    TrainingProgress.requireUninterrupted(trained).history().epochs());
        } catch (TrainingException e) {
            throw new TrainingException(name + ": " + e.getMessage()); // names the run
        }
    }
}
