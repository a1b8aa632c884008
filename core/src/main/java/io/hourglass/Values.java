package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.io.Sha256;
import java.util.Arrays;

/** The values of a data set, row by row, in the type they were given in. Nothing else depends on that type. */
sealed interface Values {
    /** The number of values. */
    int length();

    /** One value, in the user's units. */
    double value(int index);

    /** Writes the values {@code from ... from + count - 1}, in the user's units, to {@code target[at ..]}. */
    void copy(Kernels kernels, int from, int count, float[] target, int at);

    /** Writes the values as {@link #copy} does, in a network's units. */
    default void scale(Kernels kernels, Scaler scaler, int from, int count, float[] target, int at) {
        copy(kernels, from, count, target, at);
        scaler.scaleInPlace(target, at);
    }

    /** A copy of the values {@code from ... to - 1}. */
    Values slice(int from, int to);

    /** A copy of {@code count} values from each of the given indices on. */
    Values select(int[] starts, int count);

    /** Adds all values to a hash, floats and doubles in little-endian order. */
    Sha256 addTo(Sha256 sum);

    /**
     * Unsigned bytes.
     *
     * @param unit true if a byte b stands for b / 255, as in images; false if it stands for the number b
     */
    record Bytes(byte[] values, boolean unit) implements Values {
        @Override
        public int length() {
            return values.length;
        }

        @Override
        public double value(int index) {
            int number = Byte.toUnsignedInt(values[index]);
            return unit ? number / 255f : number;
        }

        @Override
        public void copy(Kernels kernels, int from, int count, float[] target, int at) {
            if (unit) {
                kernels.pixelsToUnit(values, from, target, at, count);
                return;
            }
            for (int i = 0; i < count; i++) {
                target[at + i] = Byte.toUnsignedInt(values[from + i]);
            }
        }

        @Override
        public Values slice(int from, int to) {
            return new Bytes(Arrays.copyOfRange(values, from, to), unit);
        }

        @Override
        public Values select(int[] starts, int count) {
            byte[] some = new byte[starts.length * count];
            for (int i = 0; i < starts.length; i++) {
                System.arraycopy(values, starts[i], some, i * count, count);
            }
            return new Bytes(some, unit);
        }

        @Override
        public Sha256 addTo(Sha256 sum) {
            return sum.add(values, 0, values.length);
        }
    }

    /** Floats. */
    record Floats(float[] values) implements Values {
        @Override
        public int length() {
            return values.length;
        }

        @Override
        public double value(int index) {
            return values[index];
        }

        @Override
        public void copy(Kernels kernels, int from, int count, float[] target, int at) {
            System.arraycopy(values, from, target, at, count);
        }

        @Override
        public Values slice(int from, int to) {
            return new Floats(Arrays.copyOfRange(values, from, to));
        }

        @Override
        public Values select(int[] starts, int count) {
            float[] some = new float[starts.length * count];
            for (int i = 0; i < starts.length; i++) {
                System.arraycopy(values, starts[i], some, i * count, count);
            }
            return new Floats(some);
        }

        @Override
        public Sha256 addTo(Sha256 sum) {
            return sum.add(values);
        }
    }

    /** Doubles, for values that may be equal as floats before they are scaled. */
    record Doubles(double[] values) implements Values {
        @Override
        public int length() {
            return values.length;
        }

        @Override
        public double value(int index) {
            return values[index];
        }

        @Override
        public void copy(Kernels kernels, int from, int count, float[] target, int at) {
            for (int i = 0; i < count; i++) {
                target[at + i] = (float) values[from + i];
            }
        }

        @Override
        public void scale(Kernels kernels, Scaler scaler, int from, int count, float[] target, int at) {
            scaler.scale(values, from, target, at, count);
        }

        @Override
        public Values slice(int from, int to) {
            return new Doubles(Arrays.copyOfRange(values, from, to));
        }

        @Override
        public Values select(int[] starts, int count) {
            double[] some = new double[starts.length * count];
            for (int i = 0; i < starts.length; i++) {
                System.arraycopy(values, starts[i], some, i * count, count);
            }
            return new Doubles(some);
        }

        @Override
        public Sha256 addTo(Sha256 sum) {
            return sum.add(values);
        }
    }
}
