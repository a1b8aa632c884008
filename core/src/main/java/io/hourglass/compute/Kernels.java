package io.hourglass.compute;

import io.hourglass.nn.Activation;
import io.hourglass.nn.Loss;

/**
 * The numeric primitives of training and encoding. {@link ScalarKernels} is their specification, {@code VectorKernels}
 * the fast twin. Both give the same bits for the same numbers, by one law: every output is one chain of operations in a
 * fixed order, and vector lanes are different outputs, never parts of a chain.
 *
 * <p>Widths called <i>padded</i> are multiples of {@link #lanes()}. Values in the padding never affect a real output.
 */
public interface Kernels {
    /** The plain kernels. */
    Kernels SCALAR = new ScalarKernels(4);

    /**
     * The best element for a matrix to begin at. An array has a header of 16 bytes. If objects are aligned to 64 bytes,
     * as with {@code -XX:ObjectAlignmentInBytes=64}, this element begins a cache line, and no vector crosses two lines.
     * With any other alignment it is as good as other elements.
     */
    int START = 12;

    /**
     * Independent chains of a {@link #squaredError} sum. A constant, so that the order of operations does not depend on
     * {@link #lanes()}.
     */
    int ERROR_CHAINS = 16;

    /**
     * The kernels of this process: those with the widest vectors of the machine, or those that {@code
     * -Dhourglass.kernels} names.
     *
     * @throws IllegalStateException if the named ones cannot run here: a forced choice never falls back to others
     */
    static Kernels best() {
        return KernelChoice.best();
    }

    /**
     * Announces work, so that kernels which need time to become fast can begin. The results do not depend on it.
     *
     * @param work how many multiply-adds are to come, roughly
     */
    default void expect(long work) {}

    /** How often they have become faster. What was measured before no longer holds. */
    default int changes() {
        return 0;
    }

    /** {@code scalar}, {@code vector-128}, {@code vector-256} or {@code vector-512}. */
    String name();

    /** Number of floats in a vector, the unit of padding: a power of two from 4 to 16. */
    int lanes();

    /** Width of the weight panels that {@link #multiply} reads fastest: a multiple of {@link #lanes()}. */
    int panel();

    /** The same for {@link #multiplySparse}; no panel is wider. */
    int widestPanel();

    /** The next multiple of {@link #lanes()}. */
    default int padded(int width) {
        return (width + lanes() - 1) & -lanes();
    }

    /**
     * The best distance between stored rows of a given width: an odd number of vectors, because rows at a distance of a
     * power of two would compete for few sets of the cache.
     */
    default int stride(int width) {
        return padded(width) | lanes();
    }

    /**
     * Matrix product C = A B, or C += A B. Element (r, j) is the chain c = fma(A(r, k), B(k, j), c) over k = 0, 1, 2,
     * ...
     *
     * @param a [rows of C][depth]
     * @param b [depth][columns of C]
     * @param c its columns are padded
     * @param accumulate whether the chain starts from the value in C rather than from zero
     */
    void multiply(Matrix a, Matrix b, Matrix c, boolean accumulate);

    /**
     * {@link #multiply} with A stored transposed.
     *
     * @param a [depth][at least the rows of C]: A(r, k) is its element (k, r)
     * @param b [depth][columns of C]
     * @param c its columns are padded
     * @param accumulate whether the chain starts from the value in C rather than from zero
     */
    void multiplyTransposed(Matrix a, Matrix b, Matrix c, boolean accumulate);

    /**
     * {@link #multiply} or {@link #multiplyTransposed} without accumulation, for an A that is mostly zero: it skips
     * values of k whose bit is 0. The result has the same bits, unless B holds values that are not finite.
     *
     * @param bits row r has a bit for each k; it is 1 if A(r, k) is not 0. Bits from the depth up to the next multiple
     *     of 64 are 0
     * @param a as it is stored
     * @param transposed whether A is stored transposed
     * @param b [depth][columns of C]
     * @param c its columns are padded
     */
    void multiplySparse(Bits bits, Matrix a, boolean transposed, Matrix b, Matrix c);

    /** {@code to(j, i) = from(i, j)} for all elements of {@code from}. */
    void transpose(Matrix from, Matrix to);

    /**
     * Copies value i of run r of line l, for all l, r and i. It is {@code from[fromOffset + sources[l] + r * sourceStep
     * + i]}, and its copy {@code to[toOffset + targets[l] + r * targetStep + i]}. The copies do not overlap.
     */
    void copy(Runs runs, float[] from, int fromOffset, float[] to, int toOffset);

