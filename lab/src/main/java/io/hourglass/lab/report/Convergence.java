package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.lab.page.Html;
import java.io.IOException;
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
    /** What the script of the curves says. */
    private static final List<String> SCRIPT = List.of(
            "axis",
            "log",
            "show",
            "all",
            "only",
            "only.hint",
            "epoch",
            "epoch.at",
            "last",
            "mse",
            "value",
            "train",
            "test");

    private Convergence() {}

    static Section section(Paper paper, List<Configuration> configurations) throws IOException {
        Words words = paper.words();
        List<Curve> curves = Curve.of(configurations);
        Drawing drawing = CurvesPng.draw(curves, words.say("convergence.title"), true, words);
        String files = paper.draw("convergence", drawing);
        String html = paper.question("convergence.question")
                + paper.answer(CurveFindings.of(configurations, words))
                + "<figure class=\"curves\" id=\"figure-curves\">\n<div class=\"toolbar\""
                + " id=\"curves-toolbar\"></div>\n"
                + "<div class=\"plot\" id=\"curves-plot\"></div>\n"
                + "<img class=\"still\" width=\"" + drawing.width() + "\" height=\"" + drawing.height() + "\" alt=\""
                + words.html("convergence.alt") + "\" src=\"" + Pictures.dataUri(drawing.png()) + "\">\n"
                + legend(curves, words)
                + paper.caption(
                        "curves",
                        words.html("convergence.figure"),
                        words.html("convergence.shows") + " <span class=\"hint\">" + words.html("convergence.hint")
                                + "</span>",
                        words.html("convergence.reading") + " " + files)
                + "</figure>\n"
                + "<script type=\"application/json\" id=\"curves-data\">" + json(curves, words) + "</script>\n";
        return Section.of("convergence", words, html);
    }

    /** One cell for each curve, with its last value; the script turns the cells into switches. */
    private static String legend(List<Curve> curves, Words words) {
        Map<String, Map<String, Integer>> rows = new LinkedHashMap<>();
        Set<String> columns = new LinkedHashSet<>();
        for (int i = 0; i < curves.size(); i++) {
            Curve curve = curves.get(i);
            String column = curve.name(words);
            columns.add(column);
            rows.computeIfAbsent(curve.configuration(), key -> new LinkedHashMap<>())
                    .put(column, i);
        }
        StringBuilder html = new StringBuilder("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .append(words.html("convergence.legend"))
                .append("\"><table class=\"legend\" id=\"curves-legend\">\n<thead><tr><th id=\"curves-epoch\">")
                .append(words.html("convergence.last"))
                .append("</th>");
        columns.forEach(column -> html.append("<th>").append(escape(column)).append("</th>"));
        html.append("</tr></thead>\n<tbody>");
        rows.forEach((configuration, cells) -> {
            html.append("<tr><th scope=\"row\" data-network=\"")
                    .append(escape(configuration))
                    .append("\">")
                    .append(Words.escape(configuration))
                    .append("</th>");
            for (String column : columns) {
                Integer index = cells.get(column);
                html.append(index == null ? "<td></td>" : cell(index, curves.get(index), words));
            }
            html.append("</tr>\n");
        });
        return html.append("</tbody></table></div>\n").toString();
    }

    private static String cell(int index, Curve curve, Words words) {
        boolean test = curve.set().equals("test");
        return "<td data-curve=\"" + index
                + "\"><svg width=\"26\" height=\"8\" aria-hidden=\"true\"><line x1=\"0\" x2=\"26\""
                + " y1=\"4\" y2=\"4\" stroke=\"" + curve.colour() + "\" stroke-width=\"" + (test ? "3" : "1.4") + "\""
                + (Recipes.isReports(curve.recipe()) ? " stroke-dasharray=\"6 3.5\"" : "") + "/></svg><span>"
                + words.preciseMse(curve.last()) + "</span></td>";
    }

    private static String json(List<Curve> curves, Words words) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Curve curve : curves) {
            List<@Nullable Double> values = new ArrayList<>();
            // JSON has no NaN: null leaves a gap in the curve.
            curve.values().forEach(value -> values.add(Double.isFinite(value) ? value : null));
            Map<String, Object> fields = new LinkedHashMap<>(); // in this order: the same study gives the same bytes
            fields.put("configuration", curve.configuration());
            fields.put("recipe", Recipes.name(curve.recipe(), words));
            fields.put("dashed", Recipes.isReports(curve.recipe()));
            fields.put("set", curve.set());
            fields.put("colour", curve.colour());
            fields.put("values", values);
            all.add(fields);
        }
        Map<String, String> texts = new LinkedHashMap<>();
        SCRIPT.forEach(key -> texts.put(key, words.say("script." + key, "{0}", "{1}", "{2}")));
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("words", texts);
        data.put("curves", all);
        return Html.escapeJson(Objects.requireNonNull(JsonMapper.shared().writeValueAsString(data)));
    }
}
