package io.hourglass.lab.cli;

import io.hourglass.Imputation;
import io.hourglass.lab.data.DataSource;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.lab.data.TableOptions;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hourglass columns}. */
@Command(
        name = "columns",
        description = {
            "Shows what the columns of a table hold and how train would take them.",
            "",
            "A column of numbers is one value for the network. A category, or yes and no, is one value for each of "
                    + "its texts and one for texts that are new. A date is its time and its place in the day, week "
                    + "and year, as far as the rows span them twice. Labels, ids, ignored columns and columns that "
                    + "are the same in all rows are not trained on."
        },
        footer = {
            "",
            "Examples:",
            "  hourglass columns customers.csv",
            "  hourglass columns export.txt --separator ';' --encoding windows-1252 --ignore notes,phone"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ColumnsCommand extends Subcommand {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "The table: .csv, .tsv, .txt, .data, .arff, .json or .jsonl, also .gz; - reads one from "
                    + "standard input.")
    private @Nullable String file;

    @Option(names = "--data", paramLabel = "FILE", description = "The same, as other commands take it.")
    private @Nullable String data;

    @Option(names = "--time-column", paramLabel = "NAME|N", description = WindowOptions.TIME_HELP)
    private @Nullable String timeColumn;

    @Option(names = "--group-column", paramLabel = "NAME|N", description = WindowOptions.GROUP_HELP)
    private @Nullable String groupColumn;

    @Mixin
    private DataOptions dataOptions;

    ColumnsCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        String table = file != null ? file : data;
        if (table == null || (file != null && data != null)) {
            throw wrongUsage((table == null ? "no table" : "two tables") + ", expected one FILE");
        }
        ReadOptions read = dataOptions.toTrain(Imputation.Kind.MEAN, ReadOptions.Colours.GREY);
        ReadOptions options =
                read.withTable(read.table().withSeries(new TableOptions.SeriesColumns(timeColumn, groupColumn)));
        for (String line : DataSource.describe(table, options, console.progress())) {
            console.out().println(line);
        }
    }
}
