package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Names of files as text, and back: Java goes by the locale for both, which may lack letters of theirs. */
public final class FileNames {
    private FileNames() {}

    /**
     * The path that a text means.
     *
     * @throws IllegalArgumentException if it holds a character that no name of a file can hold, or none in this locale
     */
    public static Path parse(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            String why = text.indexOf('\0') >= 0
                    ? "holds a NUL character"
                    : text.chars().allMatch(c -> c < 128)
                            ? "is no name of a file here (" + e.getReason() + ")"
                            : "holds letters that the locale lacks (" + System.getProperty("sun.jnu.encoding")
                                    + "): start Java with the environment variable LC_ALL=C.UTF-8";
            throw new IllegalArgumentException("path " + FormatException.quote(text) + " " + why, e);
        }
    }

    /**
     * A file's name. Where the locale lacks a letter Java makes two names one; so it is taken from the URI, which holds
     * the bytes: UTF-8 or, where they are not that, Latin-1.
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
