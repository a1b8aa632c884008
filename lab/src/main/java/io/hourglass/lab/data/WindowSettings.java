package io.hourglass.lab.data;

import io.hourglass.Autoencoder;
import io.hourglass.format.FormatException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of a file become windows. A model states it, so that the next file is treated in the same way.
 *
 * @param width rows of a window, at least 2
 * @param stride rows from the beginning of a window to that of the next, 1 to the width
 * @param timeColumn name or number of the column that holds the time; null if rows are at equal distances
 * @param groupColumn name or number of the column that tells several series apart; null for a single one
 * @param gap an interval of more than this many usual ones is a gap, at least 1
 */
public record WindowSettings(
        int width,
        int stride,
        @Nullable String timeColumn,
        @Nullable String groupColumn,
        double gap) {
    private static final String WIDTH = "window.rows";
    private static final String STRIDE = "window.stride";
    private static final String TIME = "window.time_column";
    private static final String GROUP = "window.group_column";
    private static final String GAP = "window.gap";

    /** The widest window. */
    public static final int WIDEST = 1 << 16;

    /**
     * Settings.
     *
     * @throws IllegalArgumentException if a number is out of range; the message names it as the options do
     */
    public WindowSettings {
        if (width < 2 || width > WIDEST) {
            throw new IllegalArgumentException("--window " + width + ": expected 2 to " + WIDEST + " rows");
        }
        if (stride < 1 || stride > width) {
            throw new IllegalArgumentException(
                    "--window-stride " + stride + ": expected 1 to " + width + ", the rows of a window");
        }
        if (!(gap >= 1 && gap <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("--gap " + gap + ": expected 1 or more usual intervals");
        }
    }

    /** As text, for model files. */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(WIDTH, Integer.toString(width));
        metadata.put(STRIDE, Integer.toString(stride));
        if (timeColumn != null) {
            metadata.put(TIME, timeColumn);
        }
        if (groupColumn != null) {
            metadata.put(GROUP, groupColumn);
        }
        metadata.put(GAP, Double.toString(gap));
        return metadata;
    }

    /**
     * The settings of a model; empty if its rows are no windows.
     *
     * @throws FormatException if the model's text is damaged
     */
    public static Optional<WindowSettings> of(Autoencoder model) throws FormatException {
        Map<String, String> metadata = model.metadata();
        if (!metadata.containsKey(WIDTH)) {
            return Optional.empty();
        }
        try {
            WindowSettings settings = new WindowSettings(
                    Integer.parseInt(metadata.getOrDefault(WIDTH, "")),
                    Integer.parseInt(metadata.getOrDefault(STRIDE, "")),
                    metadata.get(TIME),
                    metadata.get(GROUP),
                    Double.parseDouble(metadata.getOrDefault(GAP, "")));
            if (model.architecture().inputs() % settings.width() != 0) {
                throw new FormatException(WIDTH + " is " + settings.width() + ", but the model takes "
                        + model.architecture().inputs() + " values, expected a multiple");
            }
            return Optional.of(settings);
        } catch (IllegalArgumentException e) {
            throw new FormatException(
                    "damaged window settings (" + e.getMessage() + "), expected them as hourglass train writes them");
        }
    }

    /** The number of values of a row of the file: for windows, of one row of a window. */
    public static int valuesOfRow(Autoencoder model) throws FormatException {
        int inputs = model.architecture().inputs();
        return of(model).map(settings -> inputs / settings.width()).orElse(inputs);
    }
}
