package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.data.LabelSet;
import io.hourglass.lab.training.ModelMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of some data a model was trained on. The model file states the SHA-256 of the training rows, the fraction
 * of the data that was held out, and the labels that were selected. Files of older versions do not state the labels, so
 * several are tried.
 *
 * @param offered the rows with the selected labels, including those held out
 * @param trained the rows that the model was trained on
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TrainingRows(boolean[] offered, boolean[] trained) {

    /**
     * Looks for a model's training rows.
     *
     * @param data in the form that the model takes
     * @param guesses labels that the model may have been trained on; its own labels and all labels are tried in any
     *     case
     * @param others labels that the model may have been trained without; null for none
     * @return empty if the data does not contain the training rows, or the model does not state them
     */
    static Optional<TrainingRows> among(
            Autoencoder model, Dataset data, List<LabelSet> guesses, @Nullable LabelSet others) {
        String sha256 = model.metadata().get(ModelMetadata.TRAIN_SHA256);
        if (sha256 == null) {
            return Optional.empty();
        }
        boolean[] all = new boolean[data.rows()];
        Arrays.fill(all, true);
        List<boolean[]> offers = new ArrayList<>(List.of(all));
        if (data.hasLabels()) {
            List<LabelSet> labels = new ArrayList<>(guesses);
            LabelSet.of(model.metadata()).ifPresent(labels::add);
            labels.forEach(set -> offers.add(marks(data, set)));
            if (others != null) {
                boolean[] without = marks(data, others);
                for (int row = 0; row < without.length; row++) {
                    without[row] = !without[row];
                }
                offers.add(without);
            }
        }
        for (boolean[] offer : offers) {
            Optional<TrainingRows> found = among(data, offer, ModelMetadata.validation(model), sha256);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /**
     * How many of the rows that a run is measured on the initial model was trained on.
     *
     * @param loaded all rows, before rows are selected by label and held out
     * @param heldOut fraction of the training rows that is held out; 0 to measure on the test rows
     */
    static int measuredAgain(Autoencoder initial, DataSplit loaded, LabelsOption labels, double heldOut)
            throws FormatException {
        Dataset part = heldOut > 0 ? loaded.train() : loaded.test();
        if (part == null) {
            return 0;
        }
        Dataset data = initial.match(part).rows();
        Optional<TrainingRows> training =
                among(initial, data, labels.asked().stream().toList(), null);
        if (training.isEmpty()) {
            return 0;
        }
        int[] chosen = rows(labels.mark(data));
        boolean[] held = DataSplit.heldOut(data.select(chosen), heldOut);
        return (int) IntStream.range(0, chosen.length)
                .filter(i -> (heldOut == 0 || held[i]) && training.get().trained()[chosen[i]])
                .count();
    }

    /**
     * The numbers of the rows that a model is trained on, among all rows of the data.
     *
     * @param data all rows, before rows are selected by label and held out
     * @param heldOut fraction of the selected rows that is held out
     */
    static List<String> numbers(Dataset data, LabelsOption labels, double heldOut) throws FormatException {
        int[] chosen = rows(labels.mark(data));
        boolean[] held = DataSplit.heldOut(data.select(chosen), heldOut);
        return IntStream.range(0, chosen.length)
                .filter(i -> !held[i])
                .mapToObj(i -> Integer.toString(chosen[i]))
                .toList();
    }

    private static boolean[] marks(Dataset data, LabelSet labels) {
        boolean[] marks = new boolean[data.rows()];
        for (int row = 0; row < marks.length; row++) {
            marks[row] = labels.contains(data, data.label(row));
        }
        return marks;
    }

    private static Optional<TrainingRows> among(
            Dataset data, boolean[] offer, OptionalDouble validation, String sha256) {
        int[] rows = rows(offer);
        List<boolean[]> heldOut = new ArrayList<>(List.of(new boolean[rows.length]));
        if (validation.isPresent()) {
            heldOut.add(DataSplit.heldOut(rows.length, null, validation.getAsDouble()));
            if (data.hasLabels()) {
                int[] labels = Arrays.stream(rows).map(data::label).toArray();
                heldOut.add(DataSplit.heldOut(rows.length, labels, validation.getAsDouble()));
            }
        }
        for (boolean[] held : heldOut) {
            boolean[] trained = offer.clone();
            for (int i = 0; i < rows.length; i++) {
                trained[rows[i]] = !held[i];
            }
            int[] kept = rows(trained);
            if (kept.length > 0
                    && (kept.length == data.rows() ? data : data.select(kept))
                            .sha256()
                            .equals(sha256)) {
                return Optional.of(new TrainingRows(offer, trained));
            }
        }
        return Optional.empty();
    }

    /** The indices of the marked rows. */
    static int[] rows(boolean[] marks) {
        return IntStream.range(0, marks.length).filter(row -> marks[row]).toArray();
    }
}
