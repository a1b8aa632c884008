package io.hourglass.lab.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for the number of threads of a study or an experiment. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ThreadsOption {
    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Number of threads; it does not change the results. Default: one per processor.")
    private @Nullable Integer threads;

    /** The number of threads; wrong usage of the command if it is out of range. */
    int count(Subcommand command) {
        return command.threads(threads);
    }
}
