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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds and reads the data that {@code --data} names. */
public final class DataSource {
    private static final String ACCEPTED = "mnist, fashion-mnist, a folder with the four IDX files of MNIST's names, "
            + "a folder of PNG, JPEG or BMP images, an IDX file of images, a .csv or a .npy file";

    private static final Pattern IDX_NAME =
            Pattern.compile("(train|t10k)-(images[-.]idx3|labels[-.]idx1)-ubyte(\\.gz)?");

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
     * @param spec {@code mnist} (the embedded one), {@code fashion-mnist} (installed, cached or downloaded), a folder
     *     with the four IDX files (plain or gzipped, or each in a folder of its name), a folder of PNG, JPEG or BMP
     *     images (or of folders of them, one a label), an IDX file of images (its labels are taken from beside it if
     *     the names say that they belong together), a .csv file (see {@link CsvData}), or a .npy file of uint8 pixels
     *     or of floats, of shape (rows, inputs), (rows, height, width) or (rows, height, width, channels); NaN is a
     *     missing value
     * @throws IllegalArgumentException if there is no such file or folder
     * @throws FormatException if a file is damaged or of another kind, one of a folder's files is missing, or a value
     *     is missing and nothing is to fill it
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
        Path path = FileNames.parse(spec);
        String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
        if (Files.isDirectory(path) && (IDX_NAME.matcher(name).matches() || name.matches(".*\\.(csv|npy)"))) {
            path = Objects.requireNonNullElse(plainOrGzip(path), path);
        }
        if (Files.isDirectory(path)) {
            if (holdsIdx(path)) { // pictures beside the four files, or below, are no data
                return readFolder(name, path);
            }
            ImageFiles images = ImageFiles.in(path);
            if (images.images().isEmpty()) {
                throw new FormatException(
                        path + ": holds no data" + (images.skipped().isEmpty() ? "" : " (" + images.skipped() + ")")
                                + ", expected PNG, JPEG or BMP images, in it or in folders in it, or the four IDX "
                                + "files of MNIST's names");
            }
            return new DataSplit(name, ImageFolder.read(name, images, options, progress), null);
        }
        if (!Files.exists(path)) {
            throw new IllegalArgumentException("no data '" + spec + "', expected " + ACCEPTED);
        }
        if (name.endsWith(".npy")) {
            return readNpy(name, path, options, progress);
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
        Path path = FileNames.parse(spec);
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

    private static boolean holdsIdx(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> IDX_NAME.matcher(FileNames.text(file)).matches());
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

    /**
     * The file of that name or, with .gz after it, a gzipped one; where a folder has the name, as in archives of
     * Kaggle's, the one in that folder.
     */
    private static @Nullable Path plainOrGzip(Path plain) {
        String name = String.valueOf(plain.getFileName());
        Path gzip = plain.resolveSibling(name + ".gz");
        for (Path file : List.of(plain, plain.resolve(name), gzip, gzip.resolve(name), plain.resolve(name + ".gz"))) {
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        return null;
    }

    /** The file of labels whose name and place belong to those of a file of images; null where there is none. */
    private static @Nullable Path labelsBeside(Path images) {
        String name = String.valueOf(images.getFileName());
        String labels = name.replaceFirst("images([-.])idx3", "labels$1idx1").replaceFirst("\\.gz$", "");
        if (!labels.contains("labels") || name.startsWith(labels)) {
            return null;
        }
        Path beside = plainOrGzip(images.resolveSibling(labels));
        Path above = images.toAbsolutePath().getParent();
        return beside == null && above != null && name.startsWith(String.valueOf(above.getFileName()))
                ? plainOrGzip(above.resolveSibling(labels))
                : beside;
    }

    private static boolean looksLikeIdx(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(2);
            return Arrays.equals(start, new byte[] {0, 0}) || Arrays.equals(start, new byte[] {0x1f, (byte) 0x8b});
        }
    }

    private static DataSplit readNpy(String name, Path file, ReadOptions options, Progress progress)
            throws IOException {
        Npy.Array array = Npy.read(file);
        List<Integer> shape = array.shape();
        int rank = shape.size();
        boolean channels = rank == 4 && (shape.get(3) == 1 || shape.get(3) == 3);
        if ((rank != 2 && rank != 3 && !channels) || shape.contains(0)) {
            throw new FormatException(
                    file + ": shape " + shape
                            + ", expected (rows, inputs), (rows, height, width) or (rows, height, width, 1 or 3), none of them 0");
        }
        int inputs = array.values().length / shape.get(0);
        Imputation imputation = null;
        Dataset data;
        if (array.type() == Npy.Type.UINT8) {
            data = Dataset.ofPixels(name, toBytes(array.values()), inputs);
        } else {
            String missing = requireNoInfinity(file, array.values(), inputs);
            imputation = Missing.fillInPlace(file, array.values(), inputs, null, missing, options, progress);
            data = Dataset.ofFloats(name, array.values(), inputs);
        }
        if (rank > 2) {
            data = data.withShape(new ImageShape(shape.get(1), shape.get(2), channels ? shape.get(3) : 1));
        }
        return new DataSplit(name, data, null, imputation);
    }

    private static byte[] toBytes(float[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** Where the first missing value is; null if there is none. */
    private static @Nullable String requireNoInfinity(Path file, float[] values, int inputs) throws FormatException {
        String missing = null;
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                String cell = file + ": row " + i / inputs + ", column " + i % inputs;
                if (Float.isInfinite(values[i])) {
                    throw new FormatException(cell + " is " + values[i] + ", expected a finite number");
                }
                missing = missing == null ? cell : missing;
            }
        }
        return missing;
    }
}
