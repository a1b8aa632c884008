package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Numbered figures of pictures side by side; each picture is also written to a file of its own. */
final class Gallery {
    private final Path folder;
    private int next;

    /**
     * Figures of a report.
     *
     * @param folder of the picture files; must exist
     * @param first number of the first figure
     */
    Gallery(Path folder, int first) {
        this.folder = folder;
        this.next = first;
    }

    /**
     * One picture of a figure.
     *
     * @param name of its file, without ending
     * @param alt what it shows, for readers who cannot see it
     * @param drawing draws it at twice its size on the page; the pictures of a figure are drawn in parallel
     */
    record Picture(String name, String alt, Supplier<BufferedImage> drawing) {}

    /** A picture that has been drawn, with the bytes of its file. */
    private record Drawn(Picture picture, int width, int height, byte[] png) {
        static Drawn of(Picture picture) {
            BufferedImage image = picture.drawing.get();
            return new Drawn(picture, image.getWidth(), image.getHeight(), Pictures.png(Pictures.indexed(image)));
        }
    }

    /** The number of the next figure. */
    int next() {
        return next;
    }

    /** Writes the files and returns the figure as HTML. */
    String figure(String title, String caption, List<Picture> pictures) throws IOException {
        StringBuilder html = new StringBuilder("<figure class=\"gallery\" id=\"figure-" + next + "\">\n");
        html.append("<div class=\"pictures\">");
        for (Drawn drawn : pictures.parallelStream().map(Drawn::of).toList()) {
            Files.write(folder.resolve(drawn.picture.name() + ".png"), drawn.png);
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
        html.append("</div><figcaption><b>Figure ")
                .append(next++)
                .append(". ")
                .append(escape(title))
                .append("</b> ")
                .append(escape(caption))
                .append("</figcaption>\n</figure>\n");
        return html.toString();
    }
}
