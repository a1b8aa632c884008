package io.hourglass.lab.cli;

import java.io.File;
import java.lang.reflect.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The help of a command, made from picocli's model. Picocli's own layout needs 80 columns, lists all options of {@code
 * train} in one alphabet, and breaks examples where they no longer work.
 */
final class HelpPage {
    /** From this width on, descriptions stand beside the options, otherwise below them. */
    private static final int BESIDE = 80;

    private static final int OPTION_COLUMNS = 27;

    /** Names that still work but are not shown: older ones than those beside them. */
    private static final List<String> OLDER_NAMES = List.of("--out", "--onnx");

    private final CommandSpec spec;
    private final int width;
    private final StringBuilder text = new StringBuilder();

    private HelpPage(CommandSpec spec, int width) {
        this.spec = spec;
        this.width = width;
    }

    /** The help in lines of at most this many columns, 40 or more. */
    static String of(CommandSpec spec, int width) {
        HelpPage page = new HelpPage(spec, width);
        page.write();
        return page.text.toString();
    }

    private void write() {
        List<String> usage = Paragraphs.wrap("Usage: " + usage(spec), width - 4);
        usage.forEach(line -> line(line.equals(usage.get(0)) ? line : "    " + line));
        line("");
        paragraphs(spec.usageMessage().description());
        if (!spec.positionalParameters().isEmpty()) {
            line("");
            spec.positionalParameters()
                    .forEach(parameter -> entry(parameter.paramLabel(), description(parameter), OPTION_COLUMNS));
        }
        if (!spec.subcommands().isEmpty()) {
            line("");
            line("Commands:");
            spec.subcommands()
                    .forEach((name, command) -> entry(name, firstSentence(command.getCommandSpec()), longest() + 4));
        }
        groups(spec).forEach((heading, options) -> {
            line("");
            line(heading + ":");
            options.forEach(option -> entry(names(option, true), description(option), OPTION_COLUMNS));
        });
        paragraphs(spec.usageMessage().footer());
    }

    private int longest() {
        return spec.subcommands().keySet().stream()
                .mapToInt(String::length)
                .max()
                .orElse(0);
    }

    /** The synopsis: what must be given, by name. */
    static String usage(CommandSpec spec) {
        List<String> words = new ArrayList<>(List.of(spec.qualifiedName()));
        if (!spec.subcommands().isEmpty()) {
            words.add("COMMAND");
        }
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            words.add(parameter.required() ? parameter.paramLabel() : "[" + parameter.paramLabel() + "]");
        }
        options(spec).stream()
                .filter(OptionSpec::required)
                .forEach(option -> words.add(option.names()[0] + " " + option.paramLabel()));
        words.add("[OPTIONS]");
        return String.join(" ", words);
    }

    /** What a command does, in one sentence. */
    static String firstSentence(CommandSpec spec) {
        String first = spec.usageMessage().description()[0];
        int end = first.indexOf(". ");
        return end < 0 ? first : first.substring(0, end + 1);
    }

    /** The options to show, sorted, under their headings: first the command's own, last those of all commands. */
    static Map<String, List<OptionSpec>> groups(CommandSpec spec) {
        Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
        for (String heading : List.of("Options", Heading.DATA, Heading.NETWORK, Heading.TRAINING, Heading.GENERAL)) {
            List<OptionSpec> of = options(spec).stream()
                    .filter(option -> heading(option).equals(heading))
                    .toList();
            if (!of.isEmpty()) {
                groups.put(heading, of);
            }
        }
        return groups;
    }

    private static String heading(OptionSpec option) {
        Object declared = option.userObject();
        Heading heading =
                declared instanceof Member member ? member.getDeclaringClass().getAnnotation(Heading.class) : null;
        return heading == null ? "Options" : heading.value();
    }

    private static List<OptionSpec> options(CommandSpec spec) {
        return spec.options().stream()
                .filter(option -> !option.hidden())
                .sorted(Comparator.comparing(OptionSpec::longestName))
                .toList();
    }

    /** The names of an option to show, the shortest first. */
    static List<String> shownNames(OptionSpec option) {
        List<String> all = List.of(option.names());
        List<String> shown =
                all.stream().filter(name -> !OLDER_NAMES.contains(name)).toList();
        return shown.isEmpty() ? all : shown;
    }

    /** The names of an option with what it takes, for instance {@code -o, --output FILE}. */
    static String names(OptionSpec option, boolean aligned) {
        List<String> names = shownNames(option).stream()
                .map(name -> option.negatable() ? name.replace("--", "--[no-]") : name)
                .toList();
        String indent = aligned && names.get(0).startsWith("--") ? "    " : "";
        String value = option.arity().max() == 0 ? "" : " " + label(option);
        return indent + String.join(", ", names) + value;
    }

    private static String label(ArgSpec option) {
        String repeated = option.splitRegex().isEmpty() ? "" : ",...";
        return option.paramLabel() + repeated;
    }

    static String description(ArgSpec option) {
        return String.join(" ", option.description());
    }

    private void entry(String name, String description, int columns) {
        boolean beside = width >= BESIDE;
        if (!beside) {
            String indent = "  ";
            for (String line : Paragraphs.wrap(name, width - 4)) {
                line(indent + line);
                indent = "    ";
            }
            Paragraphs.wrap(description, width - 6).forEach(line -> line("      " + line));
            return;
        }
        String first = "  " + name;
        List<String> lines = Paragraphs.wrap(description, width - columns);
        if (first.length() + 2 > columns) {
            line(first);
            first = "";
        }
        for (String line : lines) {
            line(first + " ".repeat(columns - first.length()) + line);
            first = "";
        }
    }

    private void paragraphs(String[] lines) {
        for (String line : Paragraphs.joined(lines)) {
            if (!Paragraphs.isCommand(line)) {
                Paragraphs.wrap(line, width).forEach(this::line);
            } else if (File.separatorChar == '/') {
                Paragraphs.command(line, width).forEach(this::line);
            } else {
                line(line); // the shells of Windows continue lines in other ways
            }
        }
    }

    private void line(String line) {
        text.append(line).append(System.lineSeparator());
    }
}
