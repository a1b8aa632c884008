package io.hourglass.lab.analysis;

import io.hourglass.Dataset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Principal component analysis: the best linear autoencoder there is, and so the baseline every network has to beat.
 *
 * <p>Components without variance (more components than rows less one, constant columns) are zero vectors: they add
 * nothing to a reconstruction, whereas any other choice would add something arbitrary. Immutable and thread-safe.
 */
public final class Pca {
    /** Variances below this part of the largest, times the number of inputs, are rounding errors. */
    private static final double EPSILON = 1e-15;

    private final double[] mean;
    private final double[] variances;
    private final double[][] components;

    private Pca(double[] mean, double[] variances, double[][] components) {
        this.mean = mean;
        this.variances = variances;
        this.components = components;
    }

    /**
     * Fits to the rows of a data set, in double precision; a second or two for MNIST.
     *
     * @throws IllegalStateException if the eigenvalues cannot be computed
     */
    public static Pca fit(Dataset data) {
        if (data.rows() < data.inputs()) {
            return fitWide(data);
        }
        Covariance covariance = Covariance.of(data);
        return of(data, covariance.mean(), covariance.matrix(), vector -> vector);
    }

    /**
     * With fewer rows than columns, the matrix of products between rows is smaller: if X is the centred rows, X X' has
     * the eigenvalues of X' X, and X' times its eigenvectors are the eigenvectors of X' X.
     */
    private static Pca fitWide(Dataset data) {
        double[] mean = Covariance.mean(data);
        double[][] centred = new double[data.rows()][mean.length];
        for (int r = 0; r < centred.length; r++) {
            float[] row = data.row(r);
            Arrays.setAll(centred[r], j -> row[j] - mean[j]);
        }
        double[][] products = new double[centred.length][centred.length];
        for (int a = 0; a < centred.length; a++) {
            for (int b = 0; b <= a; b++) {
                double sum = 0;
                for (int j = 0; j < mean.length; j++) {
                    sum += centred[a][j] * centred[b][j];
                }
                products[a][b] = sum / centred.length;
                products[b][a] = products[a][b];
            }
        }
        return of(data, mean, products, weights -> {
            double[] vector = new double[mean.length];
            for (int r = 0; r < centred.length; r++) {
                addScaled(vector, weights[r], centred[r]);
            }
            double length = Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
            return Arrays.stream(vector).map(x -> x / length).toArray();
        });
    }

