package io.hourglass.lab.detection;

import io.hourglass.Autoencoder;
import io.hourglass.TrainingListener;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.data.SeriesReader;
import io.hourglass.lab.data.TimeSeries;
import io.hourglass.lab.data.TimestampScores;
import io.hourglass.lab.data.TimestampScores.Aggregate;
import io.hourglass.lab.data.WindowSettings;
import io.hourglass.lab.data.Windows;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.training.Preparation;
import io.hourglass.lab.training.SeriesTraining;
import io.hourglass.lab.training.TrainPlan;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import java.io.IOException;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The autoencoder that {@code hourglass train --window} makes without other options, with the scores of {@code
 * hourglass score --aggregate}: the same bits.
 *
 * @param how the errors of a row become its score
 * @param threads null for as many as turn out to be fastest
 * @param listener gives a listener for a training of so many epochs
 */
public record SeriesNetwork(
        Aggregate how, long seed, @Nullable Integer threads, IntFunction<TrainingListener> listener)
        implements SeriesDetector {
    @Override
    public String name() {
        return "autoencoder";
    }

    @Override
    public Optional<double[]> scores(DataSplit rows, int trained, int width) throws IOException {
        return Optional.of(scores(model(first(rows, trained), width), rows, width, how));
    }

    private Autoencoder model(DataSplit train, int width) throws IOException {
        SeriesTraining series =
                SeriesTraining.of(train, train.name(), ReadOptions.DEFAULT, settings(width), null, Progress.silent());
        TrainPlan.requireTrainable(series.rows().train(), true, true);
        Preparation prepared =
                new Preparation(series.scaler(Preparation.kind(null, Loss.MSE)), Columns.NONE, Optional.empty());
        return new DefaultNetwork(seed, threads, listener).train(series.rows(), prepared, true);
    }

    /** The first rows alone. */
    static DataSplit first(DataSplit rows, int count) {
        return rows.withRows(rows.train().slice(0, count), null);
    }

    /** Windows of successive rows, at equal distances. */
    static WindowSettings settings(int width) {
        return new WindowSettings(width, 1, null, null, TimeSeries.USUAL_GAP);
    }

    /** The scores of rows by a model of windows, as {@code hourglass score --aggregate} gives them. */
    static double[] scores(Autoencoder model, DataSplit rows, int width, Aggregate how) throws IOException {
        TimeSeries series = SeriesReader.read(rows, rows.name(), ReadOptions.DEFAULT, settings(width));
        Windows windows = series.windows(width, 1).orElseThrow(() -> series.tooShort(width));
        TimestampScores scores = TimestampScores.of(model, windows, series.rows(), how, done -> {});
        return IntStream.range(0, scores.rows()).mapToDouble(scores::score).toArray();
    }
}
