package io.hourglass.lab.study;

import java.util.List;

/**
 * How much a number varies, for instance between seeds.
 *
 * @param count of the numbers, 2 or more
 * @param mean of the numbers
 * @param standardDeviation of the population they were drawn from: the sum of squared deviations is divided by {@code
 *     count - 1}
 * @param least of the numbers
 * @param most of the numbers
 */
public record Spread(int count, double mean, double standardDeviation, double least, double most) {
    /**
     * The spread of some numbers.
     *
     * @throws IllegalArgumentException if there are fewer than two
     */
    public static Spread of(List<Double> numbers) {
        int n = numbers.size();
        if (n < 2) {
            throw new IllegalArgumentException(n + " numbers, expected at least 2");
        }
        double mean = numbers.stream().mapToDouble(x -> x).sum() / n;
        double squares =
                numbers.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
        return new Spread(
                n,
                mean,
                Math.sqrt(squares / (n - 1)),
                numbers.stream().mapToDouble(x -> x).min().orElseThrow(),
                numbers.stream().mapToDouble(x -> x).max().orElseThrow());
    }

    /** The largest number minus the smallest. */
    public double range() {
        return most - least;
    }
}
