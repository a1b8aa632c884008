package io.hourglass.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.anomaly.Threshold;
import io.hourglass.lab.Chromium;
import io.hourglass.lab.data.TableColumns;
import io.hourglass.lab.data.TimeSeries;
import io.hourglass.lab.data.TimestampScores;
import io.hourglass.lab.data.TimestampScores.Aggregate;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of series in a browser, from disk, without a network. */
@Tag("once")
class SeriesPageInBrowserTest {
    private static final int ROWS = 200;

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static Chromium chromium;

    @SuppressWarnings("NullAway.Init")
    private static Path file;

    /** Two series of 100 rows; one has a gap, and three successive rows that stand out. */
    @BeforeAll
    static void writePage() throws Exception {
        chromium = Chromium.start();
        file = folder.resolve("s.html");
        double[] values = new double[2 * ROWS];
        for (int row = 0; row < ROWS; row++) {
            values[2 * row] = Math.sin(row / 5.0);
            values[2 * row + 1] = row >= 150 && row < 153 ? 40 : 1;
        }
        double[] seconds = IntStream.range(0, ROWS)
                .mapToDouble(row -> 1_700_000_000 + 300.0 * (row % 100) + (row >= 120 ? 36_000 : 0))
                .toArray();
        List<String> texts = IntStream.range(0, ROWS).mapToObj(row -> "t" + row).toList();
        List<String> groups = IntStream.range(0, ROWS)
                .mapToObj(row -> row < 100 ? "pump <A>" : "pump B")
                .toList();
        TimeSeries series = TimeSeries.of(
                new TimeSeries.Rows(
                        Dataset.ofDoubles("pumps.csv", values, 2),
                        "line",
                        new long[ROWS],
                        new TimeSeries.Times("time", texts, seconds, true),
                        new TimeSeries.Texts("pump", groups)),
                TimeSeries.USUAL_GAP);
        Autoencoder zero = Autoencoder.of(
                Architecture.of(20, List.of(), 1).withOutputActivation(Activation.IDENTITY),
                Map.of(
                        "encoder.0.weight", new float[20],
                        "encoder.0.bias", new float[1],
                        "decoder.0.weight", new float[20],
                        "decoder.0.bias", new float[20]),
                Map.of());
        TimestampScores scores =
                TimestampScores.of(zero, series.windows(10, 1).orElseThrow(), ROWS, Aggregate.MEAN, done -> {});
        Threshold threshold = new Threshold(1.5, Threshold.Method.QUANTILE, 0.01, 100);
        SeriesPage.write(
                file,
                series,
                scores,
                threshold,
                TableColumns.ofNumbers(List.of("flow", "pressure"), 2),
                "m.safetensors");
    }

    @AfterAll
    static void stop() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @AfterEach
    void nothingWentWrong() {
        chromium.closePages();
        assertThat(chromium.problems()).isEmpty();
    }

    @Test
    void eachSeriesHasItsCurvesAndItsFlaggedStretches() {
        Page page = chromium.open(file, 1280);
        assertThat(page.title()).isEqualTo("pumps.csv: anomaly scores");
        assertThat(page.locator("h2").allTextContents()).containsExactly("pump <A>", "pump B");
        assertThat(page.locator(".u-wrap canvas").count()).isEqualTo(2 * 3);
        assertThat(page.locator("#series-0 .name").allTextContents())
                .containsExactly("flow", "pressure", "score, threshold 1.5 (dashed)");
        assertThat(page.textContent("#series-0 p")).contains("100 rows from t0 to t99. Flagged: 0 rows.");
        assertThat(page.textContent("#series-1 p")).contains("Flagged: 3 rows in 1 stretch.");
        assertThat(page.locator("tbody td").allTextContents())
                .containsExactly("t150", "t152", "3", "800.5", "pressure (100 %)");
    }

    @Test
    void thePointerShowsTheValuesOfItsRow() {
        Page page = chromium.open(file, 1280);
        page.locator("#series-1 .u-over").first().hover();
        assertThat(page.textContent("#series-1 .readout")).matches("2023-11-1\\d [\\d:]+ · flow .* · score .*");
    }

    @Test
    void itFitsNarrowScreensAndDarkOnes() {
        Page page = chromium.open(file, 390);
        assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
        assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(255, 255, 255)");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(18, 22, 31)");
        page.setViewportSize(800, 900);
        page.waitForFunction("document.querySelector('.u-wrap').clientWidth > 600");
    }
}
