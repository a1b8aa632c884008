package io.hourglass.lab.study;

import io.hourglass.io.Sha256;
import io.hourglass.lab.text.Json;
import io.hourglass.lab.text.TextFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/**
 * A record's file: JSON with the SHA-256 of its own text, {@code {"sha256": "...", "record": ...}}. A study trusts and
 * prints what it finds there, so a flipped bit, a truncated file or an edit must be noticed.
 */
final class CheckedJson {
    private static final Pattern FORM =
            Pattern.compile("\\{ \"sha256\" : \"([0-9a-f]{64})\", \"record\" :\n(.*)\n\\}\n", Pattern.DOTALL);

    /** The part of a record that every version writes and reads. */
    private record Header(int format) {}

    /** Thrown for a record that cannot be used; the message completes the sentence "its record FILE ...". */
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1;

        private UnusableException(String reason) {
            super(reason);
        }
    }

    private CheckedJson() {}

    static void write(Path file, Object entry) throws IOException {
        String text = Json.write(entry);
        TextFile.write(file, "{ \"sha256\" : \"" + Sha256.hex(text) + "\", \"record\" :\n" + text + "\n}\n");
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @return empty if there is no such file
     */
    static <T> Optional<T> read(Path file, Class<T> type) throws IOException, UnusableException {
        Optional<String> text = verified(file);
        return text.isEmpty() ? Optional.empty() : Optional.of(parsed(text.get(), type));
    }

    /**
     * Reads a record that has a format number.
     *
     * @param type with a component {@code format}
     * @param format that the record must have
     */
    static <T> Optional<T> read(Path file, Class<T> type, int format) throws IOException, UnusableException {
        Optional<String> text = verified(file);
        if (text.isPresent() && parsed(text.get(), Header.class).format() != format) {
            throw new UnusableException("is of another version of Hourglass");
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(parsed(text.get(), type));
    }

    private static Optional<String> verified(Path file) throws IOException, UnusableException {
        try {
            Matcher form = FORM.matcher(Files.readString(file));
            if (!form.matches()) {
                throw new UnusableException("is damaged or of another version of Hourglass");
            }
            if (!Sha256.hex(form.group(2)).equals(form.group(1))) {
                throw new UnusableException("is damaged or was edited");
            }
            return Optional.of(form.group(2));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (CharacterCodingException e) {
            throw new UnusableException("is damaged");
        }
    }

    private static <T> T parsed(String text, Class<T> type) throws UnusableException {
        try {
            return Json.read(text, type);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new UnusableException("is damaged or of another version of Hourglass");
        }
    }
}
