package io.hourglass.spark;

import io.hourglass.Scaler;
import java.io.Serializable;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Reads a column's rows as floats, and says what is wrong with those that are none. */
final class RowReader implements Serializable {
    private static final long serialVersionUID = 1;

    /** Values of the param {@code handleInvalid}. */
    static final String ERROR = "error";

    static final String SKIP = "skip";
    static final String KEEP = "keep";

    /** Most characters of a row in a message. */
    private static final int SHOWN = 200;

    private final String column;
    private final int inputs;
    private final boolean stop;

    /**
     * A reader of one column.
     *
     * @param inputs values a row has
     * @param handleInvalid whether {@link #read} throws where a row is invalid
     */
    RowReader(String column, int inputs, String handleInvalid) {
        this.column = column;
        this.inputs = inputs;
        this.stop = handleInvalid.equals(ERROR);
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
     * @throws IllegalArgumentException if it is not, and {@code handleInvalid} is {@code error}; the message shows the row and what
     *     was expected
     */
    boolean read(Row row, int index, float[] target, int offset) {
        return accept(row, index, problem(row, index, target, offset));
    }

    /**
     * The same for rows of a model with a scaler, which a finite value may lie too far away for.
     *
     * @param scaled room for a row
     */
    boolean read(Row row, int index, float[] target, int offset, Scaler scaler, float[] scaled) {
        String problem = problem(row, index, target, offset);
        if (problem == null && !scaler.isNone()) {
            System.arraycopy(target, offset, scaled, 0, inputs);
            try {
                scaler.scaleInPlace(scaled, 0);
            } catch (IllegalArgumentException e) {
                problem = e.getMessage();
            }
        }
        return accept(row, index, problem);
    }

    private boolean accept(Row row, int index, @Nullable String problem) {
        if (problem != null && stop) {
            String content = String.valueOf(row.get(index));
            throw new IllegalArgumentException("column " + column + ": " + problem
                    + " (handleInvalid = skip or keep goes on without it); the row is "
                    + (content.length() > SHOWN ? content.substring(0, SHOWN) + " ..." : content));
        }
        return problem == null;
    }

    private @Nullable String problem(Row row, int index, float[] target, int offset) {
        String found = copy(row.get(index), target, offset);
        return found == null ? null : found + ", expected a row of " + inputs + " finite numbers";
    }

    /** What is wrong, or null. */
    private @Nullable String copy(@Nullable Object value, float[] target, int offset) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Vector vector) {
            if (vector.size() != inputs) {
                return vector.size() + " values";
            }
            double[] values = vector instanceof DenseVector dense ? dense.values() : vector.toArray();
            for (int i = 0; i < inputs; i++) {
                target[offset + i] = (float) values[i];
            }
        } else {
            scala.collection.Seq<?> sequence = (scala.collection.Seq<?>) value;
            if (sequence.size() != inputs) {
                return sequence.size() + " values";
            }
            for (int i = 0; i < inputs; i++) {
                Object number = sequence.apply(i);
                if (number == null) {
                    return "value " + i + " is null";
                }
                target[offset + i] = ((Number) number).floatValue();
            }
        }
        for (int i = 0; i < inputs; i++) {
            if (!Float.isFinite(target[offset + i])) {
                return "value " + i + " is " + target[offset + i];
            }
        }
        return null;
    }
}
