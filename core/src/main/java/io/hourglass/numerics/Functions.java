package io.hourglass.numerics;

/**
 * exp, tanh, sigmoid, log and the normal distribution in float arithmetic. They use only fused multiply-adds and
 * correctly rounded divisions, in one order, so that the vector kernels can repeat each operation. The largest errors,
 * compared with {@link StrictMath} over all floats, are 1.02 ulp for exp, 0.87 ulp for exp - 1, 2.50 ulp for tanh and
 * 2.41 ulp for sigmoid; for log over (0, 1] it is 0.83 ulp, for the normal distribution function from -13 on 8.21 ulp,
 * and for its density from -13 to 13 it is 2.77 ulp. exp, exp - 1, tanh and log are monotone. sigmoid is monotone
 * except for decreases by one ulp between adjacent floats in [-1.9444, -0.6931]. {@code FunctionsTest} checks all this.
 */
public final class Functions {
    // Flush to zero: values that are too small to matter are rounded away before they become subnormal. Processors
    // compute with subnormal numbers tens of times slower, and pixels that are nearly always black would fill the
    // moments with them within a few epochs. Adding a small number and subtracting it again rounds to multiples of the
    // unit in its last place, and leaves much larger numbers unchanged.

    /** For differences between output and target: rounds to multiples of 1e-18. One grey level is 4e-3. */
    public static final float DIFFERENCE_FLUSH = 1e-11f;

    /** For derivatives of the sigmoid: rounds to multiples of 1e-16. */
    public static final float SLOPE_FLUSH = 1e-9f;

    /**
     * For what an optimiser remembers of earlier gradients: rounds to multiples of 8e-28, so that it becomes zero
     * instead of subnormal. Moments of that size have no effect next to Adam's epsilon.
     */
    public static final float MOMENT_FLUSH = 1e-20f;

    public static final float LOG2_E = 1.44269504f;

    /** ln 2 in two parts: multiples of the first by a small integer are exact (Cody and Waite). */
    public static final float LN2_HIGH = 0.693359375f;

    public static final float LN2_LOW = -2.12194440e-4f;

    /** Adding and subtracting 1.5 * 2^23 rounds a small float to the nearest integer, ties to even. */
    public static final float ROUND = 12582912f;

    /** For larger x, e^-x is zero in float: it is below half the smallest subnormal. */
    public static final float EXP_ZERO = 104f;

    /** Down to e^-EXP_NORMAL, the power of two is a normal float. */
    public static final float EXP_NORMAL = 87f;

    /** The bits of 1. */
    public static final int ONE_BITS = 0x3f800000;

    /** Coefficients of (e^r - 1 - r) / r^2 on |r| up to ln 2 / 2 (Cephes expf, S. Moshier), highest power first. */
    public static final float E7 = 1.9875691500e-4f;

    public static final float E6 = 1.3981999507e-3f;
    public static final float E5 = 8.3334519073e-3f;
    public static final float E4 = 4.1665795894e-2f;
    public static final float E3 = 1.6666665459e-1f;
    public static final float E2 = 5.0000001201e-1f;

    /** The bits of sqrt(1/2): {@link #log} splits its argument into m 2^e with m from sqrt(1/2) to sqrt(2). */
    public static final int ROOT_HALF_BITS = 0x3f3504f3;

    /**
     * The logarithm of all numbers below the smallest normal float, and the lowest result: PyTorch's limit in BCELoss.
     */
    public static final float LOG_LEAST = -100f;

    /**
     * Coefficients of (log(1 + f) - f + f^2 / 2) / f^3 for m = 1 + f (Cephes logf, S. Moshier), highest power first.
     */
    public static final float L11 = 7.0376836292e-2f;

