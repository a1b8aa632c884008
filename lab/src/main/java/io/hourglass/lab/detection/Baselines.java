package io.hourglass.lab.detection;

import io.hourglass.Dataset;
import io.hourglass.Imputation;
import io.hourglass.Scaler;
import io.hourglass.compute.Neighbours;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.analysis.IsolationForest;
import io.hourglass.lab.training.Preparation;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Detectors that an autoencoder has to beat. All see the values as a network does: each column standardised on the
 * training rows, categories weighted as columns, missing values at the mean.
 */
public final class Baselines {
    private static final int NEIGHBOUR = 5;

    private Baselines() {}

    /** Learns from scaled rows; empty if there are too many. */
    private interface Method {
        Optional<Detector.Fitted> fit(Dataset scaled, Columns table);
    }

    /**
     * All of them: the error of PCA with as many components as the network's code has values, and with a quarter of the
     * columns; the distance to the mean; the distance to the 5th nearest training row; an isolation forest.
     *
     * @param seed of the forest
     * @param impute what replaces missing values; null if there are none
     */
    public static List<Detector> all(long seed, Imputation.@Nullable Kind impute) {
        return List.of(
                detector("pca", impute, pca(NetworkDetector::latent)),
                detector("pca-quarter", impute, pca((train, table) -> Math.max(1, train.inputs() / 4))),
                detector("mean", impute, (train, table) -> Optional.of(Baseline.ofMean(train, table)::meanErrors)),
                detector("knn" + NEIGHBOUR, impute, Baselines::neighbours),
                detector("iforest", impute, (train, table) -> forest(train, table, seed)));
    }

    private static Detector detector(String name, Imputation.@Nullable Kind impute, Method method) {
        return new Detector() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Optional<Fitted> fit(Dataset train, Columns layout) {
                Preparation prepared = Preparation.learn(train, layout, null, impute, Loss.MSE);
                Scaler scaler = prepared.scaler();
                Dataset scaled = train.scaled(scaler);
                return method.fit(scaled, prepared.table())
                        .map(fitted -> rows -> fitted.scores(rows == train ? scaled : rows.scaled(scaler)));
            }
        };
    }

    private static Method pca(ToIntBiFunction<Dataset, Columns> width) {
        return (train, table) -> {
            Baseline baseline = Baseline.fit(train, width.applyAsInt(train, table), table);
            return baseline.hasPca() ? Optional.of(baseline::pcaErrors) : Optional.empty();
        };
    }

    /** A training row is not its own neighbour: of itself and its neighbours, it takes one more. */
    private static Optional<Detector.Fitted> neighbours(Dataset train, Columns table) {
        Baseline mean = Baseline.ofMean(train, table);
        float[][] references = rows(mean.differences(train));
        Neighbours neighbours = new Neighbours(references);
        return Optional.of(rows -> {
            boolean own = rows == train;
            float[][] queries = own ? references : rows(mean.differences(rows));
            return neighbours.distances(queries, Math.min(references.length, NEIGHBOUR + (own ? 1 : 0)));
        });
    }

    private static Optional<Detector.Fitted> forest(Dataset train, Columns table, long seed) {
        Baseline mean = Baseline.ofMean(train, table);
        IsolationForest forest = IsolationForest.fit(rows(mean.differences(train)), seed);
        return Optional.of(rows -> forest.scores(rows(mean.differences(rows))));
    }

    private static float[][] rows(Dataset data) {
        float[][] rows = new float[data.rows()][];
        Arrays.setAll(rows, data::row);
        return rows;
    }
}
