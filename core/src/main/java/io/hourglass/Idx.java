package io.hourglass;

import io.hourglass.format.FormatException;
import io.hourglass.io.AtomicFile;
import io.hourglass.io.GzipInput;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * IDX files of unsigned bytes, the form MNIST comes in: a magic number 0x000008rr with the rank r, r dimensions of 4
 * bytes (big-endian), then the bytes, the last dimension running fastest, 2<sup>31</sup> - 9 at most. Files may be
 * gzipped: no more is unpacked than the dimensions ask for, 2<sup>30</sup> bytes at most, and memory is taken as it is
 * unpacked.
 *
 * @see <a href="http://yann.lecun.com/exdb/mnist/">the MNIST page, which describes the format</a>
 */
public final class Idx {
    private static final int UNSIGNED_BYTES = 0x00000800;
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8; // longest array every JDK can allocate

    /** A gzip file of a megabyte may hold a gigabyte of zeros: what unpacks to more than this is refused. */
    private static final long MAX_UNPACKED = 1L << 30;

    private Idx() {}

    /**
     * Reads images [rows][height][width] (grey, with that shape) or plain rows [rows][inputs], without labels. The data
     * set is named after the file.
     *
     * @throws FormatException if it is not such a file; truncated files and trailing bytes are refused
     * @throws IOException if it cannot be read
     */
    public static Dataset readImages(Path images) throws IOException {
        return read(fileName(images), images, null);
    }

    /**
     * Reads images as {@link #readImages} does, and their labels [rows].
     *
     * @throws FormatException if one of them is not such a file or their counts differ
     * @throws IOException if one of them cannot be read
     */
    public static Dataset read(Path images, Path labels) throws IOException {
        return read(fileName(images), images, labels);
    }

    /**
     * Reads images and, where given, labels into a data set of that name.
     *
     * @throws FormatException if one of them is not such a file or their counts differ
     * @throws IOException if one of them cannot be read
     */
    public static Dataset read(String name, Path images, @Nullable Path labels) throws IOException {
        Content content = readContent(images, 2, 3);
        int[] size = content.dimensions();
        int inputs = content.bytes().length / size[0];
        Dataset data = Dataset.ofPixels(name, content.bytes(), inputs);
        if (size.length == 3) {
            data = data.withShape(new ImageShape(size[1], size[2], 1));
        }
        return labels == null ? data : data.withLabels(readLabels(labels, size[0]));
    }

    private static String fileName(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static int[] readLabels(Path file, int rows) throws IOException {
        byte[] bytes = readContent(file, 1, 1).bytes();
        if (bytes.length != rows) {
            throw new FormatException(
                    file + ": " + bytes.length + " labels, expected " + rows + ", one for each image");
        }
        int[] labels = new int[rows];
        Arrays.setAll(labels, row -> bytes[row] & 0xff);
        return labels;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Content(int[] dimensions, byte[] bytes) {}

    private static Content readContent(Path file, int minRank, int maxRank) throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            boolean gzip = isGzip(raw);
            InputStream in = gzip ? new Unpacked(file, raw) : raw;
            int[] dimensions = readHeader(file, in, minRank, maxRank);
            long count = count(file, dimensions, MAX_BYTES);
            long header = 4L + 4L * dimensions.length;
            if (!gzip && Files.isRegularFile(file) && Files.size(file) != header + count) {
                throw new FormatException(file + ": " + Files.size(file) + " bytes, expected " + (header + count)
                        + " for dimensions " + Arrays.toString(dimensions));
            }
            if (gzip) {
                requireUnpackable(file, header + count);
            }
            // readNBytes allocates as it reads, so that a gzip file cannot claim more memory than it unpacks to.
            byte[] bytes = in.readNBytes((int) count);
            if (bytes.length < count) {
                throw truncated(file, header + bytes.length, header + count);
            }
            if (in.read() >= 0) {
                throw new FormatException(file + ": more than " + (header + count)
                        + " bytes, expected exactly those for " + "dimensions " + Arrays.toString(dimensions));
            }
            return new Content(dimensions, bytes);
        }
    }

