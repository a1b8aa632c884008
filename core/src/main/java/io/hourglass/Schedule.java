package io.hourglass;

import java.util.Locale;

/** How the learning rate moves over the steps of a training run. */
public enum Schedule {
    /** The same rate at every step, as in the report's Listing 3. */
    CONSTANT,
    /** A linear rise over the warm-up, then half a cosine down to zero (Loshchilov and Hutter, SGDR, 2017). */
    COSINE,
    /**
     * A cosine rise from 1/25 of the rate over the first 30 % of the steps, then a cosine fall to 1/250,000 of it (Smith and
     * Topin, Super-Convergence, 2018; as {@code torch.optim.lr_scheduler.OneCycleLR}).
     */
    ONE_CYCLE;

    /** The name as it stands in model files and on the command line, for instance {@code one-cycle}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads what {@link #label()} prints.
     *
     * @throws IllegalArgumentException if no schedule has that name
     */
    public static Schedule parse(String label) {
        for (Schedule schedule : values()) {
            if (schedule.label().equals(label)) {
                return schedule;
            }
        }
        throw new IllegalArgumentException("unknown schedule '" + label + "': expected constant, cosine or one-cycle");
    }

    /**
     * The learning rate of one step.
     *
     * @param peak the recipe's learning rate
     * @param step 0 for the first step of the run
     * @param steps number of steps of the whole run
     * @param warmup number of steps of the linear rise; used by {@link #COSINE} only
     */
    double rate(double peak, long step, long steps, long warmup) {
        switch (this) {
            case CONSTANT:
                return peak;
            case COSINE:
                if (step < warmup) {
                    return peak * (step + 1) / warmup;
                }
                return peak * fall((double) (step - warmup) / Math.max(1, steps - warmup));
            case ONE_CYCLE:
                double top = 0.3 * steps - 1;
                double start = peak / 25;
                double end = start / 10_000;
                return step <= top
                        ? peak + (start - peak) * fall(step / Math.max(1, top))
                        : end + (peak - end) * fall((step - top) / Math.max(1, steps - 1 - top));
            default:
                throw new AssertionError(this);
        }
    }

    /** Half a cosine from 1 at t = 0 down to 0 at t = 1; StrictMath, so that every machine has the same rates. */
    private static double fall(double t) {
        return 0.5 * (1 + StrictMath.cos(Math.PI * t));
    }
}
