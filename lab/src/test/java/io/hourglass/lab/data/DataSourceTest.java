package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.Dataset;
import io.hourglass.Idx;
import io.hourglass.ImageShape;
import io.hourglass.Imputation;
import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataSourceTest {
    private static final Progress QUIET = new Progress(new PrintStream(OutputStream.nullOutputStream()), false, 80);
    private static final ImageShape SHAPE = new ImageShape(2, 3, 1);

    @TempDir
    Path folder;

    private void write(String name, int rows) throws IOException {
        if (name.contains("images")) {
            Idx.writeImages(folder.resolve(name), new byte[rows * 6], SHAPE);
        } else {
            Idx.writeLabels(folder.resolve(name), new int[rows]);
        }
    }

    @Test
    void findsMnistAboveTheWorkingDirectory() throws IOException {
        DataSplit mnist = DataSource.load("mnist", QUIET);
        assertThat(mnist.name()).isEqualTo("mnist");
        Dataset train = mnist.split("train");
        Dataset test = mnist.split("test");
        assertThat(train.rows()).isEqualTo(60_000);
        assertThat(test.rows()).isEqualTo(10_000);
        assertThat(train.name()).isEqualTo("mnist");
        assertThat(test.shape()).contains(new ImageShape(28, 28, 1));
        assertThat(test.label(0)).isEqualTo(7);
    }

    @Test
    void findsMnistAtHome() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data/mnist"));
        for (String part : new String[] {"train", "t10k"}) {
            Idx.writeImages(data.resolve(part + "-images-idx3-ubyte"), new byte[6], SHAPE);
            Idx.writeLabels(data.resolve(part + "-labels-idx1-ubyte"), new int[1]);
        }
        String before = System.getProperty("hourglass.home");
        System.setProperty("hourglass.home", folder.toString());
        try {
            assertThat(DataSource.load("mnist", QUIET).train().rows()).isEqualTo(1);
        } finally {
            if (before == null) {
                System.clearProperty("hourglass.home");
            } else {
                System.setProperty("hourglass.home", before);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"-idx, ''", "-idx, .gz", ".idx, ''", ".idx, .gz"})
    void readsFolders(String idx, String end) throws IOException {
        write("train-images" + idx + "3-ubyte" + end, 5);
        write("train-labels" + idx + "1-ubyte" + end, 5);
        write("t10k-images" + idx + "3-ubyte" + end, 4);
        assertThatThrownBy(() -> DataSource.load(folder.toString(), QUIET))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("no file t10k-labels-idx1-ubyte or t10k-labels-idx1-ubyte.gz");
        write("t10k-labels" + idx + "1-ubyte" + end, 4);
        DataSplit split = DataSource.load(folder.toString(), QUIET);
        assertThat(split.name()).isEqualTo(folder.getFileName().toString());
        assertThat(split.split("train").rows()).isEqualTo(5);
        assertThat(split.split("test").rows()).isEqualTo(4);
        assertThatThrownBy(() -> split.split("validation")).hasMessageContaining("expected train or test");
    }

    @Test
    void refusesAFolderWhosePartsDiffer() throws IOException {
        write("train-images-idx3-ubyte", 5);
        write("train-labels-idx1-ubyte", 5);
        Idx.writeImages(folder.resolve("t10k-images-idx3-ubyte"), new byte[6], new ImageShape(3, 2, 1));
        write("t10k-labels-idx1-ubyte", 1);
        assertThatThrownBy(() -> DataSource.load(folder.toString(), QUIET)).isInstanceOf(FormatException.class);
    }

    @Test
    void readsAnIdxFileWithTheLabelsBesideIt() throws IOException {
        write("my-images-idx3-ubyte.gz", 5);
        String images = folder.resolve("my-images-idx3-ubyte.gz").toString();
        DataSplit split = DataSource.load(images, QUIET);
        assertThat(split.name()).isEqualTo("my-images-idx3-ubyte.gz");
        assertThat(split.train().hasLabels()).isFalse();
        assertThat(split.test()).isNull();
        assertThatThrownBy(() -> split.split("test")).hasMessageEndingWith("expected train");
        write("my-labels-idx1-ubyte", 5);
        assertThat(DataSource.load(images, QUIET).train().hasLabels()).isTrue();
        write("labels-of-others", 5);
        write("any-images", 5);
        assertThat(DataSource.load(folder.resolve("any-images").toString(), QUIET)
                        .train()
                        .hasLabels())
                .isFalse();
    }

    /** Kaggle's archives of MNIST hold each file in a folder of its name. */
    @ParameterizedTest
    @CsvSource({"-idx, ''", ".idx, .gz"})
    void readsIdxFilesInFoldersOfTheirNames(String idx, String end) throws IOException {
        for (String name : new String[] {"train-images", "train-labels", "t10k-images", "t10k-labels"}) {
            String file = name + idx + (name.endsWith("images") ? "3" : "1") + "-ubyte";
            Files.createDirectories(folder.resolve(file));
            write(file + "/" + file + end, name.startsWith("train") ? 5 : 4);
        }
        assertThat(DataSource.load(folder.toString(), QUIET).split("test").rows())
                .isEqualTo(4);
        Path images = folder.resolve("t10k-images" + idx + "3-ubyte");
        Dataset alone = DataSource.load(images.toString(), QUIET).train();
        assertThat(alone.rows()).isEqualTo(4);
        assertThat(alone.hasLabels()).isTrue();
        Files.delete(images.resolve(images.getFileName() + end));
        assertThatThrownBy(() -> DataSource.load(folder.toString(), QUIET))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith(folder + ": no file t10k-images-idx3-ubyte");
    }

    @Test
    void readsATableInAFolderOfItsName() throws IOException {
        Path table = Files.createDirectories(folder.resolve("train.csv"));
        assertThatThrownBy(() -> DataSource.load(table.toString(), QUIET))
                .hasMessageStartingWith(table + ": holds no data");
        Files.writeString(table.resolve("train.csv"), "a,b\n1,2\n3,4\n");
        assertThat(DataSource.load(table.toString(), QUIET).train().row(1)).containsExactly(3, 4);
    }

    /** A picture of the digits beside the four files is no data set. */
    @Test
    void prefersIdxFilesToImagesBesideThem() throws IOException {
        for (String part : new String[] {"train", "t10k"}) {
            write(part + "-images-idx3-ubyte", 5);
            write(part + "-labels-idx1-ubyte", 5);
        }
        PngImages.write(folder.resolve("docs"), new float[1][6], SHAPE, done -> {});
        assertThat(DataSource.load(folder.toString(), QUIET).split("test").rows())
                .isEqualTo(5);
    }

    @Test
    void readsArrays() throws IOException {
        Path file = folder.resolve("a.npy");
        Npy.write(file, new float[][] {{0, 1}, {0.5f, 0.25f}});
        Dataset data = DataSource.load(file.toString(), QUIET).train();
        assertThat(data.row(1)).containsExactly(0.5f, 0.25f);
        assertThat(data.shape()).isEmpty();
        Npy.write(file, new float[4][6], SHAPE);
        assertThat(DataSource.load(file.toString(), QUIET).train().shape()).contains(SHAPE);
        Npy.write(file, new float[4][6], new ImageShape(2, 1, 3));
        assertThat(DataSource.load(file.toString(), QUIET).train().shape()).contains(new ImageShape(2, 1, 3));
        Npy.write(file, new float[][] {{-300, 1}, {0.5f, 7e9f}});
        assertThat(DataSource.load(file.toString(), QUIET).train().row(1)).containsExactly(0.5f, 7e9f);
        Npy.write(file, new float[][] {{0, 1}, {0.5f, Float.POSITIVE_INFINITY}});
        assertThatThrownBy(() -> DataSource.load(file.toString(), QUIET))
                .isInstanceOf(FormatException.class)
                .hasMessage(file + ": row 1, column 1 is Infinity, expected a finite number");
    }

    @Test
    void whatIsMissingInAnArrayIsRefusedOrFilled() throws IOException {
        Path file = folder.resolve("a.npy");
        Npy.write(file, new float[][] {{0, 1}, {0.5f, Float.NaN}, {1, 4}});
        assertThatThrownBy(() -> DataSource.load(file.toString(), QUIET))
                .isInstanceOf(FormatException.class)
                .hasMessage(file + ": row 1, column 1 is missing, expected a value, or training with --impute mean");
        ReadOptions mean = ReadOptions.DEFAULT.withImputation(Imputation.Kind.MEAN);
        assertThat(DataSource.load(file.toString(), mean, QUIET).train().row(1)).containsExactly(0.5f, Float.NaN);
    }

    @Test
    void bytesOfArraysArePixelsInImagesAndNumbersInTables() throws IOException {
        Dataset table = bytes("(1, 2)");
        assertThat(table.isPixels()).isFalse();
        assertThat(table.row(0)).containsExactly(255, 51);
        Dataset data = bytes("(1, 1, 2)");
        assertThat(data.isPixels()).isTrue();
        assertThat(data.row(0)).containsExactly(1f, 51 / 255f);
        assertThat(data.sha256())
                .isEqualTo(Dataset.ofPixels("", new byte[] {-1, 51}, 2).sha256());
    }

    private Dataset bytes(String shape) throws IOException {
        byte[] start = ("\u0093NUMPY\1\0>\0{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }"
                        + " ".repeat(9 - shape.length()))
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] bytes = java.util.Arrays.copyOf(start, start.length + 2);
        bytes[start.length] = (byte) 255;
        bytes[start.length + 1] = 51;
        return DataSource.load(Files.write(folder.resolve("a.npy"), bytes).toString(), QUIET)
                .train();
    }

    @Test
    void saysWhatIsAccepted() throws IOException {
        assertThatThrownBy(() -> DataSource.load("mnits", QUIET))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "no data 'mnits', expected a file or folder, mnist, fashion-mnist, or - for standard input");
        Path text = Files.writeString(folder.resolve("a.doc"), "1,2\n");
        assertThatThrownBy(() -> DataSource.load(text.toString(), QUIET))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith(text + ": unknown kind of file, expected a table (.csv, .tsv");
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertThatThrownBy(() -> DataSource.load(empty.toString(), QUIET))
                .isInstanceOf(FormatException.class)
                .hasMessage(empty
                        + ": holds no data, expected PNG, JPEG or BMP images, in it or in folders in it, or the "
                        + "four IDX files of MNIST's names");
        Files.createFile(empty.resolve("t10k-images-idx3-ubyte"));
        assertThatThrownBy(() -> DataSource.load(empty.toString(), QUIET))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("no file train-images-idx3-ubyte");
    }
}
