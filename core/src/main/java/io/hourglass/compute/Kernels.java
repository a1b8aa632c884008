package io.hourglass.compute;

import io.hourglass.numerics.Functions;

/**
 * The numeric primitives of training and encoding. {@link ScalarKernels} is their specification, {@code VectorKernels}
 * the fast twin. Both give the same bits for the same numbers, by one law: every output is one chain of operations in a
 * fixed order, and vector lanes are different outputs, never parts of a chain.
 *
 * <p>Widths called <i>padded</i> are multiples of {@link #lanes()}. Values in the padding never affect a real output.
 */
public interface Kernels {
    /** The plain kernels. */
    Kernels SCALAR = new ScalarKernels();

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
     * @param rows of A and C
     * @param columns of B and C, padded
     * @param depth columns of A, rows of B
     * @param accumulate whether the chain starts from the value in C rather than from zero
     * @param a A(r, k) = {@code a[aOffset + r * aRow + k]}
     * @param b B(k, j) = {@code b[bOffset + k * bRow + j]}
     * @param c C(r, j) = {@code c[cOffset + r * cRow + j]}
     */
    void multiply(
            int rows,
            int columns,
            int depth,
            boolean accumulate,
            float[] a,
            int aOffset,
            int aRow,
            float[] b,
            int bOffset,
            int bRow,
            float[] c,
            int cOffset,
            int cRow);

    /** {@link #multiply} with A stored transposed: A(r, k) = {@code a[aOffset + k * aRow + r]}. */
    void multiplyTransposed(
            int rows,
            int columns,
            int depth,
            boolean accumulate,
            float[] a,
            int aOffset,
            int aRow,
            float[] b,
            int bOffset,
            int bRow,
            float[] c,
            int cOffset,
            int cRow);

    /**
     * {@link #multiply}, not accumulating, for a sparse A. If A(r, k) is zero, the term may be skipped: with a finite
     * B, a product with zero changes no chain.
     *
     * @param bits the k of row r that must not be skipped: bit k modulo 64 of {@code bits[bitsOffset + r * bitsRow + k
     *     / 64]}. Bits beyond the depth are 0
     * @param a A(r, k) = {@code a[aOffset + r * aRow + k * aStep]}
     */
    void multiplySparse(
            int rows,
            int columns,
            int depth,
            long[] bits,
            int bitsOffset,
            int bitsRow,
            float[] a,
            int aOffset,
            int aRow,
            int aStep,
            float[] b,
            int bOffset,
            int bRow,
            float[] c,
            int cOffset,
            int cRow);

    /**
     * Finds nonzero numbers: sets bit i modulo 64 of {@code bits[bitsOffset + i / 64]} if x[offset + i] is nonzero, for
     * i below n. Bits of the last word beyond n become 0.
     */
    void nonZeros(float[] x, int offset, int n, long[] bits, int bitsOffset);

    /** Finds numbers that are at most a limit, which may be infinite, as {@link #nonZeros} does; x is finite. */
    void atMost(float[] x, int offset, int n, float limit, long[] bits, int bitsOffset);

    /**
     * {@code to[toOffset + j * toRow + i] = from[fromOffset + i * fromRow + j]} for i below rows and j below columns.
     */
    void transpose(
            int rows, int columns, float[] from, int fromOffset, int fromRow, float[] to, int toOffset, int toRow);

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

    /** max(0, x) of x[offset ..], n padded; NaN stays NaN. */
    void reluInPlace(float[] x, int offset, int n);

    /** {@link Functions#tanh} of x[offset ..], n padded. */
    void tanhInPlace(float[] x, int offset, int n);

    /** {@link Functions#sigmoid} of x[offset ..], n padded. */
    void sigmoidInPlace(float[] x, int offset, int n);

    /** delta *= (y &gt; 0 ? 1 : 0): the derivative of relu in terms of its output y; n padded. */
    void reluGradientInPlace(float[] y, int yOffset, float[] delta, int deltaOffset, int n);

    /** delta *= 1 - y y: the derivative of tanh in terms of its output y; n padded. */
    void tanhGradientInPlace(float[] y, int yOffset, float[] delta, int deltaOffset, int n);

    /**
     * delta *= (y (1 - y) + flush) - flush: the derivative of the sigmoid in terms of its output y; flush is {@link
     * Functions#SLOPE_FLUSH}; n padded.
     */
    void sigmoidGradientInPlace(float[] y, int yOffset, float[] delta, int deltaOffset, int n);

    /**
     * Sum of d<sup>2</sup> with d = ((y - x) + flush) - flush; flush is {@link Functions#DIFFERENCE_FLUSH}. Element i belongs to
     * chain i modulo {@link #ERROR_CHAINS}; the chains are then added in order, in double.
     *
     * @param chains scratch of {@link #ERROR_CHAINS} floats; overwritten
     */
    double squaredError(float[] y, int yOffset, float[] x, int xOffset, int n, float[] chains);

