package io.hourglass.lab.report;

import io.hourglass.lab.report.DataTable.Cell;
import io.hourglass.lab.report.DataTable.Column;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/** Test error by label in numbers; the colour of a cell compares it with the average of its line. */
final class LabelTable {
    /** Ratios to the line's average at which the colour changes: three blues below, white, three oranges above. */
    private static final double[] STEPS = {0.55, 0.75, 0.92, 1.08, 1.25, 1.45};

    private LabelTable() {}

    static String html(Paper paper, List<Configuration> configurations, SortedMap<Integer, double[]> pca)
            throws IOException {
        Words words = paper.words();
        int labels = pca.values().iterator().next().length;
        int exponent = exponent(configurations);
        List<Column> columns = new ArrayList<>();
        columns.add(Column.text("network", words.say("column.network")));
        columns.add(Column.text("recipe", words.say("column.recipe")));
        columns.add(Column.number("test_mse", words.say("labels.all")));
        for (int label = 0; label < labels; label++) {
            columns.add(Column.number("test_mse_label_" + label, words.label(label)));
        }
        DataTable table = new DataTable("labels", "heat", columns);
        pca.forEach((latent, errors) -> {
            table.group();
            double pcaMse = Double.NaN;
            for (Configuration configuration : configurations) {
                if (configuration.latent() == latent) {
                    pcaMse = configuration.pcaTestMse();
                    for (RunResult run : configuration.runs()) {
                        double[] byLabel = new double[labels];
                        Arrays.setAll(
                                byLabel,
                                i -> i < run.testMseByLabel().size()
                                        ? run.testMseByLabel().get(i)
                                        : Double.NaN);
                        table.row(row(
                                Cell.text(run.architecture().toString()),
                                Cell.of(
                                        Recipes.adjective(run.recipe(), words),
                                        run.recipe().name()),
                                byLabel,
                                run.testMse(),
                                exponent,
                                words));
                    }
                }
            }
            Cell name = Cell.of(words.say("pca.components", Findings.text(latent)), "pca-" + latent);
            table.row(row(name, Cell.empty(), errors, pcaMse, exponent, words));
        });
        return paper.table(
                table,
                words.say("labels.table"),
                words.html(
                                "labels.note",
                                new Words.Markup("10<sup>" + (exponent == 0 ? "0" : "\u2212" + exponent) + "</sup>"))
                        + " "
                        + paper.reading(words.html("labels.table.reading")));
    }

    private static List<Cell> row(Cell name, Cell recipe, double[] errors, double all, int exponent, Words words) {
        List<Cell> cells = new ArrayList<>(List.of(name, recipe, scaled(all, exponent, words)));
        for (double error : errors) {
            cells.add(scaled(error, exponent, words).css("h" + step(error / all)));
        }
        return cells;
    }

    /** 0 for far below the average, 3 for near it, 6 for far above. */
    static int step(double ratio) {
        int step = 0;
        while (step < STEPS.length && ratio >= STEPS[step]) {
            step++;
        }
        return Double.isNaN(ratio) ? STEPS.length / 2 : step;
    }

    /** The power of ten that gives the smallest average at least one digit before the decimal point. */
    private static int exponent(List<Configuration> configurations) {
        double least = Findings.runs(configurations).stream()
                .mapToDouble(RunResult::testMse)
                .filter(mse -> mse > 0 && Double.isFinite(mse))
                .min()
                .orElse(1);
        return Math.max(0, (int) Math.ceil(-Math.log10(least)));
    }

    private static Cell scaled(double error, int exponent, Words words) {
        return Cell.of(Double.isFinite(error) ? words.number("%.1f", error * Math.pow(10, exponent)) : "\u2013", error);
    }
}
