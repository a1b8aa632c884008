package io.hourglass.lab.cli;

import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.data.LabelSet;
import java.util.Arrays;
import java.util.Optional;
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

    /** The labels asked for; empty where all are. */
    Optional<LabelSet> asked() {
        return Optional.ofNullable(labels);
    }

    /**
     * Which rows are asked for.
     *
     * @throws FormatException if labels are asked for, and the data have none of them
     */
    boolean[] mark(Dataset data) throws FormatException {
        if (labels != null) {
            return labels.mark(data);
        }
        boolean[] all = new boolean[data.rows()];
        Arrays.fill(all, true);
        return all;
    }

    /** The rows asked for: all where no labels are. */
    DataSplit select(DataSplit all) throws FormatException {
        if (labels == null) {
            return all;
        }
        labels.requireEach(all.train(), all.test());
        return all.only(labels);
    }
}
