package io.hourglass.lab.cli;

import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The option that makes texts of a CSV harmless for spreadsheets. */
final class SafeCsvOption {
    private static final Pattern FORMULA = Pattern.compile("[=+\\-@\t\r].*", Pattern.DOTALL);
    private static final Pattern NUMBER = Pattern.compile("[-+]?(?:\\d++(?:\\.\\d*+)?|\\.\\d++)(?:[eE][-+]?\\d++)?");

    @Option(
            names = "--safe-csv",
            description =
                    "In a CSV, write ' before a text that a spreadsheet may take for a formula: one that begins with "
                            + "=, +, -, @, tab or carriage return and is no number. Default: write names and labels "
                            + "as they are.")
    private boolean safe;

    /** A text as it is to be written. */
    String cell(String text) {
        return safe && FORMULA.matcher(text).matches() && !NUMBER.matcher(text).matches() ? "'" + text : text;
    }
}
