package io.hourglass.lab.cli;

import io.hourglass.lab.data.TimeSeries;
import io.hourglass.lab.data.WindowSettings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that make windows of rows in time order. */
@Heading(Heading.DATA)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class WindowOptions {
    @Option(
            names = "--window",
            paramLabel = "N",
            description = "Take the rows as a time series, and train on windows of N successive rows. The model states "
                    + "all of it: score then gives each row a score, and calibrate needs no more options.")
    private @Nullable Integer width;

    @Option(
            names = "--window-stride",
            paramLabel = "N",
            description = "Begin a window every N rows, 1 to --window. Default: 1.")
    private @Nullable Integer stride;

    @Option(
            names = "--time-column",
            paramLabel = "NAME|N",
            description = TIME_HELP + " Default: none, the rows are at equal distances.")
    private @Nullable String timeColumn;

    @Option(names = "--group-column", paramLabel = "NAME|N", description = GROUP_HELP)
    private @Nullable String groupColumn;

    @Option(
            names = "--gap",
            paramLabel = "X",
            description = "An interval of more than X times the usual one, the median of its series, is a gap, which "
                    + "no window crosses. Default: 1.5.")
    private @Nullable Double gap;

    static final String TIME_HELP =
            "The column that holds the time, dates or numbers, which must increase from row to row.";

    static final String GROUP_HELP = "The column that tells several series in one file apart, such as a sensor's name.";

    /**
     * What the options ask for; empty without {@code --window}.
     *
     * @throws IllegalArgumentException if a number is out of range, or an option needs {@code --window}
     */
    Optional<WindowSettings> settings() {
        if (width == null) {
            if (stride != null || timeColumn != null || groupColumn != null || gap != null) {
                throw new IllegalArgumentException(
                        "--window-stride, --time-column, --group-column and --gap need --window");
            }
            return Optional.empty();
        }
        return Optional.of(new WindowSettings(
                width, stride == null ? 1 : stride, timeColumn, groupColumn, gap == null ? TimeSeries.USUAL_GAP : gap));
    }
}
