package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.io.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntUnaryOperator;

/** The values of a program's own source of rows, read when they are needed. Some rows or columns of it are views. */
final class SourceValues implements Values {
    private static final Block NONE = new Block(new int[0], new double[0]);

    private final RowSource source;
    private final int rows;
    private final int inputs;

    /** Taken to read a block: the threads of a team want the same mini-batch, and all but the first find it read. */
    private final ReentrantLock lock = new ReentrantLock();

    private Block last = NONE;

    /** Rows that have been read; never changed. */
    private record Block(int[] rows, double[] values) {
        boolean holds(int[] order, int from, int count) {
            return Arrays.equals(rows, 0, rows.length, order, from, from + count);
        }
    }

    private SourceValues(RowSource source) {
        this.source = source;
        rows = source.rows();
        inputs = source.inputs();
    }

    /**
     * The values of a user's source.
     *
     * @throws IllegalArgumentException if it has no rows, or rows of no values
     */
    static SourceValues of(RowSource source) {
        SourceValues values = new SourceValues(new Checked(source));
        if (values.rows < 1 || values.inputs < 1) {
            throw new IllegalArgumentException(source.name() + ": " + values.rows + " rows of " + values.inputs
                    + " values, expected at least one of each");
        }
        return values;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int inputs() {
        return inputs;
    }

    /** The rows {@code order[from ... from + count - 1]}. */
    private Block block(int[] order, int from, int count) {
        lock.lock();
        try {
            if (!last.holds(order, from, count)) {
                last = NONE; // its memory can be freed
                Block block = new Block(
                        Arrays.copyOfRange(order, from, from + count), new double[Math.multiplyExact(count, inputs)]);
                source.read(block.rows, block.values);
                last = block;
            }
            return last;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void read(int row, int count, double[] target) {
        int[] order = new int[count];
        Arrays.setAll(order, i -> row + i);
        System.arraycopy(block(order, 0, count).values, 0, target, 0, count * inputs);
    }

    @Override
    public void gather(Kernels kernels, Scaler scaler, int[] order, int from, Matrix target) {
        double[] values = block(order, from, target.rows()).values;
        for (int i = 0; i < target.rows(); i++) {
            scaler.scalePresent(values, i * inputs, target.data(), target.offset() + i * target.stride(), inputs);
        }
    }

    @Override
    public Values slice(int from, int to) {
        return new SourceValues(new SomeRows(source, to - from, row -> from + row));
    }

    @Override
    public Values select(int[] chosen) {
        int[] copy = chosen.clone();
        return new SourceValues(new SomeRows(source, copy.length, row -> copy[row]));
    }

    @Override
    public Values selectColumns(int[] columns) {
        return converted(columns.length, (row, at, target, to) -> {
            for (int j = 0; j < columns.length; j++) {
                target[to + j] = row[at + columns[j]];
            }
        });
    }

    @Override
    public Values scaled(Scaler scaler) {
        return converted(inputs, (row, at, target, to) -> {
            float[] scaled = new float[inputs];
            scaler.scalePresent(row, at, scaled, 0, inputs);
            for (int j = 0; j < inputs; j++) {
                target[to + j] = scaled[j];
            }
        });
    }

    @Override
    public Optional<Values> asPixels() {
        boolean[] bytes = {true};
        forEachBlock((block, row) -> bytes[0] = bytes[0] && Arrays.stream(block).allMatch(Values::isByte));
        return bytes[0]
                ? Optional.of(converted(inputs, (row, at, target, to) -> {
                    for (int j = 0; j < inputs; j++) {
                        target[to + j] = (float) row[at + j] / 255f;
                    }
                }))
                : Optional.empty();
    }

    private Values converted(int width, Conversion conversion) {
        return new SourceValues(new Converted(source, width, conversion));
    }

    @Override
    public String sha256() {
        Sha256 sum = new Sha256();
        forEachBlock((block, row) -> sum.add(block));
        return sum.hex();
    }

    /** Converts the row at {@code row[at ..]} to {@code target[to ..]}. */
    private interface Conversion {
        void apply(double[] row, int at, double[] target, int to);
    }

    /** Rows of another source, converted one by one. */
    private record Converted(RowSource source, int inputs, Conversion conversion) implements RowSource {
        @Override
        public int rows() {
            return source.rows();
        }

        @Override
        public void read(int[] rows, double[] target) throws IOException {
            double[] values = new double[Math.multiplyExact(rows.length, source.inputs())];
            source.read(rows, values);
            for (int i = 0; i < rows.length; i++) {
                conversion.apply(values, i * source.inputs(), target, i * inputs);
            }
        }
    }

    /** Row r is another row of another source. */
    private record SomeRows(RowSource source, int rows, IntUnaryOperator number) implements RowSource {
        @Override
        public int inputs() {
            return source.inputs();
        }

        @Override
        public void read(int[] rows, double[] target) throws IOException {
            source.read(Arrays.stream(rows).map(number).toArray(), target);
        }
    }

    /**
     * A user's source, called by one thread at a time. What it throws, and values that are neither finite nor missing,
     * become clear messages.
     */
    private record Checked(RowSource source, int rows, int inputs, ReentrantLock lock) implements RowSource {
        Checked(RowSource source) {
            this(source, source.rows(), source.inputs(), new ReentrantLock());
        }

        @Override
        public void read(int[] rows, double[] target) {
            lock.lock();
            try {
                source.read(rows, target);
            } catch (IOException e) {
                throw new UncheckedIOException(message(rows, e), e);
            } catch (UncheckedIOException e) {
                throw new UncheckedIOException(message(rows, e), e.getCause());
            } catch (RuntimeException e) {
                throw new IllegalStateException(message(rows, e), e);
            } finally {
                lock.unlock();
            }
            for (int i = 0; i < target.length; i++) {
                if (!Float.isFinite((float) target[i]) && !(source.allowsMissing() && Double.isNaN(target[i]))) {
                    throw Dataset.notFinite(source.name(), rows[i / inputs], i % inputs, target[i]);
                }
            }
        }

        private String message(int[] rows, Exception e) {
            return source.name() + ": row " + rows[0]
                    + (rows.length == 1 ? "" : " or one of " + (rows.length - 1) + " others read with it")
                    + " cannot be read: "
                    + Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
        }
    }
}
