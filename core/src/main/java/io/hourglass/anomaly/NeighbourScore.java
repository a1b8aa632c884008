package io.hourglass.anomaly;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How far rows are from training rows, of which the model keeps some as text beside its weights. The distance is
 * measured
 *
 * <ul>
 *   <li>as the network sees rows: between their {@link SeenValues}. Rows that the network reconstructs badly are far
 *       from those that it reconstructs well, and so are rows with unusual codes;
 *   <li>and, unless they are images, as they are: between their {@link OwnValues};
 * </ul>
 *
 * <p>each to the nearest kept row and to the {@value Space#FAR}th nearest, and divided by the median of these distances
 * among the kept rows. The score is the geometric mean of these two or four ratios: about 1 for a typical training row,
 * 3 for a row that is three times as far away. Thread-safe.
 */
final class NeighbourScore {
    /** The most rows of a table that are kept: more hardly change the results of benchmarks. */
    private static final int MOST_ROWS = 2_000;

    /** The most images of which something is kept. */
    private static final int MOST_IMAGES = 20_000;

    /** The most numbers that are kept: 8 MB of floats. */
    private static final int MOST_NUMBERS = 1 << 21;

    /** With fewer rows there are no distances to compare. */
    private static final int FEWEST_ROWS = 3;

    /** The most rows that are compared with each other, to learn what is typical. */
    private static final int MOST_COMPARED = 2_000;

    /** Added to each ratio: a row that equals a kept one is near, but not infinitely near. */
    private static final double LEAST_RATIO = 0.01;

    private static final String TYPICAL = Kept.PREFIX + "typical";

    private final Kept kept;
    private final SeenValues seenValues;
    private final Space seen;
    private final @Nullable Own own;

    /** What distances are divided by: near and far as the network sees them, near and far as they are. */
    private final double[] typical;

    /** What rows are by themselves. */
    private record Own(OwnValues values, Space space) {}

    private NeighbourScore(Autoencoder model, Kept kept, double @Nullable [] typical) {
        this.kept = kept;
        Dataset rows = kept.rows();
        int latent = model.architecture().latent();
        seenValues = new SeenValues(kept.results(), latent, rows == null);
        seen = new Space(points(kept, seenValues), Space.FAR);
        if (rows == null) {
            own = null;
        } else {
            OwnValues values = OwnValues.of(rows, model.table());
            own = new Own(values, new Space(points(rows, values), Space.FAR));
        }
        this.typical = typical != null ? typical : typical();
    }

    private static float[][] points(Kept kept, SeenValues values) {
        return Arrays.stream(kept.results()).map(values::point).toArray(float[][]::new);
    }

    private static float[][] points(Dataset rows, OwnValues values) {
        return IntStream.range(0, rows.rows())
                .mapToObj(row -> values.point(rows.doubles(row)))
                .toArray(float[][]::new);
    }

    /** The medians of the kept rows' own distances. */
    private double[] typical() {
        double[][] all = IntStream.of(spread(kept.count(), MOST_COMPARED))
                .parallel()
                .mapToObj(row -> {
                    Dataset rows = kept.rows();
                    return distances(
                            seen.place(seenValues.point(kept.results()[row])),
                            rows == null || own == null ? null : place(own, rows.doubles(row)));
                })
                .toArray(double[][]::new);
        return IntStream.range(0, all[0].length)
                .mapToDouble(i -> OwnValues.median(
                        Arrays.stream(all).mapToDouble(of -> of[i]).toArray()))
                .toArray();
    }

    private static Space.Place place(Own own, double[] row) {
        return own.space().place(own.values().point(row));
    }

    private static double[] distances(Space.Place seen, Space.@Nullable Place own) {
        return own == null
                ? new double[] {seen.near(), seen.far()}
                : new double[] {seen.near(), seen.far(), own.near(), own.far()};
    }

    /** Up to so many of n, evenly spread. */
    private static int[] spread(int n, int most) {
        int count = Math.min(n, most);
        return IntStream.range(0, count).map(i -> (int) ((long) i * n / count)).toArray();
    }

    /**
     * Chooses what to keep of training rows that are evenly spread, and leaves out the most unusual of them.
     *
     * @param model trained on the rows
     * @param train the training rows
     * @param names of the training rows
     * @param contamination the share of the rows that may be anomalies, 0 to below 0.5
     * @return the score; empty if there are too few rows
     */
    static Optional<NeighbourScore> learn(Autoencoder model, Dataset train, List<String> names, double contamination) {
        Dataset rows = model.match(train).rows();
        boolean images = rows.isPixels() || rows.shape().isPresent();
        int width = images ? SeenValues.ofImages(model.architecture().latent()) : rows.inputs();
        int most = Math.max(FEWEST_ROWS, Math.min(images ? MOST_IMAGES : MOST_ROWS, MOST_NUMBERS / width));
        int[] chosen = spread(rows.rows(), most);
        int usual = (int) Math.ceil(chosen.length * (1 - contamination));
        if (usual < FEWEST_ROWS) {
            return Optional.empty();
        }
        Kept all = Kept.of(
                model,
                rows.select(chosen),
                IntStream.of(chosen).mapToObj(names::get).toList(),
                images);
        Kept kept = usual == chosen.length ? all : all.select(mostUsual(model, all, usual));
        return Optional.of(new NeighbourScore(model, kept, null));
    }

    /**
     * The rows around which most others lie, in their order. A tenth of the rows counts as the neighbourhood: anomalies
     * that lie close together are still far from that many rows.
     */
    private static int[] mostUsual(Autoencoder model, Kept all, int count) {
        Dataset rows = all.rows();
        float[][] points = rows == null
                ? points(all, new SeenValues(all.results(), model.architecture().latent(), true))
                : points(rows, OwnValues.of(rows, model.table()));
        float[][] others = IntStream.of(spread(points.length, MOST_COMPARED))
                .mapToObj(row -> points[row])
                .toArray(float[][]::new);
        Space space = new Space(others, Math.max(Space.FAR, others.length / 10));
        double[] far = Arrays.stream(points)
                .parallel()
                .mapToDouble(point -> space.place(point).far())
                .toArray();
        return IntStream.range(0, far.length)
                .boxed()
                .sorted(Comparator.comparingDouble(row -> far[row]))
                .limit(count)
                .mapToInt(row -> row)
                .sorted()
                .toArray();
    }

    /**
     * Reads the score from a model; empty if it keeps no rows.
     *
     * @throws IllegalArgumentException if an entry is damaged; the message names it
     */
    static Optional<NeighbourScore> of(Autoencoder model) {
        Optional<Kept> kept = Kept.of(model);
        if (kept.isPresent() && kept.get().count() < FEWEST_ROWS) {
            throw new IllegalArgumentException("the model keeps " + kept.get().count()
                    + " training rows to compare with, expected " + FEWEST_ROWS + " or more");
        }
        return kept.map(of -> new NeighbourScore(model, of, typical(model, of.rows() == null ? 2 : 4)));
    }

    private static double[] typical(Autoencoder model, int count) {
        String text = model.metadata().getOrDefault(TYPICAL, "");
        try {
            double[] numbers = Arrays.stream(text.split(",", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            if (numbers.length == count
                    && Arrays.stream(numbers).allMatch(number -> number >= 0 && number < Double.POSITIVE_INFINITY)) {
                return numbers;
            }
        } catch (NumberFormatException e) {
            // The message below says it all.
        }
        throw new IllegalArgumentException(
                TYPICAL + " is " + FormatException.quote(text) + ", expected " + count + " numbers of 0 or more");
    }

    /** As text for the model's file. */
    Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>(kept.metadata());
        metadata.put(
                TYPICAL, DoubleStream.of(typical).mapToObj(Double::toString).collect(Collectors.joining(",")));
        return metadata;
    }

    /**
     * A row's score.
     *
     * @param row its values, in the user's units
     * @param code as the model gives it
     * @param error as the model gives it
     * @param squares errors, as the model gives them
     */
    Scored score(double[] row, float[] code, double error, double[] squares) {
        Space.Place bySight = seen.place(seenValues.point(SeenValues.of(code, error, squares, own == null)));
        Space.Place asIs = own == null ? null : place(own, row);
        double[] distances = distances(bySight, asIs);
        double product = 1;
        for (int i = 0; i < distances.length; i++) {
            double ratio = typical[i] > 0 ? distances[i] / typical[i] : distances[i];
            product *= Math.sqrt(ratio + LEAST_RATIO); // a root first, so that the product is not too large
        }
        return new Scored(
                distances.length == 2 ? product : Math.sqrt(product),
                asIs == null ? bySight.nearest() : asIs.nearest());
    }

    /**
     * A score, and the training row that is most like the row.
     *
     * @param nearest index of the kept row that is nearest: by its own values, unless they are images
     */
    record Scored(double score, int nearest) {}

    /** The number of kept rows. */
    int kept() {
        return kept.count();
    }

    /** The name and the values of a kept row. */
    AnomalyDetector.Neighbour neighbour(int index) {
        Dataset rows = kept.rows();
        return new AnomalyDetector.Neighbour(
                kept.names().get(index), rows == null ? new double[0] : rows.doubles(index));
    }
}
