package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.engine.NonZeros;
import io.hourglass.format.FormatException;
import io.hourglass.io.Sha256;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of equal width, with optional column names, labels and an image shape. Values are bytes (which stay bytes in
 * memory), floats or doubles. A data set is immutable; the arrays given to it are not copied and must not be changed
 * afterwards.
 *
 * <pre>{@code
 * double[] values = {0, 2.5, 101.3, 1, 2.7, 101.1}; // two rows of three values
 * Dataset readings = Dataset.ofDoubles("readings", values, 3).withColumns(List.of("time", "flow", "pressure"));
 * }</pre>
 */
public final class Dataset {
    /** Bytes that memory delivers at a time. */
    private static final int CACHE_LINE = 64;

    private final String name;
    private final int rows;
    private final int inputs;
    private final Values values;
    private final List<String> columns;
    private final int @Nullable [] labels;
    private final List<String> labelNames;
    private final @Nullable ImageShape shape;

    /** A sum of what {@link #copyRows} reads ahead; without it the compiler would remove the reads. */
    @SuppressWarnings("unused")
    private int touched;

    private Dataset(
            String name,
            int inputs,
            Values values,
            List<String> columns,
            int @Nullable [] labels,
            List<String> labelNames,
            @Nullable ImageShape shape) {
        this.name = Objects.requireNonNull(name);
        this.rows = countRows(values.length(), inputs);
        this.inputs = inputs;
        this.values = values;
        this.columns = columns;
        this.labels = labels;
        this.labelNames = labelNames;
        this.shape = shape;
    }

    private static Dataset of(String name, int inputs, Values values) {
        return new Dataset(name, inputs, values, List.of(), null, List.of(), null);
    }

    /**
     * Rows of pixels: an unsigned byte b stands for the value b / 255.
     *
     * @param name for reports and messages
     * @param pixels [rows][inputs]
     * @param inputs values of a row, 1 or more
     * @return the data set
     * @throws IllegalArgumentException if there is no row, inputs is below 1 or the length is not a multiple of inputs
     */
    public static Dataset ofPixels(String name, byte[] pixels, int inputs) {
        return of(name, inputs, new Values.Bytes(pixels, true));
    }

    /**
     * Rows of unsigned bytes that are numbers from 0 to 255, such as ages; for images, see {@link #ofPixels}.
     *
     * @param name for reports and messages
     * @param numbers [rows][inputs]
     * @param inputs values of a row, 1 or more
     * @return the data set
     * @throws IllegalArgumentException if there is no row, inputs is below 1 or the length is not a multiple of inputs
     */
    public static Dataset ofBytes(String name, byte[] numbers, int inputs) {
        return of(name, inputs, new Values.Bytes(numbers, false));
    }

