package io.hourglass.spark;

import io.hourglass.Autoencoder;
import io.hourglass.Scaler;
import io.hourglass.Scorer;
import io.hourglass.anomaly.AnomalyDetector;
import java.io.Serializable;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/**
 * Runs a model over the rows of a partition, {@link Scorer#ROWS} rows at a time; one by one they would take several
 * times as long. Input values and result rows are in Spark's internal form; see {@link InternalRows}.
 */
final class Scoring extends AbstractFunction1<Iterator<Object>, Iterator<Object>> implements Serializable {
    private static final long serialVersionUID = 1;

    private final Broadcast<ModelBytes> file;
    private final RowReader reader;
    private final int columns;
    private final int input;
    private final boolean keep;
    private final boolean codes;
    private final boolean reconstructions;
    private final boolean errors;
    private final boolean scores;
    private final boolean anomalies;

    /**
     * Defines which results to compute.
     *
     * @param columns number of columns in the input rows
     * @param input index of the input column
     * @param keep whether to keep invalid rows, with null results
     */
    Scoring(
            Broadcast<ModelBytes> file,
            RowReader reader,
            int columns,
            int input,
            boolean keep,
            boolean codes,
            boolean reconstructions,
            boolean errors,
            boolean scores,
            boolean anomalies) {
        this.file = file;
        this.reader = reader;
        this.columns = columns;
        this.input = input;
        this.keep = keep;
        this.codes = codes;
        this.reconstructions = reconstructions;
        this.errors = errors;
        this.scores = scores;
        this.anomalies = anomalies;
    }

    private int results() {
        int results = 0;
        for (boolean wanted : new boolean[] {codes, reconstructions, errors, scores, anomalies}) {
            results += wanted ? 1 : 0;
        }
        return results;
    }

    /** Returns the rows with the result columns at the end. Each is valid only until the next one is requested. */
    @Override
    public Iterator<Object> apply(Iterator<Object> rows) {
        return new Blocks(rows);
    }

    /** Iterates over the results. A block of rows is computed when its first row is requested. */
    private final class Blocks extends AbstractIterator<Object> {
        private final Iterator<Object> rows;
        private final Scaler scaler;
        private final Scorer scorer;
        private final VectorColumn code;
        private final VectorColumn reconstruction;

        /** The rows of the block: their columns, then the results. */
        private final @Nullable Object[][] block = new @Nullable Object[Scorer.ROWS][columns + results()];

        /** Copies of the block's input values. Their memory is reused for each block. */
        private final InputCopy[] inputs = new InputCopy[Scorer.ROWS];

        /** Index of each row in the scorer; -1 for an invalid row that is kept. */
        private final int[] places = new int[Scorer.ROWS];

        /** Computes scores; null if none are wanted. */
        private final @Nullable AnomalyDetector detector =
                scores || anomalies ? file.value().detector() : null;

        /** The block's valid rows in the user's units, for the detector. */
        private final double[][] exact = new double[detector == null ? 0 : Scorer.ROWS][reader.inputs()];

        /** Their scores. */
        private double[] found = {};

        private int size;
        private int next;

        Blocks(Iterator<Object> rows) {
            this.rows = rows;
            Autoencoder model = file.value().model();
            scaler = model.scaler();
            scorer = new Scorer(model);
            code = new VectorColumn(model.architecture().latent());
            reconstruction = new VectorColumn(model.architecture().inputs());
            for (int r = 0; r < inputs.length; r++) {
                inputs[r] = new InputCopy();
            }
        }

        @Override
        public boolean hasNext() {
            while (next == size && rows.hasNext()) {
                fill();
            }
            return next < size;
        }

        @Override
        public Object next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            @Nullable Object[] row = block[next];
            int place = places[next++];
            int column = columns;
            if (codes) {
                row[column++] = place < 0 ? null : code(place);
            }
            if (reconstructions) {
                row[column++] = place < 0 ? null : reconstruction(place);
            }
            if (errors) {
                row[column++] = place < 0 ? null : (Object) scorer.error(place);
            }
            if (scores) {
                row[column++] = place < 0 ? null : (Object) found[place];
            }
            if (anomalies) {
                row[column] = place < 0 ? null : (Object) isAnomaly(found[place]);
            }
            return new GenericInternalRow(row);
        }

