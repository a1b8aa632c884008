package io.hourglass.spark;

import io.hourglass.Autoencoder;
import io.hourglass.Scaler;
import io.hourglass.Scorer;
import java.io.Serializable;
import java.util.NoSuchElementException;
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
 * Runs a model over the rows of a partition, {@link Scorer#ROWS} rows at a time: one by one they would take several
 * times as long. The values of the rows it takes, and the rows it gives, are in Spark's own form, see {@link
 * InternalRows}.
 */
final class Scoring extends AbstractFunction1<Iterator<Object>, Iterator<Object>> implements Serializable {
    private static final long serialVersionUID = 1;

    private final Broadcast<ModelFile> file;
    private final RowReader reader;
    private final int columns;
    private final int input;
    private final boolean keep;
    private final boolean codes;
    private final boolean reconstructions;
    private final boolean errors;

    /**
     * What to do with the rows.
     *
     * @param columns how many the rows have
     * @param input index of the column that the reader reads
     * @param keep whether invalid rows stay, with null results
     */
    Scoring(
            Broadcast<ModelFile> file,
            RowReader reader,
            int columns,
            int input,
            boolean keep,
            boolean codes,
            boolean reconstructions,
            boolean errors) {
        this.file = file;
        this.reader = reader;
        this.columns = columns;
        this.input = input;
        this.keep = keep;
        this.codes = codes;
        this.reconstructions = reconstructions;
        this.errors = errors;
    }

    /** Rows with the columns of results behind their own; each is good until the next one is asked for. */
    @Override
    public Iterator<Object> apply(Iterator<Object> rows) {
        return new Blocks(rows);
    }

    /** Results of the blocks, each computed when its first row is asked for. */
    private final class Blocks extends AbstractIterator<Object> {
        private final Iterator<Object> rows;
        private final Scaler scaler;
        private final Scorer scorer;
        private final VectorColumn code;
        private final VectorColumn reconstruction;

        /** The rows of the block: their columns, and room for the results. */
        private final @Nullable Object[][] block = new @Nullable
                Object[Scorer.ROWS][columns + (codes ? 1 : 0) + (reconstructions ? 1 : 0) + (errors ? 1 : 0)];

        /** Memory of the block's wide columns, used again for each block. */
        private final Kept[] kept = new Kept[Scorer.ROWS];

        /** Where the scorer has a row; -1 for one that is invalid and kept. */
        private final int[] places = new int[Scorer.ROWS];

        private int size;
        private int next;

        Blocks(Iterator<Object> rows) {
            this.rows = rows;
            Autoencoder model = file.value().model();
            scaler = model.scaler();
            scorer = new Scorer(model);
            code = new VectorColumn(model.architecture().latent());
            reconstruction = new VectorColumn(model.architecture().inputs());
            for (int r = 0; r < kept.length; r++) {
                kept[r] = new Kept();
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
                row[column] = place < 0 ? null : (Object) scorer.error(place);
            }
            return new GenericInternalRow(row);
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
            int valid = 0;
            size = 0;
            next = 0;
            while (size < Scorer.ROWS && rows.hasNext()) {
                Row row = (Row) rows.next();
                Object value = kept[size].copy(row.get(input));
                boolean taken = reader.read(value, scorer.rows(), scorer.offset(valid), scaler);
                if (taken || keep) {
                    for (int c = 0; c < columns; c++) {
                        block[size][c] = c == input ? value : InternalRow.copyValue(row.get(c));
                    }
                    places[size++] = taken ? valid++ : -1;
                }
            }
            if (valid > 0 && (reconstructions || errors)) {
                scorer.reconstruct(valid);
            } else if (valid > 0 && codes) {
                scorer.encode(valid);
            }
        }
    }

    /** A copy of a row's input, in memory that is used again: it is the larger part of most rows. */
    private static final class Kept {
        private double[] memory = {}; // which its values, whole doubles from the beginning of it, can be read from
        private final UnsafeRow vector = new UnsafeRow(RowReader.VECTOR_FIELDS);
        private final UnsafeArrayData array = new UnsafeArrayData();

        /** The same value, for as long as this is not called again. */
        @Nullable
        Object copy(@Nullable Object value) {
            if (value instanceof UnsafeRow row) {
                take(row.getBaseObject(), row.getBaseOffset(), row.getSizeInBytes());
                vector.pointTo(memory, Platform.DOUBLE_ARRAY_OFFSET, row.getSizeInBytes());
                return vector;
            }
            if (value instanceof UnsafeArrayData row) {
                take(row.getBaseObject(), row.getBaseOffset(), row.getSizeInBytes());
                array.pointTo(memory, Platform.DOUBLE_ARRAY_OFFSET, row.getSizeInBytes());
                return array;
            }
            return InternalRow.copyValue(value);
        }

        private void take(@Nullable Object base, long offset, int size) {
            int length = (size + Double.BYTES - 1) / Double.BYTES;
            if (memory.length < length) {
                memory = new double[length];
            }
            Platform.copyMemory(base, offset, memory, Platform.DOUBLE_ARRAY_OFFSET, size);
        }
    }

    /** One dense vector in Spark's form, filled anew for each row. */
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

        /** With the values that stand in {@link #values}. */
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
