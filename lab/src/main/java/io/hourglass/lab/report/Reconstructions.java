package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import java.io.IOException;
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
        boolean digits = paper.words().digits();
        StringBuilder html = new StringBuilder(Section.paragraph(
                "Originals above, reconstructions below. Each column is one image of the test set, which no network"
                        + " saw in training. Each reconstruction is computed from the p values of the code and"
                        + " nothing else."));
        for (int i = 0; i < figures.size(); i++) {
            Configuration configuration = configurations.get(i);
            Integer lab = digits ? LAB_FIGURES.get(configuration.architecture()) : null;
            html.append(figure(
                    paper,
                    "figure-" + configuration.number(),
                    figures.get(i),
                    lab == null ? "" : " (Figure " + lab + " of the lab report)",
                    pictures));
        }
        return new Section("reconstructions", "Reconstructions", html.toString());
    }

    /** The section for rows that are not images. */
    static Section withoutImages(Paper paper) {
        return new Section(
                "reconstructions",
                "Reconstructions",
                Section.paragraph("The rows of this data set are not images, so there is nothing to draw."));
    }

    /**
     * One figure as HTML.
     *
     * @param id what links point to
     * @param more after its subtitle
     */
    static String figure(Paper paper, String id, ReconstructionFigure figure, String more, Pictures pictures)
            throws IOException {
        StringBuilder html = new StringBuilder("<figure class=\"sheet\" id=\"" + id + "\">\n");
        html.append("<figcaption><b>")
                .append(escape(figure.title()))
                .append("</b> <span>")
                .append(escape(figure.subtitle()))
                .append(more)
                .append("</span></figcaption>\n");
        for (ReconstructionFigure.Row row : figure.rows()) {
            html.append("<div class=\"sheet-row\"><div class=\"sheet-label\"><b>")
                    .append(escape(row.label()))
                    .append("</b>");
            for (String part : row.detail().split("(?<=,) ")) {
                html.append(" <span>").append(escape(part)).append("</span>");
            }
            html.append("</div>").append(image(row, pictures, figure.title())).append("</div>\n");
        }
        return html.append("</figure>\n").toString();
    }

    /** One row of images; as wide as the page allows. */
    static String image(ReconstructionFigure.Row row, Pictures pictures, String title) {
        java.awt.image.BufferedImage strip = pictures.strip(row.images());
        return "<img width=\"" + strip.getWidth() + "\" height=\"" + strip.getHeight() + "\" alt=\""
                + escape(title + ": " + row.label() + ", " + row.detail()) + "\" src=\""
                + Pictures.dataUri(Pictures.png(strip)) + "\">";
    }
}
