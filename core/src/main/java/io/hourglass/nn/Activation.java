package io.hourglass.nn;

import static io.hourglass.numerics.Functions.SLOPE_FLUSH;

import io.hourglass.io.Labels;
import io.hourglass.numerics.Functions;

/**
 * The function that a layer applies to each of its sums, with its derivative and its names elsewhere. What is written
 * here is the specification, one value at a time; the vector kernels compute the same bits for many values at a time.
 *
 * <pre>{@code
 * Architecture linear = Architecture.parse("30-12-4").withOutputActivation(Activation.IDENTITY);
 * float half = Activation.SIGMOID.value(0);
 * }</pre>
 */
public enum Activation {
    /** f(x) = x. */
    IDENTITY("Identity", false, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY) {
        @Override
        public float value(float x) {
            return x;
        }

        @Override
        public float gradient(float y, float delta) {
            return delta;
        }
    },
    /** f(x) = max(0, x). */
    RELU("ReLU", false, 0, Float.POSITIVE_INFINITY) {
        @Override
        public float value(float x) {
            return x < 0 ? 0 : x;
        }

        @Override
        public float gradient(float y, float delta) {
            return y > 0 ? delta : 0;
        }
    },
    /** f(x) = x if x is above 0, else 0.01 x. */
    LEAKY_RELU("LeakyReLU", false, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY) {
        @Override
        public float value(float x) {
            return x < 0 ? LEAK * x : x;
        }

        @Override
        public float gradient(float y, float delta) {
            return y > 0 ? delta : LEAK * delta;
        }
    },
    /** f(x) = x if x is above 0, else e<sup>x</sup> - 1, in (-1, infinity). */
    ELU("ELU", false, -1, Float.POSITIVE_INFINITY) {
        @Override
        public float value(float x) {
            return x > 0 ? x : Functions.expMinusOne(x);
        }

        @Override
        public float gradient(float y, float delta) {
            return y > 0 ? delta : delta * (y + 1);
        }
    },
    /** f(x) = x times the standard normal distribution function of x (Hendrycks and Gimpel, 2016). */
    GELU("GELU", true, -0.17f, Float.POSITIVE_INFINITY) {
        @Override
        public float value(float x) {
            return x * Functions.normalCdf(x);
        }

        @Override
        public float gradient(float x, float delta) {
            return delta * Math.fma(x, Functions.normalDensity(x), Functions.normalCdf(x));
        }
    },
    /** f(x) = x / (1 + e<sup>-x</sup>), also called swish (Ramachandran et al., 2017). */
    SILU("SiLU", true, -0.2785f, Float.POSITIVE_INFINITY) {
        @Override
        public float value(float x) {
            return x * Functions.sigmoid(x);
        }

        @Override
        public float gradient(float x, float delta) {
            float s = Functions.sigmoid(x);
            return delta * (s * Math.fma(x, 1 - s, 1));
        }
    },
    /** f(x) = tanh x, in (-1, 1). */
    TANH("Tanh", false, -1, 1) {
        @Override
        public float value(float x) {
            return Functions.tanh(x);
        }

        @Override
        public float gradient(float y, float delta) {
            return delta * Math.fma(-y, y, 1);
        }
    },
    /** f(x) = 1 / (1 + e<sup>-x</sup>), in (0, 1). */
    SIGMOID("Sigmoid", false, 0, 1) {
        @Override
        public float value(float x) {
            return Functions.sigmoid(x);
        }

        @Override
        public float gradient(float y, float delta) {
            return delta * (Math.fma(-y, y, y) + SLOPE_FLUSH - SLOPE_FLUSH);
        }
    };

    /** The slope of {@link #LEAKY_RELU} below 0, PyTorch's default. */
    private static final float LEAK = 0.01f;

    private final String pytorch;
    private final boolean bySum;
    private final float least;
    private final float most;

    Activation(String pytorch, boolean bySum, float least, float most) {
        this.pytorch = pytorch;
        this.bySum = bySum;
        this.least = least;
        this.most = most;
    }

    /**
     * The function itself, in float arithmetic.
     *
     * @param x a sum, or NaN
     * @return f(x); NaN for NaN
     */
    public abstract float value(float x);

    /**
     * The gradient with respect to a sum, from that with respect to the output.
     *
     * @param v the output f(x), or the sum x if {@link #isGradientBySum()}
     * @param delta gradient with respect to the output
     * @return delta * f'(x)
     */
    public abstract float gradient(float v, float delta);

    /**
     * {@return whether {@link #gradient} needs the sum: {@link #GELU} and {@link #SILU} are not monotone, so two sums
     * may have the same output but different derivatives}
     */
    public boolean isGradientBySum() {
        return bySum;
    }

    /**
     * {@return the lower end of the range, which outputs reach or come close to: -1 for {@link #TANH}; may be infinite}
     */
    public float least() {
        return least;
    }

    /**
     * {@return the upper end of the range, which outputs reach or come close to: 1 for {@link #TANH}; may be infinite}
     */
    public float most() {
        return most;
    }

    /** {@return the name of PyTorch's module, for instance {@code Tanh} for {@code torch.nn.Tanh}} */
    public String pytorch() {
        return pytorch;
    }

    /** {@return the name in model files and on the command line, for instance {@code tanh}} */
    public String label() {
        return Labels.of(this);
    }

    /**
     * {@return the activation with that label}
     *
     * @param label as {@link #label()} gives it
     * @throws IllegalArgumentException if there is none; the message lists the labels
     */
    public static Activation parse(String label) {
        return Labels.parse(Activation.class, "activation", label);
    }
}
