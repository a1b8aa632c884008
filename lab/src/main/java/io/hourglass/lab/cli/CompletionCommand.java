package io.hourglass.lab.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code hourglass completion}. */
@Command(
        name = "completion",
        description = {
            "Prints a script that lets a shell complete commands, options, their values and file names.",
            "",
            "For bash and fish, store it where the shell looks for such scripts, and begin a new shell. For zsh, store "
                    + "it anywhere, and add the line source ~/.hourglass.zsh to ~/.zshrc."
        },
        footer = {
            "",
            "Examples:",
            "  hourglass completion bash > ~/.local/share/bash-completion/completions/hourglass",
            "  hourglass completion zsh > ~/.hourglass.zsh",
            "  hourglass completion fish > ~/.config/fish/completions/hourglass.fish"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class CompletionCommand extends Subcommand {
    /** Shells that have a script. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    @Parameters(index = "0", paramLabel = "bash|zsh|fish", description = "The shell.")
    private Shell shell;

    CompletionCommand(Console console) {
        super(console);
    }

    @Override
    void run() {
        CommandLine line = Commands.commandLine(new HourglassCommand(), console, Commands.NAMES);
        console.out().print(shell == Shell.fish ? CompletionScript.fish(line) : CompletionScript.bash(line));
    }
}
