package io.hourglass;

import io.hourglass.format.FormatException;
import io.hourglass.io.Labels;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model knows about its rows: column names and units. Taken from the training rows, stored as text in the model,
 * and compared with every data set that the model is used on.
 *
 * @param columns column names; empty if the training rows had none
 * @param units what a value means
 * @param most largest value of the training rows; NaN if unknown
 */
record Inputs(List<String> columns, Units units, double most) {
    private static final String COLUMNS = "data.columns"; // one per line
    private static final String UNITS = "data.units";
    private static final String MOST = "data.largest";

    /** What the values of the training rows meant. */
    enum Units {
        /** Pixels: bytes that stand for 0 to 1. */
        PIXELS,
        /** Numbers in the user's units. */
        NUMBERS,
        /** Not stated, as in files that hold tensors only; values are used unchanged. */
        UNKNOWN
    }

    static Inputs of(Dataset train) {
        if (train.isPixels()) {
            return new Inputs(train.columns(), Units.PIXELS, Double.NaN);
        }
        // To read all rows of a source may take long, and the largest value serves hints only.
        double most = train.values() instanceof SourceValues
                ? Double.NaN
                : train.values().range()[1];
        return new Inputs(train.columns(), Units.NUMBERS, most);
    }

    Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        if (!columns.isEmpty()) {
            metadata.put(COLUMNS, String.join("\n", columns));
        }
        metadata.put(UNITS, Labels.of(units));
        if (!Double.isNaN(most)) {
            metadata.put(MOST, Double.toString(most));
        }
        return metadata;
    }

    /**
     * Reads them from a model file's text. A file that states no units but has a scaler is for numbers.
     *
     * @throws IllegalArgumentException if an entry is damaged; the message names it
     */
    static Inputs parse(Map<String, String> metadata, int inputs, Scaler scaler) {
        String names = metadata.get(COLUMNS);
        List<String> columns = names == null ? List.of() : List.of(names.split("\n", -1));
        if (!columns.isEmpty() && columns.size() != inputs) {
            throw new IllegalArgumentException(COLUMNS + " has " + columns.size() + " names, expected " + inputs);
        }
        String stated = metadata.get(UNITS);
        Units units = stated == null ? (scaler.isNone() ? Units.UNKNOWN : Units.NUMBERS) : units(stated);
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
     * Converts rows for the model.
     *
     * @throws IllegalArgumentException if a column is missing or named twice; the message names it
     */
    Autoencoder.Match match(Dataset data, int inputs) {
        List<String> notes = new ArrayList<>();
        Dataset rows = withColumns(data, inputs, notes);
        return new Autoencoder.Match(withUnits(rows, notes), List.copyOf(notes));
    }

    /** Refuses images of another shape than those that an architecture's convolutions read. */
    static void requireImages(Dataset data, Architecture architecture) {
        Shape image = architecture.image();
        if (!architecture.convolutions().isEmpty()
                && data.shape().isPresent()
                && !data.shape().get().shape().equals(image)) {
            throw new IllegalArgumentException(data.name() + " has images of "
                    + data.shape().get() + " (height x width x channels), but the convolutions of " + architecture
                    + " take " + image);
        }
    }

    /** The rows with the model's columns in the model's order, if both have names. */
    Dataset withColumns(Dataset data, int inputs, List<String> notes) {
        if (columns.isEmpty() || data.columns().equals(columns)) {
            if (columns.isEmpty() && !data.columns().isEmpty() && data.inputs() == inputs) {
                notes.add(data.name() + ": the model has no column names; columns are taken in the order of the data");
            }
            return data;
        }
        if (data.columns().isEmpty()) {
            if (data.inputs() == inputs) { // rows of another width are refused
                notes.add(data.name() + ": has no column names; columns are taken in the model's order");
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

    /** The note about columns that a model does not know. */
    static String ignored(String name, List<String> columns) {
        int shown = Math.min(columns.size(), 5);
        return name + ": ignores " + columns.size() + (columns.size() == 1 ? " column" : " columns")
                + " that the model does not know: "
                + FormatException.quote(String.join(", ", columns.subList(0, shown)))
                + (shown < columns.size() ? ", ..." : "");
    }

    /**
     * Converts pixels for a model of numbers, and numbers for a model of pixels. A model of numbers gets bytes as
     * numbers from 0 to 255, unless its training rows show that it expects values from 0 to 1. A model of pixels gets
     * numbers up to 1 unchanged.
     *
     * @throws IllegalArgumentException if the numbers cannot be pixels
     */
    private Dataset withUnits(Dataset data, List<String> notes) {
        if (units == Units.NUMBERS && data.isPixels() && !(most <= 1)) {
            notes.add(data.name() + ": the model was trained on numbers, so pixels are read as 0 to 255");
            return data.pixelsAsNumbers();
        }
        boolean hintsOnly = units == Units.NUMBERS && data.values() instanceof SourceValues;
        if (units == Units.UNKNOWN || data.isPixels() || hintsOnly) {
            return data;
        }
        double[] range = data.values().range();
        if (units == Units.NUMBERS) {
            if (most <= 1 && range[1] > 1 && data.asPixels().isPresent()) {
                notes.add(data.name() + ": values go up to " + range[1] + ", but only up to " + most
                        + " in the rows that the model was trained on; divide pixels by 255");
            } else if (most > 100 && range[0] >= 0 && range[1] <= 1) {
                notes.add(data.name() + ": values go only up to " + range[1] + ", but up to " + most
                        + " in the rows that the model was trained on; are they in the same units?");
            }
            return data;
        }
        if (range[0] >= 0 && range[1] <= 1) {
            return data;
        }
        notes.add(data.name() + ": the model was trained on pixels, so 0 to 255 is read as 0 to 1");
        return data.asPixels()
                .orElseThrow(() -> new IllegalArgumentException(
                        data.name() + ": values range from " + range[0] + " to " + range[1] + ", but the model was "
                                + "trained on pixels: expected 0 to 1, or whole numbers from 0 to 255"));
    }
}
