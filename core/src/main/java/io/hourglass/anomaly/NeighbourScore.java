package io.hourglass.anomaly;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.nn.Columns;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How far rows are from training rows, some of which the model keeps as text beside its weights. Two distances count:
 *
 * <ul>
 *   <li>As the network sees rows: between their {@link SeenValues}. Rows that the network reconstructs badly are far
 *       from those that it reconstructs well, and so are rows with unusual codes.
 *   <li>As they are: between their {@link OwnValues}.
 * </ul>
 *
 * <p>Each is measured to the nearest kept row and to the {@value Space#FAR}th nearest, and divided by the median of
 * these distances among the kept rows. The score is the geometric mean of the four ratios: about 1 for a typical
 * training row, 3 for a row that is three times as far away. Thread-safe.
 */
final class NeighbourScore {
    /** The most rows that are kept: more hardly change the results of benchmarks. */
    private static final int MOST_ROWS = 2_000;

    /** The most values that are kept: 8 MB of floats. */
    private static final int MOST_VALUES = 1 << 21;

    /** Numbers of {@link #TYPICAL}. */
    private static final int FOUR = 4;

    /** Added to each ratio: a row that equals a kept one is near, but not infinitely near. */
    private static final double LEAST_RATIO = 0.01;

    private static final String TYPICAL = "anomaly.neighbours.typical";

    /** The names of all its entries in a model's text. */
    static final Set<String> ENTRIES =
            Stream.concat(Stream.of(TYPICAL), KeptRows.ENTRIES.stream()).collect(Collectors.toSet());

    private final KeptRows kept;
    private final SeenValues seenValues;
    private final OwnValues ownValues;
    private final Space seen;
    private final Space own;

    /** What distances are divided by. */
    private final Ratios typical;

    /** Distances to the nearest and to the far row, as the network sees them and as they are. */
    private record Ratios(double seenNear, double seenFar, double ownNear, double ownFar) {
        /** Each distance divided by another; unchanged if that is 0, as it is among rows that are all equal. */
        Ratios over(Ratios other) {
            return new Ratios(
                    over(seenNear, other.seenNear),
                    over(seenFar, other.seenFar),
                    over(ownNear, other.ownNear),
                    over(ownFar, other.ownFar));
        }

        private static double over(double distance, double other) {
            return other > 0 ? distance / other : distance;
        }

        String toText() {
            return seenNear + "," + seenFar + "," + ownNear + "," + ownFar;
        }

        static Ratios parse(Map<String, String> metadata) {
            String text = metadata.getOrDefault(TYPICAL, "");
            String[] parts = text.split(",", -1);
            double[] numbers = new double[FOUR];
            try {
                for (int i = 0; i < FOUR && parts.length == FOUR; i++) {
                    numbers[i] = Double.parseDouble(parts[i]);
                }
            } catch (NumberFormatException e) {
                parts = new String[0];
            }
            if (parts.length != FOUR || !Arrays.stream(numbers).allMatch(n -> n >= 0 && n < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        TYPICAL + " is " + FormatException.quote(text) + ", expected four numbers of 0 or more");
            }
            return new Ratios(numbers[0], numbers[1], numbers[2], numbers[3]);
        }

        /** The geometric mean; a root of each factor first, so that the product is not too large for a number. */
        double mean() {
            double product = 1;
            for (double ratio : new double[] {seenNear, seenFar, ownNear, ownFar}) {
                product *= Math.sqrt(ratio + LEAST_RATIO);
            }
            return Math.sqrt(product);
        }
    }

    private NeighbourScore(Autoencoder model, KeptRows kept, @Nullable Ratios typical) {
        this.kept = kept;
        Dataset rows = kept.rows();
        double[][] results = new double[rows.rows()][];
        model.results(rows, (first, values, codes, squares) -> {
            for (int r = 0; r < codes.length; r++) {
                results[first + r] = SeenValues.of(codes[r], squares[r]);
            }
        });
        seenValues = new SeenValues(results, model.architecture().latent());
        float[][] seenPoints = Arrays.stream(results).map(seenValues::point).toArray(float[][]::new);
        seen = new Space(seenPoints, Space.FAR);
        ownValues = OwnValues.of(rows, model.table());
        float[][] ownPoints = points(rows, ownValues);
        own = new Space(ownPoints, Space.FAR);
        this.typical = typical != null ? typical : typical(seen.places(seenPoints), own.places(ownPoints));
    }

    /** The medians of the kept rows' distances. */
    private static Ratios typical(Space.Place[] seen, Space.Place[] own) {
        return new Ratios(
                median(seen, Space.Place::near),
                median(seen, Space.Place::far),
                median(own, Space.Place::near),
                median(own, Space.Place::far));
    }

    private static double median(Space.Place[] places, ToDoubleFunction<Space.Place> distance) {
        return OwnValues.median(Arrays.stream(places).mapToDouble(distance).toArray());
    }

    /**
     * Chooses rows to keep, evenly spread over the training rows, and leaves out the most unusual of them.
     *
     * @param model trained on the rows
     * @param train the training rows
     * @param names of the training rows
     * @param contamination the share of the rows that may be anomalies, 0 to below 0.5
     * @return the score; empty if there are too few rows
     */
    static Optional<NeighbourScore> learn(Autoencoder model, Dataset train, List<String> names, double contamination) {
        Dataset rows = model.match(train).rows();
        int[] spread = Arrays.stream(AnomalyDetector.spread(rows.rows(), rows.inputs()))
                .mapToInt(Math::toIntExact)
                .toArray();
        int n = spread.length;
        int usual = n - Threshold.share(contamination, n);
        if (usual < KeptRows.FEWEST) {
            return Optional.empty();
        }
        KeptRows all = new KeptRows(rows, names).select(spread);
        KeptRows kept = usual == n ? all : all.select(mostUsual(all.rows(), model.table(), usual));
        return Optional.of(new NeighbourScore(model, kept, null));
    }

    /** The most rows of that width that are kept. */
    static int most(int inputs) {
        return Math.max(KeptRows.FEWEST, Math.min(MOST_ROWS, MOST_VALUES / inputs));
    }

    /**
     * The rows around which most others lie, in their order. A tenth of the rows counts as the neighbourhood: anomalies
     * that lie close together are still far from that many rows.
     */
    private static int[] mostUsual(Dataset rows, Columns table, int count) {
        float[][] points = points(rows, OwnValues.of(rows, table));
        Space space = new Space(points, Math.max(Space.FAR, points.length / 10));
        double[] far = Arrays.stream(space.places(points))
                .mapToDouble(Space.Place::far)
                .toArray();
        return IntStream.range(0, far.length)
                .boxed()
                .sorted(Comparator.comparingDouble(row -> far[row]))
                .limit(count)
                .mapToInt(row -> row)
                .sorted()
                .toArray();
    }

    private static float[][] points(Dataset rows, OwnValues values) {
        return IntStream.range(0, rows.rows())
                .mapToObj(row -> values.point(rows.doubles(row)))
                .toArray(float[][]::new);
    }

    /**
     * Reads the score from a model; empty if it keeps no rows.
     *
     * @throws IllegalArgumentException if an entry is damaged; the message names it
     */
    static Optional<NeighbourScore> of(Autoencoder model) {
        return KeptRows.parse(model.metadata(), model.architecture().inputs())
                .map(kept -> new NeighbourScore(model, kept, Ratios.parse(model.metadata())));
    }

    /** As text for the model's file. */
    Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>(kept.metadata());
        metadata.put(TYPICAL, typical.toText());
        return metadata;
    }

    /**
     * The scores of some rows; many at once are quicker than one by one.
     *
     * @param rows [n][inputs] in the user's units
     * @param codes [n][latent] as the model gives them
     * @param squares [n][] errors, as the model gives them
     */
    Scored[] score(double[][] rows, float[][] codes, double[][] squares) {
        float[][] ownPoints = new float[rows.length][];
        float[][] seenPoints = new float[rows.length][];
        for (int r = 0; r < rows.length; r++) {
            ownPoints[r] = ownValues.point(rows[r]);
            seenPoints[r] = seenValues.point(SeenValues.of(codes[r], squares[r]));
        }
        Space.Place[] bySight = seen.places(seenPoints);
        Space.Place[] as = own.places(ownPoints);
        Scored[] scored = new Scored[rows.length];
        for (int r = 0; r < scored.length; r++) {
            Ratios distances = new Ratios(bySight[r].near(), bySight[r].far(), as[r].near(), as[r].far());
            scored[r] = new Scored(distances.over(typical).mean(), as[r].nearest());
        }
        return scored;
    }

    /**
     * A score, and the training row that is most like the row.
     *
     * @param nearest index of the kept row whose own values are nearest
     */
    record Scored(double score, int nearest) {}

    /** The name and the values of a kept row. */
    AnomalyDetector.Neighbour neighbour(int index) {
        return new AnomalyDetector.Neighbour(
                kept.names().get(index), kept.rows().doubles(index));
    }
}
