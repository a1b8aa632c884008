package io.hourglass;

import io.hourglass.io.Labels;
import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * How the learning rate moves over a training run.
 *
 * <pre>{@code
 * Recipe recipe = Recipe.tuned().with(r -> r.schedule(Schedule.COSINE.withWarmup(2)));
 * }</pre>
 *
 * @param shape of the curve
 * @param warmupEpochs length of the linear rise of {@link Shape#COSINE} in epochs, 0 or more; other shapes ignore it
 * @param dropEpochs epochs from one drop of {@link Shape#STEP} to the next, above 0; other shapes ignore it
 * @param dropFactor what a drop of {@link Shape#STEP} multiplies the rate by, above 0 and up to 1; other shapes ignore
 *     it
 * @param byEpoch whether the rate moves between epochs only, not at every step, like a PyTorch scheduler whose {@code
 *     step()} is called once per epoch
 * @serial exclude
 */
public record Schedule(Shape shape, double warmupEpochs, double dropEpochs, double dropFactor, boolean byEpoch)
        implements Serializable {

    /** The curves a learning rate can follow. */
    public enum Shape {
        /** The same rate at every step, as in the report's Listing 3. */
        CONSTANT,
        /** A linear rise over the warm-up, then half a cosine down to zero (Loshchilov and Hutter, SGDR, 2017). */
        COSINE,
        /**
         * A cosine rise from 1/25 of the rate over the first 30 % of the steps, then a cosine fall to 1/250,000 of it
         * (Smith and Topin, Super-Convergence, 2018; like {@code torch.optim.lr_scheduler.OneCycleLR}).
         */
        ONE_CYCLE,
        /** Multiplied by the same factor at regular intervals, like {@code torch.optim.lr_scheduler.StepLR}. */
        STEP
    }

    /** {@link Shape#CONSTANT}. */
    public static final Schedule CONSTANT = of(Shape.CONSTANT);

    /** {@link Shape#COSINE} without a warm-up. */
    public static final Schedule COSINE = of(Shape.COSINE);

    /** {@link Shape#ONE_CYCLE}. */
    public static final Schedule ONE_CYCLE = of(Shape.ONE_CYCLE);

    /** {@link Shape#STEP} to a tenth every 30 epochs. */
    public static final Schedule STEP = of(Shape.STEP);

    /**
     * A schedule with all its settings.
     *
     * @param shape of the curve
     * @param warmupEpochs 0 or more
     * @param dropEpochs above 0
     * @param dropFactor above 0 and up to 1
     * @param byEpoch whether the rate moves between epochs only
     * @throws IllegalArgumentException if a value is out of range; the message names it
     */
    public Schedule {
        Recipe.require(
                warmupEpochs >= 0 && warmupEpochs < Double.POSITIVE_INFINITY,
                "warm-up epochs",
                warmupEpochs,
                "0 or more");
        Recipe.require(
                dropEpochs > 0 && dropEpochs < Double.POSITIVE_INFINITY, "epochs between drops", dropEpochs, "above 0");
        Recipe.require(dropFactor > 0 && dropFactor <= 1, "drop factor", dropFactor, "above 0 and up to 1");
    }

    private static Schedule of(Shape shape) {
        return new Schedule(shape, 0, 30, 0.1, false);
    }

    /**
     * {@return this schedule with another warm-up; only {@link Shape#COSINE} uses it}
     *
     * @param epochs length of the linear rise, 0 or more
     * @throws IllegalArgumentException if it is out of range
     */
    public Schedule withWarmup(double epochs) {
        return new Schedule(shape, epochs, dropEpochs, dropFactor, byEpoch);
    }

    /**
     * {@return this schedule with other drops; only {@link Shape#STEP} uses them}
     *
     * @param everyEpochs epochs from one drop to the next, above 0
     * @param factor what a drop multiplies the rate by, above 0 and up to 1
     * @throws IllegalArgumentException if one is out of range
     */
    public Schedule withDrops(double everyEpochs, double factor) {
        return new Schedule(shape, warmupEpochs, everyEpochs, factor, byEpoch);
    }

    /**
     * {@return this schedule with a rate that moves between epochs only, or at every step}
     *
     * @param byEpoch true for moves between epochs only
     */
    public Schedule withByEpoch(boolean byEpoch) {
        return new Schedule(shape, warmupEpochs, dropEpochs, dropFactor, byEpoch);
    }

    /** {@return the name of its shape in model files and on the command line, for instance {@code one-cycle}} */
    public String label() {
        return Labels.of(shape);
    }

    /**
     * {@return a schedule of that shape with the default warm-up and drops}
     *
     * @param label as {@link #label()} gives it
     * @throws IllegalArgumentException if no shape has that name
     */
    public static Schedule parse(String label) {
        return Labels.find(Shape.class, label).map(Schedule::of).orElseThrow(() -> {
            String expected = Arrays.stream(Shape.values()).map(Labels::of).collect(Collectors.joining(", "));
            return new IllegalArgumentException("unknown schedule '" + label + "': expected one of " + expected);
        });
    }

    /**
     * The learning rate of one step.
     *
     * @param peak the recipe's learning rate
     * @param step 0 for the first step of the run
     * @param stepsPerEpoch at least 1
     * @param epochs of the run
     */
    double rate(double peak, long step, long stepsPerEpoch, int epochs) {
        // If the rate moves by epoch, an epoch is one step of the curve.
        long now = byEpoch ? step / stepsPerEpoch : step;
        long perEpoch = byEpoch ? 1 : stepsPerEpoch;
        return rate(
                peak, now, epochs * perEpoch, Math.round(warmupEpochs * perEpoch), Math.round(dropEpochs * perEpoch));
    }

    private double rate(double peak, long step, long steps, long warmup, long drop) {
        return switch (shape) {
            case CONSTANT -> peak;
            case COSINE ->
                step < warmup
                        ? peak * (step + 1) / warmup
                        : peak * fall((double) (step - warmup) / Math.max(1, steps - warmup));
            case ONE_CYCLE -> {
                double top = 0.3 * steps - 1;
                double start = peak / 25;
                double end = start / 10_000;
                yield step <= top
                        ? peak + (start - peak) * fall(step / Math.max(1, top))
                        : end + (peak - end) * fall((step - top) / Math.max(1, steps - 1 - top));
            }
            case STEP -> peak * StrictMath.pow(dropFactor, (double) (step / Math.max(1, drop)));
        };
    }

    /** Half a cosine from 1 at t = 0 down to 0 at t = 1. StrictMath gives the same rates on every machine. */
    private static double fall(double t) {
        return 0.5 * (1 + StrictMath.cos(Math.PI * t));
    }
}
