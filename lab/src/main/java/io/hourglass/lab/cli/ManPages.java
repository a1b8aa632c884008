package io.hourglass.lab.cli;

import io.hourglass.Version;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.text.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Writes the man pages of a release, from the same model as the help. Picocli's own generator needs Asciidoctor to turn
 * its output into pages.
 */
public final class ManPages {
    private final StringBuilder page = new StringBuilder();

    private ManPages() {}

    /**
     * Writes all pages; the build of a release calls it.
     *
     * @param args the folder
     */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        CommandLine line = Commands.commandLine(
                new HourglassCommand(), new Console(System.out, System.err, Progress.silent()), Commands.NAMES);
        TextFile.write(folder.resolve("hourglass.1"), of(line.getCommandSpec()));
        for (CommandLine command : line.getSubcommands().values()) {
            CommandSpec spec = command.getCommandSpec();
            TextFile.write(folder.resolve(name(spec) + ".1"), of(spec));
        }
    }

    /** The page of a command, in the language of man. */
    static String of(CommandSpec spec) {
        ManPages man = new ManPages();
        man.write(spec);
        return man.page.toString();
    }

    private static String name(CommandSpec spec) {
        return spec.qualifiedName("-");
    }

    private void write(CommandSpec spec) {
        // Without a date, so that a build of the same sources gives the same page.
        line(".TH " + name(spec).toUpperCase(Locale.ROOT) + " 1 \"\" \"Hourglass " + Version.current()
                + "\" Hourglass");
        section("NAME");
        text(name(spec) + " - " + HelpPage.firstSentence(spec).replaceFirst("\\.$", ""));
        section("SYNOPSIS");
        text(HelpPage.usage(spec));
        section("DESCRIPTION");
        paragraphs(spec.usageMessage().description());
        spec.positionalParameters()
                .forEach(parameter -> entry(parameter.paramLabel(), HelpPage.description(parameter)));
        if (!spec.subcommands().isEmpty()) {
            section("COMMANDS");
            spec.subcommands()
                    .forEach((name, command) -> entry(
                            name(command.getCommandSpec()) + "(1)", HelpPage.firstSentence(command.getCommandSpec())));
        }
        HelpPage.groups(spec).forEach((heading, options) -> {
            section(heading.equals("Options") ? "OPTIONS" : heading.toUpperCase(Locale.ROOT) + " OPTIONS");
            options.forEach(option -> entry(HelpPage.names(option, false), HelpPage.description(option)));
        });
        section("EXAMPLES AND NOTES");
        paragraphs(spec.usageMessage().footer());
        if (spec.parent() != null) {
            section("SEE ALSO");
            line(".BR " + escaped(name(spec.root())) + " (1)");
        }
    }

    private void section(String title) {
        line(".SH " + title);
    }

    private void entry(String name, String description) {
        line(".TP");
        line(".B " + escaped(name));
        text(description);
    }

    private void paragraphs(String[] lines) {
        boolean open = false; // whether a paragraph has begun
        boolean commands = false;
        for (String line : Paragraphs.joined(lines)) {
            boolean command = Paragraphs.isCommand(line);
            if (command != commands) {
                line(command ? ".PP\n.nf" : ".fi");
                commands = command;
            }
            if (line.isEmpty()) {
                if (open) {
                    line(".PP");
                }
                open = false;
            } else {
                text(line);
                open = true;
            }
        }
        if (commands) {
            line(".fi");
        }
    }

    /** A line of text, which must not look like a request. */
    private void text(String text) {
        String escaped = escaped(text);
        line(escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-");
    }

    private void line(String line) {
        page.append(line).append('\n');
    }
}
