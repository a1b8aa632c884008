package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Converts file names to text and back. Java uses the locale's encoding for both, which may lack some letters. */
public final class FileNames {
    private FileNames() {}

    /**
     * The path for a text.
     *
     * @throws IllegalArgumentException if the text contains a character that no file name can have, at all or in this
     *     locale
     */
    public static Path parse(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            String why = text.indexOf('\0') >= 0
                    ? "contains a NUL character"
                    : text.chars().allMatch(c -> c < 128)
                            ? "is not a valid file name here (" + e.getReason() + ")"
                            : "contains letters that the locale lacks (" + System.getProperty("sun.jnu.encoding")
                                    + "): start Java with the environment variable LC_ALL=C.UTF-8";
            throw new IllegalArgumentException("path " + FormatException.quote(text) + " " + why, e);
        }
    }

    /**
     * A file's name. If the locale lacks a letter, Java may map two names to one, so this uses the URI, which has the
     * bytes: as UTF-8 or, if they are not valid UTF-8, as Latin-1.
     */
    static String text(Path file) {
        String uri = file.toUri().getRawPath();
        String last = uri.substring(uri.lastIndexOf('/', uri.length() - 2) + 1).replace("/", "");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < last.length(); i++) {
            if (last.charAt(i) == '%') {
                bytes.write(Integer.parseInt(last.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(last.charAt(i));
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
