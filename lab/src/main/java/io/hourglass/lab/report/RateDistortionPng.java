package io.hourglass.lab.report;

import static io.hourglass.lab.report.ReconstructionPng.QUIET;
import static io.hourglass.lab.report.ReconstructionPng.TEXT;
import static io.hourglass.lab.report.ReconstructionPng.text;

import io.hourglass.lab.codec.RateDistortion;
import io.hourglass.lab.codec.RateDistortion.Point;
import io.hourglass.lab.codec.RateDistortion.Side;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/** The chart of {@link RateDistortionChart} as one picture. */
final class RateDistortionPng {
    private static final int WIDTH = 1600;
    private static final int HEIGHT = 960;
    private static final int LEFT = 130;
    private static final int RIGHT = WIDTH - 40;
    private static final int TOP = 90;
    private static final int BOTTOM = 800;

    private final Graphics2D g;
    private final RateDistortion result;
    private final LogAxis rates;
    private final LogAxis distortions;

    private RateDistortionPng(Graphics2D g, RateDistortion result) {
        this.g = g;
        this.result = result;
        rates = RateDistortionChart.rates(result);
        distortions = RateDistortionChart.distortions(result);
    }

    static Drawing draw(RateDistortion result) {
        return new Drawing(WIDTH, HEIGHT, g -> {
            PlotFrame.fitted(
                    g,
                    RateDistortionChart.title(result) + " by bytes per row, 2 to 16 bits per value: " + result.data()
                            + ", p = " + result.latent(),
                    30,
                    48,
                    WIDTH - 60);
            RateDistortionPng plot = new RateDistortionPng(g, result);
            plot.axes();
            plot.lossless();
            int x = LEFT;
            List<RateDistortionChart.Line> lines = RateDistortionChart.lines();
            for (int i = 0; i < lines.size(); i++) {
                plot.curve(lines.get(i), i);
                x = plot.legend(lines.get(i), i, x);
            }
        });
    }

    private void axes() {
        g.setStroke(new BasicStroke(1));
        for (double tick : distortions.ticks(30.0 / (BOTTOM - TOP))) {
            g.setColor(new Color(0xe3e6ea));
            g.drawLine(LEFT, y(tick), RIGHT, y(tick));
            String label = Axis.label(tick);
            text(g, label, LEFT - 14 - width(label, 21), y(tick) + 7, Font.PLAIN, 21, QUIET);
        }
        for (double tick : rates.ticks(0.04)) {
            g.setColor(QUIET);
            g.drawLine(x(tick), BOTTOM, x(tick), BOTTOM + 7);
            centred(Axis.label(tick), x(tick), BOTTOM + 34, 21);
        }
        g.drawLine(LEFT, BOTTOM, RIGHT, BOTTOM);
        centred("bytes per row (both axes logarithmic)", (LEFT + RIGHT) / 2, BOTTOM + 68, 23);
    }

    private void lossless() {
        int line = 0;
        for (RateDistortionChart.Lossless each : RateDistortionChart.lossless(result)) {
            int x = x(each.bytes());
            g.setColor(new Color(0x9aa2b0));
            g.setStroke(new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {5, 7}, 0));
            g.drawLine(x, TOP, x, BOTTOM);
            String label = Words.ENGLISH.number("%s, lossless: %.0f", each.name(), each.bytes());
            int y = TOP + 26 + 36 * line++;
            g.setColor(Color.WHITE);
            g.fillRect(x - 14 - width(label, 21), y - 22, width(label, 21) + 8, 29);
            text(g, label, x - 10 - width(label, 21), y, Font.PLAIN, 21, QUIET);
        }
    }

    private void curve(RateDistortionChart.Line line, int number) {
        Path2D path = new Path2D.Double();
        g.setColor(Color.decode(line.colour()));
        for (Point point : result.points()) {
            Side side = line.side().apply(point);
            if (!(side.mse() > 0 && Double.isFinite(side.mse()))) {
                continue; // a logarithmic axis cannot show it
            }
            int x = x((double) side.bytes() / result.rows());
            int y = y(side.mse());
            if (path.getCurrentPoint() == null) {
                path.moveTo(x, y);
            } else {
                path.lineTo(x, y);
            }
            dot(number, x, y);
            if (line.labelled() && RateDistortionChart.LABELLED.contains(point.bits())) {
                text(g, point.bits() + " bits", x + 9, y - 11, Font.PLAIN, 21, QUIET);
                g.setColor(Color.decode(line.colour()));
            }
        }
        g.setStroke(stroke(line));
        g.draw(path);
    }

    private int legend(RateDistortionChart.Line line, int number, int x) {
        int y = BOTTOM + 122;
        g.setColor(Color.decode(line.colour()));
        g.setStroke(stroke(line));
        g.drawLine(x, y - 8, x + 70, y - 8);
        dot(number, x + 35, y - 8);
        text(g, line.name(), x + 84, y, Font.PLAIN, 23, TEXT);
        return x + 84 + width(line.name(), 23) + 50;
    }

    private void dot(int number, int x, int y) {
        g.fill(
                number % 2 == 0
                        ? new Rectangle2D.Double(x - 7, y - 7, 14, 14)
                        : new Ellipse2D.Double(x - 8, y - 8, 16, 16));
    }

    private static BasicStroke stroke(RateDistortionChart.Line line) {
        float[] dash = !line.labelled() ? new float[] {12, 7} : null;
        return new BasicStroke(3.4f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dash, 0);
    }

    private void centred(String label, int x, int y, int size) {
        text(g, label, x - width(label, size) / 2, y, Font.PLAIN, size, QUIET);
    }

    private int width(String label, int size) {
        return g.getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, size)).stringWidth(label);
    }

    private int x(double bytes) {
        return (int) Math.round(LEFT + rates.part(bytes) * (RIGHT - LEFT));
    }

    private int y(double mse) {
        return (int) Math.round(BOTTOM - distortions.part(mse) * (BOTTOM - TOP));
    }
}
