package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;

/** Figures of pictures side by side; each picture is also written to files of its own. */
final class Gallery {
    private Gallery() {}

    /**
     * One picture of a figure.
     *
     * @param name of its files, without ending
     * @param alt what it shows, for readers who cannot see it
     * @param drawing twice as large as on the page; the pictures of a figure are drawn in parallel
     */
    record Picture(String name, String alt, Drawing drawing) {}

    /** A picture that has been drawn, with the bytes of its file. */
    private record Drawn(Picture picture, int width, int height, byte[] png, byte[] svg) {
        static Drawn of(Picture picture) {
            BufferedImage image = picture.drawing.image();
            return new Drawn(
                    picture,
                    image.getWidth(),
                    image.getHeight(),
                    Pictures.png(Pictures.indexed(image)),
                    picture.drawing.svg());
        }
    }

    /**
     * Writes the files and returns the figure as HTML.
     *
     * @param id of the figure, without {@code figure-}
     * @param title as HTML
     * @param shows what it shows, as HTML
     * @param reading how to read it, as HTML
     */
    static String figure(Paper paper, String id, String title, String shows, String reading, List<Picture> pictures)
            throws IOException {
        StringBuilder html = new StringBuilder("<figure class=\"gallery\" id=\"figure-" + id + "\">\n");
        html.append("<div class=\"pictures\">");
        StringBuilder links = new StringBuilder();
        for (Drawn drawn : pictures.parallelStream().map(Drawn::of).toList()) {
            links.append(pictures.size() > 1 ? "<span class=\"files\">" + drawn.picture.name() + "</span> " : "")
                    .append(paper.write(drawn.picture.name(), drawn.png, drawn.svg))
                    .append(' ');
            html.append("<img width=\"")
                    .append((drawn.width + 1) / 2)
                    .append("\" height=\"")
                    .append((drawn.height + 1) / 2)
                    .append("\" alt=\"")
                    .append(escape(drawn.picture.alt()))
                    .append("\" src=\"")
                    .append(Pictures.dataUri(drawn.png))
                    .append("\">\n");
        }
        return html.append("</div>")
                .append(paper.caption(id, title, shows, reading + " " + links))
                .append("</figure>\n")
                .toString();
    }
}
