package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TimeSeriesTest {
    /** Series whose values are the numbers of their rows in the file: 0, 0.5 in row 0; 1, 1.5 in row 1. */
    private static TimeSeries series(double @Nullable [] times, @Nullable List<String> groups, int rows)
            throws FormatException {
        double[] values = IntStream.range(0, 2 * rows).mapToDouble(i -> i / 2.0).toArray();
        return TimeSeries.of(
                new TimeSeries.Rows(
                        Dataset.ofDoubles("s.csv", values, 2),
                        "line",
                        LongStream.range(2, 2 + rows).toArray(), // after a line of names
                        times == null
                                ? null
                                : new TimeSeries.Times(
                                        "time",
                                        Arrays.stream(times)
                                                .mapToObj(time -> "t" + (int) time)
                                                .toList(),
                                        times,
                                        true),
                        groups == null ? null : new TimeSeries.Texts("pump", groups)),
                TimeSeries.USUAL_GAP);
    }

    private static double[] times(int rows) {
        return IntStream.range(0, rows).mapToDouble(row -> 60 * row).toArray();
    }

    /** The rows of the file in each window. */
    private static List<List<Integer>> rows(Windows windows) throws Exception {
        Dataset data = Dataset.of(windows);
        List<List<Integer>> all = new ArrayList<>();
        for (int window = 0; window < data.rows(); window++) {
            double[] values = data.doubles(window);
            List<Integer> rows = new ArrayList<>();
            for (int i = 0; i < values.length; i += 2) {
                assertThat(values[i + 1]).isEqualTo(values[i] + 0.5);
                rows.add((int) values[i]);
            }
            all.add(rows);
        }
        return all;
    }

    @Test
    void overlappingWindowsAreRowsOfTimeAndColumn() throws Exception {
        Windows windows = series(null, null, 5).windows(3, 1).orElseThrow();
        assertThat(rows(windows)).containsExactly(List.of(0, 1, 2), List.of(1, 2, 3), List.of(2, 3, 4));
        assertThat(windows.inputs()).isEqualTo(6);
        assertThat(windows).hasToString("s.csv: 3 windows of 3 x 2");
    }

    @Test
    void windowsShareTheMemoryOfTheirSeries() {
        double[] values = {1, 2, 3, 4};
        Windows windows = new Windows("s", values, 1, 2, new int[] {0, 1, 2}, false);
        values[1] = 7;
        double[] read = new double[6];
        windows.read(new int[] {1, 0, 1}, read);
        assertThat(read).containsExactly(7, 3, 1, 7, 7, 3);
    }

    @Test
    void theLastWindowEndsWithTheSeries() throws Exception {
        assertThat(rows(series(null, null, 8).windows(3, 2).orElseThrow()))
                .containsExactly(List.of(0, 1, 2), List.of(2, 3, 4), List.of(4, 5, 6), List.of(5, 6, 7));
        assertThat(rows(series(null, null, 7).windows(3, 2).orElseThrow()))
                .containsExactly(List.of(0, 1, 2), List.of(2, 3, 4), List.of(4, 5, 6));
    }

    @Test
    void windowsDoNotCrossGaps() throws Exception {
        double[] times = times(10);
        for (int row = 4; row < 10; row++) {
            times[row] += 31; // 91 s instead of 60 s
        }
        TimeSeries series = series(times, null, 10);
        assertThat(rows(series.windows(4, 1).orElseThrow()))
                .containsExactly(List.of(0, 1, 2, 3), List.of(4, 5, 6, 7), List.of(5, 6, 7, 8), List.of(6, 7, 8, 9));
        assertThat(series.gaps())
                .contains("s.csv: 1 gap, which no window crosses: after 't180' (1.52 min, usually 1 min)");
        times[3] -= 1; // 59 s before the interval, which becomes 92 s; the one before remains no gap
        assertThat(series(times, null, 10).windows(4, 1).orElseThrow().rows()).isEqualTo(4);
    }

    @Test
    void anIntervalOfOneAndAHalfIsNoGap() throws Exception {
        double[] times = times(10);
        for (int row = 4; row < 10; row++) {
            times[row] += 30;
        }
        TimeSeries series = series(times, null, 10);
        assertThat(series.gaps()).isEmpty();
        assertThat(series.windows(4, 1).orElseThrow().rows()).isEqualTo(7);
    }

    @Test
    void windowsDoNotCrossGroupsWhichMayAlternate() throws Exception {
        List<String> groups = Stream.of(0, 1, 2, 3, 4, 5, 6)
                .map(row -> row % 2 == 0 ? "even" : "odd")
                .toList();
        TimeSeries series = series(times(7), groups, 7);
        assertThat(series.groups())
                .containsExactly(new TimeSeries.Group("even", 0, 4), new TimeSeries.Group("odd", 4, 7));
        assertThat(rows(series.windows(3, 1).orElseThrow()))
                .containsExactly(List.of(0, 2, 4), List.of(2, 4, 6), List.of(1, 3, 5));
        assertThat(IntStream.range(0, 7).map(series::row)).containsExactly(0, 2, 4, 6, 1, 3, 5);
        assertThat(series.time(4)).isEqualTo("t60");
        assertThat(series).hasToString("s.csv: 2 series of 2 columns, 7 rows");
    }

    @Test
    void timesMustIncrease() {
        assertThatThrownBy(() -> series(new double[] {0, 60, 50, 120}, null, 4))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith("s.csv: line 4, 'time' is 't50', after 't60' in line 3, expected a later time");
        assertThatThrownBy(() -> series(new double[] {0, 60, 60, 120}, null, 4))
                .hasMessageContaining("'t60' in line 3");
        assertThatThrownBy(() -> series(new double[] {0, 0, 60, 50}, List.of("a", "b", "a", "a"), 4))
                .hasMessageContaining("line 5, 'time' is 't50', after 't60' in line 4 of 'a'");
    }

    @Test
    void timesOfDifferentSeriesMayBeEqual() throws Exception {
        assertThat(series(new double[] {0, 0, 60, 60}, List.of("a", "b", "a", "b"), 4)
                        .windows(2, 1)
                        .orElseThrow()
                        .rows())
                .isEqualTo(2);
    }

    @Test
    void theHeldOutPartIsTheLastOfEachSeriesAndSharesNoRowWithTheRest() throws Exception {
        List<String> groups =
                IntStream.range(0, 30).mapToObj(row -> row < 20 ? "a" : "b").toList();
        TimeSeries series = series(null, groups, 30);
        boolean[] last = series.last(0.3);
        boolean[] first = new boolean[30];
        for (int position = 0; position < 30; position++) {
            first[position] = !last[position];
        }
        List<List<Integer>> held = rows(series.windows(3, 1, last).orElseThrow());
        List<List<Integer>> kept = rows(series.windows(3, 1, first).orElseThrow());
        assertThat(held.get(0)).containsExactly(14, 15, 16);
        assertThat(held.get(held.size() - 1)).containsExactly(27, 28, 29);
        assertThat(kept).hasSize(12 + 5);
        assertThat(held.stream().flatMap(List::stream))
                .doesNotContainAnyElementsOf(kept.stream().flatMap(List::stream).toList());
    }

    @Test
    void thereAreNoWindowsLongerThanTheSeries() throws Exception {
        TimeSeries series = series(times(5), null, 5);
        assertThat(series.windows(6, 1)).isEmpty();
        assertThat(series.windows(5, 5).orElseThrow().rows()).isEqualTo(1);
        assertThat(series.tooShort(6))
                .hasMessage("s.csv: too short for a window of 6 rows: the longest stretch without a gap has 5 rows, "
                        + "expected a smaller --window or a longer series");
    }

    @Test
    void durationsReadWell() {
        assertThat(TimeSeries.duration(5, true)).isEqualTo("5 s");
        assertThat(TimeSeries.duration(90, true)).isEqualTo("1.5 min");
        assertThat(TimeSeries.duration(86_400 * 10, true)).isEqualTo("10 d");
        assertThat(TimeSeries.duration(0.25, true)).isEqualTo("0.25 s");
        assertThat(TimeSeries.duration(300, false)).isEqualTo("300");
    }
}
