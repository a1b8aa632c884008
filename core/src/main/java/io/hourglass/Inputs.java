package io.hourglass;

import io.hourglass.io.Labels;
import io.hourglass.format.FormatException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model's rows are: the names of their columns and their units. Learned from the training rows, stored as text
 * in the model, and compared with every data set that the model is used on.
 *
 * @param columns names of the columns; empty where the training rows had none
 * @param units what a value means
 * @param most largest value of the training rows; NaN where it is not known
 */
record Inputs(List<String> columns, Units units, double most) {
    private static final String COLUMNS = "data.columns"; // a line each
    private static final String UNITS = "data.units";
    private static final String MOST = "data.largest";

    /** What the values of the training rows meant. */
    enum Units {
        /** Pixels: bytes that stand for 0 to 1. */
        PIXELS,
        /** Numbers in the user's units. */
        NUMBERS,
        /** Not told, as in files that hold tensors only: values are taken as they are. */
        UNKNOWN;

        String label() {
            return Labels.of(this);
        }
    }

    static Inputs of(Dataset train) {
        return train.isPixels()
                ? new Inputs(train.columns(), Units.PIXELS, Double.NaN)
                : new Inputs(train.columns(), Units.NUMBERS, train.range()[1]);
    }

    Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        if (!columns.isEmpty()) {
            metadata.put(COLUMNS, String.join("\n", columns));
        }
        metadata.put(UNITS, units.label());
        if (!Double.isNaN(most)) {
            metadata.put(MOST, Double.toString(most));
        }
        return metadata;
    }

    /**
     * What a model file's text tells. Of files without units, those with a scaler take numbers.
     *
     * @throws IllegalArgumentException if an entry is damaged; the message names it
     */
    static Inputs parse(Map<String, String> metadata, int inputs, Scaler scaler) {
        String names = metadata.get(COLUMNS);
        List<String> columns = names == null ? List.of() : List.of(names.split("\n", -1));
        if (!columns.isEmpty() && columns.size() != inputs) {
            throw new IllegalArgumentException(COLUMNS + " has " + columns.size() + " names, expected " + inputs);
        }
        String told = metadata.get(UNITS);
        Units units = told == null ? (scaler.isNone() ? Units.UNKNOWN : Units.NUMBERS) : units(told);
        try {
            String most = metadata.get(MOST);
            return new Inputs(columns, units, most == null ? Double.NaN : Double.parseDouble(most));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    MOST + " is " + FormatException.quote(metadata.getOrDefault(MOST, "")) + ", expected a number");
        }
    }

    private static Units units(String label) {
        return Labels.find(Units.class, label)
                .filter(units -> units != Units.UNKNOWN)
                .orElseThrow(() -> new IllegalArgumentException(
                        UNITS + " is " + FormatException.quote(label) + ", expected pixels or numbers"));
    }

    /**
     * Those rows as the model takes them.
     *
     * @throws IllegalArgumentException if a column is missing or named twice; the message names it
     */
    Autoencoder.Match match(Dataset data, int inputs) {
        List<String> notes = new ArrayList<>();
        Dataset rows = withColumns(data, inputs, notes);
        return new Autoencoder.Match(withUnits(rows, notes), List.copyOf(notes));
    }

    /** Those rows with the model's columns in their order, where both have names. */
    Dataset withColumns(Dataset data, int inputs, List<String> notes) {
        if (columns.isEmpty() || data.columns().equals(columns)) {
            if (columns.isEmpty() && !data.columns().isEmpty() && data.inputs() == inputs) {
                notes.add(
                        data.name() + ": the model knows no names of columns; they are taken in the order of the data");
            }
            return data;
        }
        if (data.columns().isEmpty()) {
            if (data.inputs() == inputs) { // others are refused for their width
                notes.add(data.name() + ": has no names of columns; they are taken in the order of the model's");
            }
            return data;
        }
        Map<String, Integer> places = new HashMap<>();
        for (int column = 0; column < data.inputs(); column++) {
            places.merge(data.columns().get(column), column, (first, second) -> -1);
        }
        int[] chosen = new int[inputs];
        for (int j = 0; j < inputs; j++) {
            Integer place = places.remove(columns.get(j));
            if (place == null || place < 0) {
                throw new IllegalArgumentException(
                        data.name() + ": " + (place == null ? "no column " : "more than one column ")
                                + FormatException.quote(columns.get(j)) + ", expected the columns that the model was "
                                + "trained on");
            }
            chosen[j] = place;
        }
        if (!places.isEmpty()) {
            notes.add(ignored(
                    data.name(),
                    data.columns().stream().filter(places::containsKey).toList()));
        }
        return data.selectColumns(chosen);
    }

    /** What is said of columns that a model does not know. */
    static String ignored(String name, List<String> columns) {
        int shown = Math.min(columns.size(), 5);
        return name + ": ignores " + columns.size() + (columns.size() == 1 ? " column" : " columns")
                + " the model does not know: "
                + FormatException.quote(String.join(", ", columns.subList(0, shown)))
                + (shown < columns.size() ? ", ..." : "");
    }

    /**
     * Pixels for a model of numbers, or the other way round. A model of numbers takes a byte as the number 0 to 255,
     * unless its training rows show that its numbers are shares of 1. Numbers up to 1 are taken as shares of 1 by a
     * model of pixels.
     *
     * @throws IllegalArgumentException if numbers can be no pixels
     */
    private Dataset withUnits(Dataset data, List<String> notes) {
        if (units == Units.NUMBERS && data.isPixels() && !(most <= 1)) {
            notes.add(data.name() + ": the model was trained on numbers, so pixels are taken as 0 to 255");
            return data.pixelsAsNumbers();
        }
        if (units == Units.UNKNOWN || data.isPixels()) {
            return data;
        }
        double[] range = data.range();
        if (units == Units.NUMBERS) {
            if (most <= 1 && range[1] > 1 && data.asPixels().isPresent()) {
                notes.add(data.name() + ": values run up to " + range[1] + ", but only up to " + most
                        + " in the rows that the model was trained on; pixels would have to be divided by 255");
            } else if (most > 100 && range[0] >= 0 && range[1] <= 1) {
                notes.add(data.name() + ": values run only up to " + range[1] + ", but up to " + most
                        + " in the rows that the model was trained on; are they in the same units?");
            }
            return data;
        }
        if (range[0] >= 0 && range[1] <= 1) {
            return data;
        }
        notes.add(data.name() + ": the model was trained on pixels, so 0 to 255 are taken as 0 to 1");
        return data.asPixels()
                .orElseThrow(() -> new IllegalArgumentException(data.name() + ": values run from " + range[0] + " to "
                        + range[1]
                        + ", but the model was trained on pixels: expected 0 to 1, or whole numbers from 0 to "
                        + "255"));
    }
}
