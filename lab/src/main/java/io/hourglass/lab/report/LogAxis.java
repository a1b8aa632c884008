package io.hourglass.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** A logarithmic axis with a small margin at both ends. */
record LogAxis(double low, double high) {
    private static final int[][] MANTISSAS = {{1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 5, 7}, {1, 2, 5}, {1}};

    /**
     * An axis for some values; those without a logarithm are left out.
     *
     * @param margin factor between the outermost values and the ends
     */
    static LogAxis of(DoubleStream values, double margin) {
        double[] drawn =
                values.filter(value -> value > 0 && Double.isFinite(value)).toArray();
        return new LogAxis(
                DoubleStream.of(drawn).min().orElse(0.01) / margin,
                DoubleStream.of(drawn).max().orElse(0.1) * margin);
    }

    /** The position of a value: 0 at the low end, 1 at the high end. */
    double part(double value) {
        return Math.log(value / low) / Math.log(high / low);
    }

    /** Round values, as many as fit with at least that part of the axis between them. */
    List<Double> ticks(double apart) {
        for (int[] mantissas : MANTISSAS) {
            List<Double> ticks = new ArrayList<>();
            for (int exponent = (int) Math.floor(Math.log10(low)); Math.pow(10, exponent) <= high; exponent++) {
                for (int mantissa : mantissas) {
                    double tick = mantissa * Math.pow(10, exponent);
                    if (tick >= low && tick <= high) {
                        ticks.add(tick);
                    }
                }
            }
            boolean legible = true;
            for (int i = 1; i < ticks.size(); i++) {
                legible &= part(ticks.get(i)) - part(ticks.get(i - 1)) >= apart;
            }
            if (legible) {
                return ticks;
            }
        }
        return List.of();
    }
}
