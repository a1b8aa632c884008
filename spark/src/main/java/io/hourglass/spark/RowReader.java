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
 * Reads a column's rows as floats, from Spark's own form of them (vectors are structs of type, size, indices and
 * values), and says what is wrong with those that are none. For one thread at a time.
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

    /** What a vector is stored as. */
    static final StructType VECTOR = (StructType) ((UserDefinedType<?>) SQLDataTypes.VectorType()).sqlType();

    /** Type of a dense vector; that of a sparse one is 0. */
    static final byte DENSE = 1;

    /** Most characters of a row in a message. */
    private static final int SHOWN = 200;

    private final String column;
    private final DataType type;
    private final boolean vectors;
    private final boolean floats;
    private final boolean mayHoldNulls;
    private final int inputs;

    /** Where each of them stands among the {@link #width} values of the column; null where they are the same. */
    private final int @Nullable [] places;

    private final int width;
    private final boolean stop;
    private transient double @Nullable [] wide;
    private transient float @Nullable [] whole;
    private transient double @Nullable [] exact;

    /**
     * A reader of one column.
     *
     * @param type vector, or array of double or float
     * @param inputs values a row has
     * @param handleInvalid whether {@link #read} throws where a row is invalid
     */
    RowReader(String column, DataType type, int inputs, String handleInvalid) {
        this(column, type, inputs, null, inputs, handleInvalid);
    }

    /**
     * A reader of some of a column's values, or of all in another order.
     *
     * @param places [inputs], where each stands among the column's values; null for as they are
     * @param width values of the column
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

    /** Values of a row. */
    int inputs() {
        return inputs;
    }

    /**
     * Reads one row.
     *
     * @param index of the column
     * @param target the values go to {@code target[offset ..]}, as floats
     * @return whether the row is valid; if not, what stands in target is undefined
     * @param scaler brings the values to the network's units
     * @throws IllegalArgumentException if it is not, and {@code handleInvalid} is {@code error}; the message shows the
     *     row and what was expected
     */
    boolean read(InternalRow row, int index, float[] target, int offset, Scaler scaler) {
        return read(value(row, index), target, offset, scaler);
    }

    /**
     * The same with what stands in the column, and in the units of a model's network: a finite value may be too far
     * away for its scaler.
     *
     * @param value a vector's struct or an array, in Spark's own form
     */
    boolean read(@Nullable Object value, float[] target, int offset, Scaler scaler) {
        if (!scaler.isNone()) { // in double: of a time in seconds, floats keep too few digits
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
     * The same in double, in the user's units.
     *
     * @param target [inputs], overwritten
     */
    boolean read(InternalRow row, double[] target) {
        return read(value(row, 0), target);
    }

    private boolean read(@Nullable Object value, double[] target) {
        String problem = copy(value, target);
        return problem == null || refuse(value, problem + ", expected a row of " + width + " finite numbers");
    }

    private @Nullable Object value(InternalRow row, int index) {
        return row.isNullAt(index) ? null : vectors ? row.getStruct(index, VECTOR_FIELDS) : row.getArray(index);
    }

    /** Returns false, or throws where an invalid row is to stop it all. */
    private boolean refuse(@Nullable Object value, String problem) {
        if (stop) {
            String content = text(value);
            throw new IllegalArgumentException("column " + column + ": " + problem
                    + " (handleInvalid = skip or keep goes on without it); the row is "
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

    /** The values that are asked for; what is wrong with them, or null. */
    private @Nullable String pick(int[] at, @Nullable Object value, float[] target, int offset) {
        float[] values = whole;
        if (values == null) {
            values = new float[width];
            whole = values;
        }
        String problem = copy(value, values, 0);
        for (int i = 0; i < inputs; i++) {
            target[offset + i] = values[at[i]];
        }
        return problem;
    }

    /** The values that are asked for, in double; what is wrong with them, or null. */
    private @Nullable String copy(@Nullable Object value, double[] target) {
        if (value == null) {
            return "null";
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
            return values.length + " values";
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

    /** The column's values; what is wrong with those that are asked for, or null. */
    private @Nullable String copy(@Nullable Object value, float[] target, int offset) {
        if (value == null) {
            return "null";
        }
        boolean finite;
        if (value instanceof ArrayData array) {
            if (array.numElements() != width) {
                return array.numElements() + " values";
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
                return size + " values";
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

    /** Null where what is not finite is not asked for. */
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
            // A bit for each value, behind the 8 bytes of their number; 64 at a time.
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

    /** Whether all are finite. */
    private boolean copyFloats(ArrayData array, float[] target, int offset) {
        if (array instanceof UnsafeArrayData packed) {
            long at = Platform.FLOAT_ARRAY_OFFSET + (long) Float.BYTES * offset;
            Platform.copyMemory(packed.getBaseObject(), values(packed), target, at, (long) Float.BYTES * width);
        } else {
            System.arraycopy(array.toFloatArray(), 0, target, offset, width);
        }
        return Kernels.best().allFinite(target, offset, width);
    }

    /** Whether all are finite as floats. */
    private boolean copyDoubles(ArrayData array, float[] target, int offset) {
        double[] values;
        int first = 0;
        if (array instanceof UnsafeArrayData packed) {
            if (packed.getBaseObject() instanceof double[] memory) { // which Scoring has copied the row to
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
