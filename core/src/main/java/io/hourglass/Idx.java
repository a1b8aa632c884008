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
 * Reads and writes IDX files of unsigned bytes, the format of MNIST: a magic number 0x000008rr with the rank r, r
 * dimensions of 4 bytes (big-endian), then at most 2<sup>31</sup> - 9 bytes with the last dimension varying fastest.
 * Files may be gzipped. Reading unpacks no more than the dimensions state and at most 2<sup>30</sup> bytes, and
 * allocates memory as it unpacks.
 *
 * <pre>{@code
 * Dataset digits = Idx.read(Path.of("t10k-images-idx3-ubyte.gz"), Path.of("t10k-labels-idx1-ubyte.gz"));
 * int label = digits.label(0);
 * }</pre>
 *
 * @see <a href="http://yann.lecun.com/exdb/mnist/">the MNIST page, which describes the format</a>
 */
public final class Idx {
    private static final int UNSIGNED_BYTES = 0x00000800;
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8; // longest array every JDK can allocate

    /** A gzip file of one megabyte may hold a gigabyte of zeros. Files that unpack to more than this are refused. */
    private static final long MAX_UNPACKED = 1L << 30;

    private Idx() {}

    /**
     * Reads grey images [rows][height][width] or plain rows [rows][inputs], without labels. The data set is named after
     * the file.
     *
     * @param images an IDX file of rank 2 or 3, gzipped or not
     * @return pixels, with an image shape if the file has rank 3
     * @throws FormatException if it is not such a file, is truncated or has trailing bytes
     * @throws IOException if it cannot be read
     */
    public static Dataset readImages(Path images) throws IOException {
        return read(fileName(images), images, null);
    }

    /**
     * Reads images as {@link #readImages} does, and their labels [rows].
     *
     * @param images an IDX file of rank 2 or 3, gzipped or not
     * @param labels an IDX file of rank 1, gzipped or not
     * @return pixels with labels
     * @throws FormatException if one of them is not such a file or their counts differ
     * @throws IOException if one of them cannot be read
     */
    public static Dataset read(Path images, Path labels) throws IOException {
        return read(fileName(images), images, labels);
    }

    /**
     * Reads images and, optionally, labels.
     *
     * @param name of the data set
     * @param images an IDX file of rank 2 or 3, gzipped or not
     * @param labels an IDX file of rank 1, or null
     * @return pixels, with labels if there is a file of them
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
            // readNBytes allocates as it reads, so a gzip file cannot claim more memory than it unpacks to.
            byte[] bytes = in.readNBytes((int) count);
            if (bytes.length < count) {
                throw truncated(file, header + bytes.length, header + count);
            }
            if (in.read() >= 0) {
                throw new FormatException(file + ": more than " + (header + count)
                        + " bytes, expected exactly that many for dimensions " + Arrays.toString(dimensions));
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

    /** Unpacks a gzip file; turns every error of its form into a {@link FormatException}. */
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
     * Reads the images of a file in portions, for files that do not fit into memory; otherwise like {@link
     * #readImages}. A truncated file or trailing bytes are only noticed at the end.
     *
     * <pre>{@code
     * try (Idx.Images images = Idx.openImages(file)) {
     *     for (Dataset part = images.next(1000); part != null; part = images.next(1000)) {
     *         System.out.println(model.error(part));
     *     }
     * }
     * }</pre>
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

        /** {@return the number of images, 1 or more, as the file's header states it} */
        public int rows() {
            return dimensions[0];
        }

        /** {@return the number of pixels of an image, 1 or more} */
        public int inputs() {
            return inputs;
        }

        /** {@return the shape of the images; empty if the file holds plain rows} */
        public Optional<ImageShape> shape() {
            return dimensions.length < 3
                    ? Optional.empty()
                    : Optional.of(new ImageShape(dimensions[1], dimensions[2], 1));
        }

        /**
         * Reads the next images.
         *
         * @param most the largest number of images to read, 1 or more
         * @return one image or more; null after the last
         * @throws FormatException if the file's length does not match its header, or its gzip form is damaged
         * @throws IOException if it cannot be read
         */
        public @Nullable Dataset next(int most) throws IOException {
            if (read == rows()) {
                if (in.read() >= 0) {
                    throw new FormatException(file + ": more bytes than its " + rows() + " images have");
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
     * Opens a file to read its images in portions.
     *
     * @param file an IDX file of rank 2 or 3, gzipped or not
     * @return the open file, to be closed by the caller
     * @throws FormatException if it is not such a file
     * @throws IOException if it cannot be read
     */
    public static Images openImages(Path file) throws IOException {
        return new Images(file);
    }

    /**
     * Writes grey images [rows][height][width]. An existing file is replaced only when the new one is complete.
     *
     * @param file to write, gzipped if its name ends in {@code .gz}
     * @param pixels one image after the other
     * @param shape of each image, with one channel
     * @throws IllegalArgumentException if the shape has more than one channel, or the pixels are not one or more
     *     complete images
     * @throws IOException if the file cannot be written
     */
    public static void writeImages(Path file, byte[] pixels, ImageShape shape) throws IOException {
        if (shape.channels() != 1) {
            throw new IllegalArgumentException("IDX images of shape " + shape + ", expected one channel");
        }
        write(file, pixels, countRows(pixels, shape.values()), shape.height(), shape.width());
    }

    /**
     * Writes rows [rows][inputs]. An existing file is replaced only when the new one is complete.
     *
     * @param file to write, gzipped if its name ends in {@code .gz}
     * @param pixels one row after the other
     * @param inputs values of a row, 1 or more
     * @throws IllegalArgumentException if inputs is below 1, or the pixels are not one or more complete rows
     * @throws IOException if the file cannot be written
     */
    public static void writeRows(Path file, byte[] pixels, int inputs) throws IOException {
        write(file, pixels, countRows(pixels, inputs), inputs);
    }

    /**
     * Writes labels [rows]. An existing file is replaced only when the new one is complete.
     *
     * @param file to write, gzipped if its name ends in {@code .gz}
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
                    bytes.length + " bytes in rows of " + inputs + ", expected one or more complete rows");
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
