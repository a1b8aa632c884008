package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.engine.NonZeros;
import io.hourglass.io.Sha256;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/** Values in an array [rows][inputs]. */
sealed interface ArrayValues extends Values {
    /** Length of the longest array that every JVM can allocate. */
    int MOST = Integer.MAX_VALUE - 8;

    /** The length of the array. */
    int length();

    /** A value, in the user's units. */
    double value(int index);

    /** A copy with {@code count} values from each of the given indices on, in rows of {@code inputs}. */
    Values pick(int[] starts, int count, int inputs);

    /** The common length of all rows. */
    static int width(int rows, IntUnaryOperator length) {
        int inputs = rows == 0 ? 0 : length.applyAsInt(0);
        for (int row = 1; row < rows; row++) {
            if (length.applyAsInt(row) != inputs) {
                throw new IllegalArgumentException("row " + row + " has " + length.applyAsInt(row)
                        + " values, expected " + inputs + " as in row 0");
            }
        }
        if ((long) rows * inputs > MOST) {
            throw new IllegalArgumentException(rows + " rows of " + inputs + " values, expected at most " + MOST
                    + " values; a RowSource may have more");
        }
        return inputs;
    }

    /** Copies {@code count} values from each of the given indices on, between arrays of the same type. */
    static void copy(Object values, int[] starts, int count, Object target) {
        for (int i = 0; i < starts.length; i++) {
            System.arraycopy(values, starts[i], target, i * count, count);
        }
    }

    /** Writes a row in the user's units to {@code target[at ..]}. */
    void copy(Kernels kernels, int row, float[] target, int at);

    /** Writes a row in a network's units to {@code target[at ..]}. */
    default void copy(Kernels kernels, Scaler scaler, int row, float[] target, int at) {
        copy(kernels, row, target, at);
        scaler.scaleInPlace(target, at);
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

    @Override
    default void gather(
            Kernels kernels, Scaler scaler, int[] order, int from, int count, float[] target, int offset, int stride) {
        for (int i = 0; i < count; i++) {
            copy(kernels, scaler, order[from + i], target, offset + i * stride);
        }
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

    /**
     * Unsigned bytes.
     *
     * @param unit true if a byte b stands for b / 255, as in images; false if it stands for the number b
     */
    record Bytes(byte[] values, int inputs, boolean unit) implements ArrayValues {
        /** Bytes that memory delivers at a time. */
        private static final int CACHE_LINE = 64;

        /** A sum of what {@link #gather} reads ahead; without it the compiler would remove the reads. */
        @SuppressWarnings("unused")
        private static int touched;

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
        public int length() {
            return values.length;
        }

        @Override
        public double value(int index) {
            int number = Byte.toUnsignedInt(values[index]);
            return unit ? number / 255f : number;
        }

        /**
         * Rows in random order are far apart in memory. Reading one byte of each cache line first lets the processor
         * wait for all of them at the same time.
         */
        @Override
        public void gather(
                Kernels kernels,
                Scaler scaler,
                int[] order,
                int from,
                int count,
                float[] target,
                int offset,
                int stride) {
            int sum = 0;
            for (int i = 0; i < count; i++) {
                int start = order[from + i] * inputs;
                for (int k = 0; k < inputs; k += CACHE_LINE) {
                    sum += values[start + k];
                }
            }
            touched = sum;
            ArrayValues.super.gather(kernels, scaler, order, from, count, target, offset, stride);
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
        public Values slice(int from, int to) {
            return new Bytes(Arrays.copyOfRange(values, from * inputs, to * inputs), inputs, unit);
        }

        @Override
        public Values pick(int[] starts, int count, int inputs) {
            byte[] some = new byte[starts.length * count];
            ArrayValues.copy(values, starts, count, some);
            return new Bytes(some, inputs, unit);
        }

        @Override
        public String sha256() {
            return new Sha256().add(values, 0, values.length).hex();
        }
    }

    /** Floats. */
    record Floats(float[] values, int inputs) implements ArrayValues {
        static Floats of(float[][] rows) {
            int inputs = ArrayValues.width(rows.length, row -> rows[row].length);
            float[] values = new float[rows.length * inputs];
            for (int row = 0; row < rows.length; row++) {
                System.arraycopy(rows[row], 0, values, row * inputs, inputs);
            }
            return new Floats(values, inputs);
        }

        @Override
        public int length() {
            return values.length;
        }

        @Override
        public double value(int index) {
            return values[index];
        }

        @Override
        public void copy(Kernels kernels, int row, float[] target, int at) {
            System.arraycopy(values, row * inputs, target, at, inputs);
        }

        @Override
        public Values slice(int from, int to) {
            return new Floats(Arrays.copyOfRange(values, from * inputs, to * inputs), inputs);
        }

        @Override
        public Values pick(int[] starts, int count, int inputs) {
            float[] some = new float[starts.length * count];
            ArrayValues.copy(values, starts, count, some);
            return new Floats(some, inputs);
        }

        @Override
        public String sha256() {
            return new Sha256().add(values).hex();
        }
    }

    /** Doubles, for values that may be equal as floats before they are scaled. */
    record Doubles(double[] values, int inputs) implements ArrayValues {
        static Doubles of(double[][] rows) {
            int inputs = ArrayValues.width(rows.length, row -> rows[row].length);
            double[] values = new double[rows.length * inputs];
            for (int row = 0; row < rows.length; row++) {
                System.arraycopy(rows[row], 0, values, row * inputs, inputs);
            }
            return new Doubles(values, inputs);
        }

        @Override
        public int length() {
            return values.length;
        }

        @Override
        public double value(int index) {
            return values[index];
        }

        @Override
        public void copy(Kernels kernels, int row, float[] target, int at) {
            Scaler.none().scale(values, row * inputs, target, at, inputs);
        }

        @Override
        public void copy(Kernels kernels, Scaler scaler, int row, float[] target, int at) {
            scaler.scale(values, row * inputs, target, at, inputs);
        }

        @Override
        public Values slice(int from, int to) {
            return new Doubles(Arrays.copyOfRange(values, from * inputs, to * inputs), inputs);
        }

        @Override
        public Values pick(int[] starts, int count, int inputs) {
            double[] some = new double[starts.length * count];
            ArrayValues.copy(values, starts, count, some);
            return new Doubles(some, inputs);
        }

        @Override
        public String sha256() {
            return new Sha256().add(values).hex();
        }
    }
}
