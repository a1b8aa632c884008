package io.hourglass.lab.report;

import io.hourglass.Dataset;
import io.hourglass.lab.page.LabelColours;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.TreeSet;

/**
 * How the points of each label are drawn: ten colours, then the same ten in other shapes.
 *
 * @param labels those that occur, ascending; empty if all points look the same
 */
record LabelStyle(List<Integer> labels) {
    /** With more labels than this, colours and shapes no longer tell them apart. */
    static final int MOST = 40;

    private static final List<Color> COLOURS = LabelColours.ON_WHITE.stream()
            .map(colour -> new Color(Integer.parseInt(colour, 16)))
            .toList();

    /** Colour of points without labels. */
    private static final Color PLAIN = new Color(0x0b5f8a);

    /** The labels of a data set, if it has any and not too many to be told apart. */
    static LabelStyle of(Dataset data) {
        TreeSet<Integer> labels = new TreeSet<>();
        for (int row = 0; data.hasLabels() && row < data.rows(); row++) {
            labels.add(data.label(row));
        }
        return new LabelStyle(labels.size() > MOST ? List.of() : List.copyOf(labels));
    }

    boolean isLabelled() {
        return !labels.isEmpty();
    }

    Color colour(Dataset data, int row) {
        return isLabelled() ? colour(data.label(row)) : PLAIN;
    }

    Color colour(int label) {
        return COLOURS.get(labels.indexOf(label) % COLOURS.size());
    }

    /** The mark of one row, of about the given diameter. */
    Shape mark(Dataset data, int row, double x, double y, double size) {
        return switch (isLabelled() ? labels.indexOf(data.label(row)) / COLOURS.size() : 0) {
            case 0 -> new Ellipse2D.Double(x - size / 2, y - size / 2, size, size);
            case 1 -> new Rectangle2D.Double(x - size / 2, y - size / 2, size, size);
            case 2 -> triangle(x, y, size * 0.6, 1);
            default -> triangle(x, y, size * 0.6, -1);
        };
    }

    private static Shape triangle(double x, double y, double reach, int direction) {
        Path2D path = new Path2D.Double();
        path.moveTo(x, y - direction * reach);
        path.lineTo(x + reach, y + direction * reach);
        path.lineTo(x - reach, y + direction * reach);
        path.closePath();
        return path;
    }
}
