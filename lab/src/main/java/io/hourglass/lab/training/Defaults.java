package io.hourglass.lab.training;

import io.hourglass.Dataset;
import io.hourglass.Recipe;
import io.hourglass.nn.Columns;
import java.util.List;

/**
 * The settings of training that the user leaves open. They follow from the number of rows and their width, by a rule
 * that was chosen on held-out rows of 39 tables with 129 to 20,000 rows ({@code docs/notebook/defaults.md}).
 *
 * <ul>
 *   <li>Code: a quarter of the values of a row, at most an eighth of the rows and at most 32; at least 2, but narrower
 *       than a row.
 *   <li>Hidden layers: two, the first four times as wide as a row, from 128 to 256, the second half as wide. None for
 *       tables with fewer than 100 rows, or with fewer rows than a row has values. If rows of a table are held out, a
 *       network without hidden layers is trained as well, and the better one is kept ({@link Contest}).
 *   <li>Steps of tables: twice as many as rows, 3,000 to 20,000, and at least five passes over the rows.
 *   <li>Weight decay of tables: 60 / rows, from 0.015 to 0.15. Batch size, learning rate and everything else are the
 *       tuned recipe's; images use the tuned recipe unchanged.
 *   <li>Convolutions on fewer than 5,000 images: no hidden layers; weight decay 240 / rows, at most 0.6.
 *   <li>Without hidden layers, a network for a table of numbers starts at PCA and takes 1,000 steps at a learning rate
 *       of 0.001, without weight decay.
 * </ul>
 *
 * @param rows number of rows to train on, without those held out
 * @param values number of values in a row
 * @param columns number of columns, which may have several values; those that are inputs only do not count
 */
public record Defaults(int rows, int values, int columns) {
    /** For rows whose values are columns. */
    public Defaults(int rows, int values) {
        this(rows, values, values);
    }

    /**
     * For training rows.
     *
     * @param table their columns
     */
    public static Defaults of(Dataset train, Columns table) {
        return of(train.rows(), train.inputs(), table);
    }

    /** The same for training rows of which only the numbers of rows and values are known. */
    public static Defaults of(int rows, int values, Columns table) {
        return new Defaults(rows, values, table.differ() ? table.counted() : values);
    }

    /** The name of the recipes that follow from the rule. */
    public static final String RECIPE = "table";

    /** With fewer steps or epochs, a table has hardly been learned. */
    public static final int FEWEST_STEPS = 3_000;

    /** See {@link #FEWEST_STEPS}. */
    public static final int FEWEST_EPOCHS = 5;

    /** From this many images on, the tuned recipe takes more steps than the defaults for tables. */
    private static final int MANY_IMAGES = 20_000;

    private static final int FEWEST_FOR_HIDDEN = 100;
    private static final int FEW_IMAGES = 5_000;
    private static final int WIDEST_CODE = 32;
    private static final int MOST_EPOCHS = 1_000_000;

    /**
     * Whether this rule applies: to tables, and to small sets of images that have no test rows.
     *
     * @param train all rows to train on or to hold out
     * @param tested whether the data have test rows
     */
    public static boolean applyTo(Dataset train, boolean tested) {
        return !train.isPixels() || (!tested && train.rows() < MANY_IMAGES);
    }

    /** Width of the code; 1 if there is a single column. */
    public int latent() {
        int narrow = Math.min(WIDEST_CODE, Math.min(columns / 4, rows / 8));
        return Math.max(1, Math.min(columns - 1, Math.max(2, narrow)));
    }

    /** Widths of the hidden layers, if there are any. */
    public List<Integer> hidden() {
        int first = (int) Math.max(128, Math.min(256, 4L * values));
        return List.of(first, first / 2);
    }

    /** Widths of the hidden layers after convolutions. */
    public List<Integer> hiddenAfterConvolutions() {
        return rows < FEW_IMAGES ? List.of() : List.of(128);
    }

    /** Whether a table has enough rows for hidden layers. */
    public boolean enoughForHidden() {
        return rows >= FEWEST_FOR_HIDDEN && rows >= values;
    }

    /**
     * Widths of the hidden layers of a dense network; none if the rows are too few.
     *
     * @param pixels whether the rows are images of bytes, which get hidden layers however few they are
     */
    public List<Integer> hidden(boolean pixels) {
        return pixels || enoughForHidden() ? hidden() : List.of();
    }

    /**
     * How to train on a table, or on few images.
     *
     * @param tuned the recipe for many images
     * @param batch rows per step
     * @param convolutional whether the network has convolutions
     */
    public Recipe recipe(Recipe tuned, int batch, boolean convolutional) {
        boolean strong = convolutional && rows < FEW_IMAGES;
        double decay =
                strong ? Math.min(0.6, 240.0 / rows) : Math.max(tuned.weightDecay(), Math.min(0.15, 60.0 / rows));
        return named(tuned, batch, Math.max(FEWEST_STEPS, Math.min(20_000, 2L * rows)), FEWEST_EPOCHS)
                .with(r -> r.weightDecay(decay));
    }

    /**
     * How to train on a table from {@link io.hourglass.lab.analysis.Baseline#network PCA}: so gently that the network
     * stays near it.
     *
     * @param batch rows per step
     */
    public Recipe recipeFromPca(int batch) {
        return named(Recipe.tuned(), batch, 1_000, 1).with(r -> r.weightDecay(0).learningRate(0.001));
    }

    private Recipe named(Recipe tuned, int batch, long steps, int fewestEpochs) {
        return tuned.with(r -> r.name(RECIPE).batchSize(batch).epochs(Math.max(fewestEpochs, epochs(steps, batch))));
    }

    /**
     * The smallest number of epochs with at least that many steps; at most a million.
     *
     * @param batch rows per step
     */
    public int epochs(long steps, int batch) {
        long stepsOfEpoch = ((long) rows + batch - 1) / batch;
        return (int) Math.max(1, Math.min(MOST_EPOCHS, (steps + stepsOfEpoch - 1) / stepsOfEpoch));
    }
}