    /**
     * Finds nonzero numbers: sets bit i modulo 64 of {@code bits[bitsOffset + i / 64]} if x[offset + i] is nonzero, for
     * i below n. Bits of the last word beyond n become 0.
     */
    void nonZeros(float[] x, int offset, int n, long[] bits, int bitsOffset);

    /** Finds numbers that are at most a limit, which may be infinite, as {@link #nonZeros} does; x is finite. */
    void atMost(float[] x, int offset, int n, float limit, long[] bits, int bitsOffset);

    /** {@code target[offset + i] = (pixels[from + i] & 255) / 255} for i below n, correctly rounded. */
    void pixelsToUnit(byte[] pixels, int from, float[] target, int offset, int n);

    /**
     * {@code target[offset + i] = (float) values[from + i]} for i below n.
     *
     * @return whether all these floats are finite: no value is NaN, infinite or outside the range of floats
     */
    boolean narrow(double[] values, int from, float[] target, int offset, int n);

    /** Whether x[offset + i] is finite for all i below n. */
    boolean allFinite(float[] x, int offset, int n);

    /** {@link Activation#value} of x[offset ..], n padded. */
    void activateInPlace(Activation f, float[] x, int offset, int n);

    /** {@link #activateInPlace} of a matrix; its columns are padded. */
    default void activateInPlace(Activation f, Matrix x) {
        for (int r = 0; r < x.rows(); r++) {
            activateInPlace(f, x.data(), x.offset() + r * x.stride(), x.columns());
        }
    }

    /**
     * {@link Activation#gradient}: turns gradients with respect to outputs into gradients with respect to sums.
     *
     * @param v the outputs, or the sums if {@link Activation#isGradientBySum}, are {@code v[vOffset ..]}
     * @param delta the gradients are {@code delta[deltaOffset ..]}
     * @param n padded
     */
    void activationGradientInPlace(Activation f, float[] v, int vOffset, float[] delta, int deltaOffset, int n);

    /**
     * Sum of d<sup>2</sup> with d = ((y - x) + flush) - flush; flush is {@link
     * io.hourglass.numerics.Functions#DIFFERENCE_FLUSH}. Element i belongs to chain i modulo {@link #ERROR_CHAINS}; the
     * chains are then added in order, in double.
     *
     * @param chains scratch of {@link #ERROR_CHAINS} floats; overwritten
     */
    double squaredError(float[] y, int yOffset, float[] x, int xOffset, int n, float[] chains);

    /**
     * {@link Loss#addTo} and {@link Loss#gradient} of some rows. Element i of a row continues chain (first + i) modulo
     * {@link #ERROR_CHAINS} of that row.
     *
     * @param y [rows][real width]
     * @param x [rows][real width]
     * @param delta like y, in another array; overwritten up to the padded width, there with zeros
     * @param first a multiple of {@link #lanes()}
     * @param chains [rows][ERROR_CHAINS] of this loss
     */
    void lossGradient(Loss loss, Matrix y, Matrix x, float scale, Matrix delta, int first, float[] chains);

    /**
     * A sigmoid, {@link #lossGradient} of {@link Loss#MSE} and the sigmoid's gradient in one: from the sums under a
     * sigmoid to the gradient with respect to them.
     *
     * @param z [rows][padded width]: the sums, not changed
     */
    void sigmoidErrorGradient(Matrix z, Matrix x, float scale, Matrix delta, int first, float[] chains);

    /**
     * Adds some matrices in order: C is their sum.
     *
     * @param terms element (r, j) of each at {@code [offset + r * stride + j]}
     * @param c its columns are padded
     */
    void sum(float[][] terms, int offset, int stride, Matrix c);

    /**
     * One step of Adam.
     *
     * @param w weights, {@code w[offset ..]}; changed, like the moments at the same indices
     * @param m first moments
     * @param v second moments
     * @param g gradient, {@code g[gOffset ..]}
     * @param n padded
     */
    void adamInPlace(AdamStep step, float[] w, float[] m, float[] v, int offset, float[] g, int gOffset, int n);

    /**
     * One step of stochastic gradient descent.
     *
     * @param w weights, {@code w[offset ..]}; changed, like the velocities at the same indices
     * @param v velocities
     * @param g gradient, {@code g[gOffset ..]}
     * @param n padded
     */
    void sgdInPlace(SgdStep step, float[] w, float[] v, int offset, float[] g, int gOffset, int n);
}
