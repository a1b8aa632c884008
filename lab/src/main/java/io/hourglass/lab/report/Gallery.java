package io.hourglass.lab.report;

import static io.hourglass.lab.report.Text.escape;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Numbered figures made of pictures side by side, each picture a file of its own as well. */
final class Gallery {
    private final Path folder;
    private int next;

    /**
     * Figures of a report.
     *
     * @param folder of the picture files; must be there
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
     * @param alt what it shows, for readers who do not see it
     * @param image drawn twice as large as it is to be shown
     */
    record Picture(String name, String alt, BufferedImage image) {}

    /** The number of the figure that comes next. */
    int next() {
        return next;
    }

    /** Writes the files and gives the figure. */
    String figure(String title, String caption, List<Picture> pictures) throws IOException {
        StringBuilder html = new StringBuilder("<figure class=\"gallery\" id=\"figure-" + next + "\">\n");
        html.append("<div class=\"pictures\">");
        for (Picture picture : pictures) {
            byte[] png = Pictures.png(Pictures.indexed(picture.image()));
            Files.write(folder.resolve(picture.name() + ".png"), png);
            html.append("<img width=\"")
                    .append((picture.image().getWidth() + 1) / 2)
                    .append("\" height=\"")
                    .append((picture.image().getHeight() + 1) / 2)
                    .append("\" alt=\"")
                    .append(escape(picture.alt()))
                    .append("\" src=\"")
                    .append(Pictures.dataUri(png))
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
