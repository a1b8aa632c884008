package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.engine.NonZeros;
import io.hourglass.format.FormatException;
import java.util.Arrays;
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
    /** The name of rows that were given without one. */
    private static final String UNNAMED = "rows";

    private final String name;
    private final int rows;
    private final int inputs;
    private final Values values;
    private final List<String> columns;
    private final int @Nullable [] labels;
    private final List<String> labelNames;
    private final @Nullable ImageShape shape;

    /** The first row with a missing value, which is NaN; -1 if there is none. */
    private final int firstMissing;

    private Dataset(
            String name,
            Values values,
            List<String> columns,
            int @Nullable [] labels,
            List<String> labelNames,
            @Nullable ImageShape shape,
            int firstMissing) {
        this.name = Objects.requireNonNull(name);
        this.firstMissing = firstMissing;
        rows = values.rows();
        inputs = values.inputs();
        this.values = values;
        this.columns = columns;
        this.labels = labels;
        this.labelNames = labelNames;
        this.shape = shape;
    }

    private static Dataset of(String name, Values values) {
        return new Dataset(name, values, List.of(), null, List.of(), null, -1);
    }

    private static Dataset ofArray(String name, ArrayValues values) {
        int length = values.length();
        int inputs = values.inputs();
        if (inputs < 1 || length == 0 || length % inputs != 0) {
            throw new IllegalArgumentException(
                    length + " values in rows of " + inputs + ", expected one or more complete rows");
        }
        for (int i = 0; i < length && !(values instanceof ArrayValues.Bytes); i++) {
            if (!Float.isFinite((float) values.value(i))) {
                throw notFinite(name, i / inputs, i % inputs, values.value(i));
            }
        }
        return of(name, values);
    }

    static IllegalArgumentException notFinite(String name, int row, int column, double value) {
        return new IllegalArgumentException(
                name + ": row " + row + ", column " + column + " is " + value + ", expected a finite number");
    }

    /**
     * {@return rows of pixels: an unsigned byte b stands for the value b / 255}
     *
     * @param name for reports and messages
     * @param pixels [rows][inputs]
     * @param inputs values of a row, 1 or more
     * @throws IllegalArgumentException if there is no row, inputs is below 1 or the length is not a multiple of inputs
     */
    public static Dataset ofPixels(String name, byte[] pixels, int inputs) {
        return ofArray(name, new ArrayValues.Bytes(pixels, inputs, true));
    }

    /**
     * {@return rows of unsigned bytes that are numbers from 0 to 255, such as ages; for images, see {@link #ofPixels}}
     *
     * @param name for reports and messages
     * @param numbers [rows][inputs]
     * @param inputs values of a row, 1 or more
     * @throws IllegalArgumentException if there is no row, inputs is below 1 or the length is not a multiple of inputs
     */
    public static Dataset ofBytes(String name, byte[] numbers, int inputs) {
        return ofArray(name, new ArrayValues.Bytes(numbers, inputs, false));
    }

    /**
     * {@return rows of floats}
     *
     * @param name for reports and messages
     * @param values [rows][inputs], all finite
     * @param inputs values of a row, 1 or more
     * @throws IllegalArgumentException if there is no row, inputs is below 1, the length is not a multiple of inputs,
     *     or a value is not finite; the message names its row and column
     */
    public static Dataset ofFloats(String name, float[] values, int inputs) {
        return ofArray(name, new ArrayValues.Floats(values, inputs));
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
        return ofArray(name, new ArrayValues.Doubles(values, inputs));
    }

    /**
     * Rows of doubles, some of which may be missing. A model for such rows has an {@link Imputation}.
     *
     * @param name for reports and messages
     * @param values [rows][inputs], all finite as floats, or NaN for a missing value
     * @param inputs values of a row, 1 or more
     * @return the data set
     * @throws IllegalArgumentException if there is no row, inputs is below 1, the length is not a multiple of inputs,
     *     or a value is infinite as a float; the message names its row and column
     */
    public static Dataset ofTable(String name, double[] values, int inputs) {
        double[] present = values.clone();
        for (int i = 0; i < present.length; i++) {
            present[i] = Double.isNaN(present[i]) ? 0 : present[i];
        }
        ofDoubles(name, present, inputs); // checks all but the missing values
        Values table = new ArrayValues.Doubles(values, inputs);
        return new Dataset(name, table, List.of(), null, List.of(), null, table.firstMissing());
    }

    /**
     * Rows of floats, copied.
     *
     * @param rows one array per row, all of the same length, with finite values
     * @return the data set, called {@code rows}
     * @throws IllegalArgumentException if there is no row or no value in it, a row has another length than the first,
     *     or a value is not finite; the message names the row
     */
    public static Dataset of(float[][] rows) {
        float[] values = (float[]) ArrayValues.join(float.class, rows);
        return ofFloats(UNNAMED, values, rows.length == 0 ? 0 : rows[0].length);
    }

    /**
     * Rows of doubles, copied.
     *
     * @param rows one array per row, all of the same length, with values that are finite as floats
     * @return the data set, called {@code rows}
     * @throws IllegalArgumentException if there is no row or no value in it, a row has another length than the first,
     *     or a value is not finite as a float; the message names the row
     */
    public static Dataset of(double[][] rows) {
        double[] values = (double[]) ArrayValues.join(double.class, rows);
        return ofDoubles(UNNAMED, values, rows.length == 0 ? 0 : rows[0].length);
    }

    /**
     * Rows of a program's own source, which are read when they are needed. They are the same as the doubles that the
     * source gives: a network trained on them has the bits of one trained on {@link #ofDoubles}. What other methods
     * return ({@link #slice}, {@link #select}, {@link #scaled}) reads from the source, too.
     *
     * @param source of rows; if reading fails, methods that read values throw {@link java.io.UncheckedIOException}, or
     *     an {@link IllegalStateException} if the source threw another exception than an {@link java.io.IOException}
     * @return the data set, with the source's name
     * @throws IllegalArgumentException if the source has no rows, or rows of no values
     */
    public static Dataset of(RowSource source) {
        Values values = SourceValues.of(source);
        int missing = source.allowsMissing() ? values.firstMissing() : -1;
        return new Dataset(source.name(), values, List.of(), null, List.of(), null, missing);
    }

    /**
     * {@return these rows with another name}
     *
     * @param name for reports and messages
     */
    public Dataset withName(String name) {
        return new Dataset(name, values, columns, labels, labelNames, shape, firstMissing);
    }

    /**
     * {@return these rows with labels}
     *
     * @param labels one per row, 0 or more
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
        return new Dataset(name, values, columns, labels, labelNames, shape, firstMissing);
    }

    /**
     * {@return these rows with names for their labels}
     *
     * @param names name l belongs to label l
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
        return new Dataset(name, values, columns, labels, List.copyOf(names), shape, firstMissing);
    }

    /**
     * {@return these rows as images}
     *
     * @param shape with as many values as a row
     * @throws IllegalArgumentException if the shape has another number of values
     */
    public Dataset withShape(ImageShape shape) {
        if (shape.values() != inputs) {
            throw new IllegalArgumentException(
                    name + ": image shape " + shape + " has " + shape.values() + " values, expected " + inputs);
        }
        return new Dataset(name, values, columns, labels, labelNames, shape, firstMissing);
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
        Values some = values.slice(from, to);
        return new Dataset(
                name,
                some,
                columns,
                labels == null ? null : Arrays.copyOfRange(labels, from, to),
                labelNames,
                shape,
                firstMissing(some));
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
        long most = values instanceof SourceValues ? Integer.MAX_VALUE : ArrayValues.MOST / inputs;
        if (rows.length == 0 || rows.length > most) {
            throw new IllegalArgumentException(
                    name + ": " + rows.length + " rows of " + inputs + " values selected, expected 1 to " + most);
        }
        int[] someLabels = labels == null ? null : new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            Objects.checkIndex(rows[i], this.rows);
            if (someLabels != null) {
                someLabels[i] = label(rows[i]);
            }
        }
        Values some = values.select(rows);
        return new Dataset(name, some, columns, someLabels, labelNames, shape, firstMissing(some));
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
        return new Dataset(name, values, List.copyOf(columns), labels, labelNames, shape, firstMissing);
    }

    /** Of some of these values: only rows with missing values are looked at. */
    private int firstMissing(Values some) {
        return hasMissing() ? some.firstMissing() : -1;
    }

    /** These rows with some of the columns, in that order; it has no image shape. */
    Dataset selectColumns(int[] chosen) {
        List<String> names = columns.isEmpty()
                ? columns
                : Arrays.stream(chosen).mapToObj(columns::get).toList();
        Values some = values.selectColumns(chosen);
        return new Dataset(name, some, names, labels, labelNames, null, firstMissing(some));
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
        return withValues(values.scaled(scaler));
    }

    /**
     * Whether a run that reads these rows again and again should scale them first: they are numbers, so the scaled
     * floats are not larger, and a copy of them takes little of Java's memory.
     */
    boolean isQuickerScaled() {
        boolean numbers = values instanceof ArrayValues.Floats || values instanceof ArrayValues.Doubles;
        return numbers
                && (long) rows * inputs * Float.BYTES <= Runtime.getRuntime().maxMemory() / 16;
    }

    private Dataset withValues(Values values) {
        return new Dataset(name, values, columns, labels, labelNames, shape, firstMissing);
    }

    /** These rows, with pixels read as the numbers 0 to 255. */
    Dataset pixelsAsNumbers() {
        return values instanceof ArrayValues.Bytes bytes ? withValues(bytes.withUnit(false)) : this;
    }

    /** These rows as pixels if all values are whole numbers from 0 to 255; otherwise empty. */
    Optional<Dataset> asPixels() {
        return values.asPixels().map(this::withValues);
    }

    /** The values without names, labels and shape. */
    Values values() {
        return values;
    }

    /** {@return the name of the data in reports and messages, for instance a file name} */
    public String name() {
        return name;
    }

    /** {@return the number of rows, 1 or more} */
    public int rows() {
        return rows;
    }

    /** {@return the number of values in a row, 1 or more} */
    public int inputs() {
        return inputs;
    }

    /** {@return whether the rows are pixels, as of {@link #ofPixels}: bytes that stand for values in [0, 1]} */
    public boolean isPixels() {
        return values instanceof ArrayValues.Bytes bytes && bytes.unit();
    }

    /** {@return the names of the columns, one per value of a row; empty if they have none} */
    public List<String> columns() {
        return columns;
    }

    /** {@return whether a value of these rows is missing, as {@link #ofTable} allows: it is NaN} */
    public boolean hasMissing() {
        return firstMissing >= 0;
    }

    /**
     * Requires that no value is missing.
     *
     * @param expected what else would do, for the message
     */
    void requireComplete(String expected) {
        if (hasMissing()) {
            double[] row = doubles(firstMissing);
            int column = 0;
            while (!Double.isNaN(row[column])) {
                column++;
            }
            throw new IllegalArgumentException(name + ": row " + firstMissing + ", column " + column
                    + " is missing, expected a number, or " + expected);
        }
    }

    /** A column without values. Its name says more than its number, which counts values from 0. */
    IllegalArgumentException allMissing(int column) {
        String called = columns.isEmpty() ? String.valueOf(column) : FormatException.quote(columns.get(column));
        return new IllegalArgumentException(name + ": column " + called
                + " is missing in all rows to train on, expected at least one value to learn from");
    }

    /** {@return whether the rows have labels} */
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
        return requireLabels()[row];
    }

    /**
     * The labels of all rows.
     *
     * @return one per row, a copy
     * @throws IllegalStateException if the rows have no labels
     */
    public int[] labels() {
        return requireLabels().clone();
    }

    private int[] requireLabels() {
        if (labels == null) {
            throw new IllegalStateException(name + " has no labels");
        }
        return labels;
    }

    /** {@return the names of the labels: name l belongs to label l; empty if labels are numbers only} */
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

    /** {@return the shape of the rows as images; empty if they are not images} */
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
        copyRows(Kernels.SCALAR, scaler, row, new Matrix(values, 0, 1, inputs));
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
        values.read(Objects.checkIndex(row, rows), 1, copy);
        return copy;
    }

    /** Where the values are not zero; null unless the rows are pixels, because numbers are rarely zero. */
    @Nullable
    NonZeros nonZeros() {
        return values instanceof ArrayValues.Bytes bytes && bytes.unit() ? bytes.nonZeros() : null;
    }

    /**
     * Writes the rows from {@code row} on in a network's units, as many as the target has.
     *
     * @throws IndexOutOfBoundsException if there is no such row
     */
    void copyRows(Kernels kernels, Scaler scaler, int row, Matrix target) {
        Objects.checkFromIndexSize(row, target.rows(), rows);
        int[] order = new int[target.rows()];
        Arrays.setAll(order, i -> row + i);
        values.gather(kernels, scaler, order, 0, target);
    }

    /** {@return a hash of the values, SHA-256 of their bytes or little-endian floats or doubles, in hexadecimal} */
    public String sha256() {
        return values.sha256();
    }

    /** For instance {@code digits: 60000 x 784 pixels, with labels}. */
    @Override
    public String toString() {
        return name + ": " + rows + " x " + inputs + (isPixels() ? " pixels" : " values")
                + (hasLabels() ? ", with labels" : "");
    }
}
