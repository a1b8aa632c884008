package io.hourglass.lab.text;

import io.hourglass.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Text files in UTF-8, written completely or not at all. */
public final class TextFile {
    private TextFile() {}

    /** Writes a file. It replaces an old one only when it is complete. */
    public static void write(Path file, String text) throws IOException {
        AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}
