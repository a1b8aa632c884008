package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.engine.NonZeros;
import io.hourglass.io.Sha256;
import java.util.Arrays;
import java.util.Optional;

/** The values of a data set, row by row, in the type they were given in. Nothing else depends on that type. */
sealed interface Values permits Values.InArray, SourceValues {
    /** About as many values are read at a time where all rows are read in order. */
    int BLOCK_VALUES = 1 << 16;

    /** The number of rows. */
    int rows();

    /** The number of values in a row. */
    int inputs();

    /** Writes {@code count} rows from {@code row} on, in the user's units, to {@code target}, one after the other. */
    void read(int row, int count, double[] target);

    /**
     * Writes some rows in a network's units: row {@code order[from + i]} to {@code target[offset + i * stride ..]}.
     */
    void gather(
            Kernels kernels, Scaler scaler, int[] order, int from, int count, float[] target, int offset, int stride);

    /** The rows {@code from ... to - 1}. */
    Values slice(int from, int to);

    /** The rows with the given numbers. */
    Values select(int[] rows);

    /** The given columns of all rows. */
    Values selectColumns(int[] columns);

    /** All rows as floats in a network's units. */
    Values scaled(Scaler scaler);

    /** These values as pixels if all are whole numbers from 0 to 255; otherwise empty. */
    Optional<Values> asPixels();

    /** SHA-256 of all values in hexadecimal, floats and doubles in little-endian order. */
    String sha256();

    /** Receives rows in the user's units. */
    interface BlockVisitor {
        /**
         * @param row number of the first row
         * @param block [rows][inputs]
         */
        void accept(int row, double[] block);
    }

    /** Reads all rows in order, some at a time. */
    default void forEachBlock(BlockVisitor visitor) {
        int most = Math.max(1, BLOCK_VALUES / inputs());
        for (int row = 0; row < rows(); ) {
            int count = Math.min(most, rows() - row);
            double[] block = new double[count * inputs()];
            read(row, count, block);
            visitor.accept(row, block);
            row += count;
        }
    }

    /** The smallest and the largest of all values, in the user's units. */
    default double[] range() {
        double[] range = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        forEachBlock((row, block) -> {
            for (double value : block) {
                range[0] = Math.min(range[0], value);
                range[1] = Math.max(range[1], value);
            }
        });
        return range;
    }

    /** Whether a value in the user's units stands in an image file: a whole number from 0 to 255. */
    static boolean isByte(double value) {
        return value >= 0 && value <= 255 && value == (int) value;
    }

    /** Values in an array [rows][inputs]. */
    sealed interface InArray extends Values {
        /** The length of the array. */
        int length();

        /** A value, in the user's units. */
        double value(int index);

        /** A copy with {@code count} values from each of the given indices on, in rows of {@code inputs}. */
        Values pick(int[] starts, int count, int inputs);

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
                Kernels kernels,
                Scaler scaler,
                int[] order,
                int from,
                int count,
                float[] target,
                int offset,
                int stride) {
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
                if (!isByte(value(i))) {
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
    }

    /**
     * Unsigned bytes.
     *
     * @param unit true if a byte b stands for b / 255, as in images; false if it stands for the number b
     */
    record Bytes(byte[] values, int inputs, boolean unit) implements InArray {
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
            InArray.super.gather(kernels, scaler, order, from, count, target, offset, stride);
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
            InArray.copy(values, starts, count, some);
            return new Bytes(some, inputs, unit);
        }

        @Override
        public String sha256() {
            return new Sha256().add(values, 0, values.length).hex();
        }
    }

    /** Floats. */
    record Floats(float[] values, int inputs) implements InArray {
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
            InArray.copy(values, starts, count, some);
            return new Floats(some, inputs);
        }

        @Override
        public String sha256() {
            return new Sha256().add(values).hex();
        }
    }

    /** Doubles, for values that may be equal as floats before they are scaled. */
    record Doubles(double[] values, int inputs) implements InArray {
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
            InArray.copy(values, starts, count, some);
            return new Doubles(some, inputs);
        }

        @Override
        public String sha256() {
            return new Sha256().add(values).hex();
        }
    }
}
