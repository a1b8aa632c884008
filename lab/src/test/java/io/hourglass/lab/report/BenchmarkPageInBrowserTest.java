package io.hourglass.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.hourglass.lab.Chromium;
import io.hourglass.lab.detection.Protocol;
import io.hourglass.lab.detection.SeriesResult;
import io.hourglass.lab.detection.SeriesResult.Alarms;
import io.hourglass.lab.detection.TableResult;
import io.hourglass.lab.detection.TableResult.Figures;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
class BenchmarkPageInBrowserTest {
    @TempDir
    Path folder;

    @Test
    void marksStandWhereTheFiguresAre() throws Exception {
        Path file = folder.resolve("b.html");
        BenchmarkPage.write(
                file,
                "tables",
                Protocol.SEMI_SUPERVISED,
                List.of(
                        new TableResult(
                                "a <b>.csv",
                                3000,
                                4,
                                20,
                                1490,
                                1510,
                                List.of(
                                        new Figures("autoencoder", 0.9, 0.5, 1.5),
                                        new Figures("mean", 0.7, 0.25, 0.125))),
                        new TableResult(
                                "c.npz",
                                50,
                                7,
                                5,
                                23,
                                27,
                                List.of(
                                        new Figures("autoencoder", 0.5, 0.5, 0.5),
                                        new Figures("mean", Double.NaN, Double.NaN, 0.125)))));
        try (Chromium chromium = Chromium.start()) {
            Page page = chromium.open(file, 390);
            assertThat(page.title()).isEqualTo("tables: anomalies found");
            assertThat(page.textContent(".subtitle")).contains("2 detectors", "2 tables", "semi-supervised");
            assertThat(page.locator(".line > span").allTextContents())
                    .containsExactly("", "a <b>.csv", "c.npz", "average");
            assertThat(page.locator(".line > svg[role=img]").first().getAttribute("aria-label"))
                    .isEqualTo("a <b>.csv: autoencoder 0.9000, mean 0.7000");
            assertThat(page.locator(".line path").count()).isEqualTo(2 + 1 + 1); // no mark for what is missing
            assertThat(page.evaluate("(() => { const of = c => [...document.querySelectorAll('.line path.' + c)]"
                            + ".map(p => p.getBoundingClientRect()).map(r => r.left + r.width / 2);"
                            + " const [a] = of('d0'), [b] = of('d1'), low = of('d0')[1];"
                            + " return Math.abs((b - low) * 2 - (a - low)) < 0.5 && a > b; })()"))
                    .as("0.5, 0.7 and 0.9 at equal distances")
                    .isEqualTo(true);
            assertThat(page.locator("tbody tr").first().locator("td").allTextContents())
                    .containsExactly(
                            "a <b>.csv", "3,000", "4", "20", "0.9000", "0.7000", "0.5000", "0.2500", "1.50", "0.13");
            assertThat(page.locator("tfoot td").allTextContents())
                    .containsExactly("average", "", "", "", "0.7000", "none", "0.5000", "none", "1.00", "0.13");
            assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
            assertThat(chromium.problems()).isEmpty();
        }
    }

    @Test
    void seriesHaveRangesFoundAndFalseAlarms() throws Exception {
        Path file = folder.resolve("s.html");
        BenchmarkPage.writeSeries(
                file,
                "data",
                Protocol.SEMI_SUPERVISED,
                List.of(
                        series("real/<a>.csv", 0.9, new Alarms(2, 1), new Alarms(1, 3)),
                        series("real/b.csv", 0.7, new Alarms(0, 4), new Alarms(2, 0))));
        try (Chromium chromium = Chromium.start()) {
            Page page = chromium.open(file, 390);
            assertThat(page.textContent(".subtitle"))
                    .contains("2 detectors", "on 2 series", "The rows before the first anomalous range train");
            assertThat(page.locator("thead tr").first().locator("th").allTextContents())
                    .containsExactly("", "", "ROC-AUC", "average precision", "seconds", "ranges found", "false alarms");
            assertThat(page.locator("tbody tr").first().locator("td").allTextContents())
                    .containsExactly(
                            "real/<a>.csv",
                            "1,000",
                            "1",
                            "60",
                            "2",
                            "0.9000",
                            "0.5000",
                            "0.5000",
                            "0.2500",
                            "1.00",
                            "0.50",
                            "2",
                            "1",
                            "1",
                            "3");
            assertThat(page.locator("tfoot td").allTextContents())
                    .containsExactly(
                            "average", "", "", "", "4", "0.8000", "0.5000", "0.5000", "0.2500", "1.00", "0.50", "2",
                            "3", "5", "3");
            assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
            assertThat(chromium.problems()).isEmpty();
        }
    }

    private static SeriesResult series(String name, double rocAuc, Alarms... alarms) {
        return new SeriesResult(
                new TableResult(
                        name,
                        1000,
                        1,
                        60,
                        500,
                        500,
                        List.of(
                                new Figures("autoencoder", rocAuc, 0.5, 1),
                                new Figures("moving-average", 0.5, 0.25, 0.5))),
                2,
                List.of(alarms));
    }
}
