package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.lab.study.StudyResults.RunResult;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Figures 1 to 5 of the lab report: how each network reconstructs the same ten test images. */
final class Reconstructions {
    /** The number of the lab report's figure, by architecture. */
    private static final Map<String, Integer> LAB_FIGURES = Map.of(
            "784-128-2", 1,
            "784-128-16", 2,
            "784-256-128-2", 3,
            "784-256-128-8", 4,
            "784-256-128-16", 5);

    private Reconstructions() {}

    static Section section(
            Paper paper, List<Configuration> configurations, List<ReconstructionFigure> figures, Pictures pictures)
            throws IOException {
        Words words = paper.words();
        StringBuilder html = new StringBuilder(paper.question("reconstructions.question"));
        html.append(paper.answer(List.of(closest(configurations, words))));
        html.append(paper.paragraph("reconstructions.introduction"));
        for (int i = 0; i < figures.size(); i++) {
            Configuration configuration = configurations.get(i);
            Integer lab = words.digits() ? LAB_FIGURES.get(configuration.architecture()) : null;
            String shows = lab == null
                    ? escape(figures.get(i).subtitle())
                    : words.html("reconstructions.shows.lab", figures.get(i).subtitle(), Findings.text(lab));
            html.append(figure(
                    paper,
                    id(configuration),
                    figures.get(i),
                    shows,
                    i == 0
                            ? words.html("reconstructions.reading")
                            : words.html("reconstructions.reading.more", Numbering.toFigure(id(configurations.get(0)))),
                    pictures));
        }
        return Section.of("reconstructions", words, html.toString());
    }

    /** Of the figure of a configuration, and of its files. */
    static String id(Configuration configuration) {
        return "reconstruction-" + configuration.number();
    }

    /** Which reconstructions come closest to the originals, and which stay furthest from them. */
    static String closest(List<Configuration> configurations, Words words) {
        Comparator<RunResult> byError = Comparator.comparingDouble(RunResult::testMse);
        List<RunResult> runs = Findings.runs(configurations);
        RunResult best = runs.stream().min(byError).orElseThrow();
        RunResult worst = runs.stream().max(byError).orElseThrow();
        String[] errors = words.pair(best.testMse(), worst.testMse());
        if (Findings.level(best.testMse(), worst.testMse())) {
            return words.say("reconstructions.level", errors[0], errors[1]);
        }
        return words.say(
                "reconstructions.closest",
                Findings.name(best, words),
                errors[0],
                Findings.name(worst, words),
                errors[1],
                words.factor(worst.testMse() / best.testMse()));
    }

    /** The section for rows that are not images. */
    static Section withoutImages(Paper paper) {
        return Section.of("reconstructions", paper.words(), paper.paragraph("reconstructions.none"));
    }

    /**
     * One figure as HTML; its picture is written to files.
     *
     * @param id of the figure, without {@code figure-}, and of its files
     * @param shows what it shows, as HTML
     * @param reading how to read it, as HTML
     */
    static String figure(
            Paper paper, String id, ReconstructionFigure figure, String shows, String reading, Pictures pictures)
            throws IOException {
        String files = paper.draw(id, ReconstructionPng.draw(figure, pictures));
        StringBuilder html = new StringBuilder("<figure class=\"sheet\" id=\"figure-" + id + "\">\n");
        for (ReconstructionFigure.Row row : figure.rows()) {
            html.append(line(row, pictures, figure.title()));
        }
        return html.append(paper.caption(id, Words.escape(figure.title()) + ".", shows, reading + " " + files))
                .append("</figure>\n")
                .toString();
    }

    /** A row of images beside its label. */
    static String line(ReconstructionFigure.Row row, Pictures pictures, String title) {
        StringBuilder html = new StringBuilder("<div class=\"sheet-row\"><div class=\"sheet-label\"><b>")
                .append(Words.escape(row.label()))
                .append("</b>");
        for (String part : row.detail().split("(?<=,) ")) {
            html.append(" <span>").append(escape(part)).append("</span>");
        }
        return html.append("</div>")
                .append(image(row, pictures, title))
                .append("</div>\n")
                .toString();
    }

    /** One row of images; as wide as the page allows. */
    static String image(ReconstructionFigure.Row row, Pictures pictures, String title) {
        BufferedImage strip = pictures.strip(row.images());
        return "<img width=\"" + strip.getWidth() + "\" height=\"" + strip.getHeight() + "\" alt=\""
                + escape(title + ": " + row.label() + ", " + row.detail()) + "\" src=\""
                + Pictures.dataUri(Pictures.png(strip)) + "\">";
    }
}
