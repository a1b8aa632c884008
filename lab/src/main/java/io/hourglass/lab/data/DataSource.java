package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.Idx;
import io.hourglass.ImageShape;
import io.hourglass.io.FormatException;
import io.hourglass.lab.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds and reads the data that {@code --data} names. */
public final class DataSource {
    private static final String ACCEPTED = "mnist, fashion-mnist, a folder with the four IDX files of MNIST's names, "
            + "a folder of PNG or JPEG images, an IDX file of images, a .csv, a .npy or an .npz file";

    private DataSource() {}

    /**
     * Reads a data set that says all about itself.
     *
     * @throws IOException as {@link #load(String, ReadOptions, Progress)}
     */
    public static DataSplit load(String spec, Progress progress) throws IOException {
        return load(spec, ReadOptions.DEFAULT, progress);
    }

    /**
     * Reads a data set.
     *
     * @param spec {@code mnist} (the embedded one), {@code fashion-mnist} (installed, cached or downloaded), a folder with the four IDX files
     *     (plain or gzipped), a folder of PNG or JPEG images (or of folders of them, one a label), an IDX file of images (its labels are
     *     taken from beside it if the names say that they belong together), a .csv file (see {@link CsvData}), or a
     *     .npy or .npz file of numbers of shape (rows, inputs), (rows, height, width) or (rows, height, width,
     *     channels), which are pixels if they are bytes of the latter two; NaN is a missing value
     * @throws IllegalArgumentException if there is no such file or folder
     * @throws FormatException if a file is damaged or of another kind, one of a folder's files is missing, or a value is missing and
     *     nothing is to fill it
     * @throws IOException if a file cannot be read
     */
    public static DataSplit load(String spec, ReadOptions options, Progress progress) throws IOException {
        if (spec.equals("mnist")) {
            return readFolder("mnist", findMnist());
        }
        if (spec.equals(FashionMnist.NAME)) {
            DataSplit fashion = readFolder(
                    FashionMnist.NAME, FashionMnist.standard(progress).folder());
            return new DataSplit(
                    fashion.name(), FashionMnist.named(fashion.train()), FashionMnist.named(fashion.split("test")));
        }
        Path path = Path.of(spec);
        String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
        if (Files.isDirectory(path)) {
            if (ImageFolder.isOne(path)) {
                return new DataSplit(name, ImageFolder.read(name, path, options, progress), null);
            }
            requireIdx(path);
            return readFolder(name, path);
        }
        if (!Files.exists(path)) {
            throw new IllegalArgumentException("no data '" + spec + "', expected " + ACCEPTED);
        }
        if (name.endsWith(".npy")) {
            return readArray(name, path, Npy.read(path), options, progress);
        }
        if (name.endsWith(".npz")) {
            return readArray(name, path, Npz.read(path, options.array()), options, progress);
        }
        if (name.endsWith(".csv")) {
            return CsvData.read(name, path, options, progress);
        }
        if (!looksLikeIdx(path)) {
            throw new FormatException(path + ": unknown kind of file, expected " + ACCEPTED);
        }
        return new DataSplit(name, Idx.read(name, path, labelsBeside(path)), null);
    }

    /** The IDX file of images that {@code --data} names, which can be read without being in memory as a whole; empty for all else. */
    public static Optional<Path> idxFile(String spec) throws IOException {
        Path path = Path.of(spec);
        return !spec.equals("mnist") && Files.isRegularFile(path) && !spec.endsWith(".npy") && looksLikeIdx(path)
                ? Optional.of(path)
                : Optional.empty();
    }

    /** The launcher says where Hourglass is; in a development environment it is the working directory or above. */
    private static Path findMnist() throws FormatException {
        String home = System.getProperty("hourglass.home");
        Path folder = Path.of(home == null ? "" : home, "data", "mnist");
        Path start = Path.of("").toAbsolutePath();
        for (Path above = start; above != null && !Files.isDirectory(folder); above = above.getParent()) {
            folder = above.resolve("data").resolve("mnist");
        }
        if (!Files.isDirectory(folder)) {
            throw new FormatException("mnist: no folder data/mnist in " + (home == null ? "" : home + ", ") + start
                    + " or above it, expected it where Hourglass is installed");
        }
        return folder;
    }

