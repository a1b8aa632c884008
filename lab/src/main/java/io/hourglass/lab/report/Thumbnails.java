package io.hourglass.lab.report;

import io.hourglass.Dataset;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Images of some of a map's points, where points are dense. An image is drawn on its point; where it would hide much of
 * its label's group, it is drawn beside it, with a line to the point.
 */
final class Thumbnails {
    static final int SIDE = 56;

    /** Width of the frame around an image. */
    private static final int FRAME = 3;

    /** Points with images are at least this far apart along one axis, so that most points stay visible. */
    private static final int APART = 88;

    /** Side of the squares in which points are counted. */
    private static final int BIN = 8;

    private static final int BINS = PlotFrame.SIDE / BIN;

    /** A place is dense enough for an image if it has this many times the points of an even spread. */
    private static final double DENSE = 1.5;

    /** The largest share of its label's points that an image may hide. */
    private static final double HIDDEN = 0.08;

    /** The most points that an image beside its point may hide. */
    private static final int STRAY = 3;

    /** An image: its row, its point, and the centre of the image. */
    private record Placed(int row, double pointX, double pointY, double x, double y) {}

    private final Dataset data;
    private final LabelStyle style;
    private final Pictures images;
    private final PlotFrame frame;
    private final float[][] points;
    private final int[] order;

    /** [bins down][bins across][labels], the points in each square. */
    private final int[][][] counts;

    private final int[] totals;
    private final List<Placed> placed = new ArrayList<>();

    Thumbnails(Dataset data, LabelStyle style, Pictures images, PlotFrame frame, float[][] points, int[] order) {
        this.data = data;
        this.style = style;
        this.images = images;
        this.frame = frame;
        this.points = points;
        this.order = order;
        int kinds = Math.max(1, style.labels().size());
        counts = new int[BINS][BINS][kinds];
        totals = new int[kinds];
        for (int row : order) {
            counts[line(row)][column(row)][kind(row)]++;
            totals[kind(row)]++;
        }
    }

    /**
     * Chooses the points and finds a place for each image.
     *
     * @param kept centres of discs that must stay free
     * @param radius of these discs
     */
    Thumbnails place(List<Point2D.Double> kept, double radius) {
        double needed = Math.max(3, DENSE * order.length * 9 / (BINS * BINS));
        for (int row : order) {
            double x = x(row);
            double y = y(row);
            if (placed.stream()
                            .noneMatch(
                                    other -> Math.max(Math.abs(other.pointX - x), Math.abs(other.pointY - y)) < APART)
                    && kept.stream().noneMatch(disc -> disc.distance(x, y) < radius)
                    && isTypical(row, needed)) {
                Placed image = at(row, x, y, kept, radius);
                if (image != null) {
                    placed.add(image);
                }
            }
        }
        return this;
    }

    void draw(Graphics2D g) {
        for (Placed image : placed) {
            if (image.x != image.pointX || image.y != image.pointY) {
                Line2D line = new Line2D.Double(image.x, image.y, image.pointX, image.pointY);
                g.setColor(Color.WHITE);
                g.setStroke(new BasicStroke(6));
                g.draw(line);
                g.setColor(style.colour(data, image.row));
                g.setStroke(new BasicStroke(2.5f));
                g.draw(line);
                Ellipse2D point = new Ellipse2D.Double(image.pointX - 6, image.pointY - 6, 12, 12);
                g.setColor(Color.WHITE);
                g.fill(point);
                g.setColor(style.colour(data, image.row));
                g.draw(point);
            }
            g.setColor(style.colour(data, image.row));
            int left = (int) Math.round(image.x) - SIDE / 2;
            int top = (int) Math.round(image.y) - SIDE / 2;
            g.fillRect(left - FRAME, top - FRAME, SIDE + 2 * FRAME, SIDE + 2 * FRAME);
            g.setColor(Color.WHITE);
            g.fillRect(left, top, SIDE, SIDE);
            images.draw(g, data.row(image.row), left, top, SIDE);
        }
    }

