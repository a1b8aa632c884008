package io.hourglass.lab.study;

import io.hourglass.History;
import io.hourglass.Recipe;
import io.hourglass.nn.Architecture;
import java.util.List;

/**
 * A run that is meant to overfit: the largest of the report's networks on few training rows.
 *
 * @param network for instance {@code 784-256-128-16}
 * @param recipe the lab report's
 * @param rows number of training rows, the first ones unless the data are sorted; training errors are of all of them
 * @param history of all epochs; test errors are of all test rows
 */
public record SmallData(String network, Recipe recipe, int rows, List<History.Epoch> history) {
    /** Number of rows to train on, if there are at least twice as many. */
    public static final int ROWS = 1_000;

    /** With fewer training rows in all, the run is left out: half of them would be too few to learn from. */
    public static final int FEWEST_IN_ALL = 200;

    public SmallData {
        history = List.copyOf(history);
    }

    /** Number of rows for data with so many training rows: {@value #ROWS}, or half of them. */
    static int rows(int train) {
        return Math.min(ROWS, train / 2);
    }

    /** The network's shape. */
    public Architecture architecture() {
        return Architecture.parse(network);
    }

    /** The epoch of the lowest test error, the first of several. */
    public History.Epoch best() {
        History.Epoch best = history.get(0);
        for (History.Epoch epoch : history) {
            best = epoch.testMse() < best.testMse() ? epoch : best;
        }
        return best;
    }

    /** The last epoch. */
    public History.Epoch last() {
        return history.get(history.size() - 1);
    }
}
