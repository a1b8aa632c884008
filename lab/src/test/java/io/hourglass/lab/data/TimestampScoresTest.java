package io.hourglass.lab.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.data.Contributions.Share;
import io.hourglass.lab.data.TimestampScores.Aggregate;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TimestampScoresTest {
    private static final Contributions BY_VALUE = Contributions.ofErrors(2);

    /** Three windows of three rows and two columns, at 0, 1 and 2, of seven rows. */
    private static TimestampScores scores(Aggregate how) {
        TimestampScores scores = new TimestampScores(7, 2, 3, how);
        scores.add(0, new double[] {1, 3, 2, 2, 0, 6});
        scores.add(1, new double[] {8, 2, 0, 2, 4, 4});
        scores.add(2, new double[] {4, 14, 0, 0, 0, 1});
        scores.finish();
        return scores;
    }

    @Test
    void aScoreIsTheMeanOverTheWindowsThatContainTheRow() {
        // Errors by row: 2 | 2, 5 | 3, 1, 9 | 4, 0 | 0.5
        assertThat(all(scores(Aggregate.MEAN))).containsExactly(2, 3.5, 13 / 3.0, 2, 0.5, Double.NaN, Double.NaN);
        assertThat(all(scores(Aggregate.MEDIAN))).containsExactly(2, 3.5, 3, 2, 0.5, Double.NaN, Double.NaN);
        assertThat(all(scores(Aggregate.MAX))).containsExactly(2, 5, 9, 4, 0.5, Double.NaN, Double.NaN);
        assertThat(scores(Aggregate.MAX).covered()).containsExactly(2, 5, 9, 4, 0.5);
        assertThat(scores(Aggregate.MEAN).isCovered(5)).isFalse();
    }

    private static double[] all(TimestampScores scores) {
        return IntStream.range(0, scores.rows()).mapToDouble(scores::score).toArray();
    }

    @Test
    void columnsContributeByTheirSquaresInAllWindows() {
        TimestampScores scores = scores(Aggregate.MEAN);
        // Row 2: 0 + 0 + 4 and 6 + 2 + 14.
        assertThat(scores.contributions(2, BY_VALUE, 2))
                .containsExactly(new Share(1, 22 / 26.0, 0), new Share(0, 4 / 26.0, 0));
        assertThat(scores.contributions(3, BY_VALUE, 1)).containsExactly(new Share(0, 0.5, 0));
        assertThat(scores.contributions(6, BY_VALUE, 2)).containsExactly(new Share(0, 0, 0), new Share(1, 0, 0));
    }

    @Test
    void theErrorsOfAColumnAreSummed() {
        Contributions dates = new Contributions(new int[] {0, 1, 1, 1, 2});
        assertThat(dates.of(new double[] {4, 1, 0, 3, 2}, 2))
                .containsExactly(new Share(0, 0.4, 0), new Share(1, 0.4, 2));
        assertThat(dates.of(new double[] {0, 0, 0, 0, 0}, 9)).hasSize(3).contains(new Share(1, 0, 0));
    }

    /** A model of another program may have categories, but no more than the names of its values. */
    @Test
    void theErrorOfACategoryBelongsToItsValues() {
        TableColumns names = TableColumns.ofNumbers(List.of("age", "is DE", "is FR", "price"), 4);
        Contributions columns = names.contributions(Columns.parse("1,c2,1"));
        assertThat(columns.of(new double[] {1, 2, 5}, 2))
                .containsExactly(new Share(3, 0.625, 0), new Share(1, 0.25, 0));
    }

    /** The mean is over the values that are there; a row without any has error 0. */
    @Test
    void missingValuesHaveNoError() {
        TimestampScores scores = new TimestampScores(3, 2, 3, Aggregate.MEAN);
        scores.add(0, new double[] {5, 1, Double.NaN, 4, Double.NaN, Double.NaN});
        scores.finish();
        assertThat(all(scores)).containsExactly(3, 4, 0);
        assertThat(scores.contributions(1, BY_VALUE, 2)).containsExactly(new Share(1, 1, 0), new Share(0, 0, 0));
    }

    @Test
    void squaresTooLargeForANumberLeaveSharesFinite() {
        TimestampScores scores = new TimestampScores(2, 2, 2, Aggregate.MEAN);
        scores.add(0, new double[] {Double.POSITIVE_INFINITY, 1, 1, 1});
        scores.finish();
        assertThat(scores.score(0)).isInfinite();
        assertThat(scores.contributions(0, BY_VALUE, 2).get(0)).isEqualTo(new Share(0, 1, 0));
        assertThat(scores.contributions(0, BY_VALUE, 2).get(1).share()).isBetween(0.0, 1e-100);
    }

    /** A network that gives 0 for everything: the squared errors are the squares of the values. */
    @ParameterizedTest
    @EnumSource
    void scoresOfAModelAreThoseOfItsWindows(Aggregate how) throws Exception {
        int rows = 50;
        double[] values = IntStream.range(0, rows).mapToDouble(row -> row % 7).toArray();
        TimeSeries series = TimeSeries.of(
                new TimeSeries.Rows(Dataset.ofDoubles("s", values, 1), "row", new long[rows], null, null),
                TimeSeries.USUAL_GAP);
        Autoencoder zero = Autoencoder.of(
                Architecture.of(8, List.of(), 1).withOutputActivation(Activation.IDENTITY),
                Map.of(
                        "encoder.0.weight", new float[8],
                        "encoder.0.bias", new float[1],
                        "decoder.0.weight", new float[8],
                        "decoder.0.bias", new float[8]),
                Map.of());
        Windows windows = series.windows(8, 3).orElseThrow();
        TimestampScores scores = TimestampScores.of(zero, windows, rows, how, done -> {});
        assertThat(scores.covered())
                .containsExactly(Arrays.stream(values).map(x -> x * x).toArray());
    }
}