        private boolean isAnomaly(double score) {
            return Objects.requireNonNull(detector).threshold().orElseThrow().isExceededBy(score);
        }

        private InternalRow code(int place) {
            scorer.code(place, code.values);
            return code.vector();
        }

        private InternalRow reconstruction(int place) {
            scorer.reconstruction(place, reconstruction.values);
            return reconstruction.vector();
        }

        private void fill() {
            int scored = 0;
            size = 0;
            next = 0;
            while (size < Scorer.ROWS && rows.hasNext()) {
                Row row = (Row) rows.next();
                Object value = inputs[size].copy(row.get(input));
                boolean valid = reader.read(value, scorer.rows(), scorer.offset(scored), scaler);
                if (valid || keep) {
                    for (int c = 0; c < columns; c++) {
                        block[size][c] = c == input ? value : InternalRow.copyValue(row.get(c));
                    }
                    if (valid && detector != null) {
                        reader.read(value, exact[scored]);
                    }
                    places[size++] = valid ? scored++ : -1;
                }
            }
            if (scored > 0 && (reconstructions || errors || detector != null)) {
                scorer.reconstruct(scored);
                found = detector == null ? found : detector.scores(scorer, Arrays.copyOf(exact, scored));
            } else if (scored > 0 && codes) {
                scorer.encode(scored);
            }
        }
    }

    /** A copy of a row's input value in reusable memory. The input is the larger part of most rows. */
    private static final class InputCopy {
        private double[] memory = {}; // RowReader reads aligned doubles directly from this array
        private final UnsafeRow vector = new UnsafeRow(RowReader.VECTOR_FIELDS);
        private final UnsafeArrayData array = new UnsafeArrayData();

        /** Returns a copy of the value, valid until the next call. */
        @Nullable
        Object copy(@Nullable Object value) {
            if (value instanceof UnsafeRow row) {
                fill(row.getBaseObject(), row.getBaseOffset(), row.getSizeInBytes());
                vector.pointTo(memory, Platform.DOUBLE_ARRAY_OFFSET, row.getSizeInBytes());
                return vector;
            }
            if (value instanceof UnsafeArrayData row) {
                fill(row.getBaseObject(), row.getBaseOffset(), row.getSizeInBytes());
                array.pointTo(memory, Platform.DOUBLE_ARRAY_OFFSET, row.getSizeInBytes());
                return array;
            }
            return InternalRow.copyValue(value);
        }

        private void fill(@Nullable Object base, long offset, int size) {
            int length = (size + Double.BYTES - 1) / Double.BYTES;
            if (memory.length < length) {
                memory = new double[length];
            }
            Platform.copyMemory(base, offset, memory, Platform.DOUBLE_ARRAY_OFFSET, size);
        }
    }

    /** One dense vector in Spark's internal form, overwritten for each row. */
    private static final class VectorColumn {
        final float[] values;
        private final double[] wide;
        private final UnsafeRow vector;
        private final long at;

        VectorColumn(int size) {
            values = new float[size];
            wide = new double[size];
            @Nullable Object[] fields = new @Nullable Object[RowReader.VECTOR_FIELDS];
            fields[RowReader.VECTOR_TYPE] = RowReader.DENSE;
            fields[RowReader.VECTOR_VALUES] = UnsafeArrayData.fromPrimitiveArray(wide);
            vector = UnsafeProjection.create(RowReader.VECTOR)
                    .apply(new GenericInternalRow(fields))
                    .copy();
            at = RowReader.values(vector.getArray(RowReader.VECTOR_VALUES));
        }

        /** The vector with the content of {@link #values}. */
        InternalRow vector() {
            for (int i = 0; i < wide.length; i++) {
                wide[i] = values[i];
            }
            Platform.copyMemory(
                    wide, Platform.DOUBLE_ARRAY_OFFSET, vector.getBaseObject(), at, (long) Double.BYTES * wide.length);
            return vector;
        }
    }
}
