package io.hourglass.lab.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** A {@link ReconstructionFigure} as one picture with its labels drawn in, for slides and readmes. */
final class ReconstructionPng {
    static final int MARGIN = 28;
    static final int HEAD = 96;
    static final int LABELS = 300;
    static final int ROW_GAP = 14;

    static final Color TEXT = new Color(0x1a2233);
    static final Color QUIET = new Color(0x5b6475);

    private ReconstructionPng() {}

    static Drawing draw(ReconstructionFigure figure, Pictures pictures) {
        int columns = figure.rows().get(0).images().size();
        int width = 2 * MARGIN + LABELS + columns * (pictures.width() + pictures.gap()) - pictures.gap();
        int height = 2 * MARGIN + HEAD + figure.rows().size() * (pictures.height() + ROW_GAP) - ROW_GAP;
        return new Drawing(Math.max(width, 900), height, g -> {
            text(g, figure.title(), MARGIN, MARGIN + 28, Font.BOLD, 30, TEXT);
            text(g, figure.subtitle(), MARGIN, MARGIN + 64, Font.PLAIN, 22, QUIET);
            int top = MARGIN + HEAD;
            for (ReconstructionFigure.Row row : figure.rows()) {
                int middle = top + pictures.height() / 2;
                text(g, row.label(), MARGIN, middle - 4, Font.BOLD, 22, TEXT);
                // The column of labels is narrow: each detail has its own line.
                String[] lines = row.detail().split(", ");
                for (int i = 0; i < lines.length; i++) {
                    text(g, lines[i], MARGIN, middle + 22 + 24 * i, Font.PLAIN, 19, QUIET);
                }
                g.drawImage(pictures.strip(row.images()), MARGIN + LABELS, top, null);
                top += pictures.height() + ROW_GAP;
            }
        });
    }

    /** White paper with smooth text and lines. */
    static Graphics2D paper(BufferedImage image) {
        Graphics2D g = smooth(image);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, image.getWidth(), image.getHeight());
        return g;
    }

    /** Smooth text and lines on what the image has already. */
    static Graphics2D smooth(BufferedImage image) {
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        return g;
    }

    static void text(Graphics2D g, String text, int x, int y, int style, int size, Color colour) {
        g.setFont(new Font(Font.SANS_SERIF, style, size));
        g.setColor(colour);
        g.drawString(text, x, y);
    }
}