    private static DataSplit readFolder(String name, Path folder) throws IOException {
        Dataset train = readPart(name, folder, "train");
        Dataset test = readPart(name, folder, "t10k");
        if (test.inputs() != train.inputs() || !test.shape().equals(train.shape())) {
            throw new FormatException(folder + ": test rows of " + test.inputs()
                    + " inputs, expected the training rows' " + train.inputs() + " and their image shape");
        }
        return new DataSplit(name, train, test);
    }

    private static Dataset readPart(String name, Path folder, String part) throws IOException {
        return Idx.read(
                name, find(folder, part + "-images", "idx3-ubyte"), find(folder, part + "-labels", "idx1-ubyte"));
    }

    /** Refuses a folder that holds nothing of what it could. */
    private static void requireIdx(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            if (files.noneMatch(file -> String.valueOf(file.getFileName()).contains("idx"))) {
                throw new FormatException(
                        folder + ": holds no data, expected PNG or JPEG images, in it or in folders in it, or the "
                                + "four IDX files of MNIST's names");
            }
        }
    }

    private static Path find(Path folder, String stem, String kind) throws FormatException {
        for (String name : List.of(stem + "-" + kind, stem + "." + kind)) {
            Path file = plainOrGzip(folder.resolve(name));
            if (file != null) {
                return file;
            }
        }
        throw new FormatException(folder + ": no file " + stem + "-" + kind + " or " + stem + "-" + kind
                + ".gz, expected the four IDX files of MNIST's names");
    }

    private static @Nullable Path plainOrGzip(Path plain) {
        Path gzip = plain.resolveSibling(plain.getFileName() + ".gz");
        return Files.exists(plain) ? plain : Files.exists(gzip) ? gzip : null;
    }

    private static @Nullable Path labelsBeside(Path images) {
        String name = String.valueOf(images.getFileName());
        String labels = name.replaceFirst("images([-.])idx3", "labels$1idx1").replaceFirst("\\.gz$", "");
        return labels.contains("labels") && !name.startsWith(labels)
                ? plainOrGzip(images.resolveSibling(labels))
                : null;
    }

    private static boolean looksLikeIdx(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(2);
            return Arrays.equals(start, new byte[] {0, 0}) || Arrays.equals(start, new byte[] {0x1f, (byte) 0x8b});
        }
    }

    private static DataSplit readArray(String name, Path file, Npy.Array array, ReadOptions options, Progress progress)
            throws IOException {
        List<Integer> shape = array.shape();
        int rank = shape.size();
        boolean channels = rank == 4 && (shape.get(3) == 1 || shape.get(3) == 3);
        if ((rank != 2 && rank != 3 && !channels) || shape.contains(0)) {
            throw new FormatException(
                    file + ": shape " + shape
                            + ", expected (rows, inputs), (rows, height, width) or (rows, height, width, 1 or 3), none of them 0");
        }
        int inputs = array.length() / shape.get(0);
        BitSet gaps = gaps(file, array, inputs);
        boolean pixels = rank > 2 && array.type() == NpyType.UINT8;
        Dataset data =
                pixels ? array.images(name) : gaps.isEmpty() ? array.rows(name) : withoutGaps(name, array, inputs);
        if (rank > 2) {
            data = data.withShape(new ImageShape(shape.get(1), shape.get(2), channels ? shape.get(3) : 1));
        }
        DataSplit rows = new DataSplit(name, data, null, pixels ? null : new Gaps(gaps, inputs), null, null);
        return Missing.settle(rows, gaps.isEmpty() ? null : cell(file, gaps.nextSetBit(0), inputs), options, progress);
    }

    /** Doubles, as {@link Imputation} gives them, with 0 for what is missing. */
    private static Dataset withoutGaps(String name, Npy.Array array, int inputs) {
        double[] values = new double[array.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Double.isNaN(array.value(i)) ? 0 : array.value(i);
        }
        return Dataset.ofDoubles(name, values, inputs);
    }

    /** Which values are missing. */
    private static BitSet gaps(Path file, Npy.Array array, int inputs) throws FormatException {
        BitSet gaps = new BitSet();
        for (int i = 0; i < array.length(); i++) {
            double value = array.value(i);
            if (Double.isNaN(value)) {
                gaps.set(i);
            } else if (!Numbers.isUsable(value)) {
                throw new FormatException(cell(file, i, inputs) + " is " + value + ", expected a finite number");
            }
        }
        return gaps;
    }

    private static String cell(Path file, int index, int inputs) {
        return file + ": row " + index / inputs + ", column " + index % inputs;
    }
}
