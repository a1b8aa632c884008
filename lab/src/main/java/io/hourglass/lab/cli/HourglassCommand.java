package io.hourglass.lab.cli;

import io.hourglass.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line without a subcommand. */
@Command(
        name = "hourglass",
        description = "Trains, compares and uses autoencoders.",
        versionProvider = HourglassCommand.Versions.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples, the options of a command, and the lab report's complete study on MNIST:",
            "  hourglass help train",
            "  hourglass study",
            "",
            "Exit codes: 0 success, 1 the command failed, 2 the command line was wrong, 130 stopped by Ctrl-C."
        })
@Heading(Heading.GENERAL)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class HourglassCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version.")
    private boolean version;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace if the command fails.")
    boolean debug;

    @Option(
            names = "--quiet",
            scope = ScopeType.INHERIT,
            description = "Hide progress; show only results, notes, warnings and failures.")
    boolean quiet;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "no command, expected one of "
                        + String.join(", ", spec.subcommands().keySet()));
    }

    static final class Versions implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"hourglass " + Version.current()};
        }
    }
}
