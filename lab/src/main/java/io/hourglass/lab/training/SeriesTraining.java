package io.hourglass.lab.training;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Imputation;
import io.hourglass.Scaler;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.Column;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.data.SeriesReader;
import io.hourglass.lab.data.TimeSeries;
import io.hourglass.lab.data.WindowSettings;
import io.hourglass.lab.data.Windows;
import io.hourglass.lab.progress.Progress;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The windows that a model of series is trained on, and those held out: the last part of each series. Windows across
 * the border belong to neither, so that no row is in both.
 *
 * @param settings how rows become windows
 * @param series all rows
 * @param trained marks the positions of the rows that are trained on
 * @param heldOut fraction of each series that is held out; 0 for none
 * @param rows the windows: training rows and, if any are held out, test rows
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SeriesTraining(
        WindowSettings settings, TimeSeries series, boolean[] trained, double heldOut, DataSplit rows) {
    /** How many rows of each series were trained on, from its first one, in the order of the series. */
    private static final String LENGTHS = "window.trained_rows";

    /** With fewer windows, no part of the series is held out unless the user asks for it. */
    private static final int FEWEST = 50;

    /**
     * Makes windows of loaded rows.
     *
     * @param spec where the rows come from
     * @param validation fraction to hold out; null for the default
     */
    public static SeriesTraining of(
            DataSplit loaded,
            String spec,
            ReadOptions options,
            WindowSettings settings,
            @Nullable Double validation,
            Progress progress)
            throws IOException {
        TimeSeries series = SeriesReader.read(loaded, spec, options, settings);
        series.gaps().ifPresent(progress::note);
        if (settings.timeColumn() == null && loaded.columns() != null) {
            loaded.columns()
                    .find(Column.Type.DATE)
                    .ifPresent(date -> progress.note(series.name()
                            + ": the date " + FormatException.quote(date.name())
                            + " is part of the windows, and rows count "
                            + "as equally spaced; --time-column makes it the time of the rows"));
        }
        int width = settings.width();
        int all = series.windows(width, settings.stride())
                .orElseThrow(() -> series.tooShort(width))
                .rows();
        double heldOut = validation != null ? validation : all < FEWEST ? 0 : DataSplit.defaultValidation(all);
        boolean[] last = heldOut == 0 ? new boolean[series.rows()] : series.last(heldOut);
        if (heldOut > 0 && series.windows(width, 1, last).isEmpty()) {
            if (validation != null) {
                throw new FormatException(series.name() + ": the last part of each series, --validation " + heldOut
                        + ", is shorter than a window of " + width + " rows, expected a larger fraction or a smaller "
                        + "--window");
            }
            progress.note(series.name() + ": holds out no rows, because a fifth of each series is shorter than a "
                    + "window");
            heldOut = 0;
            Arrays.fill(last, false);
        }
        boolean[] first = not(last);
        Windows train = series.windows(width, settings.stride(), first)
                .orElseThrow(() -> new FormatException(series.name() + ": no window of " + width
                        + " rows is left to train on, expected a smaller --validation or --window"));
        Optional<Windows> held = series.windows(width, settings.stride(), last);
        progress.say(series + ", " + train.rows() + " windows to train on"
                + held.map(windows -> ", " + windows.rows() + " held out").orElse(""));
        return new SeriesTraining(
                settings,
                series,
                first,
                heldOut,
                loaded.withRows(Dataset.of(train), held.map(Dataset::of).orElse(null)));
    }

    private static boolean[] not(boolean[] marks) {
        boolean[] others = new boolean[marks.length];
        for (int i = 0; i < marks.length; i++) {
            others[i] = !marks[i];
        }
        return others;
    }

    /** A scaler that treats each column alike at all times of a window, learned from all training rows. */
    public Scaler scaler(Scaler.Kind kind) {
        Scaler ofRow = Scaler.fit(kind, series.select(trained));
        return Scaler.of(ofRow.kind(), repeated(ofRow.offset()), repeated(ofRow.factor()));
    }

    /** What replaces missing values of each column, at all times of a window alike, learned from all training rows. */
    public Imputation imputation(Imputation.Kind kind) {
        Imputation ofRow = Imputation.fit(kind, series.select(trained), Columns.NONE);
        return Imputation.of(kind, repeated(ofRow.values()));
    }

    private double[] repeated(double[] ofRow) {
        double[] all = new double[ofRow.length * settings.width()];
        for (int i = 0; i < all.length; i++) {
            all[i] = ofRow[i % ofRow.length];
        }
        return all;
    }

    /** How many of the held-out rows a model was trained on before. */
    public int measuredAgain(Autoencoder initial) {
        Optional<boolean[]> before = heldOut == 0 ? Optional.empty() : among(initial, series);
        return before.map(marks -> (int) IntStream.range(0, marks.length)
                        .filter(position -> marks[position] && !trained[position])
                        .count())
                .orElse(0);
    }

    /** A window as an image: one pixel high, with a channel for each column. */
    public Shape image() {
        return new Shape(1, settings.width(), series.columns());
    }

    /** A checksum of the training rows, each counted once. */
    public String sha256() {
        return series.select(trained).sha256();
    }

    /** What the model file states. */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>(settings.metadata());
        metadata.put(
                LENGTHS,
                series.groups().stream()
                        .map(group -> Integer.toString(trainedRows(group)))
                        .collect(Collectors.joining(",")));
        return metadata;
    }

    private int trainedRows(TimeSeries.Group group) {
        int rows = 0;
        for (int position = group.from(); position < group.to(); position++) {
            rows += trained[position] ? 1 : 0;
        }
        return rows;
    }

    /**
     * Marks the positions of the rows that a model was trained on, in a file that holds them, and perhaps later rows of
     * the same series and other series after them.
     *
     * @return empty if it does not hold them all
     */
    public static Optional<boolean[]> among(Autoencoder model, TimeSeries series) {
        String[] lengths = model.metadata().getOrDefault(LENGTHS, "").split(",");
        List<TimeSeries.Group> groups = series.groups();
        boolean[] trained = new boolean[series.rows()];
        for (int i = 0; i < lengths.length; i++) {
            int length = lengths[i].matches("\\d{1,9}") ? Integer.parseInt(lengths[i]) : 0;
            if (length == 0 || i >= groups.size() || length > groups.get(i).rows()) {
                return Optional.empty();
            }
            int from = groups.get(i).from();
            Arrays.fill(trained, from, from + length, true);
        }
        return series.select(trained).sha256().equals(model.metadata().get(ModelMetadata.TRAIN_SHA256))
                ? Optional.of(trained)
                : Optional.empty();
    }
}
