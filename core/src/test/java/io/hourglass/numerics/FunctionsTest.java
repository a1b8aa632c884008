package io.hourglass.numerics;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.nn.Exact;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Accuracy and order of the functions. The bounds come from sweeps over all floats, which take a quarter of an hour;
 * here we check every 509th float, and all floats around the worst ones.
 */
class FunctionsTest {
    private static final int STRIDE = 509;

    private interface Function {
        float of(float x);
    }

    /** The functions, with the results of the full sweep. */
    private enum Case {
        /** Decreases everywhere; worst 1.0103 ulp. */
        EXP_NEGATIVE(Functions::expNegative, a -> StrictMath.exp(-a), 1.02, 5.8778844f, 0, 0),

        /** Worst 2.4984 ulp; increases everywhere. */
        TANH(Functions::tanh, StrictMath::tanh, 2.50, 4.5050907f, 0, 0),

        /** Worst 2.4019 ulp; decreases by one ulp in places on one interval below zero. */
        SIGMOID(Functions::sigmoid, x -> 1 / (1 + StrictMath.exp(-x)), 2.41, -4.157294f, 0.6931f, 1.9444f),

        /** From the smallest normal float to 1: increases everywhere; worst 0.8186 ulp. */
        LOG(Functions::log, StrictMath::log, 0.83, 0.7070836f, 0, 0),

        /** For x up to 0; worst 0.8599 ulp; increases everywhere. */
        EXP_MINUS_ONE(Functions::expMinusOne, StrictMath::expm1, 0.87, -0.34752223f, 0, 0),

        /** From -13 on; worst 8.2058 ulp. Not monotone. */
        NORMAL_CDF(Functions::normalCdf, Exact::normalCdf, 8.21, -7.7007074f, 0, 0),

        /** From -13 to 13; worst 2.7584 ulp. */
        NORMAL_DENSITY(Functions::normalDensity, Exact::normalDensity, 2.77, 8.941945f, 0, 0);

        final Function function;
        final DoubleUnaryOperator exact;
        final double bound;
        final float worstAt;

        /** Absolute values between which the function may decrease by an ulp from one float to the next. */
        final float roughFrom;

        final float roughTo;

        Case(
                Function function,
                DoubleUnaryOperator exact,
                double bound,
                float worstAt,
                float roughFrom,
                float roughTo) {
            this.function = function;
            this.exact = exact;
            this.bound = bound;
            this.worstAt = worstAt;
            this.roughFrom = roughFrom;
            this.roughTo = roughTo;
        }

        boolean takes(float x) {
            return switch (this) {
                case EXP_NEGATIVE -> x >= 0;
                case LOG -> x >= Float.MIN_NORMAL && x <= 1;
                case EXP_MINUS_ONE -> x <= 0;
                case NORMAL_CDF -> x >= -13;
                case NORMAL_DENSITY -> Math.abs(x) <= 13;
                default -> true;
            };
        }

        double error(float x) {
            double expected = exact.applyAsDouble(x);
            return Math.abs(function.of(x) - expected) / Math.ulp((float) expected);
        }
    }

