package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.engine.NonZeros;
import io.hourglass.io.Sha256;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Optional;

/** Values in an array [rows][inputs]. */
sealed interface ArrayValues extends Values {
    /** Length of the longest array that every JVM can allocate. */
    int MOST = Integer.MAX_VALUE - 8;

    /** Bytes that memory delivers at a time. */
    int CACHE_LINE = 64;

    /** The array, of some primitive type. */
    Object values();

    /** These values in another array of the same type. */
    ArrayValues with(Object array, int inputs);

    /** A value, in the user's units. */
    double value(int index);

    /** A new array of some type with the values of all rows, which are arrays of that type. */
    static Object join(Class<?> type, Object[] rows) {
        int inputs = rows.length == 0 ? 0 : Array.getLength(rows[0]);
        for (int row = 1; row < rows.length; row++) {
            if (Array.getLength(rows[row]) != inputs) {
                throw new IllegalArgumentException("row " + row + " has " + Array.getLength(rows[row])
                        + " values, expected " + inputs + " as in row 0");
            }
        }
        if ((long) rows.length * inputs > MOST) {
            throw new IllegalArgumentException(rows.length + " rows of " + inputs + " values, expected at most " + MOST
                    + " values; a RowSource may have more");
        }
        Object values = Array.newInstance(type, rows.length * inputs);
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, values, row * inputs, inputs);
        }
        return values;
    }

    /** A copy with {@code count} values from each of the given indices on, in rows of {@code inputs}. */
    private Values pick(int[] starts, int count, int inputs) {
        Object some = Array.newInstance(values().getClass().componentType(), starts.length * count);
        for (int i = 0; i < starts.length; i++) {
            System.arraycopy(values(), starts[i], some, i * count, count);
        }
        return with(some, inputs);
    }

    /** Writes a row in the user's units to {@code target[at ..]}. */
    void copy(Kernels kernels, int row, float[] target, int at);

    /** Writes a row in a network's units to {@code target[at ..]}. */
    default void copy(Kernels kernels, Scaler scaler, int row, float[] target, int at) {
        copy(kernels, row, target, at);
        scaler.scalePresentInPlace(target, at);
    }

    /** The length of the array. */
    default int length() {
        return Array.getLength(values());
    }

    @Override
    default int rows() {
        return length() / inputs();
    }

    @Override
    default void read(int row, int count, double[] target) {
        for (int i = 0; i < count * inputs(); i++) {
            target[i] = value(row * inputs() + i);
        }
    }

    /** Reads one value of each cache line of a row, and returns their sum. */
    double touch(int row);

    /**
     * Rows in random order are far apart in memory. Touching all of them first lets the processor wait for all of them
     * at the same time.
     */
    @Override
    default void gather(Kernels kernels, Scaler scaler, int[] order, int from, Matrix target) {
        if (order[from + target.rows() - 1] - order[from] != target.rows() - 1) { // not one after the other
            double sum = 0;
            for (int i = 0; i < target.rows(); i++) {
                sum += touch(order[from + i]);
            }
            Touched.sum = sum;
        }
        for (int i = 0; i < target.rows(); i++) {
            copy(kernels, scaler, order[from + i], target.data(), target.offset() + i * target.stride());
        }
    }

    @Override
    default Values slice(int from, int to) {
        return pick(new int[] {from * inputs()}, (to - from) * inputs(), inputs());
    }

    @Override
    default Values select(int[] rows) {
        return pick(Arrays.stream(rows).map(row -> row * inputs()).toArray(), inputs(), inputs());
    }

    @Override
    default Values selectColumns(int[] columns) {
        int[] starts = new int[rows() * columns.length];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = i / columns.length * inputs() + columns[i % columns.length];
        }
        return pick(starts, 1, columns.length);
    }

    @Override
    default Optional<Values> asPixels() {
        byte[] bytes = new byte[length()];
        for (int i = 0; i < bytes.length; i++) {
            if (!Values.isByte(value(i))) {
                return Optional.empty();
            }
            bytes[i] = (byte) (int) value(i);
        }
        return Optional.of(new Bytes(bytes, inputs(), true));
    }

    @Override
    default Values scaled(Scaler scaler) {
        float[] scaled = new float[length()];
        for (int row = 0; row < rows(); row++) {
            copy(Kernels.SCALAR, scaler, row, scaled, row * inputs());
        }
        return new Floats(scaled, inputs());
    }

    /** The last sum that {@link #gather} made; without it the compiler would remove the reads. */
    final class Touched {
        @SuppressWarnings("unused")
        private static double sum;

        private Touched() {}
    }

    /**
     * Unsigned bytes.
     *
     * @param unit true if a byte b stands for b / 255, as in images; false if it stands for the number b
     */
    record Bytes(byte[] values, int inputs, boolean unit) implements ArrayValues {
        @Override
        public ArrayValues with(Object array, int inputs) {
            return new Bytes((byte[]) array, inputs, unit);
        }

        /** The same bytes, as pixels or as numbers. */
        Bytes withUnit(boolean unit) {
            return new Bytes(values, inputs, unit);
        }

        @Override
        public Optional<Values> asPixels() {
            return Optional.of(withUnit(true));
        }

        /** Where the values are not zero. */
        NonZeros nonZeros() {
            NonZeros nonZeros = new NonZeros(rows(), inputs);
            for (int i = 0; i < values.length; i++) {
                if (values[i] != 0) {
                    nonZeros.add(i / inputs, i % inputs);
                }
            }
            return nonZeros;
        }

        @Override
        public double value(int index) {
            int number = Byte.toUnsignedInt(values[index]);
            return unit ? number / 255f : number;
        }

        @Override
        public double touch(int row) {
            int sum = 0;
            for (int k = 0; k < inputs; k += CACHE_LINE) {
                sum += values[row * inputs + k];
            }
            return sum;
        }

        @Override
        public void copy(Kernels kernels, int row, float[] target, int at) {
            int from = row * inputs;
            if (unit) {
                kernels.pixelsToUnit(values, from, target, at, inputs);
                return;
            }
            for (int i = 0; i < inputs; i++) {
                target[at + i] = Byte.toUnsignedInt(values[from + i]);
            }
        }

        @Override
        public String sha256() {
            return new Sha256().add(values, 0, values.length).hex();
        }
    }

    /** Floats. */
    record Floats(float[] values, int inputs) implements ArrayValues {
        @Override
        public ArrayValues with(Object array, int inputs) {
            return new Floats((float[]) array, inputs);
        }

        @Override
        public double value(int index) {
            return values[index];
        }

        @Override
        public double touch(int row) {
            double sum = 0;
            for (int k = 0; k < inputs; k += CACHE_LINE / Float.BYTES) {
                sum += values[row * inputs + k];
            }
            return sum;
        }

        @Override
        public void copy(Kernels kernels, int row, float[] target, int at) {
            System.arraycopy(values, row * inputs, target, at, inputs);
        }

        @Override
        public String sha256() {
            return new Sha256().add(values).hex();
        }
    }

    /** Doubles, for values that may be equal as floats before they are scaled. */
    record Doubles(double[] values, int inputs) implements ArrayValues {
        @Override
        public ArrayValues with(Object array, int inputs) {
            return new Doubles((double[]) array, inputs);
        }

        @Override
        public double value(int index) {
            return values[index];
        }

        @Override
        public double touch(int row) {
            double sum = 0;
            for (int k = 0; k < inputs; k += CACHE_LINE / Double.BYTES) {
                sum += values[row * inputs + k];
            }
            return sum;
        }

        @Override
        public void copy(Kernels kernels, int row, float[] target, int at) {
            Scaler.none().scalePresent(values, row * inputs, target, at, inputs);
        }

        @Override
        public void copy(Kernels kernels, Scaler scaler, int row, float[] target, int at) {
            scaler.scalePresent(values, row * inputs, target, at, inputs);
        }

        @Override
        public String sha256() {
            return new Sha256().add(values).hex();
        }
    }
}
