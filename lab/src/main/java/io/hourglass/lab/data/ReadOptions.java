package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.Imputation;
import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How to read data that leaves something open.
 *
 * @param table how to read a table
 * @param size the size to scale images to; null to keep their size, which must be the same for all
 * @param colours what becomes of the colours of images
 * @param imputation what the model does with missing values, which are NaN in the rows; null to reject them
 * @param indicators whether a network sees which values of a column are missing, if many of the training rows are
 * @param array name of the array to read in an .npz file; null for the only one
 */
public record ReadOptions(
        TableOptions table,
        @Nullable Size size,
        Colours colours,
        Imputation.@Nullable Kind imputation,
        boolean indicators,
        @Nullable String array) {

    /** The options if the user gives none. */
    public static final ReadOptions DEFAULT =
            new ReadOptions(TableOptions.DEFAULT, null, Colours.GREY, null, true, null);

    /** The same with other options for tables. */
    public ReadOptions withTable(TableOptions other) {
        return new ReadOptions(other, size, colours, imputation, indicators, array);
    }

    /** The same for a model that does something else with missing values. */
    public ReadOptions withImputation(Imputation.@Nullable Kind kind) {
        return new ReadOptions(table, size, colours, kind, indicators, array);
    }

    /** The same for a network that does not see which values are missing. */
    public ReadOptions withoutIndicators() {
        return new ReadOptions(table, size, colours, imputation, false, array);
    }

    /** The same for another array of an .npz file. */
    public ReadOptions withArray(@Nullable String name) {
        return new ReadOptions(table, size, colours, imputation, indicators, name);
    }

    /** The same with another size and other colours of images. */
    public ReadOptions withImages(@Nullable Size scaled, Colours wanted) {
        return new ReadOptions(table, scaled, wanted, imputation, indicators, array);
    }

    /**
     * Rejects missing values, or says that a model replaces them.
     *
     * @param name of the rows
     * @param count of missing values
     * @param first where the first is
     * @throws FormatException if a value is missing and there is no rule for it
     */
    void settleMissing(String name, int count, @Nullable String first, Progress progress) throws FormatException {
        if (first == null) {
            return;
        }
        if (imputation == null) {
            throw new FormatException(first + " is missing, expected a value, or training with --impute mean");
        }
        String by = switch (imputation) {
            case MEAN -> "mean";
            case MEDIAN -> "median";
            case MOST_FREQUENT -> "most frequent value";
        };
        progress.say(String.format(
                Locale.ROOT,
                "%s: filled %,d missing value%s with the %s of the column",
                name,
                count,
                count == 1 ? "" : "s",
                by));
    }

    /** What becomes of the colours of images. */
    public enum Colours {
        /** All images become grey. */
        GREY,
        /** All images have three channels. */
        RGB,
        /** All images have three channels if any of them has colours, otherwise one. */
        AS_FOUND
    }

    /**
     * Width and height of an image.
     *
     * @param width in pixels, 1 to 4096
     * @param height in pixels, 1 to 4096
     */
    public record Size(int width, int height) {
        private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,3})x([1-9]\\d{0,3})");
        private static final int MAX_SIDE = 4096;

        /**
         * Parses a size such as {@code 28x28}: width times height.
         *
         * @throws IllegalArgumentException if the text has another form
         */
        public static Size parse(String text) {
            Matcher form = FORM.matcher(text);
            if (form.matches()) {
                Size size = new Size(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
                if (size.width <= MAX_SIDE && size.height <= MAX_SIDE) {
                    return size;
                }
            }
            throw new IllegalArgumentException(
                    "size '" + text + "', expected width and height in pixels such as 28x28, each at most " + MAX_SIDE);
        }

        /**
         * The shape of rows that are grey images of this size, or colour images if they have three times as many
         * values.
         *
         * @param name of the rows
         * @throws FormatException if a row has neither number of values
         */
        public ImageShape shapeOf(String name, int inputs) throws FormatException {
            ImageShape shape = new ImageShape(height, width, inputs == 3L * width * height ? 3 : 1);
            if (shape.values() != inputs) {
                throw new FormatException(name + ": rows of " + inputs + " values, expected " + shape.values()
                        + " or three times as many for --shape " + this);
            }
            return shape;
        }

        /**
         * The shape of the images that rows are.
         *
         * @throws FormatException if they state none
         */
        public static ImageShape shapeOf(Dataset rows) throws FormatException {
            return rows.shape().orElseThrow(() -> unknown(rows.name(), rows.inputs()));
        }

        /** Says that the image shape of rows is not known. */
        public static FormatException unknown(String name, int inputs) {
            int side = (int) Math.round(Math.sqrt(inputs));
            return new FormatException(name + ": states no image shape; if its rows of " + inputs
                    + " values are images, give their width and height with --shape"
                    + (side * side == inputs && side > 1 ? ", such as --shape " + side + "x" + side : ""));
        }

        @Override
        public String toString() {
            return width + "x" + height;
        }
    }
}
