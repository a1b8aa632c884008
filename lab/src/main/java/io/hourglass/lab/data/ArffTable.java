package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import io.hourglass.nn.Architecture;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A table in Weka's format, ARFF: attributes with names and types, then a line for each row. Rows may be sparse, in
 * braces: what they leave out is 0 or the first of the declared values.
 */
final class ArffTable implements RawTable {
    private static final int MAX_COLUMNS = Architecture.MAX_WIDTH + 1;
    private static final int LONGEST = 1 << 24;

    private final TableFile file;
    private final TableOptions options;
    private final Progress progress;
    private final List<String> names = new ArrayList<>();
    private final List<Declared> declared = new ArrayList<>();
    private final List<List<String>> values = new ArrayList<>();

    private ArffTable(TableFile file, TableOptions options, Progress progress) {
        this.file = file;
        this.options = options;
        this.progress = progress;
    }

    /**
     * Reads the attributes.
     *
     * @throws FormatException if they are damaged or of an unknown type, or there are none
     */
    static ArffTable open(TableFile file, TableOptions options, Progress progress) throws IOException {
        ArffTable table = new ArffTable(file, options, progress);
        try (Lines lines = table.new Lines()) {
            table.readHeader(lines);
        }
        return table;
    }

    private void readHeader(Lines lines) throws IOException {
        for (@Nullable String line = lines.next(); line != null; line = lines.next()) {
            Tokens tokens = new Tokens(line, lines.number);
            String word = tokens.next(" \t").toLowerCase(Locale.ROOT);
            switch (word) {
                case "@relation" -> {}
                case "@attribute" -> attribute(tokens);
                case "@data" -> {
                    if (names.isEmpty()) {
                        throw lines.wrong("@data", "@attribute lines above it");
                    }
                    return;
                }
                default -> throw lines.wrong(line, "@relation, @attribute or @data");
            }
        }
        throw new FormatException(file.label() + ": has no @data, expected an ARFF file");
    }

    private void attribute(Tokens tokens) throws FormatException {
        String name = tokens.next(" \t").replaceAll("[\\r\\n]+", " ");
        tokens.skipSpace();
        if (names.size() == MAX_COLUMNS) {
            throw tokens.wrong("at most " + MAX_COLUMNS + " attributes");
        }
        List<String> allowed = new ArrayList<>();
        Declared type;
        if (tokens.skip('{')) {
            while (!tokens.skip('}')) {
                allowed.add(tokens.next(",}").strip());
                tokens.skipSpace();
                if (!tokens.skip(',') && !tokens.isAt('}')) {
                    throw tokens.wrong("values in braces");
                }
                tokens.skipSpace();
            }
            type = Declared.CATEGORY;
        } else {
            String word = tokens.next(" \t").toLowerCase(Locale.ROOT);
            type = switch (word) {
                case "numeric", "real", "integer" -> Declared.NUMBER;
                case "date" -> Declared.DATE;
                case "string" -> Declared.TEXT;
                default -> throw tokens.wrong("numeric, real, integer, string, date or values in braces");
            };
        }
        names.add(name);
        declared.add(type);
        values.add(List.copyOf(allowed));
    }

    @Override
    public List<String> names() {
        return names;
    }

    @Override
    public int width() {
        return names.size();
    }

    @Override
    public List<Declared> declared() {
        return declared;
    }

    @Override
    public List<String> values(int column) {
        return values.get(column);
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
        long rows = 0;
        try (Lines lines = new Lines()) {
            boolean data = false;
            for (@Nullable String line = lines.next(); line != null; line = lines.next()) {
                if (data) {
                    visitor.row(lines.number, line.startsWith("{") ? sparse(line, lines.number) : dense(line, lines));
                    rows++;
                    if (progress.isDue()) {
                        progress.live(String.format(Locale.ROOT, "%s: %,d rows", file.label(), rows));
                    }
                }
                data |= line.toLowerCase(Locale.ROOT).startsWith("@data");
            }
        }
        if (rows == 0) {
            throw new FormatException(file.label() + ": no rows, expected at least one below @data");
        }
    }

    private @Nullable String[] dense(String line, Lines lines) throws FormatException {
        @Nullable String[] fields = new String[names.size()];
        Tokens tokens = new Tokens(line, lines.number);
        int count = 0;
        do {
            @Nullable String field = tokens.field(",\t");
            if (count < fields.length) {
                fields[count] = field;
            }
            count++;
        } while (tokens.skipSeparator());
        if (count != fields.length || !tokens.atEnd()) {
            throw new FormatException(file.label() + ": line " + lines.number + " has "
                    + (tokens.atEnd() ? count + " fields" : "text after a quoted field") + ", expected "
                    + fields.length + " fields, one for each @attribute");
        }
        return fields;
    }

