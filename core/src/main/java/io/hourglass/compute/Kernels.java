package io.hourglass.compute;

/**
 * The few numeric primitives that training and encoding are made of. {@link ScalarKernels} is their specification,
 * {@code VectorKernels} the fast twin; both give the same bits for the same numbers, by one law: every output is one
 * chain of operations in a fixed order, and vector lanes go across outputs, never along a chain.
 *
 * <p>Widths named <i>padded</i> are multiples of {@link #lanes()}; what stands in the padding never reaches a real
 * output.
 */
public interface Kernels {
    /** The plain kernels. */
    Kernels SCALAR = new ScalarKernels();

    /**
     * Where a matrix best begins in its array. Before element 0 stand the 16 bytes of the array's header: where objects
     * lie at multiples of 64 bytes, as with {@code -XX:ObjectAlignmentInBytes=64}, this element begins a cache line,
     * and no vector lies across two. Elsewhere it is as good as any other.
     */
    int START = 12;

    /**
     * Independent chains of a {@link #squaredError} sum; a constant, so that the order of operations is the same for
     * any lanes.
     */
    int ERROR_CHAINS = 16;

    // What is too small to matter is rounded away before it can reach the denormal numbers: processors compute with
    // those tens of
    // times slower, and the pixels that are nearly always black would fill the moments with them in a few epochs.
    // Adding a small
    // number and taking it off again rounds to multiples of its last digit, and leaves what is much larger as it is.

    /** For differences between output and target: rounds to multiples of 1e-18. One grey level is 4e-3. */
    float DIFFERENCE_GRAIN = 1e-11f;

    /** For derivatives of the sigmoid: rounds to multiples of 1e-16. */
    float SLOPE_GRAIN = 1e-9f;

    /**
     * Added to the moments of {@link #adamInPlace} in their sum and taken off again, which rounds them to multiples of
     * 8e-28: they end there, not among the denormal numbers. Moments of that size do nothing beside {@link #EPSILON}.
     */
    float MOMENT_GRAIN = 1e-20f;

    /**
     * The kernels of this process: the widest vectors the machine has, or those that {@code -Dhourglass.kernels} names.
     *
     * @throws IllegalStateException if the named ones cannot run here: a forced choice never falls back
     */
    static Kernels best() {
        return KernelChoice.best();
    }

    /** {@code scalar}, {@code vector-128}, {@code vector-256} or {@code vector-512}. */
    String name();

    /** Padding unit: number of floats of a vector; a power of two from 4 to 16. */
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
     * Distance at which rows of that width are best stored: padded to an odd number of vectors, for rows at a distance
     * of a power of two would compete for few sets of the cache.
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
     * @param accumulate whether the chain starts from what stands in C rather than from zero
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
     * {@link #multiply}, not accumulating, for an A of which much is zero. Where A(r, k) is zero the term may be left
     * out, as a product of zero changes no chain: that needs a finite B.
     *
     * @param bits which k of row r may not be left out: bit k modulo 64 of {@code bits[bitsOffset + r * bitsRow + k /
     *     64]}. Beyond the depth, none is set
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
     * Which numbers are not zero: bit i modulo 64 of {@code bits[bitsOffset + i / 64]} for x[offset + i], i below n.
     * Those of the last word beyond n become 0.
     */
    void nonZeros(float[] x, int offset, int n, long[] bits, int bitsOffset);

    /** The same for numbers of at most a limit, which may be infinite; x is finite. */
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
     * @return whether these floats are all finite: no value is NaN, infinite or beyond the range of floats
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

    /** delta *= (y &gt; 0 ? 1 : 0): the derivative of relu in terms of its value y; n padded. */
    void reluGradientInPlace(float[] y, int yOffset, float[] delta, int deltaOffset, int n);

    /** delta *= 1 - y y: the derivative of tanh in terms of its value y; n padded. */
    void tanhGradientInPlace(float[] y, int yOffset, float[] delta, int deltaOffset, int n);

    /**
     * delta *= (y (1 - y) + grain) - grain: the derivative of sigmoid in terms of its value y, with {@link
     * #SLOPE_GRAIN}; n padded.
     */
    void sigmoidGradientInPlace(float[] y, int yOffset, float[] delta, int deltaOffset, int n);

    /**
     * Sum of d<sup>2</sup> with d = ((y - x) + grain) - grain and {@link #DIFFERENCE_GRAIN}. Element i belongs to chain
     * i modulo {@link #ERROR_CHAINS}; the chains are then added in order, in double.
     *
     * @param chains room for {@link #ERROR_CHAINS} floats; overwritten
     */
    double squaredError(float[] y, int yOffset, float[] x, int xOffset, int n, float[] chains);

    /**
     * {@link #squaredError} of some rows and its gradient by y times half a scale: delta = scale d; zero from n up to
     * its padded width. Element i of a row goes on with the chain (first + i) modulo {@link #ERROR_CHAINS} of that row.
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
     * under a sigmoid to the gradient by them.
     *
     * @param n width of the rows, padded
     * @param z [rows][n], from {@link #START} on: the sums; left as they are
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
     * Binary cross-entropy of some rows: sums of -(x ln y + (1 - x) ln(1 - y)), in nats, with logarithms of -100 at
     * least ({@link Functions#log}; as PyTorch's {@code BCELoss}). The chains are those of {@link
     * #squaredErrorGradient}; an element gives its chain x ln y before (1 - x) ln(1 - y).
     *
     * @param n real width of the rows
     * @param y [rows][padded n], from {@link #START} on: 0 to 1
     * @param x element 0 of row r at {@code x[xOffset + r * xRow]}
     * @param first a multiple of {@link #lanes()}
     * @param chains [rows][ERROR_CHAINS]
     */
    void crossEntropy(int rows, int n, float[] y, float[] x, int xOffset, int xRow, int first, float[] chains);

    /**
     * C = the sum of some matrices, added in order.
     *
     * @param columns padded
     * @param terms element (r, j) of each at {@code [offset + r * row + j]}
     * @param c C(r, j) = {@code c[cOffset + r * cRow + j]}
     */
    void sum(int rows, int columns, float[][] terms, int offset, int row, float[] c, int cOffset, int cRow);

    /** Adam's decay of the first moment. */
    float BETA1 = 0.9f;

    /** 1 - beta1, rounded once, as PyTorch does. */
    float ONE_MINUS_BETA1 = (float) (1 - 0.9);

    /** Added to Adam's denominator. */
    float EPSILON = 1e-8f;

    /**
     * One step of Adam (Kingma and Ba, 2015; as {@code torch.optim.Adam}) on w[offset ..], n padded:
     *
     * <pre>
     * m = fma(beta1, m, fma(1 - beta1, g, grain)) - grain
     * v = fma(decayV, v, fma(restV g, g, grain)) - grain
     * w = fma(-stepSize, m / fma(sqrt(v), scaleV, epsilon), keep w)
     * </pre>
     *
     * with {@link #MOMENT_GRAIN} for the grain.
     *
     * @param g gradient, {@code g[gOffset ..]}
     * @param stepSize learning rate / (1 - beta1<sup>t</sup>) at step t
     * @param decayV beta2
     * @param restV 1 - beta2, rounded once, as PyTorch does
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
     * Does multiply-adds and nothing else: measures what this machine can do at most with such kernels, the peak that
     * {@code hourglass bench} compares with. There are enough independent chains of them to hide the latency of each,
     * and all their operands are in registers.
     *
     * @param rounds length of each chain
     * @return how many floating-point operations were done, two a multiply-add
     */
    long multiplyAdds(int rounds);
}