    @ParameterizedTest
    @EnumSource(Case.class)
    void errorIsBounded(Case c) {
        double worst = 0;
        for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += STRIDE) {
            float x = Float.intBitsToFloat((int) bits);
            if (Float.isNaN(x)) {
                assertThat(c.function.of(x)).isNaN();
            } else if (c.takes(x)) {
                double error = c.error(x);
                if (!(error <= c.bound)) {
                    throw new AssertionError(c + "(" + x + ") is off by " + error + " ulp");
                }
                worst = Math.max(worst, error);
            }
        }
        int center = Float.floatToRawIntBits(c.worstAt);
        for (int bits = center - 20_000; bits <= center + 20_000; bits++) {
            worst = Math.max(worst, c.error(Float.intBitsToFloat(bits)));
        }
        // The bound is tight: a looser one would be met by anything.
        assertThat(worst).isBetween(c.bound - 0.02, c.bound);
    }

    /**
     * 8192 consecutive floats each around many places: zero, the switch of tanh, the steps of exp, the ends, and all
     * sizes.
     */
    @ParameterizedTest
    @EnumSource(
            value = Case.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NORMAL_CDF", "NORMAL_DENSITY"})
    void isMonotone(Case c) {
        walk(c, 0);
        for (float center :
                new float[] {0.3125f, 0.625f, 0.9722f, 9.01f, 16.64f, 52, 87.34f, 88.72f, 103.97f, 104, 208}) {
            walk(c, center);
            walk(c, -center);
        }
        for (int n = 1; n < 300; n++) {
            float center = (float) (n * Math.log(2) / 4);
            walk(c, center);
            walk(c, -center);
        }
        for (int exponent = -149; exponent < 128; exponent++) {
            walk(c, Math.scalb(1f, exponent));
            walk(c, -Math.scalb(1f, exponent));
        }
    }

    private static void walk(Case c, float center) {
        float x = center;
        for (int i = 0; i < 4096; i++) {
            x = Math.nextDown(x);
        }
        float before = Float.NaN;
        for (int i = 0; i < 8192; i++) {
            x = Math.nextUp(x);
            if (!c.takes(x)) {
                continue;
            }
            float y = c == Case.EXP_NEGATIVE ? -c.function.of(x) : c.function.of(x);
            boolean rough = Math.abs(x) >= c.roughFrom && Math.abs(x) <= c.roughTo;
            if (before > (rough ? Math.nextUp(y) : y)) {
                throw new AssertionError(c + " falls from " + before + " to " + y + " at " + x);
            }
            before = y;
        }
    }

    @Test
    void limits() {
        float infinity = Float.POSITIVE_INFINITY;
        assertThat(Functions.expNegative(0)).isEqualTo(1);
        assertThat(Functions.expNegative(infinity)).isEqualTo(0);
        assertThat(Functions.expNegative(103.97f)).isEqualTo(Float.MIN_VALUE);
        assertThat(Functions.expNegative(104)).isZero();
        assertThat(Functions.tanh(infinity)).isEqualTo(1);
        assertThat(Functions.tanh(-infinity)).isEqualTo(-1);
        assertThat(Functions.tanh(Float.MAX_VALUE)).isEqualTo(1);
        assertThat(Functions.tanh(9.1f)).isEqualTo(1);
        assertThat(Functions.sigmoid(infinity)).isEqualTo(1);
        assertThat(Functions.sigmoid(-infinity)).isEqualTo(0);
        assertThat(Functions.sigmoid(Float.MAX_VALUE)).isEqualTo(1);
        assertThat(Functions.sigmoid(-Float.MAX_VALUE)).isEqualTo(0);
        assertThat(Functions.sigmoid(-103.97f)).isEqualTo(Float.MIN_VALUE);
        assertThat(Functions.sigmoid(-104)).isZero();
        assertThat(Functions.expMinusOne(-infinity)).isEqualTo(-1);
        assertThat(Functions.expMinusOne(-87.1f)).isEqualTo(-1);
        assertThat(Functions.normalCdf(infinity)).isEqualTo(1);
        assertThat(Functions.normalCdf(-infinity)).isEqualTo(0);
        assertThat(Functions.normalCdf(Float.MAX_VALUE)).isEqualTo(1);
        assertThat(Functions.normalCdf(-Float.MAX_VALUE)).isEqualTo(0);
        assertThat(Functions.normalCdf(-13.1f)).isBetween(1e-39f, 2e-39f);
        assertThat(Functions.normalCdf(-13.2f)).isZero();
        assertThat(Functions.normalDensity(infinity)).isZero();
        assertThat(Functions.normalDensity(-13.1f)).isBetween(1e-38f, 3e-38f);
        assertThat(Functions.normalDensity(-13.2f)).isZero();
    }

    @Test
    void notANumberStaysOne() {
        for (int bits : new int[] {0x7fc00000, 0x7f800001, 0x7fffffff, 0xffc00000, 0xff800001, 0xffffffff}) {
            float nan = Float.intBitsToFloat(bits);
            assertThat(Functions.expNegative(nan)).isNaN();
            assertThat(Functions.tanh(nan)).isNaN();
            assertThat(Functions.sigmoid(nan)).isNaN();
            assertThat(Functions.expMinusOne(nan)).isNaN();
            assertThat(Functions.normalCdf(nan)).isNaN();
            assertThat(Functions.normalDensity(nan)).isNaN();
        }
    }

    @Test
    void zeroAndDenormals() {
        assertThat(Float.floatToRawIntBits(Functions.tanh(0))).isZero();
        assertThat(Float.floatToRawIntBits(Functions.tanh(-0f))).isEqualTo(Integer.MIN_VALUE);
        assertThat(Functions.sigmoid(0)).isEqualTo(0.5f);
        assertThat(Functions.sigmoid(-0f)).isEqualTo(0.5f);
        assertThat(Functions.expMinusOne(-0f)).isZero();
        assertThat(Functions.normalCdf(0)).isEqualTo(0.5f);
        assertThat(Functions.normalCdf(-0f)).isEqualTo(0.5f);
        assertThat(Functions.normalDensity(0)).isEqualTo(Functions.ONE_OVER_ROOT_2_PI);
        for (float tiny = Float.MIN_VALUE; tiny < 1e-5f; tiny *= 2) {
            assertThat(Functions.tanh(tiny)).isEqualTo(tiny);
            assertThat(Functions.tanh(-tiny)).isEqualTo(-tiny);
        }
        for (int bits = 1; bits < 0x00800000; bits += 8191) {
            float subnormal = Float.intBitsToFloat(bits);
            assertThat(Functions.tanh(subnormal)).isEqualTo(subnormal);
            assertThat(Functions.sigmoid(subnormal)).isEqualTo(0.5f);
            assertThat(Functions.expMinusOne(-subnormal)).isEqualTo(-subnormal);
            assertThat(Functions.normalCdf(subnormal)).isEqualTo(0.5f);
            assertThat(Functions.normalCdf(-subnormal)).isEqualTo(0.5f);
        }
    }

    @Test
    void tanhIsOdd() {
        for (int bits = 1; bits > 0 && bits <= 0x7f800000; bits += 8191) {
            float x = Float.intBitsToFloat(bits);
            assertThat(Functions.tanh(-x)).isEqualTo(-Functions.tanh(x));
        }
    }

    /** Of sums near each other and far apart, few and many; p must be as close as the Javadoc says. */
    @Test
    void softmaxIsClose() {
        Random random = new Random(1);
        double worst = 0;
        for (int turn = 0; turn < 20_000; turn++) {
            int n = 1 + random.nextInt(turn % 10 == 0 ? 300 : 8);
            double spread = Math.exp(8 * random.nextDouble() - 3);
            float[] x = new float[n + 2];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) (spread * random.nextGaussian());
            }
            float[] p = new float[n + 3];
            Functions.softmax(x, 1, n, p, 2);
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = 1; i <= n; i++) {
                largest = Math.max(largest, x[i]);
            }
            double sum = 0;
            for (int i = 1; i <= n; i++) {
                sum += StrictMath.exp(x[i] - largest);
            }
            for (int i = 1; i <= n; i++) {
                worst = Math.max(worst, Math.abs(p[i + 1] - StrictMath.exp(x[i] - largest) / sum));
            }
            assertThat(new float[] {p[0], p[1], p[n + 2]}).containsOnly(0);
            Functions.softmax(x, 1, n, x, 1); // in place
            assertThat(Arrays.copyOfRange(x, 1, n + 1)).isEqualTo(Arrays.copyOfRange(p, 2, n + 2));
        }
        assertThat(worst).isBetween(1e-8, 1e-7);
    }

    @Test
    void softmaxOfExtremes() {
        float[] x = {1e38f, -3e38f, 3e38f, 3e38f};
        Functions.softmax(x, 0, 4, x, 0);
        assertThat(x).containsExactly(0, 0, 0.5f, 0.5f);
        float[] bad = {1, Float.NaN, 2};
        Functions.softmax(bad, 0, 3, bad, 0);
        assertThat(bad).containsOnly(Float.NaN);
    }
}
