package io.hourglass.lab.cli;

import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.data.LabelSet;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that selects rows by their labels. */
@Heading(Heading.DATA)
final class LabelsOption {
    @Option(
            names = "--only-labels",
            paramLabel = "LABELS",
            description =
                    "Use only rows with these labels, such as 0-8 or 1,3,5-7 or shoe,bag, both for training and for "
                            + "testing. Put a label that contains a comma in double quotes, as in a CSV: "
                            + "'\"a,b\",c'.")
    private @Nullable LabelSet labels;

    /** The labels asked for; empty for all labels. */
    Optional<LabelSet> asked() {
        return Optional.ofNullable(labels);
    }

    /**
     * Marks the rows that are asked for.
     *
     * @throws FormatException if labels are asked for and no row has any of them
     */
    boolean[] mark(Dataset data) throws FormatException {
        if (labels != null) {
            return labels.mark(data);
        }
        boolean[] all = new boolean[data.rows()];
        Arrays.fill(all, true);
        return all;
    }

    /** Selects the rows asked for: all rows if no labels are given. */
    DataSplit select(DataSplit all) throws FormatException {
        if (labels == null) {
            return all;
        }
        labels.requireEach(all.train(), all.test());
        return all.only(labels);
    }
}
