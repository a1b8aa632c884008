package io.hourglass.lab.study;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Scaler;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.study.StudyResults.DataSummary;
import io.hourglass.lab.training.ImageScaling;
import io.hourglass.lab.training.ModelMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What an experiment works with. Rows with values outside [0, 1] are scaled to it: the networks' outputs are sigmoids,
 * and PCA and everything else must be measured in the same units.
 *
 * @param train rows to train on, in the networks' units: all of {@code data}, or the first ones
 * @param test in the networks' units
 * @param trainAsRead in the data's own units
 * @param testAsRead in the data's own units
 * @param scaler from the data's own units to the networks'
 * @param metadata what else a model must know about the data
 * @param folder of the results, locked by {@link ResultsFolder#open}
 * @param threads 1 or more
 */
public record Workplace(
        Dataset train,
        Dataset test,
        Dataset trainAsRead,
        Dataset testAsRead,
        Scaler scaler,
        DataSummary data,
        Map<String, String> metadata,
        Path folder,
        int threads,
        Progress progress) {

    /**
     * Reads the data. If they have no test rows, some training rows are held out.
     *
     * @throws IllegalArgumentException if there is no such data
     * @throws IOException if it cannot be read, or has too few rows to hold any out
     */
    public static Workplace load(StudyData source, Path folder, int threads, Progress progress) throws IOException {
        progress.say("reading " + source.spec());
        DataSplit split =
                DataSource.load(source.spec(), source.options(), progress).withShape(source.shape());
        Double asked = source.validation();
        double held = asked != null ? asked : split.test() == null ? StudyData.DEFAULT_VALIDATION : 0;
        if (held > 0) {
            split = split.withValidation(held);
        }
        Dataset train = split.train();
        Dataset test = split.split("test");
        if (held > 0) {
            progress.say(String.format(
                    Locale.ROOT,
                    "%s: %,d of its %,d %srows held out to test on (--validation %s)",
                    split.name(),
                    test.rows(),
                    train.rows() + test.rows(),
                    asked == null ? "" : "training ",
                    held));
        }
        Scaler scaler = scaler(train);
        Map<String, String> metadata = new LinkedHashMap<>();
        if (held > 0) {
            metadata.putAll(ModelMetadata.ofValidation(held));
        }
        if (split.columns() != null) {
            metadata.putAll(split.columns().metadata());
        }
        if (!scaler.isNone()) {
            progress.say("scaler: " + scaler.kind().label() + ", so errors are in the network's units");
        }
        DataSummary data = new DataSummary(
                split.name(),
                train.rows(),
                test.rows(),
                train.inputs(),
                train.sha256(),
                test.sha256(),
                held,
                scaler.kind().label());
        return new Workplace(
                train.scaled(scaler),
                test.scaled(scaler),
                train,
                test,
                scaler,
                data,
                metadata,
                folder,
                threads,
                progress);
    }

    /** No scaler for values that are already in [0, 1]; otherwise one that brings them there. */
    private static Scaler scaler(Dataset train) {
        if (train.isPixels() || train.shape().isPresent()) {
            return ImageScaling.fit(train, true);
        }
        boolean scaled = true;
        for (int row = 0; scaled && row < train.rows(); row++) {
            for (float value : train.row(row)) {
                scaled &= value >= 0 && value <= 1;
            }
        }
        return Scaler.fit(scaled ? Scaler.Kind.NONE : Scaler.Kind.MIN_MAX, train);
    }

    /** A model without its scaler, for rows in the networks' units. */
    static Autoencoder unscaled(Autoencoder model) {
        if (model.scaler().isNone()) {
            return model;
        }
        Map<String, String> metadata = new LinkedHashMap<>(model.metadata());
        metadata.keySet().removeAll(model.scaler().metadata().keySet());
        return Autoencoder.of(model.architecture(), model.tensors(), metadata);
    }

    /** The same with at most this many training rows, the first ones. */
    Workplace withFirstRows(int rows) {
        return rows >= train.rows()
                ? this
                : new Workplace(
                        train.slice(0, rows),
                        test,
                        trainAsRead.slice(0, rows),
                        testAsRead,
                        scaler,
                        data,
                        metadata,
                        folder,
                        threads,
                        progress);
    }
}
