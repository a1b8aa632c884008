package io.hourglass.lab.cli;

import io.hourglass.lab.data.TimestampScores.Aggregate;
import io.hourglass.lab.data.WindowSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code benchmark} for series. */
@Heading(Heading.DATA)
final class LabelledSeriesOptions {
    private static final int WIDTH = 96;
    private static final String TIME = "timestamp";

    @Option(
            names = "--series",
            paramLabel = "FILE",
            description = "Measure series, which this file lists with their anomalous ranges of time, as JSON: "
                    + "{\"folder/file.csv\": [[\"first time\", \"last time\"], ...], ...}, with paths that start from "
                    + "DIR. A list may be empty; such a series is left out, with a note. The rows count as equally "
                    + "spaced, in the order of the file.")
    @Nullable
    Path file;

    @Option(
            names = "--window",
            paramLabel = "N",
            description = "For series: rows of a window, and of the moving average. Default: " + WIDTH + ".")
    private @Nullable Integer width;

    @Option(
            names = "--aggregate",
            paramLabel = "mean|median|max",
            description = "For series: how the errors of a row in the windows that contain it become one score, as "
                    + "for score. Default: mean.")
    private @Nullable Aggregate aggregate;

    @Option(
            names = "--time-column",
            paramLabel = "NAME|N",
            description = "For series: the column that holds the time, which only tells which rows lie in a range. "
                    + "Default: " + TIME + ".")
    private @Nullable String timeColumn;

    int width() {
        return width == null ? WIDTH : width;
    }

    Aggregate aggregate() {
        return aggregate == null ? Aggregate.MEAN : aggregate;
    }

    String timeColumn() {
        return timeColumn == null ? TIME : timeColumn;
    }

    /**
     * Rejects options that do not go together, or out of range.
     *
     * @param labelled whether labels of anomalies are given
     * @param imputed whether a rule for missing values is given
     * @throws IllegalArgumentException if there are any
     */
    WindowSettings check(boolean labelled, boolean imputed) {
        if (file == null && (width != null || aggregate != null || timeColumn != null)) {
            throw new IllegalArgumentException("--window, --aggregate and --time-column need --series");
        }
        if (file != null && labelled) {
            throw new IllegalArgumentException("--series and --anomaly-labels cannot be combined");
        }
        if (file != null && imputed) {
            throw new IllegalArgumentException("--series and --impute cannot be combined");
        }
        return new WindowSettings(width(), 1, null, null, 1);
    }
}
