package io.hourglass.lab.cli;

import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.study.StudyData;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that select the rows that a study or an experiment trains and tests on. */
@Heading(Heading.DATA)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class StudyDataOptions {
    @Option(
            names = "--data",
            paramLabel = "DATA",
            defaultValue = "mnist",
            description = RowsOption.DATA_HELP + " Default: mnist.")
    private String data;

    @Option(
            names = "--validation",
            paramLabel = "FRACTION",
            description = "Hold out this fraction of the training rows and test on them, for instance 0.1. Default: "
                    + StudyData.DEFAULT_VALIDATION + " if the data has no test rows.")
    private @Nullable Double validation;

    @Mixin
    private DataOptions dataOptions;

    @Mixin
    private ShapeOption shape;

    /** The files and folders of the data. */
    List<Path> paths() {
        return DataSource.paths(data);
    }

    /** @throws IllegalArgumentException if an option is out of range */
    StudyData chosen() {
        return chosen(false);
    }

    /**
     * The same.
     *
     * @param keepColours whether a folder's images keep their colours unless the user says otherwise
     */
    StudyData chosen(boolean keepColours) {
        ReadOptions.Colours colours = keepColours ? ReadOptions.Colours.AS_FOUND : ReadOptions.Colours.GREY;
        ReadOptions options = dataOptions.toTrain(null, colours);
        return new StudyData(
                data,
                shape.size().isPresent() ? options.withTable(options.table().withConstants()) : options,
                validation,
                shape.size().orElse(null));
    }
}