    public static final float L10 = -1.1514610310e-1f;
    public static final float L9 = 1.1676998740e-1f;
    public static final float L8 = -1.2420140846e-1f;
    public static final float L7 = 1.4249322787e-1f;
    public static final float L6 = -1.6668057665e-1f;
    public static final float L5 = 2.0000714765e-1f;
    public static final float L4 = -2.4999993993e-1f;
    public static final float L3 = 3.3333331174e-1f;

    /** e^(-x x / 2) counts as zero for larger |x|, where it would soon become subnormal. */
    public static final float BELL_END = 13.19f;

    public static final float ONE_OVER_ROOT_2_PI = 0.39894228f;

    /**
     * For the normal distribution: with t = 1 / (1 + TAIL x) and u = 1 - t, the probability of a value above x is
     * e^(-x x / 2) t (1 / 2 + T1 u + T2 u^2 + ... + T8 u^8) for x from 0 to {@link #BELL_END}, within 2e-8 of
     * itself (our own minimax fit).
     */
    public static final float TAIL = 0.3425f;

    public static final float T8 = -0.027645374f;
    public static final float T7 = 0.076890975f;
    public static final float T6 = -0.040031563f;
    public static final float T5 = -0.024967711f;
    public static final float T4 = -0.074301824f;
    public static final float T3 = 0.08992384f;
    public static final float T2 = 0.30154416f;
    public static final float T1 = -0.6647942f;

    private Functions() {}

