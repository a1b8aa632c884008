package io.hourglass.lab.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hourglass.Dataset;
import io.hourglass.lab.data.DataSplit;
import io.hourglass.lab.data.LabelledSeries;
import io.hourglass.lab.detection.SeriesResult.Alarms;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SeriesResultTest {
    private static boolean[] range(int rows, int from, int to) {
        boolean[] range = new boolean[rows];
        Arrays.fill(range, from, to, true);
        return range;
    }

    private static double[] scores(int rows, int... high) {
        double[] scores = new double[rows];
        for (int i = 0; i < high.length; i++) {
            scores[high[i]] = high.length - i;
        }
        return scores;
    }

    private static Alarms alarms(double[] scores, boolean[]... ranges) {
        LabelledSeries series = series(scores.length, ranges);
        return SeriesResult.alarms(scores, series.anomaly(), List.of(ranges));
    }

    private static LabelledSeries series(int rows, boolean[]... ranges) {
        Dataset data = Dataset.ofDoubles("s", new double[rows], 1);
        return new LabelledSeries("s.csv", new DataSplit("s", data, null), ranges);
    }

    /** Of 2,000 rows, 4 are flagged. */
    @Test
    void countsRangesAndStretchesWithFlaggedRows() {
        boolean[] first = range(2000, 100, 200);
        boolean[] second = range(2000, 300, 400);
        assertThat(alarms(scores(2000, 150, 160, 170, 180, 350), first, second)).isEqualTo(new Alarms(1, 0));
        assertThat(alarms(scores(2000, 150, 399, 400, 401), first, second)).isEqualTo(new Alarms(2, 0));
        assertThat(alarms(scores(2000, 0, 1, 1998, 1999), first, second)).isEqualTo(new Alarms(0, 2));
        assertThat(alarms(scores(2000, 99, 100, 400, 402), first, second)).isEqualTo(new Alarms(1, 2));
    }

    @Test
    void rowsOfEqualScoresAreFlaggedTogetherOrNotAtAll() {
        double[] equal = scores(2000, 150);
        Arrays.fill(equal, 10, 15, 0.5);
        assertThat(alarms(equal, range(2000, 100, 200))).isEqualTo(new Alarms(1, 0));
        Arrays.fill(equal, 10, 12, 0.7);
        assertThat(alarms(equal, range(2000, 100, 200))).isEqualTo(new Alarms(1, 1));
        assertThat(alarms(new double[20], range(20, 5, 6))).isEqualTo(new Alarms(0, 0));
        assertThat(alarms(scores(20, 5, 6), range(20, 5, 6))).isEqualTo(new Alarms(1, 0)); // at least one row
    }

    private static SeriesDetector byRow(List<Integer> trained) {
        return new SeriesDetector() {
            @Override
            public String name() {
                return "row";
            }

            @Override
            public Optional<double[]> scores(DataSplit rows, int count, int width) {
                trained.add(count);
                double[] scores = new double[rows.train().rows()];
                Arrays.setAll(scores, row -> row < width ? Double.NaN : row);
                return Optional.of(scores);
            }
        };
    }

    @Test
    void measuresTheRowsAfterThoseTrainedOn() throws IOException {
        List<Integer> trained = new ArrayList<>();
        LabelledSeries series = series(100, range(100, 60, 70), range(100, 95, 100));
        SeriesResult result =
                SeriesResult.of(series, Protocol.SEMI_SUPERVISED, 10, List.of(byRow(trained)), name -> {});
        assertThat(trained).containsExactly(50);
        assertThat(result.table().trainRows()).isEqualTo(50);
        assertThat(result.table().testRows()).isEqualTo(50);
        assertThat(result.table().anomalies()).isEqualTo(15);
        // Rows 50 to 59 and 70 to 94 are normal: 10 below the first range, all 35 below the second.
        assertThat(result.table().results().get(0).rocAuc()).isEqualTo((10 * 10 + 5 * 35) / (15.0 * 35));
        assertThat(result.ranges()).isEqualTo(2);
        assertThat(result.alarms()).containsExactly(new Alarms(1, 0));

        SeriesResult all = SeriesResult.of(series, Protocol.UNSUPERVISED, 10, List.of(byRow(trained)), name -> {});
        assertThat(trained).containsExactly(50, 100);
        assertThat(all.table().testRows()).isEqualTo(90);
        assertThat(SeriesResult.sum(List.of(result, all))).containsExactly(new Alarms(2, 0));
    }

    @Test
    void trainsBeforeTheFirstRange() throws IOException {
        List<Integer> trained = new ArrayList<>();
        SeriesResult early = SeriesResult.of(
                series(100, range(100, 20, 30)), Protocol.SEMI_SUPERVISED, 25, List.of(byRow(trained)), name -> {});
        assertThat(trained).containsExactly(20);
        assertThat(early.table().testRows()).isEqualTo(75); // the first 25 rows may have no score
    }

    @Test
    void refusesSeriesThatCannotBeMeasured() {
        assertThatThrownBy(() -> of(series(100))).hasMessageContaining("s.csv: has no anomalous range to measure");
        assertThatThrownBy(() -> of(series(100, range(100, 20, 100)))).hasMessageContaining("has no normal rows");
        assertThatThrownBy(() -> of(series(100, range(100, 0, 10))))
                .hasMessage("s.csv: begins with an anomaly, expected normal rows to train on");
    }

    private static SeriesResult of(LabelledSeries series) throws IOException {
        return SeriesResult.of(series, Protocol.SEMI_SUPERVISED, 10, List.of(byRow(new ArrayList<>())), name -> {});
    }
}
