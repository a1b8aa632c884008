package io.hourglass.lab.analysis;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What an autoencoder has to beat: the mean row, and PCA with as many components as its code has values. It is fitted
 * to the autoencoder's training rows, in its network's units, and stored in the model file, so that it can be applied
 * to any rows later.
 *
 * <p>Its errors are those of {@link Autoencoder#error(float[])}. So if the rows have categories, PCA sees each value
 * divided by the square root of its column's spread: then squared distances are errors. A missing value counts as the
 * mean, and its error does not count.
 *
 * @param mean [inputs]; the frequencies of a category
 * @param components [p][inputs], of length 1, or 0 where no variance is left; empty if there is no PCA to compare with
 * @param table the columns of the rows; {@link Columns#NONE} if all values are alike
 */
public record Baseline(float[] mean, float[][] components, Columns table) {
    private static final String MEAN = "baseline.mean";
    private static final String COMPONENTS = "baseline.components";

    /** With more rows and more columns than this, PCA takes longer than a user wants to wait. */
    private static final int LARGEST = 1000;

    private static final int MOST_VALUES = 1_000_000;

    /**
     * Fits to some rows. There is no PCA if p is not below the number of columns, because it would reproduce every row;
     * if there are more than {@value #LARGEST} rows and columns, because it would take long; or if its components have
     * more than a million values, because they would make the model file large.
     *
     * @param rows in a network's units
     * @param p width of the network's code
     */
    public static Baseline fit(Dataset rows, int p) {
        return fit(rows, p, Columns.NONE);
    }

    /**
     * {@link #fit(Dataset, int)} for rows with columns.
     *
     * @param rows in a network's units
     * @param p width of the network's code
     * @param table the network's columns, with their spreads
     */
    public static Baseline fit(Dataset rows, int p, Columns table) {
        return p >= rows.inputs()
                        || Math.min(rows.rows(), rows.inputs()) > LARGEST
                        || (long) p * rows.inputs() > MOST_VALUES
                ? ofMean(rows, table)
                : ColumnPca.fit(rows, table).baseline(p);
    }

    /**
     * The mean row, without PCA.
     *
     * @param rows in a network's units
     * @param table the network's columns, with their spreads
     */
    public static Baseline ofMean(Dataset rows, Columns table) {
        boolean asTheyAre = ColumnPca.areAsTheyAre(rows, table);
        return new Baseline(floats(asTheyAre ? Covariance.mean(rows) : meanOfPresent(rows)), new float[0][], table);
    }

    private static double[] meanOfPresent(Dataset rows) {
        double[] mean = new double[rows.inputs()];
        int[] present = new int[rows.inputs()];
        for (int r = 0; r < rows.rows(); r++) {
            float[] row = rows.row(r);
            for (int j = 0; j < mean.length; j++) {
                mean[j] += Float.isNaN(row[j]) ? 0 : row[j];
                present[j] += Float.isNaN(row[j]) ? 0 : 1;
            }
        }
        for (int j = 0; j < mean.length; j++) {
            mean[j] /= Math.max(1, present[j]);
        }
        return mean;
    }

    /**
     * The rows' differences from the mean, in units in which their squares are errors; 0 for a missing value.
     *
     * @param rows as wide as those fitted to, in the network's units
     */
    public Dataset differences(Dataset rows) {
        float[] values = new float[rows.rows() * rows.inputs()];
        for (int r = 0; r < rows.rows(); r++) {
            float[] row = floats(left(rows.row(r), new float[0][]));
            System.arraycopy(row, 0, values, r * row.length, row.length);
        }
        return Dataset.ofFloats(rows.name(), values, rows.inputs());
    }

    /** Whether there is a PCA to compare with. */
    public boolean hasPca() {
        return components.length > 0;
    }

    static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /**
     * The error if every row is reconstructed as the mean: mean squared error per value, with categories per column.
     *
     * @param rows as wide as those fitted to, in the network's units
     */
    public double meanMse(Dataset rows) {
        return mse(rows, new float[0][]);
    }

    /**
     * The error of PCA's reconstructions, likewise; NaN if there is no PCA.
     *
     * @param rows as wide as those fitted to, in the network's units
     */
    public double pcaMse(Dataset rows) {
        return hasPca() ? mse(rows, components) : Double.NaN;
    }

    /**
     * Each row's error if it is reconstructed as the mean; 0 for a row of missing values.
     *
     * @param rows as wide as those fitted to, in the network's units
     * @return [rows]
     */
    public double[] meanErrors(Dataset rows) {
        return errors(rows, new float[0][]);
    }

    /** The errors of PCA's reconstructions, likewise. There must be a PCA. */
    public double[] pcaErrors(Dataset rows) {
        return errors(rows, components);
    }

    private double mse(Dataset rows, float[][] axes) {
        return Arrays.stream(errors(rows, axes)).sum() / rows.rows();
    }

    private double[] errors(Dataset rows, float[][] axes) {
        double[] errors = new double[rows.rows()];
        for (int r = 0; r < errors.length; r++) {
            float[] row = rows.row(r);
            double[] left = left(row, axes);
            boolean[] counts = new boolean[left.length];
            int terms = present(row, counts);
            for (int j = 0; j < left.length; j++) {
                errors[r] += counts[j] ? left[j] * left[j] / terms : 0;
            }
        }
        return errors;
    }

    /** Marks the values that are part of a row's error, and returns the number of terms whose mean it is. */
    private int present(float[] row, boolean[] counts) {
        Columns columns = columns();
        int present = 0;
        for (int c = 0; c < columns.count(); c++) {
            boolean there = columns.counts(c, row, 0);
            Arrays.fill(counts, columns.start(c), columns.start(c) + columns.width(c), there);
            present += there ? 1 : 0;
        }
        return present;
    }

    private Columns columns() {
        return table.differ() ? table : Columns.ofNumbers(mean.length);
    }

    /** What is left of the row without the mean and its part along each axis; 0 for a missing value. */
    double[] left(float[] row, float[][] axes) {
        double[] left = new double[row.length];
        for (int j = 0; j < left.length; j++) {
            left[j] = Float.isNaN(row[j]) ? 0 : row[j] - mean[j];
        }
        for (int c = 0; c < table.count() && table.differ(); c++) {
            for (int j = table.start(c); j < table.start(c) + table.width(c); j++) {
                left[j] = table.isInputOnly(c) ? 0 : left[j] / Math.sqrt(table.spread(c));
            }
        }
        for (float[] axis : axes) {
            double along = 0;
            for (int j = 0; j < left.length; j++) {
                along += left[j] * axis[j];
            }
            for (int j = 0; j < left.length; j++) {
                left[j] -= along * axis[j];
            }
        }
        return left;
    }

    /**
     * The rows that a network's error can be measured on: those whose squared distance from the mean fits into a float.
     *
     * @param rows as wide as those fitted to, in the network's units
     */
    public int[] measurable(Dataset rows) {
        return IntStream.range(0, rows.rows())
                .filter(r -> Arrays.stream(left(rows.row(r), new float[0][]))
                                .map(value -> value * value)
                                .sum()
                        <= Float.MAX_VALUE)
                .toArray();
    }

    /** Whether a network of that architecture can be this PCA, whose outputs are no probabilities. */
    public boolean fits(Architecture architecture) {
        return hasPca() && !table.differ() && architecture.equals(architecture());
    }

    private Architecture architecture() {
        return Architecture.of(mean.length, List.of(), components.length).withOutputActivation(Activation.IDENTITY);
    }

    /** PCA as a linear network: its code is PCA's, its error is PCA's, up to rounding. There must be a PCA. */
    public Autoencoder network() {
        int inputs = mean.length;
        int p = components.length;
        float[] encoder = new float[p * inputs];
        float[] bias = new float[p];
        float[] decoder = new float[inputs * p];
        for (int k = 0; k < p; k++) {
            double along = 0;
            for (int j = 0; j < inputs; j++) {
                encoder[k * inputs + j] = components[k][j];
                decoder[j * p + k] = components[k][j];
                along += (double) components[k][j] * mean[j];
            }
            bias[k] = (float) -along;
        }
        Map<String, float[]> tensors = Map.of(
                "encoder.0.weight",
                encoder,
                "encoder.0.bias",
                bias,
                "decoder.0.weight",
                decoder,
                "decoder.0.bias",
                mean.clone());
        return Autoencoder.of(architecture(), tensors, Map.of());
    }

    /** As text, for model files; {@link #of} reads it back. */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(MEAN, encode(mean));
        metadata.put(COMPONENTS, encode(components));
        return metadata;
    }

    /** Whether an entry of a model's metadata comes from {@link #metadata}: numbers for programs, not to be shown. */
    public static boolean holds(String key) {
        return key.startsWith("baseline.");
    }

    /** The baseline in a model's metadata; empty if there is none or it does not fit the model. */
    public static Optional<Baseline> of(Autoencoder model) {
        int inputs = model.architecture().inputs();
        int p = model.architecture().latent();
        String mean = model.metadata().get(MEAN);
        String components = model.metadata().get(COMPONENTS);
        if (mean == null || components == null) {
            return Optional.empty();
        }
        try {
            float[][] axes = components.isEmpty() ? new float[0][] : decode(components, p, inputs);
            return Optional.of(new Baseline(decode(mean, 1, inputs)[0], axes, model.table()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String encode(float[]... rows) {
        int columns = rows.length == 0 ? 0 : rows[0].length;
        ByteBuffer bytes =
                ByteBuffer.allocate(rows.length * columns * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : rows) {
            for (float value : row) {
                bytes.putFloat(value);
            }
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static float[][] decode(String text, int rows, int columns) {
        byte[] bytes = Base64.getDecoder().decode(text);
        if (bytes.length != (long) rows * columns * Float.BYTES) {
            throw new IllegalArgumentException(
                    bytes.length + " bytes, expected " + rows + " times " + columns + " floats");
        }
        ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        float[][] all = new float[rows][columns];
        for (float[] row : all) {
            for (int j = 0; j < columns; j++) {
                row[j] = values.getFloat();
            }
        }
        return all;
    }
}
