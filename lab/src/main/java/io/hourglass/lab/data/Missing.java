package io.hourglass.lab.data;

import io.hourglass.io.FormatException;
import io.hourglass.lab.Progress;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What becomes of missing values in a file that was read. */
final class Missing {
    private Missing() {}

    /**
     * Refuses missing values, or fills them as the options say.
     *
     * @param values [rows][inputs], NaN where one is missing
     * @param labels of the rows, which may decide which of them are held out
     * @param first says where the first missing value is; null if there is none
     * @return what filled them, or would have; null where nothing was to
     * @throws FormatException if a value is missing and nothing is to fill it
     */
    static @Nullable Imputation fillInPlace(
            Path file,
            float[] values,
            int inputs,
            int @Nullable [] labels,
            @Nullable String first,
            ReadOptions options,
            Progress progress)
            throws FormatException {
        Imputation imputation = options.imputation();
        try {
            if (imputation == null && options.imputeMean()) {
                boolean[] heldOut = DataSplit.heldOut(values.length / inputs, labels, options.validation());
                imputation = Imputation.fit(values, inputs, heldOut);
            }
            if (imputation == null) {
                if (first != null) {
                    throw new FormatException(first + " is missing, expected a number, or training with --impute mean");
                }
                return null;
            }
            if (first != null) {
                int filled = imputation.fillInPlace(values, inputs);
                progress.say(String.format(
                        Locale.ROOT, "%s: %,d missing values filled with the mean of their column", file, filled));
            }
            return imputation;
        } catch (IllegalArgumentException e) {
            throw new FormatException(file + ": " + e.getMessage());
        }
    }
}
