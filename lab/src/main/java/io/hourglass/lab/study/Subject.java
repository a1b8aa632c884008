package io.hourglass.lab.study;

import java.util.List;

/**
 * What sentences about a study's data must know.
 *
 * @param title the data's name as a heading writes it, for instance {@code MNIST}, {@code Fashion-MNIST} or {@code
 *     wine.csv}
 * @param rows what a row is
 * @param labels what the labels of the rows are
 * @param labelColumn name of the table's column that holds the labels; empty for other data, and for columns without
 *     names
 * @param labelNames names of the labels from 0; empty if labels are only numbers
 * @param classes number of different labels of the test rows; 0 without labels
 */
public record Subject(
        String title, Rows rows, Labels labels, String labelColumn, List<String> labelNames, int classes) {
    public Subject {
        labelNames = List.copyOf(labelNames);
    }

    /** What a row is. */
    public enum Rows {
        /** An image, whose values are pixels or their channels. */
        IMAGE,
        /** A line of a table, or of an array. */
        ROW
    }

    /** What a label is. */
    public enum Labels {
        /** There are none. */
        NONE,
        /** The digit that an image of MNIST shows. */
        DIGIT,
        /** The class of a row, or something else that it is grouped by. */
        CLASS
    }

    /** A label in words: its name if it has one. */
    public String labelName(int label) {
        return label < labelNames.size() ? labelNames.get(label) : Integer.toString(label);
    }
}
