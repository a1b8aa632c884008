package io.hourglass.spark;

import io.hourglass.Scaler;
import io.hourglass.compute.Kernels;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a column as floats and says what is wrong with invalid ones. It reads Spark's internal form, in
 * which a vector is a struct of type, size, indices and values. Not thread-safe.
 */
final class RowReader implements Serializable {
    private static final long serialVersionUID = 1;

    /** Values of the param {@code handleInvalid}. */
    static final String ERROR = "error";

    static final String SKIP = "skip";
    static final String KEEP = "keep";

    /** Fields of a vector, as {@code VectorUDT} defines them. */
    static final int VECTOR_FIELDS = 4;

    static final int VECTOR_TYPE = 0;
    private static final int VECTOR_SIZE = 1;
    private static final int VECTOR_INDICES = 2;
    static final int VECTOR_VALUES = 3;

    /** The struct that Spark stores a vector in. */
    static final StructType VECTOR = (StructType) ((UserDefinedType<?>) SQLDataTypes.VectorType()).sqlType();

    /** Type of a dense vector; a sparse one has type 0. */
    static final byte DENSE = 1;

    /** A message shows at most this many characters of a row. */
    private static final int SHOWN = 200;

    private final String column;
    private final DataType type;
    private final boolean vectors;
    private final boolean floats;
    private final boolean mayHoldNulls;
    private final int inputs;

    /** Index of each value among the {@link #width} values of the column; null if all are used in their order. */
    private final int @Nullable [] places;

    private final int width;
    private final boolean stop;

    // Buffers: the column's values as doubles and as floats, and the row in double before scaling.
    private transient double @Nullable [] wide;
    private transient float @Nullable [] narrow;
    private transient double @Nullable [] exact;

    /**
     * A reader of one column.
     *
     * @param type vector, or array of double or float
     * @param inputs number of values in a row
     * @param handleInvalid {@link #ERROR} if {@link #read} is to throw for an invalid row
     */
    RowReader(String column, DataType type, int inputs, String handleInvalid) {
        this(column, type, inputs, null, inputs, handleInvalid);
    }

    /**
     * A reader of some of a column's values, or of all of them in another order.
     *
     * @param places [inputs], index of each value among the column's values; null to read all in their order
     * @param width number of values in the column
     */
    RowReader(String column, DataType type, int inputs, int @Nullable [] places, int width, String handleInvalid) {
        this.column = column;
        this.type = type;
        this.inputs = inputs;
        this.places = places;
        this.width = width;
        this.stop = handleInvalid.equals(ERROR);
        vectors = type.equals(SQLDataTypes.VectorType());
        floats = type instanceof ArrayType array && array.elementType().equals(DataTypes.FloatType);
        mayHoldNulls = type instanceof ArrayType array && array.containsNull();
    }

    /** Number of values in a row. */
    int inputs() {
        return inputs;
    }

    /**
     * Reads one row.
     *
     * @param index index of the column
     * @param target receives the values as floats, from {@code offset} on
     * @param scaler scales the values to the network's units
     * @return whether the row is valid; if not, the content of target is undefined
     * @throws IllegalArgumentException if the row is invalid and {@code handleInvalid} is {@code error}; the message
     *     shows the row and what was expected
     */
    boolean read(InternalRow row, int index, float[] target, int offset, Scaler scaler) {
        return read(value(row, index), target, offset, scaler);
    }

    /**
     * Reads one row from the content of the column. A row is also invalid if a finite value is too large for the
     * scaler.
     *
     * @param value the struct of a vector, or an array, in Spark's internal form
     */
    boolean read(@Nullable Object value, float[] target, int offset, Scaler scaler) {
        if (!scaler.isNone()) { // in double: a float has too few digits for a time in seconds
            double[] row = exact == null ? new double[inputs] : exact;
            exact = row;
            if (!read(value, row)) {
                return false;
            }
            try {
                scaler.scale(row, 0, target, offset, inputs);
            } catch (IllegalArgumentException e) {
                return refuse(value, String.valueOf(e.getMessage()));
            }
            return true;
        }
        String problem = places == null ? copy(value, target, offset) : pick(places, value, target, offset);
        return problem == null || refuse(value, problem + ", expected a row of " + width + " finite numbers");
    }

    /**
     * Reads one row in double and in the user's units.
     *
     * @param target [inputs], overwritten
     */
    boolean read(InternalRow row, double[] target) {
        return read(value(row, 0), target);
    }

    /** {@link #read(InternalRow, double[])} for the content of the column. */
    boolean read(@Nullable Object value, double[] target) {
        String problem = copy(value, target);
        return problem == null || refuse(value, problem + ", expected a row of " + width + " finite numbers");
    }

    private @Nullable Object value(InternalRow row, int index) {
        return row.isNullAt(index) ? null : vectors ? row.getStruct(index, VECTOR_FIELDS) : row.getArray(index);
    }

    /** Returns false, or throws if {@code handleInvalid} is {@code error}. */
    private boolean refuse(@Nullable Object value, String problem) {
        if (stop) {
            String content = text(value);
            throw new IllegalArgumentException("column " + column + ": " + problem
                    + " (set handleInvalid to skip or keep to continue without it); row: "
                    + (content.length() > SHOWN ? content.substring(0, SHOWN) + " ..." : content));
        }
        return false;
    }

    private String text(@Nullable Object value) {
        if (value instanceof ArrayData array) {
            return Arrays.toString(array.toObjectArray(((ArrayType) type).elementType()));
        }
        return value == null ? "null" : String.valueOf(((UserDefinedType<?>) type).deserialize(value));
    }

