package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.Idx;
import io.hourglass.ImageShape;
import io.hourglass.io.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds and reads the data that {@code --data} names. */
public final class DataSource {
    private static final String ACCEPTED =
            "mnist, a folder with the four IDX files of MNIST's names, an IDX file of images or a .npy file";

    private DataSource() {}

    /**
     * Reads a data set.
     *
     * @param spec {@code mnist} (the embedded one), a folder with the four IDX files (plain or gzipped), an IDX file of images (its
     *     labels are taken from beside it if the names say that they belong together), or a .npy file of uint8 pixels or of floats in
     *     [0, 1], of shape (rows, inputs), (rows, height, width) or (rows, height, width, channels)
     * @throws IllegalArgumentException if there is no such file or folder
     * @throws FormatException if a file is damaged or of another kind, or one of a folder's files is missing
     * @throws IOException if a file cannot be read
     */
    public static DataSplit load(String spec) throws IOException {
        if (spec.equals("mnist")) {
            return readFolder("mnist", findMnist());
        }
        Path path = Path.of(spec);
        String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
        if (Files.isDirectory(path)) {
            return readFolder(name, path);
        }
        if (!Files.exists(path)) {
            throw new IllegalArgumentException("no data '" + spec + "', expected " + ACCEPTED);
        }
        if (name.endsWith(".npy")) {
            return new DataSplit(name, readNpy(name, path), null);
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

    private static Dataset readNpy(String name, Path file) throws IOException {
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
        Dataset data = array.type() == Npy.Type.UINT8
                ? Dataset.ofPixels(name, toBytes(array.values()), inputs)
                : Dataset.ofFloats(name, requireUnit(file, array.values(), inputs), inputs);
        return rank == 2
                ? data
                : data.withShape(new ImageShape(shape.get(1), shape.get(2), channels ? shape.get(3) : 1));
    }

    private static byte[] toBytes(float[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static float[] requireUnit(Path file, float[] values, int inputs) throws FormatException {
        for (int i = 0; i < values.length; i++) {
            if (!(values[i] >= 0 && values[i] <= 1)) {
                throw new FormatException(file + ": row " + i / inputs + ", column " + i % inputs + " is " + values[i]
                        + ", expected 0 to 1");
            }
        }
        return values;
    }
}
