package io.hourglass.compute;

/**
 * The few numeric primitives that training and encoding are made of. {@link ScalarKernels} is their specification, {@code
 * VectorKernels} the fast twin; both give the same bits for the same numbers, by one law: every output is one chain of operations in
 * a fixed order, and vector lanes go across outputs, never along a chain.
 *
 * <p>Widths named <i>padded</i> are multiples of {@link #lanes()}; what stands in the padding never reaches a real output.
 */
public interface Kernels {
    /** The plain kernels. */
    Kernels SCALAR = new ScalarKernels();

    /** Independent chains of a {@link #squaredError} sum; a constant, so that the order of operations is the same for any lanes. */
    int ERROR_CHAINS = 16;

    // What is too small to matter is taken as zero before it can reach the denormal numbers: processors compute with
    // those tens of
    // times slower, and the pixels that are nearly always black would fill the moments with them in a few epochs.

    /** A smaller difference between output and target counts as none: its square is far below that of one grey level, 1.5e-5. */
    float LEAST_DIFFERENCE = 1e-15f;

    /** A smaller derivative of the sigmoid counts as zero. */
    float LEAST_SLOPE = 1e-12f;

    /** A smaller gradient counts as zero: it moves a weight by less than 1e-9 of the learning rate, see {@link #EPSILON}. */
    float LEAST_GRADIENT = 1e-17f;

    /** A smaller first moment counts as zero. */
    float LEAST_MEAN = 1e-30f;

    /** A smaller second moment counts as zero: its root is far below {@link #EPSILON}. */
    float LEAST_SQUARE = 1e-37f;

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

    /** The next multiple of {@link #lanes()}. */
    default int padded(int width) {
        return (width + lanes() - 1) & -lanes();
    }

    /**
     * Distance at which rows of that width are best stored: padded to an odd number of vectors, for rows at a distance of a power of
     * two would compete for few sets of the cache.
     */
    default int stride(int width) {
        return padded(width) | lanes();
    }

    /**
     * Matrix product C = A B, or C += A B. Element (r, j) is the chain c = fma(A(r, k), B(k, j), c) over k = 0, 1, 2, ...
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

    /** {@code to[toOffset + j * toRow + i] = from[fromOffset + i * fromRow + j]} for i below rows and j below columns. */
    void transpose(
            int rows, int columns, float[] from, int fromOffset, int fromRow, float[] to, int toOffset, int toRow);

    /** {@code target[offset + i] = (pixels[from + i] & 255) / 255} for i below n, correctly rounded. */
    void pixelsToUnit(byte[] pixels, int from, float[] target, int offset, int n);

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

    /** delta *= y (1 - y), or 0 below {@link #LEAST_SLOPE}: the derivative of sigmoid in terms of its value y; n padded. */
    void sigmoidGradientInPlace(float[] y, int yOffset, float[] delta, int deltaOffset, int n);

    /**
     * Sum of (y - x)<sup>2</sup>, without differences below {@link #LEAST_DIFFERENCE}. Element i belongs to chain i modulo {@link #ERROR_CHAINS}; the chains are then added in order, in
     * double.
     *
     * @param chains room for {@link #ERROR_CHAINS} floats; overwritten
     */
    double squaredError(float[] y, int yOffset, float[] x, int xOffset, int n, float[] chains);

    /**
     * {@link #squaredError}, and its gradient by y times half a scale: delta = scale (y - x), or 0 for differences below {@link
     * #LEAST_DIFFERENCE}; zero from n up to its padded width.
     *
     * @param chains room for {@link #ERROR_CHAINS} floats; overwritten
     */
    double squaredErrorGradient(
            float[] y,
            int yOffset,
            float[] x,
            int xOffset,
            int n,
            float scale,
            float[] delta,
            int deltaOffset,
            float[] chains);

    /**
     * Binary cross-entropy: sum of -(x ln y + (1 - x) ln(1 - y)), in nats, with logarithms of -100 at least ({@link Functions#log}; as
     * PyTorch's {@code BCELoss}). The chains are those of {@link #squaredError}; an element gives its chain x ln y before (1 - x) ln(1 - y).
     *
     * @param y 0 to 1
     * @param chains room for {@link #ERROR_CHAINS} floats; overwritten
     */
    double crossEntropy(float[] y, int yOffset, float[] x, int xOffset, int n, float[] chains);

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
     * m = fma(beta1, m, (1 - beta1) g)
     * v = fma(decayV, v, restV (g g))
     * w = fma(-stepSize, m / fma(sqrt(v), scaleV, epsilon), keep w)
     * </pre>
     *
     * <p>A g below {@link #LEAST_GRADIENT}, an m below {@link #LEAST_MEAN} and a v below {@link #LEAST_SQUARE} count as zero.
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
     * Does multiply-adds and nothing else: measures what this machine can do at most with such kernels, the peak that {@code hourglass
     * bench} compares with. There are enough independent chains of them to hide the latency of each, and all their operands are in
     * registers.
     *
     * @param rounds length of each chain
     * @return how many floating-point operations were done, two a multiply-add
     */
    long multiplyAdds(int rounds);
}
