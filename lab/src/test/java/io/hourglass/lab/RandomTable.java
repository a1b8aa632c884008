package io.hourglass.lab;

import io.hourglass.Dataset;
import io.hourglass.nn.Columns;
import java.util.Arrays;
import java.util.Random;

/** Random rows with numbers and categories, some of them missing. */
public final class RandomTable {
    private RandomTable() {}

    /** Numbers in [0, 1); of each column about a part is missing. */
    public static Dataset rows(Columns table, int rows, double missing) {
        Random random = new Random(7);
        double[] values = new double[rows * table.values()];
        for (int at = 0; at < values.length; at += table.values()) {
            for (int c = 0; c < table.count(); c++) {
                int from = at + table.start(c);
                if (random.nextDouble() < missing) {
                    Arrays.fill(values, from, from + table.width(c), Double.NaN);
                } else if (table.isCategory(c)) {
                    values[from + random.nextInt(table.width(c))] = 1;
                } else {
                    values[from] = random.nextFloat();
                }
            }
        }
        return Dataset.ofTable("table", values, table.values());
    }
}
