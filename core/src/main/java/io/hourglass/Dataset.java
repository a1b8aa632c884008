package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.NonZeros;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of equal width, as pixels (bytes, which stay bytes in memory) or as floats, with labels and an image shape where the rows
 * have them. Immutable: the arrays handed in are not copied and must not be changed afterwards.
 */
public final class Dataset {
    /** Bytes that come from memory at a time. */
    private static final int CACHE_LINE = 64;

    private final String name;
    private final int rows;
    private final int inputs;
    private final byte @Nullable [] pixels;
    private final float @Nullable [] floats;
    private final int @Nullable [] labels;
    private final List<String> labelNames;
    private final @Nullable ImageShape shape;

    /** What {@link #copyRows} has read ahead: were it never used, the compiler would leave the reading out. */
    @SuppressWarnings("unused")
    private int touched;

    private Dataset(
            String name,
            int rows,
            int inputs,
            byte @Nullable [] pixels,
            float @Nullable [] floats,
            int @Nullable [] labels,
            List<String> labelNames,
            @Nullable ImageShape shape) {
        this.name = Objects.requireNonNull(name);
        this.rows = rows;
        this.inputs = inputs;
        this.pixels = pixels;
        this.floats = floats;
        this.labels = labels;
        this.labelNames = labelNames;
        this.shape = shape;
    }

    /**
     * Rows of unsigned bytes; a byte b stands for the value b / 255.
     *
     * @param pixels [rows][inputs]
     * @throws IllegalArgumentException if there is no row, inputs is below 1 or the length is not a multiple of inputs
     */
    public static Dataset ofPixels(String name, byte[] pixels, int inputs) {
        return new Dataset(name, countRows(pixels.length, inputs), inputs, pixels, null, null, List.of(), null);
    }