    private static void requireUnpackable(Path file, long bytes) throws FormatException {
        if (bytes > MAX_UNPACKED) {
            throw new FormatException(file + ": unpacks to " + bytes + " bytes, expected at most " + MAX_UNPACKED
                    + " in a gzip file; unpack it first");
        }
    }

    /** What a gzip file holds; whatever is wrong with its form is a {@link FormatException}. */
    private static final class Unpacked extends InputStream {
        private final Path file;
        private final GzipInput in;

        Unpacked(Path file, InputStream raw) throws IOException {
            this.file = file;
            try {
                in = new GzipInput(raw);
            } catch (EOFException | ZipException e) {
                throw damaged(e);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            try {
                return in.read(bytes, from, length);
            } catch (EOFException | ZipException e) {
                throw damaged(e);
            }
        }

        private FormatException damaged(IOException e) {
            return new FormatException(file + ": damaged gzip file (" + e.getMessage() + "), expected a complete one");
        }
    }

    private static boolean isGzip(InputStream in) throws IOException {
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip;
    }

    private static int[] readHeader(Path file, InputStream in, int minRank, int maxRank) throws IOException {
        int magic = readInt(file, in, 0);
        int rank = magic - UNSIGNED_BYTES;
        if (rank < minRank || rank > maxRank) {
            String expected = minRank == 1 ? "0x00000801 (labels)" : "0x00000803 (images) or 0x00000802 (rows)";
            throw new FormatException(String.format("%s: magic number 0x%08x, expected %s", file, magic, expected));
        }
        int[] dimensions = new int[rank];
        for (int i = 0; i < rank; i++) {
            dimensions[i] = readInt(file, in, 4 + 4 * i);
        }
        return dimensions;
    }

    private static int readInt(Path file, InputStream in, int offset) throws IOException {
        byte[] bytes = in.readNBytes(4);
        if (bytes.length < 4) {
            throw truncated(file, offset + bytes.length, offset + 4);
        }
        return ByteBuffer.wrap(bytes).getInt();
    }

    private static FormatException truncated(Path file, long bytes, long expected) {
        return new FormatException(file + ": ends after " + bytes + " bytes, expected " + expected);
    }

    private static long count(Path file, int[] dimensions, long most) throws FormatException {
        long count = 1;
        for (int dimension : dimensions) {
            count *= Math.max(dimension, 0); // no overflow: both are below 2^31 here
            if (dimension < 1 || count > most) {
                throw new FormatException(file + ": dimensions " + Arrays.toString(dimensions)
                        + ", expected each at least 1 and their product at most " + most);
            }
        }
        return count;
    }

    /**
     * The images of a file one after another, for files that do not fit into memory; otherwise as {@link #readImages}.
     * A file that ends too early or holds more is refused when its end is reached.
     */
    public static final class Images implements Closeable {
        private final Path file;
        private final InputStream raw;
        private final InputStream in;
        private final int[] dimensions;
        private final int inputs;
        private int read;

        private Images(Path file) throws IOException {
            this.file = file;
            raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
            try {
                boolean gzip = isGzip(raw);
                in = gzip ? new Unpacked(file, raw) : raw;
                dimensions = readHeader(file, in, 2, 3);
                count(file, Arrays.copyOf(dimensions, 1), Integer.MAX_VALUE);
                inputs = (int) count(file, Arrays.copyOfRange(dimensions, 1, dimensions.length), MAX_BYTES);
                if (gzip) {
                    requireUnpackable(file, 4L + 4L * dimensions.length + (long) dimensions[0] * inputs);
                }
            } catch (Throwable e) {
                raw.close();
                throw e;
            }
        }

        /** How many images there are. */
        public int rows() {
            return dimensions[0];
        }

        /** Pixels of an image. */
        public int inputs() {
            return inputs;
        }

        /** Their shape, where the file says it. */
        public Optional<ImageShape> shape() {
            return dimensions.length < 3
                    ? Optional.empty()
                    : Optional.of(new ImageShape(dimensions[1], dimensions[2], 1));
        }

