package io.hourglass.lab.data;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How to read data that does not say all about itself.
 *
 * @param header whether a CSV file's first line holds names; null to find out
 * @param labelColumn name, or number from 1, of the CSV column that holds labels; null if none does
 * @param size what images are brought to; null to take them as they are, all of one size
 * @param rgb whether to keep the colours of images, rather than make them grey
 * @param imputation fills missing values; null to refuse them or learn it
 * @param imputeMean whether missing values are left to {@link DataSplit#imputeMean}, which learns from training rows
 * @param columns the columns of a CSV file to read, by name and in that order, as a model knows them; none to read all
 * @param encoding of a CSV file that has no byte order mark
 * @param array name of the array to read in an .npz file; null for the only one
 */
public record ReadOptions(
        @Nullable Boolean header,
        @Nullable String labelColumn,
        @Nullable Size size,
        boolean rgb,
        @Nullable Imputation imputation,
        boolean imputeMean,
        List<String> columns,
        Charset encoding,
        @Nullable String array) {

    /** What is read where the user asks for nothing. */
    public static final ReadOptions DEFAULT =
            new ReadOptions(null, null, null, false, null, false, List.of(), StandardCharsets.UTF_8, null);

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
         * Reads a size such as {@code 28x28}: width times height.
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

        @Override
        public String toString() {
            return width + "x" + height;
        }
    }
}
