package io.hourglass.lab.cli;

import io.hourglass.Imputation;
import io.hourglass.Scaler;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how rows are prepared for training. */
@Heading(Heading.DATA)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class PreparationOptions {
    @Option(
            names = "--scale",
            paramLabel = "S",
            description = {
                "How to scale each column to the network's units: none, pixel (x / 255), min-max (to the range 0 "
                        + "to 1) or standard (to mean 0 and standard deviation 1; the output is then linear, not "
                        + "a sigmoid).",
                "Default: standard; for images a single mean and standard deviation, none if they hold bytes or values "
                        + "from 0 to 1, and pixel if they hold whole numbers from 0 to 255. train takes the scaler of "
                        + "--init, and min-max with --loss bce. The scaler is learned from the training rows; errors "
                        + "are in the network's units. A model stores it, and takes and gives rows in your own units."
            })
    Scaler.@Nullable Kind scale;

    @Option(
            names = "--impute",
            paramLabel = "mean|median|most-frequent",
            description = "Fill missing values with the mean, the median or the most frequent value of their column "
                    + "over the training rows (a category: its frequencies with mean, otherwise its most frequent "
                    + "text). Models store these; missing values are not part of any error.")
    Imputation.@Nullable Kind impute;
}