    /**
     * e<sup>-a</sup>.
     *
     * @param a 0 to infinity, or NaN
     * @return 0 to 1, including subnormals; NaN for NaN; within 1.02 ulp
     */
    public static float expNegative(float a) {
        if (a > EXP_ZERO) {
            return 0;
        }
        float shifted = Math.fma(-a, LOG2_E, ROUND);
        float n = shifted - ROUND;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, -a));
        float p = Math.fma(E7, r, E6);
        p = Math.fma(p, r, E5);
        p = Math.fma(p, r, E4);
        p = Math.fma(p, r, E3);
        p = Math.fma(p, r, E2);
        p = Math.fma(p, r * r, r) + 1;
        int power = Float.floatToRawIntBits(shifted) - Float.floatToRawIntBits(ROUND);
        if (a <= EXP_NORMAL) {
            return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (power << 23)); // p 2^n
        }
        // 2^n in two factors, because n can be as low as -150, below the exponents of normal floats.
        int half = power >> 1;
        return p * Float.intBitsToFloat((half + 127) << 23) * Float.intBitsToFloat((power - half + 127) << 23);
    }

    /**
     * Probabilities from the sums of a category's values: p<sub>i</sub> = e<sup>x<sub>i</sub> - m</sup> / (the sum of
     * all e<sup>x<sub>j</sub> - m</sup>), where m is the largest x, so that nothing overflows. The sum is one chain of
     * additions in double. Each p is within 1e-7 of the exact probability.
     *
     * @param x the sums are {@code x[from ..]}
     * @param from index of the first
     * @param n how many, 1 or more
     * @param p receives the probabilities at {@code p[at ..]}, NaN if a sum is NaN or infinite; may be the array x if
     *     {@code at} is {@code from}
     * @param at index of the first
     */
    public static void softmax(float[] x, int from, int n, float[] p, int at) {
        float largest = x[from];
        for (int i = 1; i < n; i++) {
            largest = Math.max(largest, x[from + i]);
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            p[at + i] = expNegative(largest - x[from + i]);
            sum += p[at + i];
        }
        for (int i = 0; i < n; i++) {
            p[at + i] = (float) (p[at + i] / sum);
        }
    }

    /** {@return 1 / (1 + e<sup>-x</sup>): 0 to 1; NaN for NaN; within 2.41 ulp} */
    public static float sigmoid(float x) {
        float e = expNegative(Math.abs(x));
        return (x < 0 ? e : 1) / (1 + e);
    }

    /** {@return tanh x: -1 to 1; NaN for NaN; within 2.50 ulp; monotone} */
    public static float tanh(float x) {
        float d = expMinusOne(-2 * Math.abs(x)); // |tanh x| is -d / (d + 2)
        return Float.isNaN(x) ? x : Math.copySign(d / (d + 2), x);
    }

    /**
     * e<sup>x</sup> - 1 for x of at most 0. Near 0, it is computed exactly enough as 2^n (e^r - 1) + (2^n - 1).
     *
     * @param x minus infinity to 0, or NaN
     * @return -1 to 0; NaN for NaN; within 0.87 ulp, also near 0; monotone
     */
    public static float expMinusOne(float x) {
        if (!(x >= -EXP_NORMAL)) {
            return Float.isNaN(x) ? x : -1;
        }
        float shifted = Math.fma(x, LOG2_E, ROUND);
        float n = shifted - ROUND;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
        float p = Math.fma(E7, r, E6);
        p = Math.fma(p, r, E5);
        p = Math.fma(p, r, E4);
        p = Math.fma(p, r, E3);
        p = Math.fma(p, r, E2);
        p = Math.fma(p, r * r, r);
        int power = Float.floatToRawIntBits(shifted) - Float.floatToRawIntBits(ROUND);
        float two = Float.intBitsToFloat(ONE_BITS + (power << 23));
        return Math.fma(two, p, two - 1);
    }

    /**
     * ln x, except that 0 and the subnormal numbers give {@link #LOG_LEAST}.
     *
     * @param x 0 to 1, or NaN
     * @return -100 to 0; NaN for NaN
     */
    public static float log(float x) {
        if (x < Float.MIN_NORMAL) {
            return LOG_LEAST;
        }
        if (Float.isNaN(x)) {
            return x;
        }
        int bits = Float.floatToRawIntBits(x);
        int exponent = (bits - ROOT_HALF_BITS) >> 23;
        float f = Float.intBitsToFloat(bits - (exponent << 23)) - 1;
        float e = exponent;
        float p = Math.fma(L11, f, L10);
        p = Math.fma(p, f, L9);
        p = Math.fma(p, f, L8);
        p = Math.fma(p, f, L7);
        p = Math.fma(p, f, L6);
        p = Math.fma(p, f, L5);
        p = Math.fma(p, f, L4);
        p = Math.fma(p, f, L3);
        float square = f * f;
        float rest = Math.fma(e, LN2_LOW, p * f * square);
        return Math.fma(e, LN2_HIGH, Math.fma(-0.5f, square, rest) + f);
    }

    /**
     * {@return the standard normal distribution function, the probability of a value below x: 0 below -13.19, 1/2 for
     * 0; NaN for NaN; within 8.21 ulp from -13 on}
     */
    public static float normalCdf(float x) {
        float t = 1 / Math.fma(TAIL, Math.abs(x), 1);
        float u = 1 - t;
        float p = Math.fma(T8, u, T7);
        p = Math.fma(p, u, T6);
        p = Math.fma(p, u, T5);
        p = Math.fma(p, u, T4);
        p = Math.fma(p, u, T3);
        p = Math.fma(p, u, T2);
        p = Math.fma(p, u, T1);
        p = Math.fma(p, u, 0.5f);
        float tail = bell(x) * (t * p);
        return x < 0 ? tail : 1 - tail;
    }

    /**
     * {@return the standard normal density e<sup>-x x / 2</sup> / sqrt(2 pi): 0 if |x| is above 13.19; NaN for NaN;
     * within 2.77 ulp from -13 to 13}
     */
    public static float normalDensity(float x) {
        return ONE_OVER_ROOT_2_PI * bell(x);
    }

    /** e<sup>-x x / 2</sup>, or 0 beyond {@link #BELL_END}. */
    private static float bell(float x) {
        if (Math.abs(x) > BELL_END) {
            return 0;
        }
        float half = 0.5f * x;
        float square = half * x;
        float rest = Math.fma(half, x, -square); // what rounding took away: up to 4e-6
        float e = expNegative(square);
        return Math.fma(-rest, e, e);
    }
}
