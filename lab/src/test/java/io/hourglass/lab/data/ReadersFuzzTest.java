package io.hourglass.lab.data;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The workbench's readers on any bytes, as core's test of that name does with core's: on the files in {@code
 * src/test/resources/io/hourglass/lab/data/ReadersFuzzTestInputs} or, with {@code JAZZER_FUZZ=1} and one method chosen, on what Jazzer
 * makes of them.
 */
class ReadersFuzzTest {
    private static final Path FOLDER = folder();

    /** For all runs of a method: a folder for each would take longer than to read it. */
    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("hourglass-fuzz");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file(String name) {
        Path file = FOLDER.resolve(name);
        file.toFile().deleteOnExit();
        return file;
    }

    @FuzzTest
    void npy(byte[] bytes) throws IOException {
        Hostile.read(Npy::read, file("fuzzed.npy"), bytes);
        Hostile.read(data -> DataSource.load(data.toString()), file("fuzzed.npy"), bytes);
    }

    @FuzzTest
    void codes(byte[] bytes) throws IOException {
        Hostile.read(Codes::read, file("fuzzed.csv"), bytes);
    }
}
