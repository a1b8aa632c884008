package io.hourglass.lab.detection;

import io.hourglass.Dataset;
import io.hourglass.Imputation;
import io.hourglass.TrainingListener;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.format.FormatException;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.training.AskedRecipe;
import io.hourglass.lab.training.Defaults;
import io.hourglass.lab.training.Preparation;
import io.hourglass.lab.training.TrainPlan;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The autoencoder that {@code hourglass train} makes of a table if it gets no options, with the scores of {@code
 * hourglass score}: the same bits.
 *
 * @param threads null for as many as turn out to be fastest
 * @param impute what replaces missing values; null if there are none
 * @param listener gives a listener for a training of so many epochs
 */
public record NetworkDetector(
        long seed, @Nullable Integer threads, Imputation.@Nullable Kind impute, IntFunction<TrainingListener> listener)
        implements Detector {
    @Override
    public String name() {
        return "autoencoder";
    }

    /** The width of the network's code for some training rows, which a PCA must share to be comparable. */
    static int latent(Dataset train, Columns layout) {
        int fitted = DataSplit.kept(train.rows(), DataSplit.defaultValidation(train.rows()));
        return Defaults.of(fitted, train.inputs(), layout).latent();
    }

    @Override
    public Optional<Fitted> fit(Dataset train, Columns layout) throws FormatException {
        boolean table = Defaults.applyTo(train, false);
        double heldOut = table ? DataSplit.defaultValidation(train.rows()) : 0;
        DataSplit all = new DataSplit(train.name(), train, null);
        DataSplit rows = heldOut > 0 ? all.withValidation(heldOut) : all;
        Dataset fitted = rows.train();
        TrainPlan.requireTrainable(fitted, true, true);
        Preparation prepared = Preparation.learn(fitted, layout, null, impute, Loss.MSE);
        Defaults defaults = Defaults.of(fitted, prepared.table());
        Architecture architecture = prepared.applyTo(
                Architecture.of(fitted.inputs(), defaults.hidden(train.isPixels()), defaults.latent()));
        Baseline baseline = Baseline.fit(fitted.scaled(prepared.scaler()), architecture.latent(), prepared.table());
        rows = rows.withoutImmeasurable(prepared.scaler(), baseline, Progress.silent());
        TrainPlan plan = new TrainPlan(
                AskedRecipe.withSeed(seed), defaults, table, heldOut > 0, null, Optional.empty(), baseline, prepared);
        TrainPlan.Outcome outcome = plan.train(plan.network(architecture), true, rows, (network, trainer) -> {
            if (threads != null) {
                trainer.threads(threads);
            }
            trainer.listener(listener.apply(network.recipe().epochs()));
        });
        AnomalyDetector detector =
                AnomalyDetector.learn(outcome.kept().result().model(), fitted, AnomalyDetector.CONTAMINATION);
        return Optional.of(detector::scores);
    }
}
