package io.hourglass.compute;

import io.hourglass.numerics.Functions;
import java.util.Arrays;

/** The specification: each primitive as the simplest loop that shows what is computed and in which order. */
final class ScalarKernels implements Kernels {
    /** Columns of C that are computed together. */
    private static final int COLUMN_BLOCK = 192;

    /** Rows of B that are copied at a time, 32 KB. */
    private static final int DEPTH_BLOCK = 32;

    /** Copies of rows of B, then of a row of C. */
    private final ThreadLocal<float[][]> scratch =
            ThreadLocal.withInitial(() -> new float[DEPTH_BLOCK + 1][COLUMN_BLOCK]);

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public int lanes() {
        return 4;
    }

    @Override
    public int panel() {
        return COLUMN_BLOCK;
    }

    @Override
    public int widestPanel() {
        return COLUMN_BLOCK;
    }

    @Override
    public void multiply(
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
            int cRow) {
        product(rows, columns, depth, accumulate, a, aOffset, aRow, 1, b, bOffset, bRow, c, cOffset, cRow);
    }

    @Override
    public void multiplyTransposed(
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
            int cRow) {
        product(rows, columns, depth, accumulate, a, aOffset, 1, aRow, b, bOffset, bRow, c, cOffset, cRow);
    }

    /** Skips nothing. */
    @Override
    public void multiplySparse(
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
            int cRow) {
        product(rows, columns, depth, false, a, aOffset, aRow, aStep, b, bOffset, bRow, c, cOffset, cRow);
    }

    /**
     * C = A B or C += A B with A(r, k) = {@code a[aOffset + r * aRow + k * aStep]}. Each element of C is a chain over k
     * = 0, 1, 2, ...; all chains of a row advance together, four k at a time.
     *
     * <p>The rows of B and C are copied to separate arrays: HotSpot's compiler generates vector instructions for loops
     * that start at the beginning of an array, but not for loops that start inside it.
     */
    private void product(
            int rows,
            int columns,
            int depth,
            boolean accumulate,
            float[] a,
            int aOffset,
            int aRow,
            int aStep,
            float[] b,
            int bOffset,
            int bRow,
            float[] c,
            int cOffset,
            int cRow) {
        float[][] blocks = scratch.get();
        float[] sum = blocks[DEPTH_BLOCK];
        for (int j = 0; j < columns; j += COLUMN_BLOCK) {
            int width = Math.min(COLUMN_BLOCK, columns - j);
            for (int from = 0; from < depth; from += DEPTH_BLOCK) {
                int n = Math.min(DEPTH_BLOCK, depth - from);
                for (int k = 0; k < n; k++) {
                    System.arraycopy(b, bOffset + (from + k) * bRow + j, blocks[k], 0, width);
                }
                for (int r = 0; r < rows; r++) {
                    int at = cOffset + r * cRow + j;
                    if (accumulate || from > 0) {
                        System.arraycopy(c, at, sum, 0, width);
                    } else {
                        Arrays.fill(sum, 0, width, 0);
                    }
                    row(width, n, a, aOffset + r * aRow + from * aStep, aStep, blocks, sum);
                    System.arraycopy(sum, 0, c, at, width);
                }
            }
        }
    }

    /** Continues the chain of each sum(j) over n rows of B. */
    private static void row(int width, int n, float[] a, int aOffset, int aStep, float[][] b, float[] sum) {
        int k = 0;
        for (; k + 4 <= n; k += 4) {
            int at = aOffset + k * aStep;
            addFour(
                    width,
                    sum,
                    a[at],
                    b[k],
                    a[at + aStep],
                    b[k + 1],
                    a[at + 2 * aStep],
                    b[k + 2],
                    a[at + 3 * aStep],
                    b[k + 3]);
        }
        for (; k < n; k++) {
            float x = a[aOffset + k * aStep];
            float[] y = b[k];
            for (int j = 0; j < width; j++) {
                sum[j] = Math.fma(x, y[j], sum[j]);
            }
        }
    }

    private static void addFour(
            int width,
            float[] sum,
            float x0,
            float[] b0,
            float x1,
            float[] b1,
            float x2,
            float[] b2,
            float x3,
            float[] b3) {
        for (int j = 0; j < width; j++) {
            sum[j] = Math.fma(x3, b3[j], Math.fma(x2, b2[j], Math.fma(x1, b1[j], Math.fma(x0, b0[j], sum[j]))));
        }
    }

