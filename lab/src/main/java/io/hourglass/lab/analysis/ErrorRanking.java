package io.hourglass.lab.analysis;

import java.util.Arrays;
import java.util.Comparator;

/**
 * The rows that a model reconstructs best and worst.
 *
 * @param best rows with the smallest errors, the smallest first
 * @param worst rows with the largest errors, the largest first
 */
public record ErrorRanking(int[] best, int[] worst) {

    /**
     * Ranks rows by their errors; of equal ones, the lower row comes first.
     *
     * @param errors [rows], as {@code Autoencoder.errors} gives them
     * @param count how many rows to name, at least 1; all if there are fewer
     * @throws IllegalArgumentException if there is no row, count is below 1 or an error is NaN
     */
    public static ErrorRanking of(double[] errors, int count) {
        if (errors.length == 0 || count < 1) {
            throw new IllegalArgumentException(
                    errors.length + " errors, " + count + " to name, expected at least one of each");
        }
        Integer[] order = new Integer[errors.length];
        for (int r = 0; r < errors.length; r++) {
            if (Double.isNaN(errors[r])) {
                throw new IllegalArgumentException("the error of row " + r + " is NaN, expected a number");
            }
            order[r] = r;
        }
        Comparator<Integer> ascending = Comparator.comparingDouble((Integer r) -> errors[r]);
        return new ErrorRanking(first(order, ascending, count), first(order, ascending.reversed(), count));
    }

    private static int[] first(Integer[] order, Comparator<Integer> by, int count) {
        Integer[] sorted = order.clone();
        Arrays.sort(sorted, by.thenComparing(Comparator.naturalOrder()));
        return Arrays.stream(sorted).limit(count).mapToInt(r -> r).toArray();
    }
}
