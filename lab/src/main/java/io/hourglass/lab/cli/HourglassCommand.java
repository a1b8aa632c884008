package io.hourglass.lab.cli;

import io.hourglass.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** What stands before every command. */
@Command(
        name = "hourglass",
        description = "Trains, compares and uses autoencoders.",
        versionProvider = HourglassCommand.Versions.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Example, the whole study of the lab report on MNIST:",
            "  hourglass study",
            "",
            "Exit codes: 0 all went well, 1 the command failed, 2 the command was wrong."
        })
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

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace of a failure.")
    boolean debug;

    @Option(
            names = "--quiet",
            scope = ScopeType.INHERIT,
            description = "Show no progress: results, warnings, notes and failures only.")
    boolean quiet;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is missing: " + spec.subcommands().keySet());
    }

    static final class Versions implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"hourglass " + Version.current()};
        }
    }
}
