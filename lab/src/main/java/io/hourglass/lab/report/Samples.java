package io.hourglass.lab.report;

import io.hourglass.Dataset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The test rows that the figures show: the first of each label, as the lab report draws the digits 0 to 9; the first
 * rows where there are no labels.
 *
 * @param rows at most {@value #MOST}
 */
record Samples(List<float[]> rows) {
    static final int MOST = 10;

    static Samples of(Dataset test) {
        return new Samples(indices(test).stream().map(test::row).toList());
    }

    /** Which rows of the test set they are. */
    static List<Integer> indices(Dataset test) {
        if (!test.hasLabels()) {
            return IntStream.range(0, Math.min(MOST, test.rows())).boxed().toList();
        }
        Map<Integer, Integer> first = new TreeMap<>();
        for (int r = 0; r < test.rows(); r++) {
            first.putIfAbsent(test.label(r), r);
        }
        return first.values().stream().limit(MOST).toList();
    }
}
