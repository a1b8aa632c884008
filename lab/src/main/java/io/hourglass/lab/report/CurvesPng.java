package io.hourglass.lab.report;

import static io.hourglass.lab.report.ReconstructionPng.QUIET;
import static io.hourglass.lab.report.ReconstructionPng.TEXT;
import static io.hourglass.lab.report.ReconstructionPng.text;

import io.hourglass.Recipe;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;

/** Curves by epoch in one picture, for print, slides and browsers without scripts. */
final class CurvesPng {
    private static final int WIDTH = 1600;
    private static final int HEIGHT = 1010;
    private static final int LEFT = 120;
    private static final int RIGHT = WIDTH - 30;
    private static final int TOP = 90;
    private static final int BOTTOM = 800;

    /** With fewer epochs, points are drawn as well: one epoch makes no line. */
    private static final int FEW = 6;

    private final Graphics2D g;
    private final Words words;
    private final int epochs;
    private final DoubleUnaryOperator part;
    private final List<Double> ticks;

    private CurvesPng(Graphics2D g, List<Curve> curves, Words words, boolean logarithmic) {
        this.words = words;
        this.g = g;
        this.epochs =
                curves.stream().mapToInt(curve -> curve.values().size()).max().orElse(1);
        double[] values = curves.stream()
                .flatMapToDouble(curve -> curve.values().stream().mapToDouble(value -> value))
                .filter(Double::isFinite)
                .toArray();
        if (logarithmic) {
            LogAxis axis = LogAxis.of(DoubleStream.of(values), 1.08);
            part = axis::part;
            ticks = axis.ticks(30.0 / (BOTTOM - TOP));
        } else {
            double high = DoubleStream.of(values).max().orElse(1);
            double low = Math.min(0, DoubleStream.of(values).min().orElse(0));
            Axis axis = Axis.upTo(Math.max(high, -low));
            double bottom = low < 0 ? -axis.step() * Math.ceil(-low / axis.step()) : 0;
            double top = Math.max(axis.step(), axis.step() * Math.ceil(high / axis.step()));
            part = value -> (value - bottom) / (top - bottom);
            ticks = DoubleStream.iterate(bottom, tick -> tick <= top + axis.step() / 2, tick -> tick + axis.step())
                    .boxed()
                    .toList();
        }
    }

    /**
     * The picture.
     *
     * @param title above the plot; says what the vertical axis is
     * @param logarithmic whether the vertical axis is
     */
    static Drawing draw(List<Curve> curves, String title, boolean logarithmic, Words words) {
        return new Drawing(WIDTH, HEIGHT, g -> {
            text(g, title, 30, 48, Font.BOLD, 28, TEXT);
            CurvesPng plot = new CurvesPng(g, curves, words, logarithmic);
            plot.axes();
            g.setClip(LEFT - 8, TOP - 8, RIGHT - LEFT + 16, BOTTOM - TOP + 16);
            curves.forEach(plot::curve);
            g.setClip(null);
            plot.legend(curves);
        });
    }

    private void axes() {
        g.setStroke(new BasicStroke(1));
        for (double tick : ticks) {
            g.setColor(new Color(0xe3e6ea));
            g.drawLine(LEFT, y(tick), RIGHT, y(tick));
            String label = words.tick(tick);
            g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 21));
            int width = g.getFontMetrics().stringWidth(label);
            text(g, label, LEFT - 14 - width, y(tick) + 7, Font.PLAIN, 21, QUIET);
        }
        int step = Math.max(1, niceStep(epochs / 10.0));
        for (int epoch = step == 1 ? 1 : step; epoch <= epochs; epoch += step) {
            String label = Integer.toString(epoch);
            int width = g.getFontMetrics().stringWidth(label);
            text(g, label, x(epoch) - width / 2, BOTTOM + 34, Font.PLAIN, 21, QUIET);
            g.drawLine(x(epoch), BOTTOM, x(epoch), BOTTOM + 7);
        }
        g.drawLine(LEFT, BOTTOM, RIGHT, BOTTOM);
        text(g, words.say("script.epoch"), (LEFT + RIGHT) / 2 - 30, BOTTOM + 66, Font.PLAIN, 21, QUIET);
    }

    private void curve(Curve curve) {
        g.setColor(Color.decode(curve.colour()));
        g.setStroke(stroke(curve.recipe(), curve.set()));
        Path2D path = new Path2D.Double();
        boolean down = false;
        for (int i = 0; i < curve.values().size(); i++) {
            double value = curve.values().get(i);
            if (!Double.isFinite(part.applyAsDouble(value))) { // zero has no logarithm
                down = false;
                continue;
            }
            if (down) {
                path.lineTo(x(i + 1), y(value));
            } else {
                path.moveTo(x(i + 1), y(value));
            }
            down = true;
            if (epochs < FEW) {
                Ellipse2D point = new Ellipse2D.Double(x(i + 1) - 6, y(value) - 6, 12, 12);
                if (!curve.set().equals(Curve.TRAIN)) {
                    g.fill(point);
                } else {
                    BasicStroke line = (BasicStroke) g.getStroke();
                    g.setStroke(new BasicStroke(2));
                    g.draw(point);
                    g.setStroke(line);
                }
            }
        }
        g.draw(path);
    }

    /** Below the plot, so that it never covers data: what the colours mean, then what the lines mean. */
    private void legend(List<Curve> curves) {
        int x = LEFT;
        int y = BOTTOM + 122;
        List<String> seen = new ArrayList<>();
        for (Curve curve : curves) {
            if (!seen.contains(curve.configuration())) {
                seen.add(curve.configuration());
                g.setColor(Color.decode(curve.colour()));
                g.fillRect(x, y - 16, 36, 16);
                text(g, curve.configuration(), x + 48, y, Font.PLAIN, 21, TEXT);
                x += 48 + g.getFontMetrics().stringWidth(curve.configuration()) + 44;
                if (x > RIGHT - 220) {
                    x = LEFT;
                    y += 40;
                }
            }
        }
        x = LEFT;
        y += 50;
        seen.clear();
        for (Curve curve : curves) {
            String name = curve.name(words);
            if (!seen.contains(name)) {
                seen.add(name);
                g.setColor(TEXT);
                g.setStroke(stroke(curve.recipe(), curve.set()));
                g.drawLine(x, y - 8, x + 70, y - 8);
                text(g, name, x + 84, y, Font.PLAIN, 21, TEXT);
                x += 84 + g.getFontMetrics().stringWidth(name) + 44;
            }
        }
    }

    /** Training curves are thin and all others thick; those of the report's recipe are dashed. */
    private static BasicStroke stroke(Recipe recipe, String set) {
        float width = set.equals(Curve.TRAIN) ? 1.5f : 3.6f;
        float[] dash = Recipes.isReports(recipe) ? new float[] {12, 7} : null;
        return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dash, 0);
    }

    private int x(int epoch) {
        double part = epochs == 1 ? 0.5 : (epoch - 1.0) / (epochs - 1);
        return (int) Math.round(LEFT + 20 + part * (RIGHT - LEFT - 40));
    }

    private int y(double value) {
        return (int) Math.round(BOTTOM - part.applyAsDouble(value) * (BOTTOM - TOP));
    }

    private static int niceStep(double atLeast) {
        for (int power = 1; power < 1_000_000_000; power *= 10) {
            for (int step : new int[] {1, 2, 5}) {
                if (step * power >= atLeast) {
                    return step * power;
                }
            }
        }
        return 1_000_000_000;
    }
}
