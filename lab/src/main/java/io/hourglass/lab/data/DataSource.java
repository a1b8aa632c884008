package io.hourglass.lab.data;

import io.hourglass.Dataset;
import io.hourglass.Idx;
import io.hourglass.ImageShape;
import io.hourglass.format.FormatException;
import io.hourglass.lab.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds and reads the data that {@code --data} names. */
public final class DataSource {
    /** Names of files that hold tables, without .gz. */
    private static final Pattern TABLE_NAME = Pattern.compile(".*\\.(csv|tsv|tab|txt|data|arff|json|jsonl|ndjson)");

    private static final Pattern IDX_NAME =
            Pattern.compile("(train|t10k)-(images[-.]idx3|labels[-.]idx1)-ubyte(\\.gz)?");

    private DataSource() {}

    /**
     * Reads a data set with default options.
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
     *     images (or of subfolders of images, one per label), an IDX file of images (labels are read from the file
     *     beside it whose name matches), a table as delimited text ({@link DelimitedTable}), ARFF or JSON, plain or
     *     gzip, {@code -} for such a table from standard input, or a .npy or .npz file of numbers of shape (rows,
     *     inputs), (rows, height, width) or (rows, height, width, channels). Bytes of the latter two shapes are pixels;
     *     NaN is a missing value
     * @throws IllegalArgumentException if there is no such file or folder
     * @throws FormatException if a file is damaged or of another kind, one of a folder's files is missing, or a value
     *     is missing and there is no rule to fill it
     * @throws IOException if a file cannot be read
     */
    public static DataSplit load(String spec, ReadOptions options, Progress progress) throws IOException {
        requireColumns(spec, options.table());
        if (spec.equals("mnist")) {
            return readFolder("mnist", findMnist());
        }
        if (spec.equals(FashionMnist.NAME)) {
            DataSplit fashion = readFolder(
                    FashionMnist.NAME, FashionMnist.standard(progress).folder());
            return new DataSplit(
                    fashion.name(), FashionMnist.named(fashion.train()), FashionMnist.named(fashion.split("test")));
        }
        if (spec.equals(StandardInput.NAME)) {
            return readTable(StandardInput.LABEL, StandardInput.table(), options, progress);
        }
        Path path = FileNames.parse(spec);
        String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
        if (Files.isDirectory(path) && (IDX_NAME.matcher(name).matches() || name.matches(".*\\.(csv|npy)"))) {
            path = Objects.requireNonNullElse(plainOrGzip(path), path);
        }
        if (Files.isDirectory(path)) {
            if (holdsIdx(path)) { // images beside or below the four files are not data
                return readFolder(name, path);
            }
            ImageFiles images = ImageFiles.in(path);
            if (images.images().isEmpty()) {
                throw new FormatException(
                        path + ": holds no data" + (images.skipped().isEmpty() ? "" : " (" + images.skipped() + ")")
                                + ", expected PNG, JPEG or BMP images, in it or in folders in it, or the four IDX "
                                + "files of MNIST's names");
            }
            return new DataSplit(name, ImageFolder.read(name, images, options, progress), null)
                    .withNames(images.names());
        }
        if (!Files.exists(path)) {
            throw new IllegalArgumentException(
                    "no data '" + spec + "', expected a file or folder, mnist, fashion-mnist, or - for standard input");
        }
        String kind = TableFile.plainName(name);
        if (kind.endsWith(".npy") && !name.endsWith(".gz")) {
            return readArray(name, path, Npy.read(path), options, progress);
        }
        if (kind.endsWith(".npz") && !name.endsWith(".gz")) {
            return readArray(name, path, Npz.read(path, options.array()), options, progress);
        }
        if (TABLE_NAME.matcher(kind).matches()) {
            return readTable(name, new TableFile(path, path.toString()), options, progress);
        }
        if (!looksLikeIdx(path)) {
            KnownFile.requireTable(new TableFile(path, path.toString()));
            throw new FormatException(path + ": unknown kind of file, expected a table (.csv, .tsv, .txt, .data, "
                    + ".arff, .json or .jsonl), an array (.npy or .npz) or an IDX file of images");
        }
        return new DataSplit(name, Idx.read(name, path, labelsBeside(path)), null);
    }

    /** Rejects options that choose columns of other data than tables, as they would be ignored. */
    private static void requireColumns(String spec, TableOptions options) throws FormatException {
        boolean table = spec.equals(StandardInput.NAME)
                || TABLE_NAME.matcher(TableFile.plainName(spec)).matches();
        String option = options.columnOption();
        if (!table && option != null && (!paths(spec).isEmpty() || isNamed(spec))) {
            throw new FormatException(spec + ": is no table, so there are no columns for " + option
                    + ", expected a table (save an array as CSV)");
        }
    }

    private static boolean isNamed(String spec) {
        return spec.equals("mnist") || spec.equals(FashionMnist.NAME) || spec.equals(StandardInput.NAME);
    }

    private static DataSplit readTable(String name, TableFile file, ReadOptions options, Progress progress)
            throws IOException {
        return TableReader.read(name, file, open(file, options, progress), options, progress);
    }

