package io.hourglass.lab.detection;

import io.hourglass.format.FormatException;
import io.hourglass.io.Labels;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which rows of a labelled table train a detector, and which test it. */
public enum Protocol {
    /**
     * Of the normal rows in the order of the file, numbers 0, 2, 4, ... train; the others and all anomalies test. Each
     * of the three has at most {@value #MOST} rows, the first.
     */
    SEMI_SUPERVISED,

    /**
     * All rows train and test, without labels, so anomalies are learned from too (as in Campos and others, On the
     * evaluation of unsupervised outlier detection, 2016): the first {@value #MOST} normal rows and the first {@value
     * #MOST} anomalies, in the order of the file.
     */
    UNSUPERVISED;

    /** The most rows of each kind. */
    public static final int MOST = 20_000;

    private static final int FEWEST = 2;

    /**
     * Rows by their numbers.
     *
     * @param train ascending
     * @param test the normal rows, then the anomalies; the same array as train if all rows do both
     */
    public record Split(int[] train, int[] test) {}

    /** {@return the name on the command line} */
    public String label() {
        return Labels.of(this);
    }

    /**
     * {@return the protocol with that label}
     *
     * @throws IllegalArgumentException if there is none; the message lists the labels
     */
    public static Protocol parse(String label) {
        return Labels.parse(Protocol.class, "protocol", label);
    }

    /**
     * Chooses rows.
     *
     * @param name of the table, for messages
     * @param anomaly [rows]
     * @throws FormatException if there is no anomaly, or too few normal rows to train and test
     */
    public Split split(String name, boolean[] anomaly) throws FormatException {
        int[] normal =
                IntStream.range(0, anomaly.length).filter(row -> !anomaly[row]).toArray();
        int[] anomalies = IntStream.range(0, anomaly.length)
                .filter(row -> anomaly[row])
                .limit(MOST)
                .toArray();
        if (anomalies.length == 0 || normal.length < FEWEST + 1) {
            throw new FormatException(name + ": " + normal.length + " normal rows and " + anomalies.length
                    + " anomalies, expected at least " + (FEWEST + 1) + " and 1");
        }
        if (this == UNSUPERVISED) {
            int[] all = IntStream.concat(Arrays.stream(normal).limit(MOST), Arrays.stream(anomalies))
                    .sorted()
                    .toArray();
            return new Split(all, all);
        }
        return new Split(
                everySecond(normal, 0),
                Stream.of(everySecond(normal, 1), anomalies)
                        .flatMapToInt(Arrays::stream)
                        .toArray());
    }

    /**
     * How many rows of a series train, the first: all of them or, semi-supervised, those before the first anomaly, at
     * most half of them. What comes after is tested.
     *
     * @param name of the series, for messages
     * @param anomaly [rows]
     * @throws FormatException if an anomaly is the first row
     */
    public int trained(String name, boolean[] anomaly) throws FormatException {
        if (this == UNSUPERVISED) {
            return anomaly.length;
        }
        int before = 0;
        while (before < anomaly.length / 2 && !anomaly[before]) {
            before++;
        }
        if (before == 0) {
            throw new FormatException(name + ": begins with an anomaly, expected normal rows to train on");
        }
        return before;
    }

    private static int[] everySecond(int[] rows, int from) {
        return IntStream.iterate(from, i -> i < rows.length, i -> i + 2)
                .limit(MOST)
                .map(i -> rows[i])
                .toArray();
    }
}
