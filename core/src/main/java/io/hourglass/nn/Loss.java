package io.hourglass.nn;

import static io.hourglass.numerics.Functions.DIFFERENCE_FLUSH;

import io.hourglass.io.Labels;
import io.hourglass.numerics.Functions;

/**
 * The distance of a reconstruction y from its row x: a mean over the row's values. What is written here is the
 * specification, one value at a time; the vector kernels compute the same bits for many values at a time.
 *
 * <pre>{@code
 * Recipe recipe = Recipe.tuned().with(r -> r.loss(Loss.HUBER));
 * }</pre>
 */
public enum Loss {
    /** Mean squared error: (y - x)<sup>2</sup>. */
    MSE("MSELoss") {
        @Override
        public float addTo(float sum, float y, float x) {
            float d = difference(y, x);
            return Math.fma(d, d, sum);
        }

        @Override
        public float gradient(float y, float x, float scale) {
            return 2 * scale * difference(y, x);
        }
    },
    /**
     * Binary cross-entropy: -(x ln y + (1 - x) ln(1 - y)) in nats. It needs x in [0, 1] and a sigmoid output. Reported
     * values clamp the logarithms at -100, as PyTorch's {@code BCELoss} does. The gradient with respect to the sums
     * under the sigmoid is y - x and needs no logarithm. If x is neither 0 nor 1, the smallest possible loss is the
     * entropy of x, not 0.
     */
    BCE("BCELoss") {
        @Override
        public float addTo(float sum, float y, float x) {
            return Math.fma(x - 1, Functions.log(1 - y), Math.fma(-x, Functions.log(y), sum));
        }

        @Override
        public float gradient(float y, float x, float scale) {
            return scale * difference(y, x);
        }
    },
    /** Mean absolute error: |y - x|. Its gradient is 0 where y = x. */
    MAE("L1Loss") {
        @Override
        public float addTo(float sum, float y, float x) {
            return sum + Math.abs(difference(y, x));
        }

        @Override
        public float gradient(float y, float x, float scale) {
            float d = difference(y, x);
            return d > 0 ? scale : d < 0 ? -scale : scale * d;
        }
    },
    /**
     * Huber loss (Huber, 1964): (y - x)<sup>2</sup> / 2 where |y - x| is at most 1, and |y - x| - 1/2 elsewhere, so
     * that a few large errors do not decide the fit. The limit of 1 is PyTorch's default; it is in the network's units,
     * so it suits rows with a standard scaler.
     */
    HUBER("HuberLoss") {
        @Override
        public float addTo(float sum, float y, float x) {
            float a = Math.abs(difference(y, x));
            float c = Math.min(a, 1);
            return Math.fma(c, Math.fma(-0.5f, c, a), sum);
        }

        @Override
        public float gradient(float y, float x, float scale) {
            return scale * Math.max(-1, Math.min(1, difference(y, x)));
        }
    };

    private final String pytorch;

    Loss(String pytorch) {
        this.pytorch = pytorch;
    }

    private static float difference(float y, float x) {
        return y - x + DIFFERENCE_FLUSH - DIFFERENCE_FLUSH;
    }

    /**
     * Continues a sum of losses with that of one value.
     *
     * @param sum so far
     * @param y reconstructed value
     * @param x value of the row
     * @return sum + loss(y, x)
     */
    public abstract float addTo(float sum, float y, float x);

    /**
     * The gradient with respect to the reconstruction or, if {@link #isGradientOfSum()}, with respect to the sum under
     * the output's activation.
     *
     * @param y reconstructed value
     * @param x value of the row
     * @param scale factor, usually 1 / (rows * values)
     * @return scale * derivative
     */
    public abstract float gradient(float y, float x, float scale);

    /**
     * {@return whether {@link #gradient} is with respect to the sum under the output's activation, which cancels out:
     * only for {@link #BCE}, which therefore needs a sigmoid output}
     */
    public boolean isGradientOfSum() {
        return this == BCE;
    }

    /** {@return whether rows must be in [0, 1] and the output activation a sigmoid: only for {@link #BCE}} */
    public boolean needsUnitInterval() {
        return this == BCE;
    }

    /** {@return the name of PyTorch's module, for instance {@code HuberLoss} for {@code torch.nn.HuberLoss}} */
    public String pytorch() {
        return pytorch;
    }

    /** {@return the name in model files and on the command line, for instance {@code mse}} */
    public String label() {
        return Labels.of(this);
    }

    /**
     * {@return the loss with that label}
     *
     * @param label as {@link #label()} gives it
     * @throws IllegalArgumentException if there is none; the message lists the labels
     */
    public static Loss parse(String label) {
        return Labels.parse(Loss.class, "loss", label);
    }
}
