package io.hourglass.lab.report;

import io.hourglass.io.AtomicFile;
import io.hourglass.lab.study.SweepResult;
import io.hourglass.lab.study.VarianceResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The charts of experiments as picture files, in English as the commands that write them. */
public final class ExperimentCharts {
    private ExperimentCharts() {}

    /**
     * Draws bias, variance and noise as stacked bars.
     *
     * @param results at least one
     */
    public static void variance(Path png, List<VarianceResult> results) throws IOException {
        headless();
        byte[] bytes = VariancePng.draw(results, Words.ENGLISH).png();
        AtomicFile.write(png, out -> out.write(bytes));
    }

    /**
     * Draws test error by the width of the code.
     *
     * @param results at least one
     */
    public static void sweep(Path png, List<SweepResult> results) throws IOException {
        headless();
        byte[] bytes = SweepPng.draw(
                        RateCurve.of(results, Words.ENGLISH),
                        results.get(0).training().data().perColumn(),
                        Words.ENGLISH)
                .png();
        AtomicFile.write(png, out -> out.write(bytes));
    }

    /** Servers have no display, and drawing in memory needs none. */
    private static void headless() {
        System.setProperty("java.awt.headless", "true");
    }
}
