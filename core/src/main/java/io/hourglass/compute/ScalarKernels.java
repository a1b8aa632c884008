package io.hourglass.compute;

/** The specification: each primitive as the plainest loop that says what is computed and in which order. */
final class ScalarKernels implements Kernels {
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
        return 64;
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
        for (int r = 0; r < rows; r++) {
            chains(columns, depth, accumulate, a, aOffset + r * aRow, 1, b, bOffset, bRow, c, cOffset + r * cRow);
        }
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
        for (int r = 0; r < rows; r++) {
            chains(columns, depth, accumulate, a, aOffset + r, aRow, b, bOffset, bRow, c, cOffset + r * cRow);
        }
    }

    /** One row of C: each element's chain over k, all elements advancing together. */
    private static void chains(
            int columns,
            int depth,
            boolean accumulate,
            float[] a,
            int aOffset,
            int aStep,
            float[] b,
            int bOffset,
            int bRow,
            float[] c,
            int cOffset) {
        if (!accumulate) {
            java.util.Arrays.fill(c, cOffset, cOffset + columns, 0);
        }
        for (int k = 0; k < depth; k++) {
            float x = a[aOffset + k * aStep];
            int row = bOffset + k * bRow;
            for (int j = 0; j < columns; j++) {
                c[cOffset + j] = Math.fma(x, b[row + j], c[cOffset + j]);
            }
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
            delta[deltaOffset + i] *= unlessBelow(LEAST_SLOPE, Math.fma(-value, value, value));
        }
    }

    @Override
    public double squaredError(float[] y, int yOffset, float[] x, int xOffset, int n, float[] chains) {
        java.util.Arrays.fill(chains, 0);
        for (int i = 0; i < n; i++) {
            float d = unlessBelow(LEAST_DIFFERENCE, y[yOffset + i] - x[xOffset + i]);
            chains[i % ERROR_CHAINS] = Math.fma(d, d, chains[i % ERROR_CHAINS]);
        }
        double sum = 0;
        for (float chain : chains) {
            sum += chain;
        }
        return sum;
    }

    @Override
    public void difference(
            float[] y, int yOffset, float[] x, int xOffset, float scale, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i++) {
            delta[deltaOffset + i] = scale * unlessBelow(LEAST_DIFFERENCE, y[yOffset + i] - x[xOffset + i]);
        }
        java.util.Arrays.fill(delta, deltaOffset + n, deltaOffset + padded(n), 0);
    }

    @Override
    public void adamInPlace(
            float[] w, float[] m, float[] v, int offset, float[] g, int gOffset, int n, float stepSize, float scaleV) {
        for (int i = 0; i < n; i++) {
            float gradient = unlessBelow(LEAST_GRADIENT, g[gOffset + i]);
            float mean = unlessBelow(LEAST_MEAN, Math.fma(BETA1, m[offset + i], ONE_MINUS_BETA1 * gradient));
            float square =
                    unlessBelow(LEAST_SQUARE, Math.fma(BETA2, v[offset + i], ONE_MINUS_BETA2 * (gradient * gradient)));
            m[offset + i] = mean;
            v[offset + i] = square;
            float denominator = Math.fma((float) Math.sqrt(square), scaleV, EPSILON);
            w[offset + i] = Math.fma(-stepSize, mean / denominator, w[offset + i]);
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
        // Always so, which the compiler does not know: it would leave out what nobody asks for.
        return sum > 0 ? 2L * 14 * rounds : 0;
    }

    private static float unlessBelow(float least, float x) {
        return Math.abs(x) < least ? 0 : x;
    }
}
