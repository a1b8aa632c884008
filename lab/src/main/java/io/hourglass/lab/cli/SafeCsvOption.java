package io.hourglass.lab.cli;

import io.hourglass.lab.data.RowNames;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that makes text in a CSV harmless for spreadsheets. */
@Heading(Heading.GENERAL)
final class SafeCsvOption {
    private static final Pattern FORMULA = Pattern.compile("[=+\\-@\t\r].*", Pattern.DOTALL);
    private static final Pattern NUMBER = Pattern.compile("[-+]?(?:\\d++(?:\\.\\d*+)?|\\.\\d++)(?:[eE][-+]?\\d++)?");

    @Option(
            names = "--safe-csv",
            description = "In a CSV, write ' before text that a spreadsheet may take for a formula: text that begins "
                    + "with =, +, -, @, tab or carriage return and is not a number. Default: write names "
                    + "and labels unchanged.")
    private boolean safe;

    /** The names to write; null for none. */
    @Nullable
    RowNames cells(@Nullable RowNames names) {
        return names == null
                ? null
                : new RowNames(
                        cell(names.title()),
                        names.names().stream().map(this::cell).toList());
    }

    /** The text to write. */
    String cell(String text) {
        return safe && FORMULA.matcher(text).matches() && !NUMBER.matcher(text).matches() ? "'" + text : text;
    }
}
