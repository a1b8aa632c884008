package io.hourglass.lab.report;

import static io.hourglass.lab.report.ReconstructionPng.QUIET;
import static io.hourglass.lab.report.ReconstructionPng.TEXT;
import static io.hourglass.lab.report.ReconstructionPng.text;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/** Test error by the width of the code, both logarithmic, in one picture. */
final class SweepPng {
    private static final int WIDTH = 1600;
    private static final int HEIGHT = 960;
    private static final int LEFT = 120;
    private static final int RIGHT = WIDTH - 30;
    private static final int TOP = 90;
    private static final int BOTTOM = 800;

    private final Graphics2D g;
    private final Words words;
    private final LogAxis rates;
    private final LogAxis distortions;

    private SweepPng(Graphics2D g, List<RateCurve> curves, Words words) {
        this.g = g;
        this.words = words;
        this.rates = RateCurve.rates(curves);
        this.distortions = RateCurve.distortions(curves);
    }

    /** @param perColumn whether errors are per column, not per value */
    static Drawing draw(List<RateCurve> curves, boolean perColumn, Words words) {
        return new Drawing(WIDTH, HEIGHT, g -> {
            PlotFrame.fitted(g, words.say("sweep.title" + (perColumn ? ".columns" : "")), 30, 48, WIDTH - 60);
            SweepPng plot = new SweepPng(g, curves, words);
            plot.axes(curves.get(0));
            int x = LEFT;
            for (int i = 0; i < curves.size(); i++) {
                plot.curve(curves.get(i), i);
                x = plot.legend(curves.get(i), i, x);
            }
        });
    }

    private void axes(RateCurve everyP) {
        g.setStroke(new BasicStroke(1));
        for (double tick : distortions.ticks(30.0 / (BOTTOM - TOP))) {
            g.setColor(new Color(0xe3e6ea));
            g.drawLine(LEFT, y(tick), RIGHT, y(tick));
            String label = words.tick(tick);
            g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 21));
            text(g, label, LEFT - 14 - g.getFontMetrics().stringWidth(label), y(tick) + 7, Font.PLAIN, 21, QUIET);
        }
        int free = LEFT; // labels to the left of here are taken
        for (int p : everyP.errors().keySet()) {
            String label = Integer.toString(p);
            int from = x(p) - g.getFontMetrics().stringWidth(label) / 2;
            g.setColor(QUIET);
            g.drawLine(x(p), BOTTOM, x(p), BOTTOM + 7);
            if (from > free) {
                text(g, label, from, BOTTOM + 34, Font.PLAIN, 21, QUIET);
                free = from + g.getFontMetrics().stringWidth(label) + 8;
            }
        }
        g.drawLine(LEFT, BOTTOM, RIGHT, BOTTOM);
        String name = words.say("sweep.axis.p");
        g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 21));
        int width = g.getFontMetrics().stringWidth(name);
        text(g, name, (LEFT + RIGHT - width) / 2, BOTTOM + 66, Font.PLAIN, 21, QUIET);
    }

    private void curve(RateCurve curve, int number) {
        g.setColor(Color.decode(curve.colour()));
        g.setStroke(stroke(curve));
        Path2D path = new Path2D.Double();
        curve.drawn().forEach((p, mse) -> {
            if (path.getCurrentPoint() == null) {
                path.moveTo(x(p), y(mse));
            } else {
                path.lineTo(x(p), y(mse));
            }
        });
        g.draw(path);
        curve.drawn().forEach((p, mse) -> g.fill(point(number, x(p), y(mse))));
    }

    private int legend(RateCurve curve, int number, int x) {
        int y = BOTTOM + 122;
        g.setColor(Color.decode(curve.colour()));
        g.setStroke(stroke(curve));
        g.drawLine(x, y - 8, x + 70, y - 8);
        g.fill(point(number, x + 35, y - 8));
        text(g, curve.name(), x + 84, y, Font.PLAIN, 23, TEXT);
        return x + 84 + g.getFontMetrics().stringWidth(curve.name()) + 50;
    }

    /** Squares and circles in turn: shapes tell the curves apart where colours do not. */
    private static Shape point(int number, int x, int y) {
        return number % 2 == 0
                ? new Rectangle2D.Double(x - 7, y - 7, 14, 14)
                : new Ellipse2D.Double(x - 8.5, y - 8.5, 17, 17);
    }

    private static BasicStroke stroke(RateCurve curve) {
        float[] dash = curve.isPca() ? new float[] {12, 7} : null;
        return new BasicStroke(3.4f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dash, 0);
    }

    private int x(double p) {
        return (int) Math.round(LEFT + rates.part(p) * (RIGHT - LEFT));
    }

    private int y(double mse) {
        return (int) Math.round(BOTTOM - distortions.part(mse) * (BOTTOM - TOP));
    }
}
