package io.hourglass.lab.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says how many threads work on a study or an experiment. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ThreadsOption {
    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads; they do not change the results. Default: one for each processor.")
    private @Nullable Integer threads;

    /** How many; refused on the command's behalf if there cannot be so many. */
    int count(Subcommand command) {
        return command.threads(threads);
    }
}