    @Override
    public void nonZeros(float[] x, int offset, int n, long[] bits, int bitsOffset) {
        for (int i = 0; i < n; i += Long.SIZE) {
            long word = 0;
            for (int j = i; j < Math.min(n, i + Long.SIZE); j++) {
                int magnitude = Float.floatToRawIntBits(x[offset + j]) << 1;
                word |= (long) ((magnitude | -magnitude) >>> 31) << j; // modulo 64
            }
            bits[bitsOffset + i / Long.SIZE] = word;
        }
    }

    @Override
    public void atMost(float[] x, int offset, int n, float limit, long[] bits, int bitsOffset) {
        for (int i = 0; i < n; i += Long.SIZE) {
            long word = 0;
            for (int j = i; j < Math.min(n, i + Long.SIZE); j++) {
                word |= x[offset + j] <= limit ? 1L << j : 0; // modulo 64
            }
            bits[bitsOffset + i / Long.SIZE] = word;
        }
    }

    @Override
    public void transpose(
            int rows, int columns, float[] from, int fromOffset, int fromRow, float[] to, int toOffset, int toRow) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                to[toOffset + j * toRow + i] = from[fromOffset + i * fromRow + j];
            }
        }
    }

    @Override
    public void pixelsToUnit(byte[] pixels, int from, float[] target, int offset, int n) {
        for (int i = 0; i < n; i++) {
            target[offset + i] = (pixels[from + i] & 255) / 255f;
        }
    }

    @Override
    public boolean narrow(double[] values, int from, float[] target, int offset, int n) {
        for (int i = 0; i < n; i++) {
            target[offset + i] = (float) values[from + i];
        }
        return allFinite(target, offset, n);
    }

    @Override
    public boolean allFinite(float[] x, int offset, int n) {
        boolean finite = true;
        for (int i = 0; i < n; i++) {
            finite &= Float.isFinite(x[offset + i]);
        }
        return finite;
    }

    @Override
    public void reluInPlace(float[] x, int offset, int n) {
        for (int i = offset; i < offset + n; i++) {
            x[i] = x[i] < 0 ? 0 : x[i];
        }
    }

    @Override
    public void tanhInPlace(float[] x, int offset, int n) {
        for (int i = offset; i < offset + n; i++) {
            x[i] = Functions.tanh(x[i]);
        }
    }

    @Override
    public void sigmoidInPlace(float[] x, int offset, int n) {
        for (int i = offset; i < offset + n; i++) {
            x[i] = Functions.sigmoid(x[i]);
        }
    }

    @Override
    public void reluGradientInPlace(float[] y, int yOffset, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i++) {
            delta[deltaOffset + i] = y[yOffset + i] > 0 ? delta[deltaOffset + i] : 0;
        }
    }

    @Override
    public void tanhGradientInPlace(float[] y, int yOffset, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i++) {
            float value = y[yOffset + i];
            delta[deltaOffset + i] *= Math.fma(-value, value, 1);
        }
    }

    @Override
    public void sigmoidGradientInPlace(float[] y, int yOffset, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i++) {
            float value = y[yOffset + i];
            delta[deltaOffset + i] *= (Math.fma(-value, value, value) + Functions.SLOPE_FLUSH - Functions.SLOPE_FLUSH);
        }
    }

    @Override
    public double squaredError(float[] y, int yOffset, float[] x, int xOffset, int n, float[] chains) {
        Arrays.fill(chains, 0);
        for (int i = 0; i < n; i++) {
            float d = y[yOffset + i] - x[xOffset + i] + Functions.DIFFERENCE_FLUSH - Functions.DIFFERENCE_FLUSH;
            chains[i % ERROR_CHAINS] = Math.fma(d, d, chains[i % ERROR_CHAINS]);
        }
        double sum = 0;
        for (float chain : chains) {
            sum += chain;
        }
        return sum;
    }

    @Override
    public void squaredErrorGradient(
            int rows,
            int n,
            float[] y,
            float[] x,
            int xOffset,
            int xRow,
            float scale,
            float[] delta,
            int first,
            float[] chains) {
        int width = padded(n);
        for (int r = 0; r < rows; r++) {
            int at = START + r * width;
            for (int i = 0; i < n; i++) {
                float d =
                        y[at + i] - x[xOffset + r * xRow + i] + Functions.DIFFERENCE_FLUSH - Functions.DIFFERENCE_FLUSH;
                delta[at + i] = scale * d;
                int chain = r * ERROR_CHAINS + (first + i) % ERROR_CHAINS;
                chains[chain] = Math.fma(d, d, chains[chain]);
            }
            Arrays.fill(delta, at + n, at + width, 0);
        }
    }

    @Override
    public void sigmoidErrorGradient(
            int rows,
            int n,
            float[] z,
            float[] x,
            int xOffset,
            int xRow,
            float scale,
            float[] delta,
            int first,
            float[] chains) {
        for (int r = 0; r < rows; r++) {
            int at = START + r * n;
            for (int i = 0; i < n; i++) {
                float y = Functions.sigmoid(z[at + i]);
                float d = y - x[xOffset + r * xRow + i] + Functions.DIFFERENCE_FLUSH - Functions.DIFFERENCE_FLUSH;
                delta[at + i] = scale * d * (Math.fma(-y, y, y) + Functions.SLOPE_FLUSH - Functions.SLOPE_FLUSH);
                int chain = r * ERROR_CHAINS + (first + i) % ERROR_CHAINS;
                chains[chain] = Math.fma(d, d, chains[chain]);
            }
        }
    }

    @Override
    public void crossEntropy(int rows, int n, float[] y, float[] x, int xOffset, int xRow, int first, float[] chains) {
        int width = padded(n);
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < n; i++) {
                float value = y[START + r * width + i];
                float target = x[xOffset + r * xRow + i];
                int chain = r * ERROR_CHAINS + (first + i) % ERROR_CHAINS;
                chains[chain] = Math.fma(-target, Functions.log(value), chains[chain]);
                chains[chain] = Math.fma(target - 1, Functions.log(1 - value), chains[chain]);
            }
        }
    }

    @Override
    public void sum(int rows, int columns, float[][] terms, int offset, int row, float[] c, int cOffset, int cRow) {
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < columns; j++) {
                float sum = terms[0][offset + r * row + j];
                for (int t = 1; t < terms.length; t++) {
                    sum += terms[t][offset + r * row + j];
                }
                c[cOffset + r * cRow + j] = sum;
            }
        }
    }

    @Override
    public void adamInPlace(
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
            float keep) {
        for (int i = 0; i < n; i++) {
            float gradient = g[gOffset + i];
            float mean = Math.fma(BETA1, m[offset + i], Math.fma(ONE_MINUS_BETA1, gradient, Functions.MOMENT_FLUSH))
                    - Functions.MOMENT_FLUSH;
            float square = Math.fma(decayV, v[offset + i], Math.fma(restV * gradient, gradient, Functions.MOMENT_FLUSH))
                    - Functions.MOMENT_FLUSH;
            m[offset + i] = mean;
            v[offset + i] = square;
            float denominator = Math.fma((float) Math.sqrt(square), scaleV, EPSILON);
            w[offset + i] = Math.fma(-stepSize, mean / denominator, keep * w[offset + i]);
        }
    }

    @Override
    public long multiplyAdds(int rounds) {
        float x = 0.5f;
        float c0 = 0;
        float c1 = 1;
        float c2 = 2;
        float c3 = 3;
        float c4 = 4;
        float c5 = 5;
        float c6 = 6;
        float c7 = 7;
        float c8 = 8;
        float c9 = 9;
        float c10 = 10;
        float c11 = 11;
        float c12 = 12;
        float c13 = 13;
        for (int i = 0; i < rounds; i++) {
            c0 = Math.fma(c0, x, x);
            c1 = Math.fma(c1, x, x);
            c2 = Math.fma(c2, x, x);
            c3 = Math.fma(c3, x, x);
            c4 = Math.fma(c4, x, x);
            c5 = Math.fma(c5, x, x);
            c6 = Math.fma(c6, x, x);
            c7 = Math.fma(c7, x, x);
            c8 = Math.fma(c8, x, x);
            c9 = Math.fma(c9, x, x);
            c10 = Math.fma(c10, x, x);
            c11 = Math.fma(c11, x, x);
            c12 = Math.fma(c12, x, x);
            c13 = Math.fma(c13, x, x);
        }
        float sum = c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11 + c12 + c13;
        // Always true, but the compiler does not know that and cannot remove the computation.
        return sum > 0 ? 2L * 14 * rounds : 0;
    }
}