    /** Opens a table. */
    static RawTable open(TableFile file, ReadOptions options, Progress progress) throws IOException {
        KnownFile.requireTable(file);
        return switch (file.kind()) {
            case ARFF -> ArffTable.open(file, options.table(), progress);
            case JSON -> JsonTable.open(file, options.table(), progress);
            case DELIMITED -> DelimitedTable.open(file, options.table(), progress);
        };
    }

    /**
     * The file of a table.
     *
     * @throws IllegalArgumentException if there is no such file
     * @throws FormatException if its name is not that of a table
     */
    static TableFile tableFile(String spec) throws IOException {
        if (spec.equals(StandardInput.NAME)) {
            return StandardInput.table();
        }
        Path path = FileNames.parse(spec);
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException("no table '" + spec + "', expected a file");
        }
        TableFile file = new TableFile(path, path.toString());
        if (!TABLE_NAME.matcher(TableFile.plainName(file.name())).matches()) {
            KnownFile.requireTable(file);
            throw new FormatException(path + ": no table, expected a name that ends in .csv, .tsv, .txt, .data, "
                    + ".arff, .json or .jsonl");
        }
        return file;
    }

    /**
     * What the columns of a table hold, as lines to print, and notes on what may be unexpected.
     *
     * @param spec a table, as for {@link #load}
     * @throws FormatException if it is no table, or damaged
     * @throws IOException if it cannot be read
     */
    public static List<String> describe(String spec, ReadOptions options, Progress progress) throws IOException {
        TableFile file = tableFile(spec);
        ColumnTable table = TableReader.describe(file, open(file, options, progress), options.table(), progress);
        table.notes().forEach(progress::note);
        return table.all();
    }

    /**
     * The IDX file of images that {@code --data} names, which can be read piece by piece; empty for everything else.
     */
    public static Optional<Path> idxFile(String spec) throws IOException {
        Optional<Path> file = file(spec);
        boolean other = TABLE_NAME.matcher(TableFile.plainName(spec)).matches()
                || TableFile.plainName(spec).endsWith(".npy");
        boolean idx = file.isPresent() && !other && looksLikeIdx(file.get());
        return idx ? file : Optional.empty();
    }

    /** The existing files and folders that {@code --data} names; none for data that comes with Hourglass. */
    public static List<Path> paths(String spec) {
        if (isNamed(spec) || !Files.exists(FileNames.parse(spec))) {
            return List.of();
        }
        Path path = FileNames.parse(spec);
        Path labels = labelsBeside(path);
        return labels == null ? List.of(path) : List.of(path, labels);
    }

    /** The file that {@code --data} names; empty for a folder and for data that comes with Hourglass. */
    public static Optional<Path> file(String spec) {
        return paths(spec).stream().limit(1).filter(Files::isRegularFile).findFirst();
    }

    /**
     * The launcher says where Hourglass is installed; in a development environment it is the working directory or
     * above.
     */
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
     * The file of that name, or the gzipped file with .gz appended; if a folder has the name, as in Kaggle archives,
     * the file in that folder.
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

    /** The file of labels that matches a file of images in name and place; null if there is none. */
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

    private static DataSplit readArray(String name, Path file, Npy.Array array, ReadOptions options, Progress progress)
            throws IOException {
        List<Integer> shape = array.shape();
        int rank = shape.size();
        boolean channels = rank == 4 && (shape.get(3) == 1 || shape.get(3) == 3);
        if ((rank != 2 && rank != 3 && !channels) || shape.contains(0)) {
            throw new FormatException(file + ": shape " + shape
                    + ", expected (rows, inputs), (rows, height, width) or (rows, height, width, 1 or 3), "
                    + "none of them 0");
        }
        int inputs = array.length() / shape.get(0);
        int[] missing = missing(file, array, inputs);
        boolean pixels = rank > 2 && array.type() == NpyType.UINT8;
        Dataset data =
                pixels ? array.images(name) : missing.length == 0 ? array.rows(name) : withMissing(name, array, inputs);
        if (rank > 2) {
            data = data.withShape(new ImageShape(shape.get(1), shape.get(2), channels ? shape.get(3) : 1));
        }
        String first = missing.length == 0 ? null : cell(file, missing[0], inputs);
        options.settleMissing(name, missing.length, first, progress);
        return new DataSplit(name, data, null);
    }

    private static Dataset withMissing(String name, Npy.Array array, int inputs) {
        double[] values = new double[array.length()];
        Arrays.setAll(values, array::value);
        return Dataset.ofTable(name, values, inputs);
    }

    /** The indices of values that are missing. */
    private static int[] missing(Path file, Npy.Array array, int inputs) throws FormatException {
        for (int i = 0; i < array.length(); i++) {
            double value = array.value(i);
            if (!Double.isNaN(value) && !Numbers.isUsable(value)) {
                throw new FormatException(cell(file, i, inputs) + " is " + value + ", expected "
                        + (Double.isFinite(value) ? "at most " + Float.MAX_VALUE : "a finite number"));
            }
        }
        return IntStream.range(0, array.length())
                .filter(i -> Double.isNaN(array.value(i)))
                .toArray();
    }

    private static String cell(Path file, int index, int inputs) {
        return file + ": row " + index / inputs + ", column " + index % inputs;
    }
}
