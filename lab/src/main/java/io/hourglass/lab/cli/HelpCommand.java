package io.hourglass.lab.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code hourglass help}. */
@Command(
        name = "help",
        description = "Shows what a command does and its options, or lists the commands.",
        footer = {"", "Example:", "  hourglass help train"})
final class HelpCommand extends Subcommand {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "COMMAND",
            completionCandidates = Commands.Names.class,
            description = "The command. Default: all commands, with a line on each.")
    private @Nullable String command;

    HelpCommand(Console console) {
        super(console);
    }

    @Override
    void run() {
        if (command != null && !Commands.NAMES.contains(command)) {
            throw wrongUsage("unknown command '" + command + "'" + Misspelt.suggestion(command, Commands.NAMES));
        }
        CommandLine line = Commands.commandLine(
                new HourglassCommand(), console, command == null ? Commands.NAMES : Commands.needed(command));
        CommandLine shown = command == null
                ? line
                : Objects.requireNonNull(line.getSubcommands().get(command));
        console.out().print(shown.getUsageMessage());
    }
}
