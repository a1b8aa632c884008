package io.hourglass.lab.codec;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.Scaler;
import io.hourglass.lab.data.Pixels;
import io.hourglass.lab.data.Precision;
import io.hourglass.nn.Columns;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * How far the rows decoded from a .hgz file are from the original rows, and how much of that is due to the quantiser.
 * Errors are those of {@link Autoencoder#error(Dataset)}, means per value or, with categories, per column: for bytes,
 * of the decoded bytes, clipped and rounded, as values in [0, 1]; for other values, with the digits that are written,
 * in the network's (scaled) units; for categories, of their probabilities. Missing values have none.
 *
 * @param rows number of rows in the mean errors
 * @param excluded number of rows left out because their errors are too large for a number
 * @param exact error of the model alone; NaN if no row has one
 * @param quantised error of model and quantiser; NaN if no row has one
 * @param doubled number of rows whose own error the quantiser more than doubles
 */
public record ReconstructionError(long rows, long excluded, double exact, double quantised, long doubled) {
    /**
     * Whether the quantiser more than doubles the mean error, which a few rows may dominate, or the error of most rows.
     */
    public boolean isDoubled() {
        return quantised > 2 * exact || doubled > rows / 2;
    }

    /**
     * Reads a file back and compares it with its rows.
     *
     * @param reader of the file, which must be intact
     * @param rows the original rows, from the first on
     * @param progress receives the number of rows done
     * @throws IOException if the file or the rows cannot be read, or the file is damaged
     */
    public static ReconstructionError measure(
            Autoencoder model, HgzReader reader, RowStream rows, LongConsumer progress) throws IOException {
        Sums sums = new Sums(model);
        int batchRows = Codec.batchRows(reader.header());
        reader.forEach(new HgzReader.Visitor() {
            @Override
            public void codes(long firstRow, float[][] codes) throws IOException {
                for (int from = 0; from < codes.length; ) {
                    Dataset batch = rows.next(Math.min(batchRows, codes.length - from));
                    if (batch == null) {
                        throw new IOException(rows.name() + ": became shorter while it was read");
                    }
                    sums.add(batch, Arrays.copyOfRange(codes, from, from + batch.rows()));
                    from += batch.rows();
                    progress.accept(firstRow + from);
                }
            }

            @Override
            public void damage(HgzReader.Damage damage) throws IOException {
                throw new IOException("what was written is damaged: " + damage.what());
            }
        });
        long counted = sums.rows - sums.excluded;
        return new ReconstructionError(
                counted, sums.excluded, sums.exact / counted, sums.quantised / counted, sums.doubled);
    }

    private static final class Sums {
        final Autoencoder model;
        long rows;
        long excluded;
        long doubled;
        double exact;
        double quantised;

        Sums(Autoencoder model) {
            this.model = model;
        }

        void add(Dataset batch, float[][] codes) {
            double[][] reconstructed = model.decodeToDoubles(model.encode(batch));
            double[][] decoded = model.decodeToDoubles(codes);
            for (int r = 0; r < codes.length; r++) {
                double before = of(model, batch, r, reconstructed[r]);
                double after = of(model, batch, r, decoded[r]);
                rows++;
                if (Double.isFinite(before) && Double.isFinite(after)) {
                    exact += before;
                    quantised += after;
                    doubled += after > 2 * before ? 1 : 0;
                } else {
                    excluded++;
                }
            }
        }
    }

    /**
     * The error of a row.
     *
     * @param model whose scaler and columns count
     * @param decoded the decoded row in the user's units; overwritten with the digits that are written
     * @return 0 or more; infinite if it is too large for a float, as elsewhere
     */
    static double of(Autoencoder model, Dataset data, int row, double[] decoded) {
        for (double value : decoded) {
            if (!Float.isFinite((float) value)) {
                return Double.POSITIVE_INFINITY;
            }
        }
        if (data.isPixels()) {
            float[] original = data.row(row);
            double sum = 0;
            for (int j = 0; j < original.length; j++) {
                double difference = (Math.round(original[j] * 255) - (Pixels.of((float) decoded[j]) & 0xff)) / 255.0;
                sum += difference * difference;
            }
            return sum / original.length;
        }
        Scaler scaler = model.scaler();
        float[] original = data.row(row, scaler);
        Precision precision = Precision.of(scaler);
        for (int j = 0; j < decoded.length; j++) {
            decoded[j] = precision.round(decoded[j]);
        }
        float[] scaled = new float[original.length];
        scaler.scale(decoded, 0, scaled, 0, scaled.length);
        Columns table = model.table().isNone() ? Columns.ofNumbers(original.length) : model.table();
        double error = table.error(scaled, 0, original, 0);
        return error <= Float.MAX_VALUE ? error : Double.POSITIVE_INFINITY;
    }
}
