package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import org.jspecify.annotations.Nullable;

/** Decides what happens to missing values in a file that was read. */
final class Missing {
    private Missing() {}

    /**
     * Rejects missing values, fills them, or leaves them to {@link DataSplit#imputeMean}, as the options say.
     *
     * @param first where the first missing value is; null if there is none
     * @throws FormatException if a value is missing and there is no rule to fill it
     */
    static DataSplit settle(DataSplit rows, @Nullable String first, ReadOptions options, Progress progress)
            throws FormatException {
        if (options.imputation() != null) {
            return rows.filled(options.imputation(), progress);
        }
        if (first != null && !options.imputeMean()) {
            throw new FormatException(first + " is missing, expected a value, or training with --impute mean");
        }
        return rows;
    }
}
