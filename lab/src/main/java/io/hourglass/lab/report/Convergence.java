package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.lab.page.Html;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The error by epoch, section 3.3 of the lab report: interactive on screen, a picture in print and without scripts. */
final class Convergence {
    private Convergence() {}

    static Section section(List<Configuration> configurations, List<Curve> curves, byte[] png, int figure) {
        String html = Section.paragraph("How does the error fall from epoch to epoch? Section 3.3 of the lab report"
                        + " leaves this question open. The test error is measured on the whole test set after each"
                        + " epoch. The training error is the mean over the epoch's mini-batches, each"
                        + " measured before its step.")
                + "<figure class=\"curves\" id=\"curves\">\n<div class=\"toolbar\""
                + " id=\"curves-toolbar\"></div>\n"
                + "<div class=\"plot\" id=\"curves-plot\"></div>\n"
                + "<img class=\"still\" width=\"1600\" height=\"1010\" alt=\"Training and test MSE of every"
                + " network by epoch, logarithmic axis\" src=\"" + Pictures.dataUri(png) + "\">\n"
                + legend(curves)
                + "<figcaption><b>Figure " + figure
                + ". Convergence.</b> Mean squared error per value by epoch. <span class=\"hint\">Point at"
                + " a curve to see its values. Drag to zoom in, double-click to zoom out. The"
                + " buttons and the cells of the table show and hide"
                + " curves.</span></figcaption>\n</figure>\n"
                + Section.sentences(CurveFindings.of(configurations))
                + "<script type=\"application/json\" id=\"curves-data\">" + json(curves) + "</script>\n";
        return new Section("convergence", "Convergence", html);
    }

    /** One cell for each curve, with its last value; the script turns the cells into switches. */
    private static String legend(List<Curve> curves) {
        Map<String, Map<String, Integer>> rows = new LinkedHashMap<>();
        Set<String> columns = new LinkedHashSet<>();
        for (int i = 0; i < curves.size(); i++) {
            Curve curve = curves.get(i);
            String column = Recipes.name(curve.recipe()) + ", " + curve.set();
            columns.add(column);
            rows.computeIfAbsent(curve.configuration(), key -> new LinkedHashMap<>())
                    .put(column, i);
        }
        StringBuilder html =
                new StringBuilder("<div class=\"scroll\"><table class=\"legend\" id=\"curves-legend\">\n<thead><tr><th"
                        + " id=\"curves-epoch\">");
        html.append("Last epoch</th>");
        columns.forEach(column -> html.append("<th>").append(escape(column)).append("</th>"));
        html.append("</tr></thead>\n<tbody>");
        rows.forEach((configuration, cells) -> {
            html.append("<tr><th scope=\"row\">").append(escape(configuration)).append("</th>");
            for (String column : columns) {
                Integer index = cells.get(column);
                html.append(index == null ? "<td></td>" : cell(index, curves.get(index)));
            }
            html.append("</tr>\n");
        });
        return html.append("</tbody></table></div>\n").toString();
    }

    private static String cell(int index, Curve curve) {
        boolean test = curve.set().equals("test");
        return "<td data-curve=\"" + index
                + "\"><svg width=\"26\" height=\"8\" aria-hidden=\"true\"><line x1=\"0\" x2=\"26\""
                + " y1=\"4\" y2=\"4\" stroke=\"" + curve.colour() + "\" stroke-width=\"" + (test ? "3" : "1.4") + "\""
                + (Recipes.isReports(curve.recipe()) ? " stroke-dasharray=\"6 3.5\"" : "") + "/></svg><span>"
                + Text.preciseMse(curve.last()) + "</span></td>";
    }

    private static String json(List<Curve> curves) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Curve curve : curves) {
            List<@Nullable Double> values = new ArrayList<>();
            // JSON has no NaN: null leaves a gap in the curve.
            curve.values().forEach(value -> values.add(Double.isFinite(value) ? value : null));
            Map<String, Object> fields = new LinkedHashMap<>(); // in this order: the same study gives the same bytes
            fields.put("configuration", curve.configuration());
            fields.put("recipe", Recipes.name(curve.recipe()));
            fields.put("dashed", Recipes.isReports(curve.recipe()));
            fields.put("set", curve.set());
            fields.put("colour", curve.colour());
            fields.put("values", values);
            all.add(fields);
        }
        return Html.escapeJson(Objects.requireNonNull(JsonMapper.shared().writeValueAsString(all)));
    }
}
