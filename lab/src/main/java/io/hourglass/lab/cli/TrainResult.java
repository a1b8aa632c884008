package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.History;
import io.hourglass.Scaler;
import io.hourglass.Trainer;
import io.hourglass.lab.analysis.Baseline;
import io.hourglass.lab.analysis.Evaluation;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.training.HistoryCsv;
import io.hourglass.lab.training.ModelMetadata;
import io.hourglass.lab.training.SeriesTraining;
import io.hourglass.lab.training.TrainPlan;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Variant;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code hourglass train} writes and prints at the end.
 *
 * @param heldOut fraction of the training rows that was held out, 0 for none
 * @param labels the labels that the rows were selected by
 * @param baseline of the training rows
 * @param series what the rows are windows of; null if they are none
 */
record TrainResult(
        TrainPlan.Trained kept,
        DataSplit rows,
        double heldOut,
        LabelsOption labels,
        Baseline baseline,
        @Nullable SeriesTraining series) {

    private TrainPlan.Network network() {
        return kept.network();
    }

    private Trainer.Result trained() {
        return kept.result();
    }

    private String measuredOn() {
        return heldOut > 0 ? "validation" : "test";
    }

    /** The model, with metadata on how it was trained(). */
    Autoencoder model() {
        Map<String, String> more = new LinkedHashMap<>(baseline.metadata());
        if (rows.columns() != null) {
            more.putAll(rows.columns().metadata());
        }
        if (heldOut > 0) {
            more.putAll(ModelMetadata.ofValidation(heldOut));
        }
        labels.asked().ifPresent(only -> more.putAll(only.metadata()));
        Dataset train = rows.train();
        if (series != null) {
            more.putAll(series.metadata());
        }
        String sha256 = series == null ? train.sha256() : series.sha256();
        return ModelMetadata.describe(trained(), train, sha256, measuredOn()).withMetadata(more);
    }

    /** All epochs as CSV. */
    String history() {
        return HistoryCsv.of(
                trained().history(),
                network().architecture(),
                network().recipe().objective(),
                measuredOn());
    }

    /**
     * Prints the network's errors and those of the mean and PCA.
     *
     * @param comparison as {@link #comparison} gives it
     */
    void print(PrintStream out, Comparison comparison) {
        Architecture architecture = network().architecture();
        double test = trained().epoch().testMse();
        String error = Evaluation.errorName(trained().model().table());
        out.printf(
                Locale.ROOT,
                "%s, %s recipe: train %s %s (mean of the epoch)%s, %s%s%n",
                architecture,
                network().recipe().name(),
                error,
                Shown.error(trained().epoch().trainMse()),
                Double.isNaN(test) ? "" : ", " + measuredOn() + " " + error + " " + Shown.error(test),
                Progress.duration(trained().history().seconds()),
                network().patience() == 0
                        ? ""
                        : ", best epoch " + trained().epoch().epoch() + " of "
                                + trained().history().epochs().size());
        if (architecture.variant() == Variant.VARIATIONAL
                || !network().recipe().objective().equals(Objective.MSE)) {
            printLoss(out);
        }
        out.println((Double.isNaN(test) ? "train" : measuredOn()) + " " + error + " of " + comparison.line());
    }

    /** The comparison with the mean and PCA, on rows that were not trained on, if there are any. */
    Comparison comparison() {
        double mse = rows.test() == null
                ? trained().epoch().trainMse()
                : trained().epoch().testMse();
        Dataset measured = Objects.requireNonNullElse(rows.test(), rows.train());
        return Comparison.of(
                mse,
                baseline,
                measured.scaled(trained().model().scaler()),
                network().architecture().latent());
    }

    /** Prints the objective in both of its units: per row, and divided by the number of values. */
    private void printLoss(PrintStream out) {
        History.Epoch epoch = trained().epoch();
        if (trained().model().table().differ()) {
            out.printf(Locale.ROOT, "train loss %.6f per column", epoch.trainLoss());
            out.println(
                    epoch.trainKl() > 0
                            ? String.format(Locale.ROOT, ", KL divergence %.4f nats per row", epoch.trainKl())
                            : "");
            return;
        }
        String row = rows.train().shape().isPresent() ? "image" : "row";
        int inputs = network().architecture().inputs();
        out.printf(
                Locale.ROOT,
                "train loss %.4f per %s, %.6f per value",
                epoch.trainLoss() * inputs,
                row,
                epoch.trainLoss());
        if (epoch.trainKl() > 0) {
            out.printf(
                    Locale.ROOT,
                    "; of this, KL divergence %.4f nats per %s, %.6f per value",
                    epoch.trainKl(),
                    row,
                    epoch.trainKl() / inputs);
        }
        out.println();
    }

    /**
     * What may help if the network is no better than the mean or PCA.
     *
     * @param hiddenGiven whether the user chose the hidden layers
     */
    String advice(boolean hiddenGiven) {
        List<String> advice = new ArrayList<>();
        if (trained().model().scaler().kind() != Scaler.Kind.STANDARD
                && !rows.train().isPixels()) {
            advice.add("--scale standard");
        }
        boolean convolutional = !network().architecture().convolutions().isEmpty();
        if (convolutional && heldOut > 0) {
            advice.add("no --conv (of two dense networks the better is kept)");
        } else if (hiddenGiven && heldOut > 0) {
            advice.add("no --hidden (of two networks the better is kept)");
        }
        boolean variational = network().architecture().variant() == Variant.VARIATIONAL;
        advice.add(variational ? "a smaller --beta" : "more --epochs");
        return "; try " + String.join(" or ", advice);
    }
}
