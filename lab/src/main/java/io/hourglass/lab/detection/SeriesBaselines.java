package io.hourglass.lab.detection;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Scaler;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.data.TimestampScores.Aggregate;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.training.Defaults;
import io.hourglass.lab.training.SeriesTraining;
import io.hourglass.nn.Columns;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Detectors of anomalies in series that an autoencoder has to beat. All see the values as a network does: each column
 * standardised on the training rows.
 */
public final class SeriesBaselines {
    private SeriesBaselines() {}

    private interface Method {
        Optional<double[]> scores(DataSplit rows, int trained, int width) throws IOException;
    }

    /**
     * All of them: the error of PCA of the same windows, with as many components as the network's code has values; the
     * distance to the mean of the rows just before, as many as a window has; the distance to the mean of the training
     * rows. Distances are squared, and the mean over the columns.
     *
     * @param how the errors of a row in PCA's windows become its score
     */
    public static List<SeriesDetector> all(Aggregate how) {
        return List.of(
                detector("pca", (rows, trained, width) -> pca(rows, trained, width, how)),
                detector("moving-average", SeriesBaselines::toMovingAverage),
                detector("mean", SeriesBaselines::toMean));
    }

    private static SeriesDetector detector(String name, Method method) {
        return new SeriesDetector() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Optional<double[]> scores(DataSplit rows, int trained, int width) throws IOException {
                return method.scores(rows, trained, width);
            }
        };
    }

    private static Optional<double[]> pca(DataSplit rows, int trained, int width, Aggregate how) throws IOException {
        DataSplit first = SeriesNetwork.first(rows, trained);
        SeriesTraining series = SeriesTraining.of(
                first, rows.name(), ReadOptions.DEFAULT, SeriesNetwork.settings(width), null, Progress.silent());
        Dataset train = series.rows().train();
        Scaler scaler = series.scaler(Scaler.Kind.STANDARD);
        Baseline baseline = Baseline.fit(
                train.scaled(scaler), Defaults.of(train, Columns.NONE).latent());
        if (!baseline.hasPca()) {
            return Optional.empty();
        }
        Autoencoder model = baseline.network().withMetadata(scaler.metadata());
        return Optional.of(SeriesNetwork.scores(model, rows, width, how));
    }

    /** The first rows, which have too few before them, have no score. */
    private static Optional<double[]> toMovingAverage(DataSplit rows, int trained, int width) {
        float[][] values = standardised(rows.train(), trained);
        double[] scores = new double[values.length];
        for (int row = 0; row < scores.length; row++) {
            scores[row] = row < width ? Double.NaN : distance(values[row], mean(values, row - width, row));
        }
        return Optional.of(scores);
    }

    private static Optional<double[]> toMean(DataSplit rows, int trained, int width) {
        float[][] values = standardised(rows.train(), trained);
        double[] mean = mean(values, 0, trained);
        return Optional.of(
                Arrays.stream(values).mapToDouble(row -> distance(row, mean)).toArray());
    }

    private static float[][] standardised(Dataset rows, int trained) {
        Scaler scaler = Scaler.fit(Scaler.Kind.STANDARD, rows.slice(0, trained));
        float[][] values = new float[rows.rows()][];
        Arrays.setAll(values, row -> rows.row(row, scaler));
        return values;
    }

    /** The mean of the rows from one to before another. */
    private static double[] mean(float[][] rows, int from, int to) {
        double[] mean = new double[rows[0].length];
        for (int row = from; row < to; row++) {
            for (int j = 0; j < mean.length; j++) {
                mean[j] += rows[row][j];
            }
        }
        for (int j = 0; j < mean.length; j++) {
            mean[j] /= to - from;
        }
        return mean;
    }

    private static double distance(float[] row, double[] mean) {
        double sum = 0;
        for (int j = 0; j < row.length; j++) {
            sum += (row[j] - mean[j]) * (row[j] - mean[j]);
        }
        return sum / row.length;
    }
}
