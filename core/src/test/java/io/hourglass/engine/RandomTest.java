package io.hourglass.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomTest {
    private static int[] order(long seed, long stream, int n) {
        int[] order = new int[n];
        Arrays.fill(order, -1);
        new Random(seed, stream).shuffle(order);
        return order;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 1000, 60_000})
    void shufflesIntoAPermutation(int n) {
        int[] order = order(5, 1, n);
        Arrays.sort(order);
        for (int i = 0; i < n; i++) {
            assertThat(order[i]).isEqualTo(i);
        }
    }

    @Test
    void everyEpochAndEverySeedHasItsOrder() {
        Set<String> orders = new HashSet<>();
        for (long seed = -10; seed < 10; seed++) {
            for (long epoch = 0; epoch < 50; epoch++) {
                orders.add(Arrays.toString(order(seed, epoch, 30)));
            }
        }
        assertThat(orders).hasSize(20 * 50);
        assertThat(order(1, 2, 100)).isEqualTo(order(1, 2, 100));
    }

    /** Each of the 24 orders of four comes about equally often: 1000 times, give or take four standard deviations. */
    @Test
    void ordersAreUniform() {
        java.util.Map<String, Integer> counts = new java.util.HashMap<>();
        Random random = new Random(1, 1);
        int[] order = new int[4];
        for (int i = 0; i < 24_000; i++) {
            random.shuffle(order);
            counts.merge(Arrays.toString(order), 1, Integer::sum);
        }
        assertThat(counts).hasSize(24);
        assertThat(counts.values()).allMatch(count -> Math.abs(count - 1000) < 4 * Math.sqrt(1000));
    }

    @Test
    void uniformFillsItsRangeEvenly() {
        Random random = new Random(3, 0);
        int[] tenths = new int[10];
        for (int i = 0; i < 100_000; i++) {
            float x = random.uniform(0.25f);
            assertThat(x >= -0.25f && x < 0.25f).isTrue();
            tenths[(int) ((x + 0.25f) * 20)]++;
        }
        for (int count : tenths) {
            assertThat(count).isBetween(9_600, 10_400);
        }
    }

    @Test
    void wholeNumbersBelowABoundAreUniform() {
        Random random = new Random(7, -1);
        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++) {
            counts[random.below(6)]++;
        }
        assertThat(counts)
                .satisfies(all ->
                        Arrays.stream(all).forEach(count -> assertThat(count).isBetween(10_000 - 400, 10_000 + 400)));
        assertThat(random.below(1)).isZero();
        assertThat(random.below(Integer.MAX_VALUE)).isBetween(0, Integer.MAX_VALUE - 1);
    }

    /** Mean, variance, and the parts within one and two standard deviations, each within about four of its own. */
    @Test
    void gaussianHasTheShapeOfTheNormalDistribution() {
        Random random = new Random(11, -2);
        int n = 200_000;
        double sum = 0;
        double squares = 0;
        int[] within = new int[3];
        for (int i = 0; i < n; i++) {
            double x = random.gaussian();
            sum += x;
            squares += x * x;
            within[Math.abs(x) < 1 ? 0 : Math.abs(x) < 2 ? 1 : 2]++;
        }
        assertThat(Math.abs(sum / n)).isLessThan(0.009);
        assertThat(Math.abs(squares / n - 1)).isLessThan(0.013);
        assertThat(within[0] / (double) n).isBetween(0.6785, 0.6869);
        assertThat(within[1] / (double) n).isBetween(0.2677, 0.2759);
    }

    /** What a row draws in an epoch depends on nothing else, and is not what another row, epoch or purpose draws. */
    @Test
    void everyRowOfEveryEpochHasItsNumbers() {
        Set<Double> drawn = new HashSet<>();
        for (Random.Purpose purpose : Random.Purpose.values()) {
            for (int epoch : new int[] {1, 2, 1_000_000}) {
                for (int row : new int[] {0, 1, 2, 60_000, Integer.MAX_VALUE}) {
                    drawn.add(Random.ofRow(5, purpose, epoch, row).gaussian());
                }
            }
        }
        assertThat(drawn).hasSize(2 * 3 * 5);
        assertThat(Random.ofRow(5, Random.Purpose.SAMPLING, 3, 4).gaussian())
                .isEqualTo(Random.ofRow(5, Random.Purpose.SAMPLING, 3, 4).gaussian());
    }

    @Test
    void fractionsFillTheirRangeEvenly() {
        Random random = new Random(4, 0);
        int[] tenths = new int[10];
        for (int i = 0; i < 100_000; i++) {
            tenths[(int) (10 * random.fraction())]++; // not 10, as fractions are below 1
        }
        assertThat(Arrays.stream(tenths)).allMatch(count -> Math.abs(count - 10_000) < 4 * Math.sqrt(9000));
    }

    @Test
    void chancesAreAsLarge() {
        Random random = new Random(13, 0);
        int hits = 0;
        for (int i = 0; i < 100_000; i++) {
            hits += random.chance(0.3) ? 1 : 0;
            assertThat(random.chance(0)).isFalse();
            assertThat(random.chance(1)).isTrue();
        }
        assertThat(hits).isBetween(29_400, 30_600);
    }
}
