package io.hourglass.lab.detection;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Imputation;
import io.hourglass.TrainingListener;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.training.Defaults;
import io.hourglass.lab.training.Preparation;
import io.hourglass.lab.training.TrainPlan;
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
        Autoencoder model = new DefaultNetwork(seed, threads, listener).train(rows, prepared, table);
        AnomalyDetector detector = AnomalyDetector.learn(model, fitted, AnomalyDetector.CONTAMINATION);
        return Optional.of(detector::scores);
    }
}