    /**
     * Rows of floats, taken as they are.
     *
     * @param values [rows][inputs], all finite
     * @throws IllegalArgumentException if there is no row, inputs is below 1, the length is not a multiple of inputs, or a value is
     *     not finite; the message names its row and column
     */
    public static Dataset ofFloats(String name, float[] values, int inputs) {
        int rows = countRows(values.length, inputs);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException(name + ": row " + i / inputs + ", column " + i % inputs + " is "
                        + values[i] + ", expected a finite number");
            }
        }
        return new Dataset(name, rows, inputs, null, values, null, List.of(), null);
    }

    private static int countRows(int length, int inputs) {
        if (inputs < 1 || length == 0 || length % inputs != 0) {
            throw new IllegalArgumentException(
                    length + " values in rows of " + inputs + ", expected at least one whole row");
        }
        return length / inputs;
    }

    /**
     * These rows with labels.
     *
     * @param labels one for each row, 0 or more
     * @throws IllegalArgumentException if their number is not that of the rows, or one is negative; the message names
     *     its row
     */
    public Dataset withLabels(int[] labels) {
        if (labels.length != rows) {
            throw new IllegalArgumentException(name + ": " + labels.length + " labels, expected " + rows);
        }
        for (int row = 0; row < rows; row++) {
            if (labels[row] < 0) {
                throw new IllegalArgumentException(
                        name + ": row " + row + " has label " + labels[row] + ", expected 0 or more");
            }
        }
        return new Dataset(name, rows, inputs, pixels, floats, labels, labelNames, shape);
    }

    /**
     * These rows with names for their labels: label l is called {@code names.get(l)}.
     *
     * @throws IllegalArgumentException if the rows have no labels, or one of them has no name
     */
    public Dataset withLabelNames(List<String> names) {
        for (int row = 0; row < rows; row++) {
            if (labels == null || labels[row] >= names.size()) {
                throw new IllegalArgumentException(name + ": row " + row + " has "
                        + (labels == null ? "no label" : "label " + labels[row]) + ", expected one of the "
                        + names.size() + " names");
            }
        }
        return new Dataset(name, rows, inputs, pixels, floats, labels, List.copyOf(names), shape);
    }

    /**
     * These rows as images.
     *
     * @throws IllegalArgumentException if the shape does not have as many values as a row
     */
    public Dataset withShape(ImageShape shape) {
        if (shape.values() != inputs) {
            throw new IllegalArgumentException(
                    name + ": image shape " + shape + " has " + shape.values() + " values, expected " + inputs);
        }
        return new Dataset(name, rows, inputs, pixels, floats, labels, labelNames, shape);
    }

    /**
     * A copy of some of the rows, with their labels.
     *
     * @param from first row
     * @param to row after the last
     * @throws IndexOutOfBoundsException unless 0 &lt;= from &lt; to &lt;= rows
     */
    public Dataset slice(int from, int to) {
        Objects.checkFromToIndex(from, to, rows);
        if (from == to) {
            throw new IndexOutOfBoundsException("slice of no rows at " + from);
        }
        return new Dataset(
                name,
                to - from,
                inputs,
                pixels == null ? null : java.util.Arrays.copyOfRange(pixels, from * inputs, to * inputs),
                floats == null ? null : java.util.Arrays.copyOfRange(floats, from * inputs, to * inputs),
                labels == null ? null : java.util.Arrays.copyOfRange(labels, from, to),
                labelNames,
                shape);
    }

    /**
     * A copy of the rows of those numbers, in that order and as often as they are named, with their labels.
     *
     * @param rows at least one
     * @throws IndexOutOfBoundsException if there is no such row
     * @throws IllegalArgumentException if none is named, or their values do not fit into one array
     */
    public Dataset select(int[] rows) {
        if (rows.length == 0 || (long) rows.length * inputs > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(name + ": " + rows.length + " rows of " + inputs
                    + " values selected, expected 1 to " + (Integer.MAX_VALUE - 8) / inputs);
        }
        byte[] somePixels = pixels == null ? null : new byte[rows.length * inputs];
        float[] someFloats = floats == null ? null : new float[rows.length * inputs];
        int[] someLabels = labels == null ? null : new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            int row = Objects.checkIndex(rows[i], this.rows);
            if (somePixels != null) {
                System.arraycopy(Objects.requireNonNull(pixels), row * inputs, somePixels, i * inputs, inputs);
            }
            if (someFloats != null) {
                System.arraycopy(Objects.requireNonNull(floats), row * inputs, someFloats, i * inputs, inputs);
            }
            if (someLabels != null) {
                someLabels[i] = label(row);
            }
        }
        return new Dataset(name, rows.length, inputs, somePixels, someFloats, someLabels, labelNames, shape);
    }

    /** What the data is called in reports and messages. */
    public String name() {
        return name;
    }

    /** Number of rows, at least 1. */
    public int rows() {
        return rows;
    }

    /** Width of a row. */
    public int inputs() {
        return inputs;
    }

    /** Whether the rows are bytes, which stand for values in [0, 1]. */
    public boolean isPixels() {
        return pixels != null;
    }

    /** Whether the rows have labels. */
    public boolean hasLabels() {
        return labels != null;
    }

    /**
     * The label of a row.
     *
     * @throws IllegalStateException if the rows have no labels
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public int label(int row) {
        if (labels == null) {
            throw new IllegalStateException(name + " has no labels");
        }
        return labels[row];
    }

    /** The names of the labels, in order; empty where they are just numbers. */
    public List<String> labelNames() {
        return labelNames;
    }

    /** What a label is called: its name or, where it has none, its number. */
    public String labelName(int label) {
        return label >= 0 && label < labelNames.size() ? labelNames.get(label) : Integer.toString(label);
    }

    /** How a row is an image, where it is one. */
    public Optional<ImageShape> shape() {
        return Optional.ofNullable(shape);
    }

    /**
     * One row as floats.
     *
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public float[] row(int row) {
        float[] values = new float[inputs];
        copyRow(Kernels.SCALAR, row, values, 0);
        return values;
    }

    /**
     * Writes some rows as floats: the gather of a mini-batch. Rows in random order are far apart in memory, and are awaited one after the
     * other unless all are asked for first.
     *
     * @param order row numbers
     * @param from first index in order
     * @param count how many
     * @param target value 0 of row {@code order[from + i]} goes to {@code target[offset + i * distance]}
     */
    void copyRows(Kernels kernels, int[] order, int from, int count, float[] target, int offset, int distance) {
        if (pixels != null) {
            int sum = 0;
            for (int i = 0; i < count; i++) {
                int start = order[from + i] * inputs;
                for (int k = 0;
                        k < inputs;
                        k += CACHE_LINE) { // not from start on: that may pass 2^31 after the last row
                    sum += pixels[start + k];
                }
            }
            touched = sum;
        }
        for (int i = 0; i < count; i++) {
            copyRow(kernels, order[from + i], target, offset + i * distance);
        }
    }

    /** Where the values are not zero; null for floats, whose units are the user's, with no zeros to speak of. */
    @Nullable
    NonZeros nonZeros() {
        if (pixels == null) {
            return null;
        }
        NonZeros nonZeros = new NonZeros(rows, inputs);
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < inputs; i++) {
                if (pixels[row * inputs + i] != 0) {
                    nonZeros.add(row, i);
                }
            }
        }
        return nonZeros;
    }

    /** Writes one row as floats to {@code target[offset ..]}. */
    void copyRow(Kernels kernels, int row, float[] target, int offset) {
        Objects.checkIndex(row, rows);
        if (pixels != null) {
            kernels.pixelsToUnit(pixels, row * inputs, target, offset, inputs);
        } else {
            System.arraycopy(Objects.requireNonNull(floats), row * inputs, target, offset, inputs);
        }
    }

    /** SHA-256 of the values (bytes, or floats in little-endian order) in hexadecimal: names the data in model files and reports. */
    public String sha256() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            if (pixels != null) {
                digest.update(pixels);
            } else {
                ByteBuffer buffer = ByteBuffer.allocate(inputs * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                for (int row = 0; row < rows; row++) {
                    buffer.asFloatBuffer().put(Objects.requireNonNull(floats), row * inputs, inputs);
                    digest.update(buffer.array());
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
