package io.hourglass.lab.data;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.hourglass.format.FormatException;
import io.hourglass.nn.Architecture;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The lines of a delimited text, one after the other. Lines that are empty are skipped; quotes may hold line ends. */
abstract class Records implements Closeable {
    private static final char COMMENT = '#';
    private static final int MAX_FIELDS = Architecture.MAX_WIDTH + 1;
    private static final int MARK = 5; // characters of sep=;

    /**
     * A line.
     *
     * @param line its number, from 1
     * @param fields at least one; of a comment, what follows its mark, as one field
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Line(long line, String[] fields, boolean comment) {
        /** The number of lines of the file that it takes: more than one if quotes hold line ends. */
        int lines() {
            return 1
                    + (int) Arrays.stream(fields)
                            .flatMapToInt(String::chars)
                            .filter(c -> c == '\n')
                            .count();
        }
    }

    /** Opens the text of a file. */
    static Records open(TableFile file, TableOptions options, TableOptions.Separator separator) throws IOException {
        Reader text = withoutMark(file.text(options.encoding()));
        return separator == TableOptions.Separator.SPACE
                ? new Spaced(file, text)
                : new Separated(file, text, separator, CommentStrategy.READ);
    }

    /** Opens a text with commas, whose lines may begin with the mark of a comment. */
    static Records withoutComments(TableFile file) throws IOException {
        Reader text = file.text(StandardCharsets.UTF_8);
        return new Separated(file, text, TableOptions.Separator.COMMA, CommentStrategy.NONE);
    }

    /** Spreadsheets may write {@code sep=;} above a table. Its line stays, empty, so that lines are counted right. */
    private static Reader withoutMark(Reader text) throws IOException {
        BufferedReader buffered = new BufferedReader(text);
        buffered.mark(MARK + 1);
        char[] start = new char[MARK + 1];
        int length = Math.max(0, buffered.read(start));
        buffered.reset();
        if (new String(start, 0, length).matches("(?is)sep=.[\\r\\n]")) {
            buffered.skip(MARK);
        }
        return buffered;
    }

    /** The next line; null at the end. */
    abstract @Nullable Line next() throws IOException;

    private static final class Separated extends Records {
        private static final Pattern LINE = Pattern.compile("starting at line (\\d+)"); // in messages of the library

        private final TableFile file;
        private final CsvReader<CsvRecord> csv;
        private final Iterator<CsvRecord> lines;

        Separated(TableFile file, Reader text, TableOptions.Separator separator, CommentStrategy comments) {
            this.file = file;
            csv = CsvReader.builder()
                    .fieldSeparator(separator.mark())
                    .commentStrategy(comments)
                    .commentCharacter(COMMENT)
                    .trimWhitespacesAroundQuotes(true)
                    .allowUnclosedQuote(false)
                    .extraFieldStrategy(FieldMismatchStrategy.IGNORE) // the reader says where numbers of fields differ
                    .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .build(CsvRecordHandler.of(builder -> builder.maxFields(MAX_FIELDS)), text);
            lines = csv.iterator();
        }

        @Override
        @Nullable
        Line next() throws IOException {
            try {
                if (!lines.hasNext()) {
                    return null;
                }
                CsvRecord next = lines.next();
                return new Line(
                        next.getStartingLineNumber(), next.getFields().toArray(new String[0]), next.isComment());
            } catch (UncheckedIOException e) {
                IOException cause = e.getCause();
                throw cause instanceof FormatException ? cause : new IOException(file.label() + ": " + cause, e);
            } catch (CsvParseException e) {
                throw wrong(String.valueOf(e.getMessage()));
            }
        }

        private FormatException wrong(String message) {
            Matcher line = LINE.matcher(message);
            if (line.find() && (message.startsWith("Unclosed") || message.contains("quotation"))) {
                return new FormatException(file.label() + ": the quote that opens in line " + line.group(1)
                        + " is not closed, expected a closing quote");
            }
            return new FormatException(
                    file.label() + ": " + FormatException.quote(message) + ", expected lines of fields");
        }

        @Override
        public void close() throws IOException {
            csv.close();
        }
    }

    /** Fields between spaces and tabs; double quotes keep those of a text. */
    private static final class Spaced extends Records {
        private static final int LONGEST = 1 << 24;

        private final TableFile file;
        private final BufferedReader text;
        private final StringBuilder line = new StringBuilder();
        private long number;

        Spaced(TableFile file, Reader text) {
            this.file = file;
            this.text = new BufferedReader(text);
        }

        @Override
        @Nullable
        Line next() throws IOException {
            while (readLine()) {
                number++;
                String stripped = line.toString().strip();
                if (!stripped.isEmpty()) {
                    boolean comment = stripped.charAt(0) == COMMENT;
                    return new Line(number, comment ? new String[] {stripped.substring(1)} : fields(stripped), comment);
                }
            }
            return null;
        }

        /** Reads a line of limited length; false at the end. */
        private boolean readLine() throws IOException {
            line.setLength(0);
            int c = text.read();
            if (c < 0) {
                return false;
            }
            for (; c >= 0 && c != '\n' && c != '\r'; c = text.read()) {
                line.append((char) c);
                if (line.length() > LONGEST) {
                    throw new FormatException(file.label() + ": line " + (number + 1) + " has more than " + LONGEST
                            + " characters, expected fewer");
                }
            }
            if (c == '\r') {
                text.mark(1);
                if (text.read() != '\n') {
                    text.reset();
                }
            }
            return true;
        }

        private String[] fields(String text) throws FormatException {
            List<String> fields = new ArrayList<>();
            int at = 0;
            while (at < text.length()) {
                char first = text.charAt(at);
                int end = first == '"' ? text.indexOf('"', at + 1) : -1;
                if (end > 0 && (end + 1 == text.length() || isSpace(text.charAt(end + 1)))) {
                    fields.add(text.substring(at + 1, end));
                    end++;
                } else {
                    end = at;
                    while (end < text.length() && !isSpace(text.charAt(end))) {
                        end++;
                    }
                    fields.add(text.substring(at, end));
                }
                at = end;
                while (at < text.length() && isSpace(text.charAt(at))) {
                    at++;
                }
                if (fields.size() > MAX_FIELDS) {
                    throw new FormatException(file.label() + ": line " + number + " has more than " + MAX_FIELDS
                            + " fields, expected fewer");
                }
            }
            return fields.toArray(new String[0]);
        }

        private static boolean isSpace(char c) {
            return c == ' ' || c == '\t';
        }

        @Override
        public void close() throws IOException {
            text.close();
        }
    }
}
