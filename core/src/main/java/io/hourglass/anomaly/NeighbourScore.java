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
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

    /** The most rows that are compared with each other, to learn what is typical. */
    private static final int MOST_COMPARED = 2_000;

    /** Added to each ratio: a row that equals a kept one is near, but not infinitely near. */
    private static final double LEAST_RATIO = 0.01;

    private static final String TYPICAL = Kept.PREFIX + "typical";

    /** The names of all its entries in a model's text. */
    static final Set<String> ENTRIES =
            Stream.concat(Stream.of(TYPICAL), Kept.ENTRIES.stream()).collect(Collectors.toSet());

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
        seenValues = new SeenValues(kept.results(), model.architecture().latent(), rows == null);
        float[][] seenPoints = seenPoints(kept.results());
        seen = new Space(seenPoints, Space.FAR);
        float[][] ownPoints = {};
        if (rows == null) {
            own = null;
        } else {
            OwnValues values = OwnValues.of(rows, model.table());
            ownPoints = points(rows, values);
            own = new Own(values, new Space(ownPoints, Space.FAR));
        }
        this.typical = typical != null ? typical : typical(seenPoints, ownPoints);
    }

    private float[][] seenPoints(float[][] results) {
        return Arrays.stream(results).map(seenValues::point).toArray(float[][]::new);
    }

    private static float[][] points(Dataset rows, OwnValues values) {
        return IntStream.range(0, rows.rows())
                .mapToObj(row -> values.point(rows.doubles(row)))
                .toArray(float[][]::new);
    }

    /** The medians of the kept rows' distances. */
    private double[] typical(float[][] seenPoints, float[][] ownPoints) {
        int[] compared = spread(kept.count(), MOST_COMPARED);
        Space.Place[] bySight = seen.places(select(seenPoints, compared));
        return own == null
                ? new double[] {median(bySight, Space.Place::near), median(bySight, Space.Place::far)}
                : typical(bySight, own.space().places(select(ownPoints, compared)));
    }

    private static double[] typical(Space.Place[] bySight, Space.Place[] asIs) {
        return new double[] {
            median(bySight, Space.Place::near),
            median(bySight, Space.Place::far),
            median(asIs, Space.Place::near),
            median(asIs, Space.Place::far)
        };
    }

    private static double median(Space.Place[] places, ToDoubleFunction<Space.Place> distance) {
        return OwnValues.median(Arrays.stream(places).mapToDouble(distance).toArray());
    }

    private static float[][] select(float[][] points, int[] chosen) {
        return IntStream.of(chosen).mapToObj(row -> points[row]).toArray(float[][]::new);
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
        int[] chosen =
                spread(rows.rows(), images ? mostImages(model.architecture().latent()) : mostRows(rows.inputs()));
        int usual = chosen.length - Threshold.share(contamination, chosen.length);
        if (usual < Kept.FEWEST) {
            return Optional.empty();
        }
        List<String> called = IntStream.of(chosen)
                .mapToObj(row -> names.get(row).replace('\n', ' '))
                .toList();
        Kept all = Kept.of(model, rows.select(chosen), called, images);
        Kept kept = usual == chosen.length ? all : all.select(mostUsual(model, all, usual));
        return Optional.of(new NeighbourScore(model, kept, null));
    }

    /** The most rows of a table that are kept. */
    static int mostRows(int inputs) {
        return Math.max(Kept.FEWEST, Math.min(MOST_ROWS, MOST_NUMBERS / inputs));
    }

    private static int mostImages(int latent) {
        return Math.max(Kept.FEWEST, Math.min(MOST_IMAGES, MOST_NUMBERS / SeenValues.ofImages(latent)));
    }

    /**
     * The rows around which most others lie, in their order. A tenth of the rows counts as the neighbourhood: anomalies
     * that lie close together are still far from that many rows.
     */
    private static int[] mostUsual(Autoencoder model, Kept all, int count) {
        Dataset rows = all.rows();
        float[][] points;
        if (rows == null) {
            SeenValues values =
                    new SeenValues(all.results(), model.architecture().latent(), true);
            points = Arrays.stream(all.results()).map(values::point).toArray(float[][]::new);
        } else {
            points = points(rows, OwnValues.of(rows, model.table()));
        }
        float[][] others = select(points, spread(points.length, MOST_COMPARED));
        Space space = new Space(others, Math.max(Space.FAR, others.length / 10));
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

    /**
     * Reads the score from a model; empty if it keeps no rows.
     *
     * @throws IllegalArgumentException if an entry is damaged; the message names it
     */
    static Optional<NeighbourScore> of(Autoencoder model) {
        return Kept.of(model).map(kept -> new NeighbourScore(model, kept, typical(model, kept.rows() == null ? 2 : 4)));
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
     * The scores of some rows; many at once are quicker than one by one.
     *
     * @param rows [n][inputs] in the user's units
     * @param codes [n][latent] as the model gives them
     * @param squares [n][] errors, as the model gives them
     */
    Scored[] score(double[][] rows, float[][] codes, double[][] squares) {
        float[][] results = new float[rows.length][];
        Arrays.setAll(results, r -> SeenValues.of(codes[r], squares[r], own == null));
        Space.Place[] bySight = seen.places(seenPoints(results));
        Scored[] scored = new Scored[rows.length];
        if (own == null) {
            Arrays.setAll(scored, r -> new Scored(mean(bySight[r].near(), bySight[r].far()), bySight[r].nearest()));
            return scored;
        }
        Space.Place[] asIs =
                own.space().places(Arrays.stream(rows).map(own.values()::point).toArray(float[][]::new));
        Arrays.setAll(
                scored,
                r -> new Scored(
                        mean(bySight[r].near(), bySight[r].far(), asIs[r].near(), asIs[r].far()), asIs[r].nearest()));
        return scored;
    }

    /** The geometric mean of two or four ratios; a root of each first, so that the product is not too large. */
    private double mean(double... distances) {
        double product = 1;
        for (int i = 0; i < distances.length; i++) {
            double ratio = typical[i] > 0 ? distances[i] / typical[i] : distances[i]; // kept rows may all be equal
            product *= Math.sqrt(ratio + LEAST_RATIO);
        }
        return distances.length == 2 ? product : Math.sqrt(product);
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
