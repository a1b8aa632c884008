package io.hourglass.lab.bench;

import java.util.ArrayList;
import java.util.List;

/** The same work measured several times, with the peak before and after each. */
final class Repetitions {
    private final double operations;
    private final List<Double> seconds = new ArrayList<>();
    private final List<Double> fractions = new ArrayList<>();
    private double peakBefore;

    /** @param operations floating-point operations of one round */
    Repetitions(double operations) {
        this.operations = operations;
    }

    /** Starts the first round. */
    void start(double peakGflops) {
        peakBefore = peakGflops;
    }

    /** Adds a round that took that long, and the peak measured after it. */
    void add(double seconds, double peakGflops) {
        this.seconds.add(seconds);
        fractions.add(operations / seconds / 1e9 / ((peakBefore + peakGflops) / 2));
        peakBefore = peakGflops;
    }

    double seconds() {
        return Statistics.median(seconds);
    }

    double bestSeconds() {
        return seconds.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    double fractionOfPeak() {
        return Statistics.median(fractions);
    }
}
