package io.hourglass.lab.data;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.hourglass.Imputation;
import io.hourglass.lab.progress.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The workbench's readers on any bytes, as core's test of that name does with core's: on the files in {@code
 * src/test/resources/io/hourglass/lab/data/ReadersFuzzTestInputs} or, with {@code JAZZER_FUZZ=1}, {@code
 * -Djazzer.hooks=true} and one method chosen, on what Jazzer makes of them.
 */
class ReadersFuzzTest {
    private static final Path FOLDER = folder();
    private static final Progress PROGRESS = Progress.onStandardError(new PrintStream(OutputStream.nullOutputStream()));
    private static final ReadOptions LABELLED =
            ReadOptions.DEFAULT.withTable(TableOptions.DEFAULT.withLabel("1")).withImputation(Imputation.Kind.MEAN);
    private static final ReadOptions IMPUTED = ReadOptions.DEFAULT.withImputation(Imputation.Kind.MEAN);
    private static final ReadOptions SMALL =
            ReadOptions.DEFAULT.withImages(new ReadOptions.Size(8, 8), ReadOptions.Colours.GREY);

    /** What deflate can make of a byte at most, four bytes a pixel, in two pictures. */
    private static final int IMAGE = 8 * 1032;

    /** The same, where a byte becomes a float, beside the zip file's own tables. */
    private static final int NPZ = 8 * 1032;

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

    private static void load(Path file, ReadOptions options) throws IOException {
        DataSource.load(file.toString(), options, PROGRESS);
    }

    @FuzzTest
    void npy(byte[] bytes) throws IOException {
        Hostile.read(Npy::read, file("fuzzed.npy"), bytes);
        Hostile.read(data -> load(data, ReadOptions.DEFAULT), file("fuzzed.npy"), bytes);
    }

    @FuzzTest
    void npz(byte[] bytes) throws IOException {
        Hostile.read(data -> load(data, ReadOptions.DEFAULT), file("fuzzed.npz"), bytes, NPZ);
    }

    @FuzzTest
    void codes(byte[] bytes) throws IOException {
        Hostile.read(Codes::read, file("fuzzed.csv"), bytes);
    }

    @FuzzTest
    void csv(byte[] bytes) throws IOException {
        Hostile.read(data -> load(data, ReadOptions.DEFAULT), file("fuzzed.csv"), bytes);
        Hostile.read(data -> load(data, LABELLED), file("fuzzed.csv"), bytes);
    }

    /** Delimited text of any kind: no name says what separates its fields. */
    @FuzzTest
    void text(byte[] bytes) throws IOException {
        Hostile.read(data -> load(data, ReadOptions.DEFAULT), file("fuzzed.txt"), bytes);
        Hostile.read(data -> DataSource.describe(data.toString(), IMPUTED, PROGRESS), file("fuzzed.txt"), bytes);
    }

    @FuzzTest
    void arff(byte[] bytes) throws IOException {
        Hostile.read(data -> load(data, IMPUTED), file("fuzzed.arff"), bytes);
    }

    @FuzzTest
    void json(byte[] bytes) throws IOException {
        Hostile.read(data -> load(data, IMPUTED), file("fuzzed.json"), bytes);
    }

    /** PNG and JPEG: the names of a folder's images do not decide how they are read. */
    @FuzzTest
    void image(byte[] bytes) throws IOException {
        Path images = FOLDER.resolve("images");
        Files.createDirectories(images);
        images.toFile().deleteOnExit();
        Hostile.read(any -> load(images, SMALL), file("images/fuzzed.png"), bytes, IMAGE);
    }
}
