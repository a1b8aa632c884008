package io.hourglass.lab.explorer;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.engine.Random;
import io.hourglass.lab.analysis.MeanError;
import io.hourglass.lab.data.Precision;
import io.hourglass.lab.data.RowNames;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rows that an explorer shows ({@code --items} at most), with their codes and errors.
 *
 * @param rows their indices in the data, ascending
 * @param data these rows alone
 * @param names what they are called; null if they have no names
 * @param values their values, packed for the page, which takes longest and is the same for every model
 * @param codes [rows][latent]
 * @param errors [rows] mean squared errors
 * @param scores [rows] anomaly scores; null if the model's score is the error
 * @param typical the errors of all rows of the data, including those not shown
 */
public record Items(
        int[] rows,
        Dataset data,
        @Nullable RowNames names,
        PackedArray values,
        float[][] codes,
        double[] errors,
        double @Nullable [] scores,
        Errors typical) {
    /** The most rows shown: a browser draws this many points sixty times a second with time to spare. */
    public static final int MOST = 100_000;

    /** Decides which rows are shown if not all are. */
    private static final long SEED = 0;

    /** A stream of random numbers that training and analysis do not use. */
    private static final long STREAM = -60;

    /**
     * Mean squared errors of some rows. Errors too large for a number are counted, but excluded from these figures.
     *
     * @param all their mean
     * @param median half of the rows have a lower one
     * @param q99 99 of 100 rows have a lower one
     */
    public record Errors(MeanError all, double median, double q99) {
        static Errors of(double[] errors) {
            MeanError all = new MeanError();
            for (int row = 0; row < errors.length; row++) {
                all.add(row, errors[row]);
            }
            double[] sorted =
                    Arrays.stream(errors).filter(Double::isFinite).sorted().toArray();
            return new Errors(all, quantile(sorted, 0.5), quantile(sorted, 0.99));
        }

        private static double quantile(double[] sorted, double share) {
            return sorted.length == 0
                    ? Double.NaN
                    : sorted[(int) Math.min(sorted.length - 1L, (long) Math.ceil(share * sorted.length) - 1)];
        }
    }

    /**
     * Encodes all rows, or a random choice of them, the same each time.
     *
     * @param names of all rows; null if they have none
     * @param most how many rows to show, 1 or more
     * @throws IllegalArgumentException if most is out of range or the rows are not as wide as the model's inputs
     */
    public static Items of(Autoencoder model, Dataset all, @Nullable RowNames names, int most) {
        if (most < 1 || most > MOST) {
            throw new IllegalArgumentException("items = " + most + ", expected 1 to " + MOST);
        }
        int[] order = new int[all.rows()];
        new Random(SEED, STREAM).shuffle(order);
        int[] rows = Arrays.copyOf(order, Math.min(most, order.length));
        Arrays.sort(rows);
        Dataset chosen = all.select(rows);
        PackedArray values = pack(chosen, Precision.of(model.scaler()));
        return of(model, all, rows, chosen, RowNames.select(names, rows), values);
    }

    /**
     * The same rows with another model's codes and errors.
     *
     * @param all the rows that these were chosen from, in the form that the model takes
     * @throws IllegalArgumentException if they are not as wide as the model's inputs
     */
    public Items with(Autoencoder model, Dataset all) {
        boolean needsDoubles = Precision.of(model.scaler()) == Precision.DOUBLES && !values.isExact();
        return of(model, all, rows, data, names, needsDoubles ? pack(all.select(rows), Precision.DOUBLES) : values);
    }

    private static Items of(
            Autoencoder model, Dataset all, int[] rows, Dataset chosen, @Nullable RowNames names, PackedArray values) {
        double[] errors = model.errors(all);
        AnomalyDetector detector = AnomalyDetector.of(model);
        return new Items(
                rows,
                chosen,
                names,
                values,
                model.encode(chosen),
                Arrays.stream(rows).mapToDouble(row -> errors[row]).toArray(),
                detector.kind() == AnomalyDetector.Score.NEIGHBOURS ? detector.scores(chosen) : null,
                Errors.of(errors));
    }

    /** The values as bytes if that loses nothing, otherwise with the precision that the model needs. */
    private static PackedArray pack(Dataset data, Precision precision) {
        if (precision == Precision.DOUBLES) {
            double[] doubles = new double[Math.multiplyExact(data.rows(), data.inputs())];
            for (int r = 0; r < data.rows(); r++) {
                System.arraycopy(data.doubles(r), 0, doubles, r * data.inputs(), data.inputs());
            }
            return PackedArray.doubles(doubles);
        }
        byte[] bytes = new byte[Math.multiplyExact(data.rows(), data.inputs())];
        for (int r = 0; r < data.rows(); r++) {
            float[] row = data.row(r);
            for (int j = 0; j < row.length; j++) {
                int pixel = Math.round(row[j] * 255);
                if (pixel < 0 || pixel > 255 || pixel / 255f != row[j]) {
                    return PackedArray.floats(floats(data));
                }
                bytes[r * data.inputs() + j] = (byte) pixel;
            }
        }
        return PackedArray.bytes(bytes);
    }

    private static float[] floats(Dataset data) {
        float[] floats = new float[data.rows() * data.inputs()];
        for (int r = 0; r < data.rows(); r++) {
            System.arraycopy(data.row(r), 0, floats, r * data.inputs(), data.inputs());
        }
        return floats;
    }
}
