package io.hourglass.lab.cli;

import io.hourglass.io.Labels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Scripts that let a shell complete command lines. Picocli makes the one for bash, which zsh understands as well. */
final class CompletionScript {
    /** Labels of parameters that list what may be given, such as {@code yes|no}. */
    private static final Pattern LIST = Pattern.compile("[a-z-]+(?:\\|[a-z-]+)+");

    private CompletionScript() {}

    /** The script for bash and zsh. */
    static String bash(CommandLine line) {
        for (CommandLine command : line.getSubcommands().values()) {
            CommandSpec spec = command.getCommandSpec();
            // Picocli would offer the names of constants, and no files where a name of a data set may stand.
            for (OptionSpec option : new ArrayList<>(spec.options())) {
                boolean open = values(option).isEmpty();
                OptionSpec.Builder builder = open && takesFile(option)
                        ? OptionSpec.builder(option.names())
                                .paramLabel(option.paramLabel())
                                .type(Path.class)
                        : OptionSpec.builder(option);
                if (!open) {
                    builder.completionCandidates(values(option));
                }
                if (!option.inherited()) {
                    spec.remove(option);
                    spec.addOption(builder.build());
                }
            }
            for (PositionalParamSpec parameter : new ArrayList<>(spec.positionalParameters())) {
                if (!values(parameter).isEmpty()) {
                    spec.remove(parameter);
                    spec.addPositional(PositionalParamSpec.builder(parameter)
                            .completionCandidates(values(parameter))
                            .build());
                }
            }
        }
        return AutoComplete.bash("hourglass", line);
    }

    /** The script for fish. */
    static String fish(CommandLine line) {
        StringBuilder script = new StringBuilder("# Completions of hourglass for fish.\n");
        line.getSubcommands()
                .forEach((name, command) -> script.append("complete -c hourglass -f")
                        .append(" -n __fish_use_subcommand -a ")
                        .append(name)
                        .append(" -d ")
                        .append(quoted(HelpPage.firstSentence(command.getCommandSpec())))
                        .append('\n'));
        options(script, "__fish_use_subcommand", line.getCommandSpec());
        line.getSubcommands().forEach((name, command) -> {
            CommandSpec spec = command.getCommandSpec();
            String condition = quoted("__fish_seen_subcommand_from " + name);
            for (PositionalParamSpec parameter : spec.positionalParameters()) {
                if (!values(parameter).isEmpty()) {
                    script.append("complete -c hourglass -f -n ")
                            .append(condition)
                            .append(" -a ")
                            .append(quoted(String.join(" ", values(parameter))))
                            .append('\n');
                }
            }
            options(script, condition, spec);
        });
        return script.toString();
    }

    private static void options(StringBuilder script, String condition, CommandSpec spec) {
        for (OptionSpec option : spec.options()) {
            script.append("complete -c hourglass -n ").append(condition);
            for (String name : HelpPage.shownNames(option)) {
                script.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
            }
            if (option.negatable()) {
                script.append(" -l no-").append(option.longestName().substring(2));
            }
            List<String> values = values(option);
            if (!values.isEmpty()) {
                script.append(" -x -a ").append(quoted(String.join(" ", values)));
            } else if (option.arity().max() > 0) {
                script.append(takesFile(option) ? " -r -F" : " -x");
            }
            script.append(" -d ").append(quoted(sentence(option))).append('\n');
        }
    }

    /** The beginning of a description, short enough for a menu. */
    private static String sentence(OptionSpec option) {
        String description = HelpPage.description(option);
        return description.split("[.:;] ", 2)[0].replaceFirst("\\.$", "");
    }

    private static boolean takesFile(ArgSpec option) {
        return option.type() == Path.class || option.paramLabel().matches("DATA|FILE|DIR|MODEL");
    }

    /** What an option may be given; empty if that is open. */
    private static List<String> values(ArgSpec option) {
        if (option.completionCandidates() != null && !option.type().isEnum()) {
            return StreamSupport.stream(option.completionCandidates().spliterator(), false)
                    .toList();
        }
        if (LIST.matcher(option.paramLabel()).matches()) {
            return List.of(option.paramLabel().split("\\|"));
        }
        return option.type().isEnum()
                ? Arrays.stream(option.type().getEnumConstants())
                        .map(constant -> Labels.of((Enum<?>) constant))
                        .toList()
                : List.of();
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
