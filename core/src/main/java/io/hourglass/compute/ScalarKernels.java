package io.hourglass.compute;

import static io.hourglass.numerics.Functions.MOMENT_FLUSH;

import io.hourglass.nn.Activation;
import io.hourglass.nn.Loss;
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

    private final int lanes;

    /** @param lanes the unit of padding: 4, or that of the vector kernels whose data they are to compute with */
    ScalarKernels(int lanes) {
        this.lanes = lanes;
    }

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public int lanes() {
        return lanes;
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
    public void multiply(Matrix a, Matrix b, Matrix c, boolean accumulate) {
        product(a, a.stride(), 1, b, c, accumulate);
    }

    @Override
    public void multiplyTransposed(Matrix a, Matrix b, Matrix c, boolean accumulate) {
        product(a, 1, a.stride(), b, c, accumulate);
    }

    /** Skips nothing. */
    @Override
    public void multiplySparse(Bits bits, Matrix a, boolean transposed, Matrix b, Matrix c) {
        product(a, transposed ? 1 : a.stride(), transposed ? a.stride() : 1, b, c, false);
    }

    /**
     * C = A B or C += A B with A(r, k) = {@code a.data[a.offset + r * aRow + k * aStep]}. Each element of C is a chain
     * over k in order. The blocks serve speed only: the compiler makes vector instructions of {@link #addFour} for
     * loops that start at the beginning of an array, but not for loops that start inside it.
     */
    private void product(Matrix a, int aRow, int aStep, Matrix b, Matrix c, boolean accumulate) {
        float[][] blocks = scratch.get();
        float[] sum = blocks[DEPTH_BLOCK];
        for (int j = 0; j < c.columns(); j += COLUMN_BLOCK) {
            int width = Math.min(COLUMN_BLOCK, c.columns() - j);
            for (int from = 0; from < b.rows(); from += DEPTH_BLOCK) {
                int n = Math.min(DEPTH_BLOCK, b.rows() - from);
                for (int k = 0; k < n; k++) {
                    System.arraycopy(b.data(), b.offset() + (from + k) * b.stride() + j, blocks[k], 0, width);
                }
                for (int r = 0; r < c.rows(); r++) {
                    int at = c.offset() + r * c.stride() + j;
                    if (accumulate || from > 0) {
                        System.arraycopy(c.data(), at, sum, 0, width);
                    } else {
                        Arrays.fill(sum, 0, width, 0);
                    }
                    row(width, n, a.data(), a.offset() + r * aRow + from * aStep, aStep, blocks, sum);
                    System.arraycopy(sum, 0, c.data(), at, width);
                }
            }
        }
    }

    /** Continues the chain of each sum(j) over n rows of B. */
    private static void row(int width, int n, float[] a, int offset, int step, float[][] b, float[] sum) {
        int k = 0;
        for (; k + 4 <= n; k += 4) {
            addFour(width, a, offset + k * step, step, b, k, sum);
        }
        for (; k < n; k++) {
            float x = a[offset + k * step];
            float[] y = b[k];
            for (int j = 0; j < width; j++) {
                sum[j] = Math.fma(x, y[j], sum[j]);
            }
        }
    }

    private static void addFour(int width, float[] a, int offset, int step, float[][] b, int k, float[] sum) {
        float x0 = a[offset];
        float x1 = a[offset + step];
        float x2 = a[offset + 2 * step];
        float x3 = a[offset + 3 * step];
        float[] b0 = b[k];
        float[] b1 = b[k + 1];
        float[] b2 = b[k + 2];
        float[] b3 = b[k + 3];
        for (int j = 0; j < width; j++) {
            sum[j] = Math.fma(x3, b3[j], Math.fma(x2, b2[j], Math.fma(x1, b1[j], Math.fma(x0, b0[j], sum[j]))));
        }
    }

    @Override
    public void transpose(Matrix from, Matrix to) {
        for (int i = 0; i < from.rows(); i++) {
            for (int j = 0; j < from.columns(); j++) {
                to.data()[to.offset() + j * to.stride() + i] = from.data()[from.offset() + i * from.stride() + j];
            }
        }
    }

    @Override
    public void copy(Runs runs, float[] from, int fromOffset, float[] to, int toOffset) {
        for (int l = 0; l < runs.sources().length; l++) {
            for (int r = 0; r < runs.count(); r++) {
                int source = fromOffset + runs.sources()[l] + r * runs.sourceStep();
                int target = toOffset + runs.targets()[l] + r * runs.targetStep();
                for (int i = 0; i < runs.length(); i++) {
                    to[target + i] = from[source + i];
                }
            }
        }
    }

    @Override
    public void sum(float[][] terms, int offset, int stride, Matrix c) {
        for (int r = 0; r < c.rows(); r++) {
            for (int j = 0; j < c.columns(); j++) {
                int at = offset + r * stride + j;
                float sum = terms[0][at];
                for (int t = 1; t < terms.length; t++) {
                    sum += terms[t][at];
                }
                c.data()[c.offset() + r * c.stride() + j] = sum;
            }
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
    public void activateInPlace(Activation f, float[] x, int offset, int n) {
        for (int i = offset; i < offset + n; i++) {
            x[i] = f.value(x[i]);
        }
    }

    @Override
    public void activationGradientInPlace(Activation f, float[] v, int vOffset, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i++) {
            delta[deltaOffset + i] = f.gradient(v[vOffset + i], delta[deltaOffset + i]);
        }
    }

    @Override
    public double squaredError(float[] y, int yOffset, float[] x, int xOffset, int n, float[] chains) {
        Arrays.fill(chains, 0);
        for (int i = 0; i < n; i++) {
            int chain = i % ERROR_CHAINS;
            chains[chain] = Loss.MSE.addTo(chains[chain], y[yOffset + i], x[xOffset + i]);
        }
        double sum = 0;
        for (float chain : chains) {
            sum += chain;
        }
        return sum;
    }

    @Override
    public void sigmoidErrorGradient(Matrix z, Matrix x, float scale, Matrix delta, int first, float[] chains) {
        for (int r = 0; r < z.rows(); r++) {
            for (int i = 0; i < z.columns(); i++) {
                float y = Activation.SIGMOID.value(z.data()[z.offset() + r * z.stride() + i]);
                float target = x.data()[x.offset() + r * x.stride() + i];
                float gradient = Loss.MSE.gradient(y, target, scale);
                delta.data()[delta.offset() + r * delta.stride() + i] = Activation.SIGMOID.gradient(y, gradient);
                int chain = r * ERROR_CHAINS + (first + i) % ERROR_CHAINS;
                chains[chain] = Loss.MSE.addTo(chains[chain], y, target);
            }
        }
    }

    @Override
    public void lossGradient(Loss loss, Matrix y, Matrix x, float scale, Matrix delta, int first, float[] chains) {
        for (int r = 0; r < y.rows(); r++) {
            int at = delta.offset() + r * delta.stride();
            for (int i = 0; i < y.columns(); i++) {
                float value = y.data()[y.offset() + r * y.stride() + i];
                float target = x.data()[x.offset() + r * x.stride() + i];
                delta.data()[at + i] = loss.gradient(value, target, scale);
                int chain = r * ERROR_CHAINS + (first + i) % ERROR_CHAINS;
                chains[chain] = loss.addTo(chains[chain], value, target);
            }
            Arrays.fill(delta.data(), at + y.columns(), at + padded(y.columns()), 0);
        }
    }

    @Override
    public void adamInPlace(AdamStep step, float[] w, float[] m, float[] v, int offset, float[] g, int gOffset, int n) {
        for (int i = 0; i < n; i++) {
            int at = offset + i;
            float gradient = g[gOffset + i];
            m[at] = Math.fma(AdamStep.BETA1, m[at], Math.fma(AdamStep.ONE_MINUS_BETA1, gradient, MOMENT_FLUSH))
                    - MOMENT_FLUSH;
            v[at] = Math.fma(step.decayV, v[at], Math.fma(step.restV * gradient, gradient, MOMENT_FLUSH))
                    - MOMENT_FLUSH;
            float denominator = Math.fma((float) Math.sqrt(v[at]), step.scaleV, AdamStep.EPSILON);
            w[at] = Math.fma(-step.stepSize, m[at] / denominator, step.keep * w[at]);
        }
    }

    @Override
    public void sgdInPlace(SgdStep step, float[] w, float[] v, int offset, float[] g, int gOffset, int n) {
        for (int i = 0; i < n; i++) {
            int at = offset + i;
            float gradient = Math.fma(step.weightDecay, w[at], g[gOffset + i]);
            v[at] = Math.fma(step.momentum, v[at], gradient + MOMENT_FLUSH) - MOMENT_FLUSH;
            float direction = step.nesterov ? Math.fma(step.momentum, v[at], gradient) : v[at];
            w[at] = Math.fma(-step.rate, direction, w[at]);
        }
    }
}
