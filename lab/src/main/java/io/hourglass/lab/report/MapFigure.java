package io.hourglass.lab.report;

import static io.hourglass.lab.report.ReconstructionPng.TEXT;

import io.hourglass.Dataset;
import io.hourglass.engine.Random;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A map of the test rows: a point for each row in the colour of its label, images where points are dense, and each
 * label at the median of its points.
 *
 * @param data the rows that the points stand for
 * @param style of its labels
 * @param images how rows are drawn; null if they are not images or only points are wanted
 */
record MapFigure(Dataset data, LabelStyle style, @Nullable Pictures images, Words words) {
    /** More points than this would cover the map and make its file large. */
    static final int MOST_POINTS = 10_000;

    private static final double POINT = 4.6;

    private static final int BADGE = 42;

    /**
     * Draws the map.
     *
     * @param points [rows][2]
     * @param title above it
     * @param xName meaning of the first axis
     * @param scaled whether the axes have numbers
     */
    Drawing draw(float[][] points, PlotFrame frame, String title, String xName, String yName, boolean scaled) {
        return new Drawing(PlotFrame.WIDTH, PlotFrame.HEIGHT, g -> {
            frame.draw(g, title, xName, yName, scaled, words);
            draw(g, points, frame);
            frame.close(g);
        });
    }

    private void draw(Graphics2D g, float[][] points, PlotFrame frame) {
        int[] order = order(points.length);
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.drawImage(layer(points, order, frame), 0, 0, null);
        List<Badge> badges = style.isLabelled() ? badges(points, frame) : List.of();
        if (images != null) {
            new Thumbnails(data, style, images, frame, points, order)
                    .place(
                            badges.stream()
                                    .map(badge -> new Point2D.Double(badge.x, badge.y))
                                    .toList(),
                            BADGE / 2.0 + 5)
                    .draw(g);
        }
        badges.forEach(badge -> badge.draw(g));
    }

    /** All points as one picture: as vectors, ten thousand of them would make a large file that is slow to draw. */
    private BufferedImage layer(float[][] points, int[] order, PlotFrame frame) {
        BufferedImage layer = new BufferedImage(PlotFrame.WIDTH, PlotFrame.HEIGHT, BufferedImage.TYPE_INT_ARGB);
        Graphics2D g = ReconstructionPng.smooth(layer);
        for (int row : order) {
            g.setColor(style.colour(data, row));
            g.fill(style.mark(data, row, frame.x(points[row][0]), frame.y(points[row][1]), POINT));
        }
        g.dispose();
        return Pictures.indexed(layer);
    }

    /** The rows in random order, the same for every map, so that no label covers the others by coming last. */
    static int[] order(int rows) {
        int[] order = new int[rows];
        new Random(0, 0).shuffle(order);
        return Arrays.copyOf(order, Math.min(rows, MOST_POINTS));
    }

    /** A label's name in a disc of its colour. */
    private static final class Badge {
        private final String name;
        private final Color colour;
        private double x;
        private double y;

        Badge(String name, Color colour, double x, double y) {
            this.name = name;
            this.colour = colour;
            this.x = x;
            this.y = y;
        }

        void draw(Graphics2D g) {
            disc(g, Color.WHITE, BADGE + 8);
            disc(g, colour, BADGE);
            disc(g, Color.WHITE, BADGE - 10);
            g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, name.length() > 2 ? 16 : name.length() > 1 ? 21 : 27));
            Rectangle2D box = g.getFont()
                    .createGlyphVector(g.getFontRenderContext(), name)
                    .getVisualBounds();
            g.setColor(TEXT);
            g.drawString(name, (float) (x - box.getCenterX()), (float) (y - box.getCenterY()));
        }

        private void disc(Graphics2D g, Color fill, double size) {
            g.setColor(fill);
            g.fill(new Ellipse2D.Double(x - size / 2, y - size / 2, size, size));
        }
    }

    /**
     * Each label at the one of its points that is nearest to their median, then moved away from labels that it would
     * overlap.
     */
    private List<Badge> badges(float[][] points, PlotFrame frame) {
        List<Badge> badges = new ArrayList<>();
        for (int label : style.labels()) {
            float[] at = points[medianRow(points, label)];
            badges.add(new Badge(Integer.toString(label), style.colour(label), frame.x(at[0]), frame.y(at[1])));
        }
        for (int round = 0; round < 200; round++) {
            for (int a = 0; a < badges.size(); a++) {
                for (int b = a + 1; b < badges.size(); b++) {
                    pushApart(badges.get(a), badges.get(b), a + 1);
                }
            }
            for (Badge badge : badges) {
                badge.x = inside(badge.x, PlotFrame.LEFT);
                badge.y = inside(badge.y, PlotFrame.TOP);
            }
        }
        return badges;
    }

    private static void pushApart(Badge a, Badge b, int direction) {
        double dx = b.x - a.x;
        double dy = b.y - a.y;
        double distance = Math.hypot(dx, dy);
        double lacking = BADGE + 10 - distance;
        if (lacking > 0) {
            // On the same spot any direction will do: a different one for each label.
            double ux = distance > 1e-6 ? dx / distance : StrictMath.cos(direction);
            double uy = distance > 1e-6 ? dy / distance : StrictMath.sin(direction);
            a.x -= ux * lacking / 2;
            a.y -= uy * lacking / 2;
            b.x += ux * lacking / 2;
            b.y += uy * lacking / 2;
        }
    }

    private static double inside(double at, int from) {
        return Math.max(from + BADGE / 2.0 + 6, Math.min(from + PlotFrame.SIDE - BADGE / 2.0 - 6, at));
    }

    /**
     * The row of a label that is nearest to the median of each coordinate; the median itself may lie between two
     * groups.
     */
    private int medianRow(float[][] points, int label) {
        double[] x = coordinates(points, label, 0);
        double[] y = coordinates(points, label, 1);
        int nearest = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int row = 0; row < points.length; row++) {
            double distance = Math.hypot(points[row][0] - x[x.length / 2], points[row][1] - y[y.length / 2]);
            if (data.label(row) == label && distance < least) {
                least = distance;
                nearest = row;
            }
        }
        return nearest;
    }

    private double[] coordinates(float[][] points, int label, int dimension) {
        double[] values = new double[points.length];
        int count = 0;
        for (int row = 0; row < points.length; row++) {
            if (data.label(row) == label) {
                values[count++] = points[row][dimension];
            }
        }
        double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted;
    }
}
