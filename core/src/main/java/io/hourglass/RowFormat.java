package io.hourglass;

import io.hourglass.format.FormatException;
import io.hourglass.nn.Columns;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a network takes rows: what a model stores beside its weights.
 *
 * @param scaler from the user's units to the network's
 * @param table which values are categories; {@link Columns#NONE} if none is
 * @param imputation of missing values; null if none may be missing
 */
record RowFormat(Scaler scaler, Columns table, @Nullable Imputation imputation) {
    private static final String LAYOUT = "columns.layout";

    /** Reads it from a model file's text. */
    static RowFormat parse(Map<String, String> metadata, int inputs) {
        return new RowFormat(
                Scaler.parse(metadata, inputs),
                table(metadata, inputs),
                Imputation.parse(metadata, inputs).orElse(null));
    }

    private static Columns table(Map<String, String> metadata, int inputs) {
        String layout = metadata.get(LAYOUT);
        if (layout == null) {
            return Columns.NONE;
        }
        Columns table;
        try {
            table = Columns.parse(layout);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    LAYOUT + " is " + FormatException.quote(layout) + ", expected columns such as 3,c4,1");
        }
        if (table.values() != inputs) {
            throw new IllegalArgumentException(LAYOUT + " " + FormatException.quote(layout) + " has " + table.values()
                    + " values, expected " + inputs);
        }
        double[] weights = Scaler.numbers(metadata, "columns.weight", table.count());
        double[] spreads = Scaler.numbers(metadata, "columns.spread", table.count());
        return table.withWeights(weights, spreads);
    }

    /** Whether the text of a model has an entry only if its rows need it. */
    static boolean isOptional(String key) {
        return key.startsWith("columns.") || key.startsWith("impute.");
    }

    /** As text for model files; none for a network without any. */
    Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        if (!scaler.isNone()) {
            metadata.putAll(scaler.metadata());
        }
        metadata.putAll(table.metadata());
        Optional.ofNullable(imputation).ifPresent(values -> metadata.putAll(values.metadata()));
        return metadata;
    }

    /** The columns of rows with categories or missing values; {@link Columns#NONE} for all others. */
    Columns columns(boolean missing, int inputs) {
        return missing && table.isNone() ? Columns.ofNumbers(inputs) : missing || table.differ() ? table : Columns.NONE;
    }

    /** [inputs] What replaces missing values, in the network's units; null if none may be missing. */
    float @Nullable [] imputed() {
        if (imputation == null) {
            return null;
        }
        double[] values = imputation.values();
        float[] scaled = new float[values.length];
        scaler.scale(values, 0, scaled, 0, values.length);
        return scaled;
    }

    /** Requires that no value is missing, or an imputation. */
    void requireComplete(Dataset data) {
        if (imputation == null) {
            data.requireComplete("a model with an imputation");
        }
    }
}
