package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import io.hourglass.io.GzipInput;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.ZipException;

/**
 * The file of a table, plain or gzip. It can be read any number of times.
 *
 * @param path where it is
 * @param label what messages call it
 */
record TableFile(Path path, String label) {
    private static final int LONGEST_MARK = 3;
    private static final int HEAD = 100;

    /** The bytes from the first one on, unpacked. */
    InputStream bytes() throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(path));
        in.mark(2);
        boolean packed = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return packed ? new BufferedInputStream(new Unpacked(label, in)) : in;
    }

    /** Unpacks gzip; turns every error of its form into a {@link FormatException}. */
    private static final class Unpacked extends InputStream {
        private final String label;
        private final GzipInput in;

        Unpacked(String label, InputStream packed) throws IOException {
            this.label = label;
            try {
                in = new GzipInput(packed);
            } catch (EOFException | ZipException e) {
                throw damaged(e);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            try {
                return in.read(bytes, from, length);
            } catch (EOFException e) {
                throw new FormatException(label + ": ends in the middle of its gzip data, expected a complete file");
            } catch (ZipException e) {
                throw damaged(e);
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }

        private FormatException damaged(IOException e) {
            return new FormatException(
                    label + ": damaged gzip file (" + e.getMessage() + "), expected a complete file");
        }
    }

    /**
     * Rejects text that is not as the file's encoding has it, or is binary.
     *
     * @param text from the file
     * @param place where it is in the file
     * @param encoding as the user says
     */
    void requireText(String text, String place, Charset encoding) throws FormatException {
        if (text.indexOf('\ufffd') >= 0) { // which the reader gives for bytes that are not valid
            boolean utf8 = encoding.equals(StandardCharsets.UTF_8);
            throw new FormatException(label + ": " + place + " is " + FormatException.quote(text)
                    + ", which is not valid " + encoding.name() + ", expected valid text, or "
                    + (utf8 ? "--encoding windows-1252, which many spreadsheets write" : "another --encoding"));
        }
        if (text.indexOf('\0') >= 0) {
            throw new FormatException(label + ": " + place + " is " + FormatException.quote(text)
                    + ", which holds a NUL character, as damaged and binary files do, expected text");
        }
    }

    /**
     * The text after the byte order mark, if it has one. Without a mark, UTF-16 shows by its zero bytes; other text is
     * in the given encoding. Bytes that are not valid become the replacement character.
     */
    Reader text(Charset encoding) throws IOException {
        InputStream in = bytes();
        in.mark(LONGEST_MARK + 1);
        byte[] start = in.readNBytes(LONGEST_MARK);
        in.reset();
        int first = start.length > 0 ? start[0] & 0xff : -1;
        int second = start.length > 1 ? start[1] & 0xff : -1;
        int third = start.length > 2 ? start[2] & 0xff : -1;
        Charset charset = encoding;
        int mark = 0;
        if (first == 0xef && second == 0xbb && third == 0xbf) {
            charset = StandardCharsets.UTF_8;
            mark = 3;
        } else if (first == 0xff && second == 0xfe || first == 0xfe && second == 0xff) {
            charset = first == 0xff ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
            mark = 2;
        } else if (first > 0 && second == 0) {
            charset = StandardCharsets.UTF_16LE;
        } else if (first == 0 && second > 0) {
            charset = StandardCharsets.UTF_16BE;
        }
        in.skipNBytes(mark);
        return new InputStreamReader(in, charset);
    }

    /** Kinds of tables. */
    enum Kind {
        DELIMITED,
        ARFF,
        JSON
    }

    /** The kind that the name states or, if it states none, the first characters show. */
    Kind kind() throws IOException {
        String plain = plainName(name());
        if (plain.endsWith(".arff")) {
            return Kind.ARFF;
        }
        if (plain.matches(".*\\.(json|jsonl|ndjson)")) {
            return Kind.JSON;
        }
        if (plain.contains(".")) {
            return Kind.DELIMITED;
        }
        char[] start = new char[HEAD];
        int length;
        try (Reader text = text(StandardCharsets.UTF_8)) {
            length = Math.max(0, text.read(start));
        }
        String head = new String(start, 0, length).stripLeading();
        return head.startsWith("{") || head.startsWith("[")
                ? Kind.JSON
                : head.startsWith("%") || head.regionMatches(true, 0, "@relation", 0, 9) ? Kind.ARFF : Kind.DELIMITED;
    }

    /** The file's name. */
    String name() {
        return String.valueOf(path.getFileName());
    }

    /** The name in lower case, without {@code .gz}. */
    static String plainName(String name) {
        return name.toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    }
}
