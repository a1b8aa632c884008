package io.hourglass.lab.detection;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.TrainingListener;
import io.hourglass.format.FormatException;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.training.AskedRecipe;
import io.hourglass.lab.training.Defaults;
import io.hourglass.lab.training.Preparation;
import io.hourglass.lab.training.TrainPlan;
import io.hourglass.nn.Architecture;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Trains the network that {@code hourglass train} makes of prepared rows if it gets no options: the same bits.
 *
 * @param threads null for as many as turn out to be fastest
 * @param listener gives a listener for a training of so many epochs
 */
record DefaultNetwork(long seed, @Nullable Integer threads, IntFunction<TrainingListener> listener) {
    /**
     * The trained model.
     *
     * @param rows training rows and, if any are held out, test rows
     * @param table whether {@link Defaults} are those of tables
     * @throws FormatException if held-out rows cannot be measured
     */
    Autoencoder train(DataSplit rows, Preparation prepared, boolean table) throws FormatException {
        Dataset train = rows.train();
        Defaults defaults = Defaults.of(train, prepared.table());
        Architecture architecture =
                prepared.applyTo(Architecture.of(train.inputs(), defaults.hidden(train.isPixels()), defaults.latent()));
        Baseline baseline = Baseline.fit(train.scaled(prepared.scaler()), architecture.latent(), prepared.table());
        TrainPlan plan = new TrainPlan(
                AskedRecipe.withSeed(seed),
                defaults,
                table,
                rows.test() != null,
                null,
                Optional.empty(),
                baseline,
                prepared);
        DataSplit measurable = rows.withoutImmeasurable(prepared.scaler(), baseline, Progress.silent());
        return plan.train(plan.network(architecture), true, measurable, (network, trainer) -> {
                    if (threads != null) {
                        trainer.threads(threads);
                    }
                    trainer.listener(listener.apply(network.recipe().epochs()));
                })
                .kept()
                .result()
                .model();
    }
}
