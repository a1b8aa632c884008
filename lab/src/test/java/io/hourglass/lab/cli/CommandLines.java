package io.hourglass.lab.cli;

import io.hourglass.lab.progress.Progress;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;

/** For tests outside this package: whether the command line takes some words, without running them. */
public final class CommandLines {
    private CommandLines() {}

    /**
     * Parses words as the program would.
     *
     * @throws picocli.CommandLine.ParameterException if there is no such command or option, a required one is missing,
     *     or a value is not of its type
     */
    public static void parse(List<String> words) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        try (Progress progress = Progress.onStandardError(nowhere)) {
            Commands.commandLine(new HourglassCommand(), new Console(nowhere, nowhere, progress), Commands.NAMES)
                    .parseArgs(words.toArray(String[]::new));
        }
    }
}