        /**
         * The next images.
         *
         * @param most how many at most, 1 or more
         * @return at least one, or null after the last
         * @throws FormatException if the file is not as long as it says, or its gzip form is damaged
         */
        public @Nullable Dataset next(int most) throws IOException {
            if (read == rows()) {
                if (in.read() >= 0) {
                    throw new FormatException(file + ": more bytes than those of its " + rows() + " images");
                }
                return null;
            }
            int count = Math.min(Math.min(most, rows() - read), Math.max(1, MAX_BYTES / inputs));
            byte[] pixels = in.readNBytes(count * inputs);
            if (pixels.length < count * inputs) {
                throw new FormatException(file + ": ends in image " + (read + pixels.length / inputs) + ", expected "
                        + rows() + " images");
            }
            read += count;
            Dataset data = Dataset.ofPixels(fileName(file), pixels, inputs);
            return shape().map(data::withShape).orElse(data);
        }

        @Override
        public void close() throws IOException {
            raw.close();
        }
    }

    /**
     * Opens a file to read its images one after another.
     *
     * @throws FormatException if it is not such a file
     * @throws IOException if it cannot be read
     */
    public static Images openImages(Path file) throws IOException {
        return new Images(file);
    }

    /**
     * Writes grey images [rows][height][width], gzipped if the name ends in {@code .gz}; whole or not at all (see
     * {@link AtomicFile}).
     *
     * @param pixels one image after the other
     * @throws IllegalArgumentException if the shape has more than one channel or there is not at least one whole image
     * @throws IOException if the file cannot be written
     */
    public static void writeImages(Path file, byte[] pixels, ImageShape shape) throws IOException {
        if (shape.channels() != 1) {
            throw new IllegalArgumentException("IDX images of shape " + shape + ", expected one channel");
        }
        write(file, pixels, countRows(pixels, shape.values()), shape.height(), shape.width());
    }

    /**
     * Writes rows [rows][inputs], gzipped if the name ends in {@code .gz}; whole or not at all (see {@link
     * AtomicFile}).
     *
     * @param pixels one row after the other
     * @throws IllegalArgumentException if inputs is below 1 or there is not at least one whole row
     * @throws IOException if the file cannot be written
     */
    public static void writeRows(Path file, byte[] pixels, int inputs) throws IOException {
        write(file, pixels, countRows(pixels, inputs), inputs);
    }

    /**
     * Writes labels [rows], gzipped if the name ends in {@code .gz}; whole or not at all (see {@link AtomicFile}).
     *
     * @param labels each 0 to 255
     * @throws IllegalArgumentException if there is no label or one is out of range
     * @throws IOException if the file cannot be written
     */
    public static void writeLabels(Path file, int[] labels) throws IOException {
        byte[] bytes = new byte[labels.length];
        for (int row = 0; row < labels.length; row++) {
            if (labels[row] < 0 || labels[row] > 255) {
                throw new IllegalArgumentException("label " + labels[row] + " in row " + row + ", expected 0 to 255");
            }
            bytes[row] = (byte) labels[row];
        }
        write(file, bytes, countRows(bytes, 1));
    }

    private static int countRows(byte[] bytes, long inputs) {
        if (inputs < 1 || bytes.length == 0 || bytes.length % inputs != 0) {
            throw new IllegalArgumentException(
                    bytes.length + " bytes in rows of " + inputs + ", expected at least one whole row");
        }
        return (int) (bytes.length / inputs);
    }

    private static void write(Path file, byte[] bytes, int... dimensions) throws IOException {
        boolean gzip = fileName(file).endsWith(".gz");
        AtomicFile.write(file, target -> {
            OutputStream packed = gzip ? new GZIPOutputStream(target, 1 << 16) : target;
            DataOutputStream out = new DataOutputStream(packed);
            out.writeInt(UNSIGNED_BYTES + dimensions.length);
            for (int dimension : dimensions) {
                out.writeInt(dimension);
            }
            out.write(bytes);
            out.flush();
            if (packed instanceof GZIPOutputStream gzipped) {
                gzipped.finish();
            }
        });
    }
}