    /**
     * Rows of floats.
     *
     * @param name for reports and messages
     * @param values [rows][inputs], all finite
     * @param inputs values of a row, 1 or more
     * @return the data set
     * @throws IllegalArgumentException if there is no row, inputs is below 1, the length is not a multiple of inputs,
     *     or a value is not finite; the message names its row and column
     */
    public static Dataset ofFloats(String name, float[] values, int inputs) {
        Dataset data = of(name, inputs, new Values.Floats(values));
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw notFinite(name, i, inputs, Float.toString(values[i]));
            }
        }
        return data;
    }

    /**
     * Rows of doubles. A scaler works in double precision; without a scaler, values are rounded to floats.
     *
     * @param name for reports and messages
     * @param values [rows][inputs], all finite as floats
     * @param inputs values of a row, 1 or more
     * @return the data set
     * @throws IllegalArgumentException if there is no row, inputs is below 1, the length is not a multiple of inputs,
     *     or a value is not finite as a float; the message names its row and column
     */
    public static Dataset ofDoubles(String name, double[] values, int inputs) {
        Dataset data = of(name, inputs, new Values.Doubles(values));
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite((float) values[i])) {
                throw notFinite(name, i, inputs, Double.toString(values[i]));
            }
        }
        return data;
    }

    private static IllegalArgumentException notFinite(String name, int index, int inputs, String value) {
        return new IllegalArgumentException(name + ": row " + index / inputs + ", column " + index % inputs + " is "
                + value + ", expected a finite number");
    }

    private static int countRows(int length, int inputs) {
        if (inputs < 1 || length == 0 || length % inputs != 0) {
            throw new IllegalArgumentException(
                    length + " values in rows of " + inputs + ", expected one or more complete rows");
        }
        return length / inputs;
    }

    /**
     * These rows with labels.
     *
     * @param labels one per row, 0 or more
     * @return the changed copy
     * @throws IllegalArgumentException if there are more or fewer labels than rows, or one is negative; the message
     *     names its row
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
        return new Dataset(name, inputs, values, columns, labels, labelNames, shape);
    }

    /**
     * These rows with names for their labels.
     *
     * @param names name l belongs to label l
     * @return the changed copy
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
        return new Dataset(name, inputs, values, columns, labels, List.copyOf(names), shape);
    }

    /**
     * These rows as images.
     *
     * @param shape with as many values as a row
     * @return the changed copy
     * @throws IllegalArgumentException if the shape has another number of values
     */
    public Dataset withShape(ImageShape shape) {
        if (shape.values() != inputs) {
            throw new IllegalArgumentException(
                    name + ": image shape " + shape + " has " + shape.values() + " values, expected " + inputs);
        }
        return new Dataset(name, inputs, values, columns, labels, labelNames, shape);
    }

    /**
     * A copy of some of the rows, with their labels.
     *
     * @param from first row
     * @param to row after the last
     * @return the rows, with labels, names and shape
     * @throws IndexOutOfBoundsException unless 0 &lt;= from &lt; to &lt;= rows
     */
    public Dataset slice(int from, int to) {
        Objects.checkFromToIndex(from, to, rows);
        if (from == to) {
            throw new IndexOutOfBoundsException("slice of no rows at " + from);
        }
        return new Dataset(
                name,
                inputs,
                values.slice(from * inputs, to * inputs),
                columns,
                labels == null ? null : java.util.Arrays.copyOfRange(labels, from, to),
                labelNames,
                shape);
    }

    /**
     * A copy of the rows with the given indices, with their labels. An index may occur several times.
     *
     * @param rows indices, at least one
     * @return the rows in the order of the indices
     * @throws IndexOutOfBoundsException if there is no such row
     * @throws IllegalArgumentException if there is no index, or the values do not fit into one array
     */
    public Dataset select(int[] rows) {
        if (rows.length == 0 || (long) rows.length * inputs > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(name + ": " + rows.length + " rows of " + inputs
                    + " values selected, expected 1 to " + (Integer.MAX_VALUE - 8) / inputs);
        }
        int[] starts = new int[rows.length];
        int[] someLabels = labels == null ? null : new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            starts[i] = Objects.checkIndex(rows[i], this.rows) * inputs;
            if (someLabels != null) {
                someLabels[i] = label(rows[i]);
            }
        }
        return new Dataset(name, inputs, values.select(starts, inputs), columns, someLabels, labelNames, shape);
    }

    /**
     * These rows with names for their columns. A model trained on them stores the names and finds its columns by name
     * in other data sets.
     *
     * @param columns one per value of a row, without line breaks; or an empty list
     * @return the changed copy
     * @throws IllegalArgumentException if there are more or fewer names than columns, or one has a line break
     */
    public Dataset withColumns(List<String> columns) {
        if (!columns.isEmpty() && columns.size() != inputs) {
            throw new IllegalArgumentException(
                    name + ": " + columns.size() + " column names, expected " + inputs + " or none");
        }
        for (String column : columns) {
            if (column.indexOf('\n') >= 0) {
                throw new IllegalArgumentException(name + ": a column name is " + FormatException.quote(column)
                        + ", expected one without line breaks");
            }
        }
        return new Dataset(name, inputs, values, List.copyOf(columns), labels, labelNames, shape);
    }

    /** A copy with some of the columns, in that order; it has no image shape. */
    Dataset selectColumns(int[] chosen) {
        int[] starts = new int[rows * chosen.length];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = i / chosen.length * inputs + chosen[i % chosen.length];
        }
        List<String> names = columns.isEmpty()
                ? columns
                : java.util.Arrays.stream(chosen).mapToObj(columns::get).toList();
        return new Dataset(name, chosen.length, values.select(starts, 1), names, labels, labelNames, null);
    }

    /**
     * These rows as floats in a network's units.
     *
     * @param scaler of the network's model
     * @return the scaled copy; these rows if the scaler is {@link Scaler#none()}
     * @throws IllegalArgumentException if the scaler is for rows of another width, or a scaled value is not finite
     */
    public Dataset scaled(Scaler scaler) {
        if (scaler.isNone()) {
            return this;
        }
        scaler.requireInputs(inputs);
        float[] scaled = new float[values.length()];
        for (int row = 0; row < rows; row++) {
            copyRow(Kernels.SCALAR, scaler, row, scaled, row * inputs);
        }
        return new Dataset(name, inputs, new Values.Floats(scaled), columns, labels, labelNames, shape);
    }

    /** The same bytes as numbers (0 to 255) or as pixels (0 to 1); other values are unchanged. */
    private Dataset withUnit(boolean unit) {
        return values instanceof Values.Bytes bytes && bytes.unit() != unit
                ? new Dataset(name, inputs, new Values.Bytes(bytes.values(), unit), columns, labels, labelNames, shape)
                : this;
    }

    /** These rows, with pixels read as the numbers 0 to 255. */
    Dataset pixelsAsNumbers() {
        return withUnit(false);
    }

    /** These rows as pixels if all values are whole numbers from 0 to 255; otherwise empty. */
    Optional<Dataset> asPixels() {
        if (values instanceof Values.Bytes) {
            return Optional.of(withUnit(true));
        }
        byte[] bytes = new byte[values.length()];
        for (int i = 0; i < bytes.length; i++) {
            double value = values.value(i);
            if (!(value >= 0 && value <= 255 && value == (int) value)) {
                return Optional.empty();
            }
            bytes[i] = (byte) (int) value;
        }
        return Optional.of(
                new Dataset(name, inputs, new Values.Bytes(bytes, true), columns, labels, labelNames, shape));
    }

    /** The smallest and the largest of all values, in the user's units. */
    double[] range() {
        double[] range = {values.value(0), values.value(0)};
        for (int i = 1; i < values.length(); i++) {
            range[0] = Math.min(range[0], values.value(i));
            range[1] = Math.max(range[1], values.value(i));
        }
        return range;
    }

    /**
     * The name of the data in reports and messages.
     *
     * @return for instance a file name
     */
    public String name() {
        return name;
    }

    /**
     * The number of rows.
     *
     * @return 1 or more
     */
    public int rows() {
        return rows;
    }

    /**
     * The number of values in a row.
     *
     * @return 1 or more
     */
    public int inputs() {
        return inputs;
    }

    /**
     * Whether the rows are pixels: bytes that stand for values in [0, 1].
     *
     * @return true after {@link #ofPixels}
     */
    public boolean isPixels() {
        return values instanceof Values.Bytes bytes && bytes.unit();
    }

    /**
     * The names of the columns.
     *
     * @return one per value of a row; empty if they have no names
     */
    public List<String> columns() {
        return columns;
    }

    /**
     * Whether the rows have labels.
     *
     * @return true after {@link #withLabels}
     */
    public boolean hasLabels() {
        return labels != null;
    }

    /**
     * The label of a row.
     *
     * @param row 0 for the first
     * @return 0 or more
     * @throws IllegalStateException if the rows have no labels
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public int label(int row) {
        if (labels == null) {
            throw new IllegalStateException(name + " has no labels");
        }
        return labels[row];
    }

    /**
     * The names of the labels.
     *
     * @return name l belongs to label l; empty if labels are numbers only
     */
    public List<String> labelNames() {
        return labelNames;
    }

    /**
     * The name of a label.
     *
     * @param label 0 or more
     * @return its name, or the number as text if it has no name
     */
    public String labelName(int label) {
        return label >= 0 && label < labelNames.size() ? labelNames.get(label) : Integer.toString(label);
    }

    /**
     * The shape of the rows as images.
     *
     * @return empty if the rows are not images
     */
    public Optional<ImageShape> shape() {
        return Optional.ofNullable(shape);
    }

    /**
     * One row as floats, in the user's units.
     *
     * @param row 0 for the first
     * @return [inputs], a copy
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public float[] row(int row) {
        return row(row, Scaler.none());
    }

    /**
     * One row in a network's units, scaled before it is rounded to floats.
     *
     * @param row 0 for the first
     * @param scaler of the network's model
     * @return [inputs], a copy
     * @throws IndexOutOfBoundsException if there is no such row
     * @throws IllegalArgumentException if the scaler is for rows of another width, or a scaled value is not finite
     */
    public float[] row(int row, Scaler scaler) {
        scaler.requireInputs(inputs);
        float[] values = new float[inputs];
        copyRow(Kernels.SCALAR, scaler, row, values, 0);
        return values;
    }

    /**
     * One row in the precision of the data, in the user's units.
     *
     * @param row 0 for the first
     * @return [inputs], a copy
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public double[] doubles(int row) {
        double[] copy = new double[inputs];
        int start = Objects.checkIndex(row, rows) * inputs;
        for (int i = 0; i < inputs; i++) {
            copy[i] = values.value(start + i);
        }
        return copy;
    }

    /**
     * Writes some rows in a network's units: gathers a mini-batch. Rows in random order are far apart in memory.
     * Reading one byte of each cache line first lets the processor wait for all of them at the same time.
     *
     * @param order row indices
     * @param from first index in order
     * @param count number of rows
     * @param target value 0 of row {@code order[from + i]} goes to {@code target[offset + i * distance]}
     */
    void copyRows(
            Kernels kernels,
            Scaler scaler,
            int[] order,
            int from,
            int count,
            float[] target,
            int offset,
            int distance) {
        if (values instanceof Values.Bytes bytes) {
            int sum = 0;
            for (int i = 0; i < count; i++) {
                int start = order[from + i] * inputs;
                for (int k = 0; k < inputs; k += CACHE_LINE) {
                    sum += bytes.values()[start + k];
                }
            }
            touched = sum;
        }
        for (int i = 0; i < count; i++) {
            copyRow(kernels, scaler, order[from + i], target, offset + i * distance);
        }
    }

    /** Where the values are not zero; null unless the rows are pixels, because numbers are rarely zero. */
    @Nullable
    NonZeros nonZeros() {
        if (!(values instanceof Values.Bytes bytes) || !bytes.unit()) {
            return null;
        }
        NonZeros nonZeros = new NonZeros(rows, inputs);
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < inputs; i++) {
                if (bytes.values()[row * inputs + i] != 0) {
                    nonZeros.add(row, i);
                }
            }
        }
        return nonZeros;
    }

    /** Writes one row, in a network's units, to {@code target[offset ..]}. */
    void copyRow(Kernels kernels, Scaler scaler, int row, float[] target, int offset) {
        Objects.checkIndex(row, rows);
        values.scale(kernels, scaler, row * inputs, inputs, target, offset);
    }

    /**
     * A hash that identifies the data in model files and reports.
     *
     * @return SHA-256 of the values (bytes, or little-endian floats or doubles) in hexadecimal
     */
    public String sha256() {
        return values.addTo(new Sha256()).hex();
    }
}
