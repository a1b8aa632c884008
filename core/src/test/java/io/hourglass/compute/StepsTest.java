package io.hourglass.compute;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Steps of the optimisers. */
@EachKernels
class StepsTest extends BitForBit {
    @Test
    void adam() {
        for (int size : SIZES) {
            int n = BEST.padded(size);
            for (int round = 0; round < 8; round++) {
                int offset = random.nextInt(20);
                int gOffset = random.nextInt(20);
                float[][] wmv = {ordinary(offset + n + 20), ordinary(offset + n + 20), ordinary(offset + n + 20)};
                for (int i = 0; i < wmv[2].length; i++) {
                    wmv[2][i] *= wmv[2][i];
                }
                float[] g = round < 4 ? ordinary(gOffset + n) : mixed(gOffset + n);
                double rate = 0.005;
                double beta2 = round % 3 == 0 ? 0.99 : 0.999;
                double weightDecay = round % 2 == 0 ? 0 : 0.1;
                float stepSize = (float) (rate / (1 - StrictMath.pow(0.9, round + 1)));
                float decay = (float) beta2;
                float rest = (float) (1 - beta2);
                float scale = (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, round + 1)));
                float keep = (float) (1 - rate * weightDecay);
                float[][] expected = {wmv[0].clone(), wmv[1].clone(), wmv[2].clone()};
                for (int i = 0; i < n; i++) {
                    int at = offset + i;
                    float gradient = g[gOffset + i];
                    float m = Math.fma(0.9f, wmv[1][at], Math.fma(0.1f, gradient, 1e-20f)) - 1e-20f;
                    float v = Math.fma(decay, wmv[2][at], Math.fma(rest * gradient, gradient, 1e-20f)) - 1e-20f;
                    float root = (float) Math.sqrt(v);
                    expected[0][at] = Math.fma(-stepSize, m / Math.fma(root, scale, 1e-8f), keep * wmv[0][at]);
                    expected[1][at] = m;
                    expected[2][at] = v;
                }
                AdamStep step = new AdamStep();
                step.set(round + 1, rate, beta2, weightDecay);
                for (Kernels kernels : BOTH) {
                    float[][] actual = {wmv[0].clone(), wmv[1].clone(), wmv[2].clone()};
                    kernels.adamInPlace(step, actual[0], actual[1], actual[2], offset, g, gOffset, n);
                    for (int i = 0; i < 3; i++) {
                        assertSame(expected[i], actual[i], kernels.name() + " " + "wmv".charAt(i) + " n " + n);
                    }
                }
            }
        }
    }

    @Test
    void sgd() {
        for (int size : SIZES) {
            int n = BEST.padded(size);
            for (int round = 0; round < 8; round++) {
                int offset = random.nextInt(20);
                int gOffset = random.nextInt(20);
                float[] w = ordinary(offset + n + 20);
                float[] v = ordinary(offset + n + 20);
                float[] g = round < 4 ? ordinary(gOffset + n) : mixed(gOffset + n);
                float momentum = round % 2 == 0 ? 0 : 0.9f;
                float weightDecay = round < 2 ? 0 : 0.01f;
                boolean nesterov = round % 4 == 3;
                float[] expectedW = w.clone();
                float[] expectedV = v.clone();
                for (int i = 0; i < n; i++) {
                    int at = offset + i;
                    float gradient = Math.fma(weightDecay, w[at], g[gOffset + i]);
                    float velocity = Math.fma(momentum, v[at], gradient + 1e-20f) - 1e-20f;
                    float direction = nesterov ? Math.fma(momentum, velocity, gradient) : velocity;
                    expectedW[at] = Math.fma(-0.05f, direction, w[at]);
                    expectedV[at] = velocity;
                }
                SgdStep step = new SgdStep();
                step.set(0.05, momentum, weightDecay, nesterov);
                for (Kernels kernels : BOTH) {
                    float[] actualW = w.clone();
                    float[] actualV = v.clone();
                    kernels.sgdInPlace(step, actualW, actualV, offset, g, gOffset, n);
                    assertSame(expectedW, actualW, kernels.name() + " w n " + n);
                    assertSame(expectedV, actualV, kernels.name() + " v n " + n);
                }
            }
        }
    }

    /** Moments and velocities that decay become zero but never subnormal, which would be tens of times slower. */
    @Test
    void momentsStayNormal() {
        for (Kernels kernels : BOTH) {
            int n = kernels.lanes();
            float[] m = filled(n, -1e-3f);
            float[] v = filled(n, 1e-6f);
            float[] velocity = filled(n, -1e-3f);
            AdamStep adam = new AdamStep();
            SgdStep sgd = new SgdStep();
            sgd.set(1e-3, 0.9, 0, false);
            for (int t = 1; t <= 60_000; t++) {
                adam.set(t, 1e-3, 0.999, 0);
                kernels.adamInPlace(adam, filled(n, 1), m, v, 0, new float[n], 0, n);
                kernels.sgdInPlace(sgd, filled(n, 1), velocity, 0, new float[n], 0, n);
                if (tiny(m[0]) || tiny(v[0]) || tiny(velocity[0])) {
                    throw new AssertionError(
                            kernels.name() + ": moments of " + m[0] + ", " + v[0] + " and " + velocity[0]);
                }
            }
            assertThat(m[0]).isBetween(-1e-26f, 0f);
            assertThat(v[0]).isBetween(0f, 1e-24f);
            assertThat(velocity[0]).isBetween(-1e-26f, 0f);
        }
    }

    private static boolean tiny(float x) {
        return x != 0 && Math.abs(x) < 1e-28f;
    }
}
