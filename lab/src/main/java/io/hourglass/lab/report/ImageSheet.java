package io.hourglass.lab.report;

import static io.hourglass.lab.report.ReconstructionPng.QUIET;
import static io.hourglass.lab.report.ReconstructionPng.TEXT;
import static io.hourglass.lab.report.ReconstructionPng.text;

import java.awt.AlphaComposite;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Images in rows and columns with a title, drawn twice as large as a screen shows them.
 *
 * @param heads above the columns; empty for none
 * @param rows all with the same number of cells
 * @param side of an image, in pixels of the picture
 */
record ImageSheet(String title, List<String> heads, List<Row> rows, int side) {
    private static final int MARGIN = 10;
    private static final int GAP = 4;
    private static final int LINE = 25;
    private static final int SIZE = 21;

    /**
     * One row.
     *
     * @param label to the left of it
     * @param apart whether a gap separates it from the row above
     */
    record Row(String label, boolean apart, List<Cell> cells) {}

    /**
     * One image.
     *
     * @param pale drawn faintly
     * @param notes lines below it
     */
    record Cell(float[] image, boolean pale, List<String> notes) {
        Cell(float[] image) {
            this(image, false, List.of());
        }
    }

    Drawing draw(Pictures pictures) {
        Graphics2D measure = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, SIZE);
        int labels = rows.stream()
                .mapToInt(row -> measure.getFontMetrics(font).stringWidth(row.label()))
                .max()
                .orElse(0);
        measure.dispose();
        int left = MARGIN + (labels == 0 ? 0 : labels + 14);
        int columns = rows.get(0).cells().size();
        int width = left + columns * (side + GAP) - GAP + MARGIN;
        int height = MARGIN + 60 + (heads.isEmpty() ? 0 : LINE + 6) + MARGIN;
        for (Row row : rows) {
            height += height(row);
        }
        return new Drawing(width, height, g -> {
            PlotFrame.fitted(g, title, MARGIN, MARGIN + 34, width - 2 * MARGIN);
            int top = MARGIN + 60;
            if (!heads.isEmpty()) {
                for (int c = 0; c < columns; c++) {
                    centred(g, heads.get(c), left + c * (side + GAP) + side / 2, top + SIZE - 4, false);
                }
                top += LINE + 6;
            }
            for (Row row : rows) {
                top += row.apart() ? 26 : 0;
                draw(g, row, pictures, left, top);
                top += height(row) - (row.apart() ? 26 : 0);
            }
        });
    }

    private void draw(Graphics2D g, Row row, Pictures pictures, int left, int top) {
        text(g, row.label(), MARGIN, top + side / 2 + 7, Font.PLAIN, SIZE, TEXT);
        int x = left;
        for (Cell cell : row.cells()) {
            if (cell.pale()) {
                g.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, 0.3f));
            }
            pictures.draw(g, cell.image(), x, top, side);
            g.setComposite(AlphaComposite.SrcOver);
            for (int i = 0; i < cell.notes().size(); i++) {
                centred(g, cell.notes().get(i), x + side / 2, top + side + LINE * (i + 1) - 3, i == 0);
            }
            x += side + GAP;
        }
    }

    private int height(Row row) {
        int notes =
                row.cells().stream().mapToInt(cell -> cell.notes().size()).max().orElse(0);
        return side + GAP + LINE * notes + (row.apart() ? 26 : 0);
    }

    private static void centred(Graphics2D g, String note, int x, int y, boolean strong) {
        int style = strong ? Font.BOLD : Font.PLAIN;
        int width = g.getFontMetrics(new Font(Font.SANS_SERIF, style, SIZE)).stringWidth(note);
        text(g, note, x - width / 2, y, style, SIZE, strong ? TEXT : QUIET);
    }
}
