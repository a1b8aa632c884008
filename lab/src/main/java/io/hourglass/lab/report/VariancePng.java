package io.hourglass.lab.report;

import static io.hourglass.lab.report.ReconstructionPng.QUIET;
import static io.hourglass.lab.report.ReconstructionPng.TEXT;
import static io.hourglass.lab.report.ReconstructionPng.text;

import io.hourglass.lab.study.VarianceResult;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.List;

/** Bias, variance and noise of each network as one stacked bar, in one picture. */
final class VariancePng {
    private static final int WIDTH = 1600;
    private static final int LEFT = 330;
    private static final int RIGHT = WIDTH - 230;
    private static final int TOP = 96;
    private static final int ROW = 84;
    private static final int BAR = 48;

    private VariancePng() {}

    static Drawing draw(List<VarianceResult> results, Words words) {
        int bottom = TOP + results.size() * ROW;
        return new Drawing(WIDTH, bottom + 150, g -> {
            boolean perColumn = results.get(0).training().data().perColumn();
            text(g, words.say("variance.title" + (perColumn ? ".columns" : "")), 30, 48, Font.BOLD, 28, TEXT);
            text(
                    g,
                    words.say("variance.total" + (perColumn ? ".columns" : "")),
                    RIGHT + 30,
                    TOP - 14,
                    Font.PLAIN,
                    21,
                    QUIET);
            Axis axis = Parts.axis(results);
            for (double tick : axis.ticks()) {
                int x = x(axis, tick);
                g.setColor(new Color(0xe3e6ea));
                g.drawLine(x, TOP, x, bottom);
                String label = words.tick(tick);
                text(g, label, x - width(g, label, 21) / 2, bottom + 32, Font.PLAIN, 21, QUIET);
            }
            List<Parts> parts = Parts.of(results);
            for (int i = 0; i < results.size(); i++) {
                VarianceResult result = results.get(i);
                int top = TOP + i * ROW + (ROW - BAR) / 2;
                text(g, result.network(), 30, top + BAR / 2 + 9, Font.BOLD, 25, TEXT);
                double from = 0;
                for (Parts part : parts) {
                    double to = from + part.value().applyAsDouble(result);
                    g.setColor(Color.decode(part.colour()));
                    g.fillRect(x(axis, from), top, x(axis, to) - x(axis, from), BAR);
                    from = to;
                }
                text(g, words.preciseMse(result.mse()), RIGHT + 30, top + BAR / 2 + 9, Font.PLAIN, 25, TEXT);
            }
            int x = LEFT;
            for (Parts part : parts) {
                g.setColor(Color.decode(part.colour()));
                g.fillRect(x, bottom + 82, 36, 24);
                String name = part.name(words);
                text(g, name, x + 50, bottom + 102, Font.PLAIN, 23, TEXT);
                x += 50 + width(g, name, 23) + 50;
            }
        });
    }

    private static int width(Graphics2D g, String text, int size) {
        return g.getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, size)).stringWidth(text);
    }

    private static int x(Axis axis, double value) {
        return (int) Math.round(LEFT + axis.part(value) * (RIGHT - LEFT));
    }
}