    /**
     * {@link #squaredError} of some rows, and its gradient with respect to y times scale / 2: delta = scale d; zero
     * from n to the padded width. Element i of a row continues chain (first + i) modulo {@link #ERROR_CHAINS} of that
     * row.
     *
     * @param n real width of the rows
     * @param y [rows][padded n], from {@link #START} on
     * @param x element 0 of row r at {@code x[xOffset + r * xRow]}
     * @param delta [rows][padded n], from {@link #START} on; overwritten
     * @param first a multiple of {@link #lanes()}
     * @param chains [rows][ERROR_CHAINS]
     */
    void squaredErrorGradient(
            int rows,
            int n,
            float[] y,
            float[] x,
            int xOffset,
            int xRow,
            float scale,
            float[] delta,
            int first,
            float[] chains);

    /**
     * {@link #sigmoidInPlace}, {@link #squaredErrorGradient} and {@link #sigmoidGradientInPlace} in one: from the sums
     * under a sigmoid to the gradient with respect to them.
     *
     * @param n width of the rows, padded
     * @param z [rows][n], from {@link #START} on: the sums, not changed
     * @param x element 0 of row r at {@code x[xOffset + r * xRow]}
     * @param delta [rows][n], from {@link #START} on; overwritten
     * @param first a multiple of {@link #lanes()}
     * @param chains [rows][ERROR_CHAINS]
     */
    void sigmoidErrorGradient(
            int rows,
            int n,
            float[] z,
            float[] x,
            int xOffset,
            int xRow,
            float scale,
            float[] delta,
            int first,
            float[] chains);

    /**
     * Binary cross-entropy of some rows: sums of -(x ln y + (1 - x) ln(1 - y)), in nats, with logarithms of at least
     * -100 ({@link Functions#log}; as in PyTorch's {@code BCELoss}). The chains are those of {@link
     * #squaredErrorGradient}; each element first adds x ln y to its chain, then (1 - x) ln(1 - y).
     *
     * @param n real width of the rows
     * @param y [rows][padded n], from {@link #START} on: 0 to 1
     * @param x element 0 of row r at {@code x[xOffset + r * xRow]}
     * @param first a multiple of {@link #lanes()}
     * @param chains [rows][ERROR_CHAINS]
     */
    void crossEntropy(int rows, int n, float[] y, float[] x, int xOffset, int xRow, int first, float[] chains);

    /**
     * Adds some matrices in order: C is their sum.
     *
     * @param columns padded
     * @param terms element (r, j) of each at {@code [offset + r * row + j]}
     * @param c C(r, j) = {@code c[cOffset + r * cRow + j]}
     */
    void sum(int rows, int columns, float[][] terms, int offset, int row, float[] c, int cOffset, int cRow);

    /** Decay of Adam's first moment. */
    float BETA1 = 0.9f;

    /** 1 - beta1, rounded once, as in PyTorch. */
    float ONE_MINUS_BETA1 = (float) (1 - 0.9);

    /** Added to Adam's denominator. */
    float EPSILON = 1e-8f;

    /**
     * One step of Adam (Kingma and Ba, 2015; like {@code torch.optim.Adam}) on w[offset ..], n padded:
     *
     * <pre>
     * m = fma(beta1, m, fma(1 - beta1, g, flush)) - flush
     * v = fma(decayV, v, fma(restV g, g, flush)) - flush
     * w = fma(-stepSize, m / fma(sqrt(v), scaleV, epsilon), keep w)
     * </pre>
     *
     * flush is {@link Functions#MOMENT_FLUSH}.
     *
     * @param g gradient, {@code g[gOffset ..]}
     * @param stepSize learning rate / (1 - beta1<sup>t</sup>) at step t
     * @param decayV beta2
     * @param restV 1 - beta2, rounded once, as in PyTorch
     * @param scaleV 1 / sqrt(1 - beta2<sup>t</sup>) at step t
     * @param keep 1 - learning rate * weight decay (AdamW, Loshchilov and Hutter, 2019); 1 without decay
     */
    void adamInPlace(
            float[] w,
            float[] m,
            float[] v,
            int offset,
            float[] g,
            int gOffset,
            int n,
            float stepSize,
            float decayV,
            float restV,
            float scaleV,
            float keep);

    /**
     * Computes multiply-adds only, to measure the peak of this machine with these kernels; {@code hourglass bench}
     * compares with it. There are enough independent chains to hide the latency of each operation, and all operands are
     * in registers.
     *
     * @param rounds length of each chain
     * @return number of floating-point operations, two per multiply-add
     */
    long multiplyAdds(int rounds);
}