    /** Copies the wanted values; returns what is wrong with them, or null. */
    private @Nullable String pick(int[] at, @Nullable Object value, float[] target, int offset) {
        float[] values = narrow;
        if (values == null) {
            values = new float[width];
            narrow = values;
        }
        String problem = copy(value, values, 0);
        for (int i = 0; i < inputs; i++) {
            target[offset + i] = values[at[i]];
        }
        return problem;
    }

    /** Copies the wanted values in double; returns what is wrong with them, or null. */
    private @Nullable String copy(@Nullable Object value, double[] target) {
        if (value == null) {
            return "the row is null";
        }
        double[] values;
        if (value instanceof ArrayData array) {
            int missing = array.numElements() == width && mayHoldNulls ? firstNull(array) : width;
            if (missing < width) {
                return "value " + missing + " is null";
            }
            values = floats ? wide(array.toFloatArray()) : array.toDoubleArray();
        } else {
            InternalRow vector = (InternalRow) value;
            values = vector.getArray(VECTOR_VALUES).toDoubleArray();
            if (vector.getByte(VECTOR_TYPE) != DENSE) {
                double[] sparse = values;
                int[] indices = vector.getArray(VECTOR_INDICES).toIntArray();
                values = new double[vector.getInt(VECTOR_SIZE)];
                for (int i = 0; i < indices.length; i++) {
                    values[indices[i]] = sparse[i];
                }
            }
        }
        if (values.length != width) {
            return "the row has " + values.length + " values";
        }
        for (int i = 0; i < inputs; i++) {
            int at = places == null ? i : places[i];
            if (!Double.isFinite(values[at])) {
                return "value " + at + " is " + values[at];
            }
            target[i] = values[at];
        }
        return null;
    }

    private static double[] wide(float[] values) {
        double[] wide = new double[values.length];
        Arrays.setAll(wide, i -> values[i]);
        return wide;
    }

    /** Copies all of the column's values; returns what is wrong with the wanted ones, or null. */
    private @Nullable String copy(@Nullable Object value, float[] target, int offset) {
        if (value == null) {
            return "the row is null";
        }
        boolean finite;
        if (value instanceof ArrayData array) {
            if (array.numElements() != width) {
                return "the row has " + array.numElements() + " values";
            }
            int missing = mayHoldNulls ? firstNull(array) : width;
            if (missing < width) {
                return "value " + missing + " is null";
            }
            finite = floats ? copyFloats(array, target, offset) : copyDoubles(array, target, offset);
        } else {
            InternalRow vector = (InternalRow) value;
            ArrayData values = vector.getArray(VECTOR_VALUES);
            boolean dense = vector.getByte(VECTOR_TYPE) == DENSE;
            int size = dense ? values.numElements() : vector.getInt(VECTOR_SIZE);
            if (size != width) {
                return "the row has " + size + " values";
            }
            if (dense) {
                finite = copyDoubles(values, target, offset);
            } else {
                ArrayData indices = vector.getArray(VECTOR_INDICES);
                Arrays.fill(target, offset, offset + width, 0);
                for (int i = 0; i < indices.numElements(); i++) {
                    target[offset + indices.getInt(i)] = (float) values.getDouble(i);
                }
                finite = Kernels.best().allFinite(target, offset, width);
            }
        }
        return finite ? null : firstNotFinite(target, offset);
    }

    /** Null if only values that are not wanted are not finite. */
    private @Nullable String firstNotFinite(float[] target, int offset) {
        for (int i = 0; i < inputs; i++) {
            int at = places == null ? i : places[i];
            if (!Float.isFinite(target[offset + at])) {
                return "value " + at + " is " + target[offset + at];
            }
        }
        return null;
    }

    private int firstNull(ArrayData array) {
        int i = 0;
        if (array instanceof UnsafeArrayData packed) {
            // After 8 bytes that hold the length, there is one bit per value; test 64 at a time.
            long bits = packed.getBaseOffset() + Long.BYTES;
            while (i < width && Platform.getLong(packed.getBaseObject(), bits + i / Byte.SIZE) == 0) {
                i += Long.SIZE;
            }
        }
        while (i < width && !array.isNullAt(i)) {
            i++;
        }
        return i;
    }

    /** Copies the values; returns whether all are finite. */
    private boolean copyFloats(ArrayData array, float[] target, int offset) {
        if (array instanceof UnsafeArrayData packed) {
            long at = Platform.FLOAT_ARRAY_OFFSET + (long) Float.BYTES * offset;
            Platform.copyMemory(packed.getBaseObject(), values(packed), target, at, (long) Float.BYTES * width);
        } else {
            System.arraycopy(array.toFloatArray(), 0, target, offset, width);
        }
        return Kernels.best().allFinite(target, offset, width);
    }

    /** Copies the values; returns whether all are finite as floats. */
    private boolean copyDoubles(ArrayData array, float[] target, int offset) {
        double[] values;
        int first = 0;
        if (array instanceof UnsafeArrayData packed) {
            if (packed.getBaseObject() instanceof double[] memory) { // Scoring copies rows to such arrays
                values = memory;
                first = (int) ((values(packed) - Platform.DOUBLE_ARRAY_OFFSET) / Double.BYTES);
            } else {
                values = wide;
                if (values == null) {
                    values = new double[width];
                    wide = values;
                }
                Platform.copyMemory(
                        packed.getBaseObject(),
                        values(packed),
                        values,
                        Platform.DOUBLE_ARRAY_OFFSET,
                        (long) Double.BYTES * width);
            }
        } else {
            values = array.toDoubleArray();
        }
        return Kernels.best().narrow(values, first, target, offset, width);
    }

    /** Address of value 0, for {@link Platform}. */
    static long values(UnsafeArrayData array) {
        return array.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes(array.numElements());
    }
}
