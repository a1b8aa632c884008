package io.hourglass.nn;

/** Activations and losses in double precision, written from their definitions: what the tests compare with. */
public final class Exact {
    private Exact() {}

    /**
     * An activation.
     *
     * @param positive which branch of a function with two to take: whether x is above 0 or, for a slope, was
     */
    public static double activation(Activation activation, double x, boolean positive) {
        return switch (activation) {
            case IDENTITY -> x;
            case RELU -> positive ? x : 0;
            case LEAKY_RELU -> positive ? x : 0.01 * x;
            case ELU -> positive ? x : StrictMath.expm1(x);
            case GELU -> x * normalCdf(x);
            case SILU -> x / (1 + StrictMath.exp(-x));
            case TANH -> StrictMath.tanh(x);
            case SIGMOID -> 1 / (1 + StrictMath.exp(-x));
        };
    }

    /** The normal density. */
    public static double normalDensity(double x) {
        return StrictMath.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    /**
     * The probability of a normal number below x: Marsaglia's series (Evaluating the normal distribution, 2004) and,
     * where x is far below 0 and the series cancels, Laplace's continued fraction. The relative error is below 1e-11.
     */
    public static double normalCdf(double x) {
        if (Math.abs(x) > 4) {
            double fraction = Math.abs(x);
            for (int i = 60; i >= 1; i--) {
                fraction = Math.abs(x) + i / fraction;
            }
            double tail = normalDensity(x) / fraction;
            return x < 0 ? tail : 1 - tail;
        }
        double sum = 0;
        double term = x;
        for (int i = 3; sum + term != sum; i += 2) {
            sum += term;
            term *= x * x / i;
        }
        return 0.5 + sum * normalDensity(x);
    }

    /**
     * The loss of one value.
     *
     * @param sign of y - x
     * @param near whether |y - x| is at most 1
     */
    public static double loss(Loss loss, double y, double x, double sign, boolean near) {
        return switch (loss) {
            case MSE -> (y - x) * (y - x);
            case BCE -> -x * Math.log(y) - (1 - x) * Math.log(1 - y);
            case MAE -> sign * (y - x);
            case HUBER -> near ? (y - x) * (y - x) / 2 : sign * (y - x) - 0.5;
        };
    }

    /** {@link #loss(Loss, double, double, double, boolean)} with the branch that y and x are in. */
    public static double loss(Loss loss, double y, double x) {
        return loss(loss, y, x, Math.signum(y - x), Math.abs(y - x) <= 1);
    }
}
