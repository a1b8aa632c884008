package io.hourglass.lab.analysis;

import java.util.Arrays;

/** The best one-to-one assignment: the Hungarian method (Kuhn, 1955) with potentials, in O(rows * rows * columns). */
final class Assignment {
    private Assignment() {}

    /**
     * A column for each row, all different, with the least sum of costs.
     *
     * @param cost [rows][columns], finite, with at least as many columns as rows
     * @throws IllegalArgumentException if there are fewer columns than rows, rows differ in length or a cost is not
     *     finite
     */
    static int[] cheapest(double[][] cost) {
        int rows = cost.length;
        int columns = rows == 0 ? 0 : cost[0].length;
        for (double[] line : cost) {
            if (line.length != columns || columns < rows) {
                throw new IllegalArgumentException("costs of " + rows + " rows and " + line.length
                        + " columns, expected " + Math.max(rows, columns) + " columns");
            }
            for (double value : line) {
                if (!Double.isFinite(value)) {
                    throw new IllegalArgumentException("cost " + value + ", expected a finite number");
                }
            }
        }
        // Row and column 0 do not exist: column 0 holds the row that is being placed.
        double[] rowPotential = new double[rows + 1];
        double[] columnPotential = new double[columns + 1];
        int[] rowOf = new int[columns + 1];
        int[] before = new int[columns + 1];
        for (int row = 1; row <= rows; row++) {
            rowOf[0] = row;
            double[] slack = new double[columns + 1];
            Arrays.fill(slack, Double.POSITIVE_INFINITY);
            boolean[] visited = new boolean[columns + 1];
            int column = 0;
            do { // grows the tree of tight edges by the column of least slack, until that column is free
                visited[column] = true;
                int from = rowOf[column];
                double delta = Double.POSITIVE_INFINITY;
                int next = 0;
                for (int j = 1; j <= columns; j++) {
                    if (!visited[j]) {
                        double reduced = cost[from - 1][j - 1] - rowPotential[from] - columnPotential[j];
                        if (reduced < slack[j]) {
                            slack[j] = reduced;
                            before[j] = column;
                        }
                        if (slack[j] < delta) {
                            delta = slack[j];
                            next = j;
                        }
                    }
                }
                for (int j = 0; j <= columns; j++) {
                    if (visited[j]) {
                        rowPotential[rowOf[j]] += delta;
                        columnPotential[j] -= delta;
                    } else {
                        slack[j] -= delta;
                    }
                }
                column = next;
            } while (rowOf[column] != 0);
            while (column != 0) { // reverses the path to it
                rowOf[column] = rowOf[before[column]];
                column = before[column];
            }
        }
        int[] columnOf = new int[rows];
        for (int j = 1; j <= columns; j++) {
            if (rowOf[j] != 0) {
                columnOf[rowOf[j] - 1] = j - 1;
            }
        }
        return columnOf;
    }
}