    /** Whether a row lies where points are dense and most of them have its label. */
    private boolean isTypical(int row, double needed) {
        int[] around = new int[totals.length];
        int sum = 0;
        for (int line = Math.max(0, line(row) - 1); line <= Math.min(BINS - 1, line(row) + 1); line++) {
            for (int column = Math.max(0, column(row) - 1); column <= Math.min(BINS - 1, column(row) + 1); column++) {
                for (int kind = 0; kind < around.length; kind++) {
                    around[kind] += counts[line][column][kind];
                    sum += counts[line][column][kind];
                }
            }
        }
        return sum >= needed && 2 * around[kind(row)] > sum;
    }

    /** On the point, or at the nearest free place beside it; null if there is none. */
    private @Nullable Placed at(int row, double x, double y, List<Point2D.Double> kept, double radius) {
        int[] hidden = hidden(x, y);
        if (isFree(x, y, kept, radius) && hidden[kind(row)] <= HIDDEN * totals[kind(row)]) {
            return new Placed(row, x, y, x, y);
        }
        for (int distance = 48; distance <= 168; distance += 8) {
            for (int turn = 0; turn < 16; turn++) {
                double placeX = x + distance * StrictMath.cos(turn * Math.PI / 8);
                double placeY = y + distance * StrictMath.sin(turn * Math.PI / 8);
                if (isFree(placeX, placeY, kept, radius)) {
                    int sum = 0;
                    for (int count : hidden(placeX, placeY)) {
                        sum += count;
                    }
                    if (sum <= STRAY) {
                        return new Placed(row, x, y, placeX, placeY);
                    }
                }
            }
        }
        return null;
    }

    /** Whether an image there would lie within the frame and touch neither a disc nor another image. */
    private boolean isFree(double x, double y, List<Point2D.Double> kept, double radius) {
        double half = SIDE / 2.0 + FRAME + 3;
        if (x - half < PlotFrame.LEFT
                || x + half > PlotFrame.LEFT + PlotFrame.SIDE
                || y - half < PlotFrame.TOP
                || y + half > PlotFrame.TOP + PlotFrame.SIDE) {
            return false;
        }
        return placed.stream().noneMatch(other -> Math.max(Math.abs(other.x - x), Math.abs(other.y - y)) < 2 * half)
                && kept.stream()
                        .noneMatch(disc -> Math.hypot(
                                        Math.max(0, Math.abs(disc.x - x) - half),
                                        Math.max(0, Math.abs(disc.y - y) - half))
                                < radius);
    }

    /** Points of each label that an image there would hide, counted in whole squares. */
    private int[] hidden(double x, double y) {
        int[] hidden = new int[totals.length];
        int half = (SIDE / 2 + FRAME) / BIN;
        int middleColumn = (int) ((x - PlotFrame.LEFT) / BIN);
        int middleLine = (int) ((y - PlotFrame.TOP) / BIN);
        for (int line = Math.max(0, middleLine - half); line <= Math.min(BINS - 1, middleLine + half); line++) {
            for (int column = Math.max(0, middleColumn - half);
                    column <= Math.min(BINS - 1, middleColumn + half);
                    column++) {
                for (int kind = 0; kind < hidden.length; kind++) {
                    hidden[kind] += counts[line][column][kind];
                }
            }
        }
        return hidden;
    }

    private int kind(int row) {
        return style.isLabelled() ? style.labels().indexOf(data.label(row)) : 0;
    }

    private double x(int row) {
        return frame.x(points[row][0]);
    }

    private double y(int row) {
        return frame.y(points[row][1]);
    }

    private int column(int row) {
        return Math.max(0, Math.min(BINS - 1, (int) ((x(row) - PlotFrame.LEFT) / BIN)));
    }

    private int line(int row) {
        return Math.max(0, Math.min(BINS - 1, (int) ((y(row) - PlotFrame.TOP) / BIN)));
    }
}
