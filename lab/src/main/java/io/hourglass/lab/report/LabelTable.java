package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.lab.study.StudyResults.RunResult;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/** Test error by label in numbers; the colour of a cell compares it with the average of its line. */
final class LabelTable {
    /** Ratios to the line's average at which the colour changes: three blues below, white, three oranges above. */
    private static final double[] STEPS = {0.55, 0.75, 0.92, 1.08, 1.25, 1.45};

    private LabelTable() {}

    static String html(List<Configuration> configurations, SortedMap<Integer, double[]> pca, String noun) {
        int labels = pca.values().iterator().next().length;
        int exponent = exponent(configurations);
        StringBuilder html = new StringBuilder("<p class=\"caption\">");
        html.append("<b>Test MSE by true ")
                .append(noun)
                .append("</b>, in units of 10<sup>")
                .append(exponent == 0 ? "0" : "&minus;" + exponent)
                .append("</sup>. Orange: above the network&rsquo;s average; blue: below.</p>\n<div class=\"scroll\""
                        + " tabindex=\"0\"><table class=\"numbers"
                        + " heat\">\n<thead><tr><th>Network</th><th>Recipe</th>");
        for (int label = 0; label < labels; label++) {
            html.append("<th>").append(label).append("</th>");
        }
        html.append("<th>all</th></tr></thead>\n");
        pca.forEach((latent, errors) -> {
            html.append("<tbody>");
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
                        row(
                                html,
                                run.architecture().toString(),
                                Recipes.adjective(run.recipe(), Words.ENGLISH),
                                byLabel,
                                run.testMse(),
                                exponent);
                    }
                }
            }
            row(html, "PCA, p = " + latent, "", errors, pcaMse, exponent);
            html.append("</tbody>\n");
        });
        return html.append("</table></div>\n").toString();
    }

    private static void row(StringBuilder html, String name, String recipe, double[] errors, double all, int exponent) {
        html.append("<tr><th scope=\"row\">")
                .append(escape(name))
                .append("</th><td class=\"word\">")
                .append(escape(recipe))
                .append("</td>");
        for (double error : errors) {
            html.append("<td class=\"h")
                    .append(step(error / all))
                    .append("\">")
                    .append(scaled(error, exponent))
                    .append("</td>");
        }
        html.append("<td><b>").append(scaled(all, exponent)).append("</b></td></tr>\n");
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

    private static String scaled(double error, int exponent) {
        return Double.isFinite(error) ? Text.format("%.1f", error * Math.pow(10, exponent)) : "&ndash;";
    }
}
