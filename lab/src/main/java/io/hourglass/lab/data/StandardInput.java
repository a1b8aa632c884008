package io.hourglass.lab.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** Standard input, kept in a temporary file, because tables are read more than once. */
public final class StandardInput {
    /** What stands for standard input, and as an output for standard output, on the command line. */
    public static final String NAME = "-";

    /** What messages call standard input. */
    public static final String LABEL = "standard input";

    private static @Nullable InputStream copied;
    private static @Nullable Path copy;

    private StandardInput() {}

    /** What came through standard input, to its end. */
    static TableFile table() throws IOException {
        return new TableFile(file(), LABEL);
    }

    /** A file with all that came through standard input; removed when Java ends. */
    public static synchronized Path file() throws IOException {
        InputStream in = System.in;
        Path known = copy;
        if (known != null && copied == in) {
            return known;
        }
        Path file = Files.createTempFile("hourglass-input", "");
        file.toFile().deleteOnExit();
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        copied = in;
        copy = file;
        return file;
    }
}
