package io.hourglass.lab.report;

import io.hourglass.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The test rows that the figures show: the first of each label, as the lab report draws the digits 0 to 9; the first rows where
 * there are no labels.
 *
 * @param rows at most {@value #MOST}
 */
record Samples(List<float[]> rows) {
    static final int MOST = 10;

    static Samples of(Dataset test) {
        List<float[]> rows = new ArrayList<>();
        if (test.hasLabels()) {
            Map<Integer, Integer> first = new TreeMap<>();
            for (int r = 0; r < test.rows(); r++) {
                first.putIfAbsent(test.label(r), r);
            }
            first.values().stream().limit(MOST).forEach(r -> rows.add(test.row(r)));
        } else {
            for (int r = 0; r < Math.min(MOST, test.rows()); r++) {
                rows.add(test.row(r));
            }
        }
        return new Samples(rows);
    }
}
