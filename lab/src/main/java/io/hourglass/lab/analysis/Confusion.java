package io.hourglass.lab.analysis;

import java.util.Arrays;

/**
 * For the images of each label, the labels that a reader assigns to them.
 *
 * @param counts [true label][label it was read as]
 */
public record Confusion(int[][] counts) {

    /**
     * Counts readings.
     *
     * @param labels the true labels, 0 or more
     * @param readings the labels that the same images were read as, 0 or more
     * @throws IllegalArgumentException if there is not one reading for each label, there are none, or one is negative
     */
    public static Confusion of(int[] labels, int[] readings) {
        if (labels.length == 0 || labels.length != readings.length) {
            throw new IllegalArgumentException(
                    readings.length + " readings of " + labels.length + " labels, expected one for each");
        }
        int least = Math.min(
                Arrays.stream(labels).min().orElse(0),
                Arrays.stream(readings).min().orElse(0));
        if (least < 0) {
            throw new IllegalArgumentException("label " + least + ", expected 0 or more");
        }
        int size = 1
                + Math.max(
                        Arrays.stream(labels).max().orElse(0),
                        Arrays.stream(readings).max().orElse(0));
        int[][] counts = new int[size][size];
        for (int i = 0; i < labels.length; i++) {
            counts[labels[i]][readings[i]]++;
        }
        return new Confusion(counts);
    }
}
