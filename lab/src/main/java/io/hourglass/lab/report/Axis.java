package io.hourglass.lab.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A linear axis from zero with a handful of round ticks.
 *
 * @param end the last tick, not below the largest value
 * @param step between ticks
 */
record Axis(double end, double step) {
    private static final int MOST_TICKS = 5;

    static Axis upTo(double largest) {
        double target = largest > 0 && Double.isFinite(largest) ? largest : 1;
        double power = Math.pow(10, Math.floor(Math.log10(target / MOST_TICKS)));
        for (double mantissa : new double[] {1, 2, 5, 10}) {
            double step = mantissa * power;
            double steps = Math.ceil(target / step - 1e-9);
            if (steps <= MOST_TICKS) {
                return new Axis(steps * step, step);
            }
        }
        throw new AssertionError(
                "a step of ten times the power of ten below a fifth of " + target + " always suffices");
    }

    /** The position of a value: 0 at zero, 1 at the end of the axis. */
    double part(double value) {
        return value / end;
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; i * step <= end * (1 + 1e-9); i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    /** For instance {@code 0.02}. */
    static String label(double tick) {
        if (tick != 0 && Math.abs(tick) < 1e-4) {
            return Svg.format("%.0e", tick);
        }
        String plain = new java.math.BigDecimal(Svg.format("%.5f", tick))
                .stripTrailingZeros()
                .toPlainString();
        return tick == 0 ? "0" : plain;
    }
}
