package io.hourglass.lab.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.tribuo.util.infotheory.InformationTheory;

class ClusterScoresTest {
    @Test
    void handComputed() {
        // Counts: cluster 0 holds labels 0 0 1, cluster 1 holds 1 1 2, cluster 2 holds 2.
        ClusterScores scores = ClusterScores.of(new int[] {0, 0, 0, 1, 1, 1, 2}, new int[] {0, 0, 1, 1, 1, 2, 2});
        assertThat(scores.accuracy()).isEqualTo(5.0 / 7);
        assertThat(scores.purity()).isEqualTo(5.0 / 7);
        // Pairs together in both: 1 + 1 = 2; in clusters 3 + 3 = 6, in labels 1 + 3 + 1 = 5, of 21 in all.
        double expected = 6 * 5 / 21.0;
        assertThat(scores.ari()).isCloseTo((2 - expected) / (5.5 - expected), within(1e-15));
        double clusters = -(2 * 3 / 7.0 * Math.log(3 / 7.0) + 1 / 7.0 * Math.log(1 / 7.0));
        double labels = -(2 * 2 / 7.0 * Math.log(2 / 7.0) + 3 / 7.0 * Math.log(3 / 7.0));
        double mutual = 2 / 7.0 * Math.log(7 * 2 / (3.0 * 2))
                + 1 / 7.0 * Math.log(7 / (3.0 * 3))
                + 2 / 7.0 * Math.log(7 * 2 / (3.0 * 3))
                + 1 / 7.0 * Math.log(7 / (3.0 * 2))
                + 1 / 7.0 * Math.log(7 / (1.0 * 2));
        assertThat(scores.nmi()).isCloseTo(2 * mutual / (clusters + labels), within(1e-15));
    }

    @Test
    void theSamePartitionByOtherNames() {
        ClusterScores scores = ClusterScores.of(new int[] {4, 4, 900, 0, 0}, new int[] {0, 0, 1, 7, 7});
        assertThat(scores).isEqualTo(new ClusterScores(1, 1, 1, 1));
    }

    @Test
    void oneClassOrOneCluster() {
        assertThat(ClusterScores.of(new int[] {3, 3, 3}, new int[] {1, 1, 1})).isEqualTo(new ClusterScores(1, 1, 1, 1));
        ClusterScores oneClass = ClusterScores.of(new int[] {0, 0, 1, 1}, new int[] {5, 5, 5, 5});
        assertThat(oneClass).isEqualTo(new ClusterScores(0.5, 0, 0, 1));
        ClusterScores oneCluster = ClusterScores.of(new int[] {0, 0, 0, 0}, new int[] {1, 1, 2, 3});
        assertThat(oneCluster).isEqualTo(new ClusterScores(0.5, 0, 0, 0.5));
        assertThat(ClusterScores.of(new int[] {2}, new int[] {0})).isEqualTo(new ClusterScores(1, 1, 1, 1));
    }

    @Test
    void moreClustersThanLabelsCountOneClusterALabel() {
        assertThat(ClusterScores.of(new int[] {0, 1, 2, 2}, new int[] {0, 0, 1, 1})
                        .accuracy())
                .isEqualTo(0.75);
        assertThat(ClusterScores.of(new int[] {0, 0, 1, 1}, new int[] {0, 1, 2, 2})
                        .accuracy())
                .isEqualTo(0.75);
    }

    @Test
    void chanceHasNoAri() {
        Random random = new Random(1);
        int[] clusters = random.ints(20_000, 0, 10).toArray();
        int[] labels = random.ints(20_000, 0, 10).toArray();
        assertThat(ClusterScores.of(clusters, labels).ari()).isCloseTo(0, within(1e-3));
    }

    @RepeatedTest(10)
    void agreesWithTribuo(RepetitionInfo turn) {
        Random random = new Random(turn.getCurrentRepetition());
        int n = 20 + random.nextInt(500);
        int[] labels = random.ints(n, 0, 2 + random.nextInt(9)).toArray();
        int[] clusters = Arrays.stream(labels)
                .map(label -> random.nextInt(3) == 0 ? random.nextInt(12) : label)
                .toArray();
        List<Integer> first = boxed(clusters);
        List<Integer> second = boxed(labels);
        // Tribuo counts in bits; the ratio does not mind.
        double mutual = InformationTheory.mi(first, second);
        double entropies = InformationTheory.entropy(first) + InformationTheory.entropy(second);
        assertThat(ClusterScores.of(clusters, labels).nmi()).isCloseTo(2 * mutual / entropies, within(1e-12));
    }

    private static List<Integer> boxed(int[] values) {
        return new ArrayList<>(Arrays.stream(values).boxed().toList());
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> ClusterScores.of(new int[0], new int[0]))
                .hasMessageContaining("0 clusters and 0 labels");
        assertThatThrownBy(() -> ClusterScores.of(new int[2], new int[3]))
                .hasMessage("2 clusters and 3 labels, expected one of each for each row");
        assertThatThrownBy(() -> ClusterScores.of(new int[] {0, -1}, new int[2]))
                .hasMessage("cluster or label -1, expected 0 or more");
    }

    @Test
    void assignmentIsTheBestOfAll() {
        Random random = new Random(3);
        for (int turn = 0; turn < 200; turn++) {
            int rows = 1 + random.nextInt(5);
            int columns = rows + random.nextInt(3);
            double[][] cost = new double[rows][columns];
            for (double[] line : cost) {
                Arrays.setAll(line, j -> random.nextInt(20) - 5);
            }
            int[] chosen = Assignment.cheapest(cost);
            assertThat(chosen).doesNotHaveDuplicates();
            double sum = 0;
            for (int row = 0; row < rows; row++) {
                sum += cost[row][chosen[row]];
            }
            assertThat(sum).isEqualTo(bruteForce(cost, 0, new boolean[columns]));
        }
    }

    private static double bruteForce(double[][] cost, int row, boolean[] used) {
        if (row == cost.length) {
            return 0;
        }
        double least = Double.POSITIVE_INFINITY;
        for (int j = 0; j < used.length; j++) {
            if (!used[j]) {
                used[j] = true;
                least = Math.min(least, cost[row][j] + bruteForce(cost, row + 1, used));
                used[j] = false;
            }
        }
        return least;
    }

    @Test
    void assignmentRefusesWhatHasNone() {
        assertThat(Assignment.cheapest(new double[0][])).isEmpty();
        assertThatThrownBy(() -> Assignment.cheapest(new double[][] {{1}, {2}}))
                .hasMessageContaining("2 rows and 1 columns");
        assertThatThrownBy(() -> Assignment.cheapest(new double[][] {{Double.NaN}}))
                .hasMessageContaining("cost NaN");
    }
}
