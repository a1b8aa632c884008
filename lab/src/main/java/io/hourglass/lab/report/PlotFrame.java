package io.hourglass.lab.report;

import static io.hourglass.lab.report.ReconstructionPng.QUIET;
import static io.hourglass.lab.report.ReconstructionPng.TEXT;
import static io.hourglass.lab.report.ReconstructionPng.text;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;

/**
 * The square that maps are drawn into, twice as large as a screen shows it: title above, axes with their names.
 *
 * @param centreX value in the middle of the square
 * @param centreY value in the middle of the square
 * @param spanX values from its left to its right edge
 * @param spanY values from its lower to its upper edge
 */
record PlotFrame(double centreX, double centreY, double spanX, double spanY) {
    static final int WIDTH = 960;
    static final int HEIGHT = 1030;
    static final int SIDE = 880;
    static final int LEFT = 66;
    static final int TOP = 76;

    /** Margin between the outermost points and the frame, as part of their range. */
    private static final double MARGIN = 0.04;

    /** Each axis has its own scale and is used fully: for codes, whose values have unrelated units. */
    static PlotFrame filled(float[][] points) {
        double[] x = range(points, 0);
        double[] y = range(points, 1);
        return new PlotFrame((x[0] + x[1]) / 2, (y[0] + y[1]) / 2, span(x), span(y));
    }

    /** One scale for both axes, so that distances compare in all directions. */
    static PlotFrame equal(float[][] points) {
        PlotFrame filled = filled(points);
        double span = Math.max(filled.spanX, filled.spanY);
        return new PlotFrame(filled.centreX, filled.centreY, span, span);
    }

    private static double[] range(float[][] points, int dimension) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (float[] point : points) {
            least = Math.min(least, point[dimension]);
            most = Math.max(most, point[dimension]);
        }
        return new double[] {least, most};
    }

    private static double span(double[] range) {
        double span = (range[1] - range[0]) * (1 + 2 * MARGIN);
        return span > 0 ? span : 1;
    }

    double x(double value) {
        return LEFT + SIDE * ((value - centreX) / spanX + 0.5);
    }

    double y(double value) {
        return TOP + SIDE * (0.5 - (value - centreY) / spanY);
    }

    /**
     * Title and axes.
     *
     * @param scaled whether the axes have numbers; those of UMAP mean nothing
     */
    void draw(Graphics2D g, String title, String xName, String yName, boolean scaled, Words words) {
        fitted(g, title, LEFT, 46, WIDTH - LEFT - 14);
        if (scaled) {
            ticks(g, words);
        }
        int middle = LEFT + SIDE / 2;
        centred(g, xName, middle, TOP + SIDE + 56);
        AffineTransform upright = g.getTransform();
        g.rotate(-Math.PI / 2);
        centred(g, yName, -(TOP + SIDE / 2), 30);
        g.setTransform(upright);
    }

    /** Drawn last: the frame lies over the points at its edge. */
    void close(Graphics2D g) {
        g.setStroke(new BasicStroke(2));
        g.setColor(new Color(0xb9c0cc));
        g.drawRect(LEFT, TOP, SIDE, SIDE);
    }

    /** A title, made smaller if it is too long. */
    static void fitted(Graphics2D g, String title, int x, int y, int width) {
        int size = 31;
        while (size > 12
                && g.getFontMetrics(new Font(Font.SANS_SERIF, Font.BOLD, size)).stringWidth(title) > width) {
            size--;
        }
        text(g, title, x, y, Font.BOLD, size, TEXT);
    }

    private static void centred(Graphics2D g, String name, int x, int y) {
        int width = g.getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, 25)).stringWidth(name);
        text(g, name, x - width / 2, y, Font.PLAIN, 25, QUIET);
    }

    private void ticks(Graphics2D g, Words words) {
        double stepX = step(spanX);
        double stepY = step(spanY);
        for (double at = Math.ceil((centreX - spanX / 2) / stepX) * stepX; at <= centreX + spanX / 2; at += stepX) {
            int x = (int) Math.round(x(at));
            String name = label(at, stepX, words);
            g.setColor(new Color(0xe9ecf0));
            g.drawLine(x, TOP, x, TOP + SIDE);
            int width =
                    g.getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, 21)).stringWidth(name);
            text(g, name, x - width / 2, TOP + SIDE + 26, Font.PLAIN, 21, QUIET);
        }
        for (double at = Math.ceil((centreY - spanY / 2) / stepY) * stepY; at <= centreY + spanY / 2; at += stepY) {
            int y = (int) Math.round(y(at));
            String name = label(at, stepY, words);
            g.setColor(new Color(0xe9ecf0));
            g.drawLine(LEFT, y, LEFT + SIDE, y);
            int width =
                    g.getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, 21)).stringWidth(name);
            if (y > TOP + width && y < TOP + SIDE - width) { // turned upright, the label keeps within the axis
                AffineTransform upright = g.getTransform();
                g.rotate(-Math.PI / 2);
                text(g, name, -y - width / 2, LEFT - 10, Font.PLAIN, 21, QUIET);
                g.setTransform(upright);
            }
        }
    }

    /** A round step that gives four to nine ticks. */
    private static double step(double span) {
        double power = Math.pow(10, Math.floor(Math.log10(span / 4)));
        for (int mantissa : new int[] {5, 2}) {
            if (span / (mantissa * power) >= 4) {
                return mantissa * power;
            }
        }
        return power;
    }

    private static String label(double value, double step, Words words) {
        int digits = (int) Math.max(0, Math.min(9, Math.ceil(-Math.log10(step) - 1e-9)));
        return words.number("%." + digits + "f", Math.abs(value) < step / 2 ? 0.0 : value)
                .replace('-', '\u2212');
    }
}