    /**
     * The components in order of their variances.
     *
     * @param matrix symmetric, with the covariance's eigenvalues
     * @param component turns an eigenvector of the matrix into a component
     */
    private static Pca of(Dataset data, double[] mean, double[][] matrix, UnaryOperator<double[]> component) {
        int inputs = mean.length;
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(matrix.length, true, true);
        if (!eigen.decompose(new DMatrixRMaj(matrix))) {
            throw new IllegalStateException(data.name() + ": the eigenvalues of the covariance did not converge");
        }
        Integer[] order = new Integer[matrix.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(
                order,
                Comparator.comparingDouble(
                        (Integer i) -> -eigen.getEigenvalue(i).getReal()));

        double[] variances = new double[inputs];
        double[][] components = new double[inputs][];
        Arrays.fill(components, new double[inputs]); // one vector of zeros for all without variance
        double least = Math.max(0, eigen.getEigenvalue(order[0]).getReal()) * inputs * EPSILON;
        for (int k = 0; k < order.length; k++) {
            double variance = eigen.getEigenvalue(order[k]).getReal();
            if (variance > least && k < data.rows() - 1) {
                variances[k] = variance;
                components[k] = withFixedSign(
                        component.apply(eigen.getEigenVector(order[k]).getData()));
            }
        }
        return new Pca(mean, variances, components);
    }

    /**
     * An eigenvector's sign is arbitrary: the first of its largest entries is made positive, so that results repeat.
     */
    private static double[] withFixedSign(double[] vector) {
        double largest = 0;
        for (double value : vector) {
            if (Math.abs(value) > Math.abs(largest)) {
                largest = value;
            }
        }
        double sign = Math.signum(largest);
        return Arrays.stream(vector).map(value -> sign * value).toArray();
    }

    /** Width of a row, and number of components. */
    public int inputs() {
        return mean.length;
    }

    /** The mean of the rows fitted to (a copy). */
    public double[] mean() {
        return mean.clone();
    }

    /**
     * One component (a copy): a vector of length 1, or 0 if no variance is left.
     *
     * @param k 0 for the component with the largest variance
     */
    public double[] component(int k) {
        return components[Objects.checkIndex(k, inputs())].clone();
    }

    /**
     * Variance along a component of the rows fitted to, with division by their number.
     *
     * @param k 0 for the largest
     */
    public double variance(int k) {
        return variances[Objects.checkIndex(k, inputs())];
    }

    /**
     * The first p coordinates of each row.
     *
     * @return [rows][p]
     * @throws IllegalArgumentException if p is not 1 to {@link #inputs()} or the rows have another width
     */
    public float[][] project(Dataset data, int p) {
        requireFit(data.inputs(), p);
        double[][] columns = columns(p);
        float[][] codes = new float[data.rows()][p];
        for (int r = 0; r < codes.length; r++) {
            double[] code = code(data.row(r), columns);
            for (int k = 0; k < p; k++) {
                codes[r][k] = (float) code[k];
            }
        }
        return codes;
    }

    /**
     * The row with given first coordinates; the others are 0.
     *
     * @param code [p], coordinates as {@link #project} gives them
     * @return [inputs]
     * @throws IllegalArgumentException if p is not 1 to {@link #inputs()}
     */
    public float[] decode(float[] code) {
        requireFit(inputs(), code.length);
        double[] exact = new double[code.length];
        for (int k = 0; k < exact.length; k++) {
            exact[k] = code[k];
        }
        return rounded(decoded(exact));
    }

    /**
     * Reconstructs a row from its first p coordinates.
     *
     * @throws IllegalArgumentException if p is not 1 to {@link #inputs()} or the row has another width
     */
    public float[] reconstruct(float[] row, int p) {
        requireFit(row.length, p);
        return rounded(decoded(code(row, columns(p))));
    }

    private static float[] rounded(double[] exact) {
        float[] rounded = new float[exact.length];
        for (int j = 0; j < rounded.length; j++) {
            rounded[j] = (float) exact[j];
        }
        return rounded;
    }

    /**
     * Mean squared error per value of each row's reconstruction, which is not clipped to the range of the values.
     *
     * @throws IllegalArgumentException if p is not 1 to {@link #inputs()} or the rows have another width
     */
    public double[] errors(Dataset data, int p) {
        requireFit(data.inputs(), p);
        double[][] columns = columns(p);
        double[] errors = new double[data.rows()];
        for (int r = 0; r < errors.length; r++) {
            float[] row = data.row(r);
            double[] reconstructed = decoded(code(row, columns));
            double sum = 0;
            for (int j = 0; j < row.length; j++) {
                double difference = row[j] - reconstructed[j];
                sum += difference * difference;
            }
            errors[r] = sum / row.length;
        }
        return errors;
    }

    /**
     * Mean squared error per value over all rows.
     *
     * @throws IllegalArgumentException if p is not 1 to {@link #inputs()} or the rows have another width
     */
    public double mse(Dataset data, int p) {
        return Arrays.stream(errors(data, p)).average().orElseThrow();
    }

    /** The first p components as columns, [inputs][p], so that inner loops run along its rows. */
    private double[][] columns(int p) {
        double[][] columns = new double[inputs()][p];
        for (int j = 0; j < columns.length; j++) {
            for (int k = 0; k < p; k++) {
                columns[j][k] = components[k][j];
            }
        }
        return columns;
    }

    private double[] code(float[] row, double[][] columns) {
        double[] code = new double[columns[0].length];
        for (int j = 0; j < row.length; j++) {
            addScaled(code, row[j] - mean[j], columns[j]);
        }
        return code;
    }

    private static void addScaled(double[] sum, double times, double[] values) {
        for (int k = 0; k < sum.length; k++) {
            sum[k] += times * values[k];
        }
    }

    private double[] decoded(double[] code) {
        double[] sum = mean.clone();
        for (int k = 0; k < code.length; k++) {
            addScaled(sum, code[k], components[k]);
        }
        return sum;
    }

    private void requireFit(int width, int p) {
        if (p < 1 || p > inputs()) {
            throw new IllegalArgumentException("p = " + p + ", expected 1 to " + inputs());
        }
        if (width != inputs()) {
            throw new IllegalArgumentException("rows of " + width + " values, PCA was fitted to rows of " + inputs());
        }
    }
}
