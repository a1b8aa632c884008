package io.hourglass.lab.cli;

import io.hourglass.Dataset;
import io.hourglass.io.FormatException;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.data.LabelSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that leaves out rows by their labels. */
final class LabelsOption {
    @Option(
            names = "--only-labels",
            paramLabel = "LABELS",
            description =
                    "Only the rows of these labels, such as 0-8 or 1,3,5-7 or shoe,bag; of training and test rows "
                            + "alike. A label with a comma stands in double quotes, as in a CSV: '\"a,b\",c'.")
    private @Nullable LabelSet labels;

    /** The rows asked for: all where no labels are. */
    DataSplit select(DataSplit all) throws FormatException {
        if (labels == null) {
            return all;
        }
        Dataset train = labels.select(all.train());
        Dataset test = all.test() == null ? null : labels.select(all.test());
        labels.requireEach(train, test);
        return new DataSplit(all.name(), train, test, all.imputation());
    }
}
