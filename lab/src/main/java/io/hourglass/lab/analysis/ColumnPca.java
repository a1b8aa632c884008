package io.hourglass.lab.analysis;

import io.hourglass.Dataset;
import io.hourglass.nn.Columns;
import java.util.Arrays;

/**
 * PCA of rows that may have categories and missing values, with codes of any width. As {@link Baseline} does, it
 * divides each value by the square root of its column's spread, so that squared distances are the errors that networks
 * are measured by, and takes the mean for a missing value. Rows that have neither get the bits of {@link Pca}.
 */
public final class ColumnPca {
    private final Baseline mean;
    private final Pca pca;

    /** Whether PCA is of the rows themselves, not of their distances from the mean. */
    private final boolean asTheyAre;

    private ColumnPca(Baseline mean, Pca pca, boolean asTheyAre) {
        this.mean = mean;
        this.pca = pca;
        this.asTheyAre = asTheyAre;
    }

    /**
     * Fits to some rows.
     *
     * @param rows in a network's units
     * @param table the network's columns, with their spreads; {@link Columns#NONE} if all values are alike
     */
    public static ColumnPca fit(Dataset rows, Columns table) {
        Baseline mean = Baseline.ofMean(rows, table);
        return areAsTheyAre(rows, table)
                ? new ColumnPca(mean, Pca.fit(rows), true)
                : new ColumnPca(mean, Pca.fit(mean.differences(rows)), false);
    }

    /** A PCA of rows whose values are all alike. */
    public static ColumnPca of(Pca pca) {
        return new ColumnPca(new Baseline(Baseline.floats(pca.mean()), new float[0][], Columns.NONE), pca, true);
    }

    /** Whether neither categories nor missing values need another treatment than numbers. */
    static boolean areAsTheyAre(Dataset rows, Columns table) {
        return !table.differ() && !rows.hasMissing();
    }

    /**
     * The mean and the first components.
     *
     * @param p number of components, 1 to the number of values
     */
    Baseline baseline(int p) {
        return new Baseline(mean.mean(), components(p), mean.table());
    }

    private float[][] components(int p) {
        float[][] components = new float[p][];
        for (int k = 0; k < p; k++) {
            components[k] = Baseline.floats(pca.component(k));
        }
        return components;
    }

    /**
     * The error of the mean: per value, with categories per column.
     *
     * @param rows as wide as those fitted to, in the network's units
     */
    public double meanMse(Dataset rows) {
        return mean.meanMse(rows);
    }

    /**
     * The error of the reconstructions: per value, with categories per column.
     *
     * @param rows as wide as those fitted to, in the network's units
     * @param p width of the code, 1 to the number of values
     */
    public double mse(Dataset rows, int p) {
        return takes(rows) ? pca.mse(rows, p) : baseline(p).pcaMse(rows);
    }

    /**
     * The error of each row's reconstruction, likewise.
     *
     * @param rows as wide as those fitted to, in the network's units
     * @param p width of the code, 1 to the number of values
     * @return [rows]
     */
    public double[] errors(Dataset rows, int p) {
        return takes(rows) ? pca.errors(rows, p) : baseline(p).pcaErrors(rows);
    }

    /**
     * The rows in units in which squared distances are errors: as they are, or their differences from the mean.
     *
     * @param rows as wide as those fitted to, in the network's units
     */
    public float[][] comparable(Dataset rows) {
        Dataset compared = takes(rows) ? rows : mean.differences(rows);
        float[][] values = new float[rows.rows()][];
        Arrays.setAll(values, compared::row);
        return values;
    }

    /** Width of a row, and number of components. */
    public int inputs() {
        return pca.inputs();
    }

    /** The variance along a component, 0 for the first. */
    public double variance(int k) {
        return pca.variance(k);
    }

    /** A row of numbers after it was reduced to p components, in the network's units. */
    public float[] reconstruct(float[] row, int p) {
        return asTheyAre ? pca.reconstruct(row, p) : decode(project(Dataset.ofFloats("row", row, row.length), p)[0]);
    }

    private boolean takes(Dataset rows) {
        return asTheyAre && !rows.hasMissing();
    }

    /**
     * The codes of rows: [rows][p].
     *
     * @param rows as wide as those fitted to, in the network's units
     * @param p width of the code, 1 to the number of values
     */
    public float[][] project(Dataset rows, int p) {
        if (takes(rows)) {
            return pca.project(rows, p);
        }
        float[][] components = components(p);
        float[][] codes = new float[rows.rows()][p];
        for (int r = 0; r < codes.length; r++) {
            double[] left = mean.left(rows.row(r), new float[0][]);
            for (int k = 0; k < p; k++) {
                double along = 0;
                for (int j = 0; j < left.length; j++) {
                    along += left[j] * components[k][j];
                }
                codes[r][k] = (float) along;
            }
        }
        return codes;
    }

    /** The row of a code, in the network's units; the numbers of a category need not be probabilities. */
    public float[] decode(float[] code) {
        if (asTheyAre) {
            return pca.decode(code);
        }
        double[] row = new double[pca.inputs()];
        for (int k = 0; k < code.length; k++) {
            double[] component = pca.component(k);
            for (int j = 0; j < row.length; j++) {
                row[j] += code[k] * component[j];
            }
        }
        Columns table = mean.table();
        for (int c = 0; c < table.count() && table.differ(); c++) {
            for (int j = table.start(c); j < table.start(c) + table.width(c); j++) {
                row[j] *= Math.sqrt(table.spread(c));
            }
        }
        for (int j = 0; j < row.length; j++) {
            row[j] += mean.mean()[j];
        }
        return Baseline.floats(row);
    }
}