    private @Nullable String[] sparse(String line, long number) throws FormatException {
        @Nullable String[] fields = new String[names.size()];
        for (int column = 0; column < fields.length; column++) {
            fields[column] =
                    values.get(column).isEmpty() ? "0" : values.get(column).get(0);
        }
        Tokens tokens = new Tokens(line, number);
        tokens.skip('{');
        tokens.skipSpace();
        while (!tokens.skip('}')) {
            String index = tokens.next(" \t");
            int column = index.matches("\\d{1,7}") ? Integer.parseInt(index) : fields.length;
            tokens.skipSpace();
            if (column >= fields.length || tokens.atEnd()) {
                throw tokens.wrong("pairs of a column's number from 0 and a value");
            }
            fields[column] = tokens.next(",}").strip();
            tokens.skipSpace();
            if (!tokens.skip(',') && !tokens.isAt('}')) {
                throw tokens.wrong("pairs between commas, in braces");
            }
            tokens.skipSpace();
        }
        return fields;
    }

    /** The lines of the file without comments and empty lines. */
    private final class Lines implements AutoCloseable {
        private final BufferedReader text;
        private final StringBuilder line = new StringBuilder();
        private long number;

        Lines() throws IOException {
            text = new BufferedReader(file.text(options.encoding()));
        }

        /** The next line, without surrounding spaces; null at the end. */
        @Nullable
        String next() throws IOException {
            while (true) {
                line.setLength(0);
                int c = text.read();
                if (c < 0) {
                    return null;
                }
                number++;
                for (; c >= 0 && c != '\n'; c = text.read()) {
                    line.append((char) c);
                    if (line.length() > LONGEST) {
                        throw new FormatException(file.label() + ": line " + number + " has more than " + LONGEST
                                + " characters, expected fewer");
                    }
                }
                String stripped = line.toString().strip();
                if (!stripped.isEmpty() && stripped.charAt(0) != '%') {
                    file.requireText(stripped, "line " + number, options.encoding());
                    return stripped;
                }
            }
        }

        FormatException wrong(String what, String expected) {
            return new FormatException(file.label() + ": line " + number + " is " + FormatException.quote(what)
                    + ", expected " + expected);
        }

        @Override
        public void close() throws IOException {
            text.close();
        }
    }

    /** The parts of a line: words, or text in single or double quotes with backslashes before quotes. */
    private final class Tokens {
        private final String line;
        private final long number;
        private int at;

        Tokens(String line, long number) {
            this.line = line;
            this.number = number;
        }

        /** The next part of a row; null for a question mark without quotes, which is a missing value. */
        @Nullable
        String field(String ends) throws FormatException {
            skipSpace();
            boolean quoted = isAt('\'') || isAt('"');
            String field = next(ends);
            return !quoted && field.equals("?") ? null : field;
        }

        /** The next part, up to one of the ends or, in quotes, the closing quote. */
        String next(String ends) throws FormatException {
            skipSpace();
            char quote = at < line.length() ? line.charAt(at) : ' ';
            if (quote != '\'' && quote != '"') {
                int from = at;
                while (at < line.length() && ends.indexOf(line.charAt(at)) < 0) {
                    at++;
                }
                return line.substring(from, at).strip();
            }
            StringBuilder text = new StringBuilder();
            at++;
            while (at < line.length() && line.charAt(at) != quote) {
                if (line.charAt(at) == '\\' && at + 1 < line.length()) {
                    at++;
                }
                text.append(line.charAt(at++));
            }
            if (!skip(quote)) {
                throw wrong("a closing quote");
            }
            return text.toString();
        }

        void skipSpace() {
            while (isAt(' ') || isAt('\t')) {
                at++;
            }
        }

        /** Skips a comma or tabs, with spaces around; false if there are none, or the line ends. */
        boolean skipSeparator() {
            int from = at;
            skipSpace();
            return skip(',') || (!atEnd() && line.substring(from, at).indexOf('\t') >= 0);
        }

        boolean isAt(char c) {
            return at < line.length() && line.charAt(at) == c;
        }

        boolean skip(char c) {
            boolean there = isAt(c);
            at += there ? 1 : 0;
            return there;
        }

        boolean atEnd() {
            return at == line.length();
        }

        FormatException wrong(String expected) {
            return new FormatException(file.label() + ": line " + number + " is " + FormatException.quote(line)
                    + ", expected " + expected);
        }
    }
}
