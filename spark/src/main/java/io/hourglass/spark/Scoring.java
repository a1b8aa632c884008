package io.hourglass.spark;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Scaler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/** Runs a model over the rows of a partition, a block of rows at a time: one by one they would take ten times as long. */
final class Scoring implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1;

    /** Most rows of a block, and most values: a task holds no more of its partition at a time. */
    private static final int BLOCK_ROWS = 512;

    private static final int BLOCK_VALUES = 1 << 22;

    private final Broadcast<ModelFile> file;
    private final RowReader reader;
    private final int input;
    private final boolean keep;
    private final boolean codes;
    private final boolean reconstructions;
    private final boolean errors;

    Scoring(
            Broadcast<ModelFile> file,
            RowReader reader,
            int input,
            boolean keep,
            boolean codes,
            boolean reconstructions,
            boolean errors) {
        this.file = file;
        this.reader = reader;
        this.input = input;
        this.keep = keep;
        this.codes = codes;
        this.reconstructions = reconstructions;
        this.errors = errors;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Blocks(rows);
    }

    /** Results of the blocks, each computed when its first row is asked for. */
    private final class Blocks implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final Autoencoder model = file.value().model();
        private final int most = Math.max(1, Math.min(BLOCK_ROWS, BLOCK_VALUES / reader.inputs()));
        private final float[] values = new float[Math.multiplyExact(most, reader.inputs())];
        private final Scaler scaler = model.scaler();
        private final float[] scaled = new float[reader.inputs()];
        private Iterator<Row> results = Collections.emptyIterator();

        Blocks(Iterator<Row> rows) {
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            while (!results.hasNext() && rows.hasNext()) {
                results = next(most);
            }
            return results.hasNext();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return results.next();
        }

        private Iterator<Row> next(int most) {
            List<Row> block = new ArrayList<>(most);
            BitSet valid = new BitSet(most);
            int count = 0;
            while (count < most && block.size() < most && rows.hasNext()) {
                Row row = rows.next();
                boolean taken = reader.read(row, input, values, count * reader.inputs(), scaler, scaled);
                if (taken) {
                    valid.set(block.size());
                    count++;
                }
                if (taken || keep) {
                    block.add(row);
                }
            }
            List<@Nullable Object[]> found = results(count);
            List<Row> complete = new ArrayList<>(block.size());
            for (int r = 0, taken = 0; r < block.size(); r++) {
                complete.add(with(block.get(r), valid.get(r) ? found.get(taken++) : new @Nullable Object[columns()]));
            }
            return complete.iterator();
        }

        /** The columns of results of the first rows of {@link #values}. */
        private List<@Nullable Object[]> results(int count) {
            List<@Nullable Object[]> all = new ArrayList<>(count);
            if (count == 0) {
                return all;
            }
            int length = count * reader.inputs();
            Dataset data = Dataset.ofFloats(
                    "block", length == values.length ? values : Arrays.copyOf(values, length), reader.inputs());
            float[][] latents = codes || reconstructions ? model.encode(data) : new float[0][];
            float[][] decoded = reconstructions ? model.decode(latents) : new float[0][];
            double[] squared = errors ? model.errors(data) : new double[0];
            for (int r = 0; r < count; r++) {
                @Nullable Object[] columns = new @Nullable Object[columns()];
                int c = 0;
                if (codes) {
                    columns[c++] = vector(latents[r]);
                }
                if (reconstructions) {
                    columns[c++] = vector(decoded[r]);
                }
                if (errors) {
                    columns[c] = squared[r];
                }
                all.add(columns);
            }
            return all;
        }
    }

    /** How many columns are added. */
    private int columns() {
        return (codes ? 1 : 0) + (reconstructions ? 1 : 0) + (errors ? 1 : 0);
    }

    private static Vector vector(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return Vectors.dense(wide);
    }

    private static Row with(Row row, @Nullable Object[] columns) {
        @Nullable Object[] all = new @Nullable Object[row.length() + columns.length];
        for (int i = 0; i < row.length(); i++) {
            all[i] = row.get(i);
        }
        System.arraycopy(columns, 0, all, row.length(), columns.length);
        return RowFactory.create(all);
    }
}
