package io.hourglass.anomaly;

import static io.hourglass.anomaly.Threshold.Method.QUANTILE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.hourglass.Autoencoder;
import io.hourglass.ColumnWeights;
import io.hourglass.Dataset;
import io.hourglass.Imputation;
import io.hourglass.RandomModel;
import io.hourglass.RowSource;
import io.hourglass.Scaler;
import io.hourglass.Scorer;
import io.hourglass.TestData;
import io.hourglass.compute.EachKernels;
import io.hourglass.io.Sha256;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Loss;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The score of detectors that compare rows with kept training rows. */
class NeighbourScoreTest {
    private static final double NAN = Double.NaN;
    private static final String VALUES = "anomaly.neighbours.values";
    private static final String TYPE = "anomaly.neighbours.type";
    private static final String NAMES = "anomaly.neighbours.names";
    private static final String TYPICAL = "anomaly.neighbours.typical";

    /** 300 rows near a plane through six dimensions. */
    private static final Dataset TRAIN = plane(300, 1);

    private static final Autoencoder MODEL =
            RandomModel.of(Architecture.parse("6-5-2"), Scaler.fit(Scaler.Kind.STANDARD, TRAIN), 1);

    private static Dataset plane(int rows, long seed) {
        Random random = new Random(seed);
        float[] values = new float[rows * 6];
        for (int row = 0; row < rows; row++) {
            double a = random.nextInt(1000) / 500.0 - 1;
            double b = random.nextInt(1000) / 500.0 - 1;
            for (int j = 0; j < 6; j++) {
                values[row * 6 + j] = (float) (100 * j + a * (j + 1) + b * (3 - j) + random.nextInt(100) / 1000.0);
            }
        }
        return Dataset.ofFloats("plane", values, 6);
    }

    /** Floats: numbers, one of them mostly equal and one an input only, and two categories; a tenth is missing. */
    private static Dataset table(int rows, long seed) {
        Random random = new Random(seed);
        double[] values = new double[rows * 9];
        for (int row = 0; row < rows; row++) {
            int at = row * 9;
            values[at] = random.nextInt(10_000) / 1024.0;
            values[at + 1] = random.nextInt(10) == 0 ? random.nextInt(5) : 2;
            values[at + 2 + random.nextInt(3)] = 1;
            values[at + 5] = values[at] * 3 + random.nextInt(100) / 128.0;
            values[at + 6] = random.nextInt(2);
            values[at + 7 + (random.nextInt(8) == 0 ? 1 : 0)] = 1;
            for (int[] column : new int[][] {{0, 1}, {1, 1}, {2, 3}, {5, 1}, {7, 2}}) {
                if (random.nextInt(10) == 0) {
                    Arrays.fill(values, at + column[0], at + column[0] + column[1], NAN);
                }
            }
        }
        return Dataset.ofTable("table", values, 9);
    }

    private static Autoencoder mixed(Dataset train) {
        Columns table = Columns.parse("2,c3,1,i1,c2");
        Scaler scaler = Scaler.fit(Scaler.Kind.STANDARD, train, table);
        Map<String, String> text = new HashMap<>();
        text.putAll(scaler.metadata());
        text.putAll(ColumnWeights.fit(table, train, scaler, Loss.MSE).metadata());
        text.putAll(Imputation.fit(Imputation.Kind.MEAN, train, table).metadata());
        return RandomModel.of(Architecture.parse("9-7-3"), 4).withMetadata(text);
    }

    /** The whole score in doubles, by sorting all distances, as the Javadoc of the classes tells it. */
    private static final class Plain {
        private final Autoencoder model;
        private final Dataset kept;
        private final double[] seenUnits;
        private final double[] centres;
        private final double[] ownUnits;
        private final double[][] seen;
        private final double[][] own;
        private final double[] typical;
        private final boolean images;

        Plain(Autoencoder model, Dataset kept) {
            this.model = model;
            this.kept = kept;
            images = kept.isPixels();
            typical = new double[images ? 2 : 4];
            int n = kept.rows();
            int latent = model.architecture().latent();
            double[][] raw = IntStream.range(0, n).mapToObj(this::raw).toArray(double[][]::new);
            seenUnits = new double[raw[0].length];
            for (int j = 0; j < seenUnits.length; j++) {
                int column = j;
                double mean = j < latent
                        ? Arrays.stream(raw).mapToDouble(r -> r[column]).sum() / n
                        : 0;
                seenUnits[j] = Math.sqrt(Arrays.stream(raw)
                                .mapToDouble(r -> Math.pow(r[column] - mean, 2))
                                .sum()
                        / n);
            }
            atLeast(0, latent);
            atLeast(latent, seenUnits.length);
            if (images) {
                seenUnits[latent] /= Math.sqrt(latent);
            }
            centres = new double[kept.inputs()];
            ownUnits = new double[kept.inputs()];
            Columns table = model.table().isNone() ? Columns.ofNumbers(kept.inputs()) : model.table();
            for (int c = 0; c < table.count(); c++) {
                double variance = 0;
                for (int j = table.start(c); j < table.start(c) + table.width(c); j++) {
                    int column = j;
                    double[] present = IntStream.range(0, n)
                            .mapToDouble(r -> kept.doubles(r)[column])
                            .filter(v -> !Double.isNaN(v))
                            .toArray();
                    double mean = Arrays.stream(present).sum() / present.length;
                    variance += Arrays.stream(present)
                                    .map(v -> (v - mean) * (v - mean))
                                    .sum()
                            / present.length;
                    centres[j] = median(present);
                    double deviation = median(Arrays.stream(present)
                            .map(v -> Math.abs(v - centres[column]))
                            .toArray());
                    ownUnits[j] = deviation > 0 ? 1.4826 * deviation : Math.sqrt(variance);
                    ownUnits[j] = table.isInputOnly(c) ? 1e300 : ownUnits[j];
                }
                for (int j = table.start(c); j < table.start(c) + table.width(c) && table.isCategory(c); j++) {
                    ownUnits[j] = Math.sqrt(variance);
                }
            }
            seen = Arrays.stream(raw).map(this::seenPoint).toArray(double[][]::new);
            own = IntStream.range(0, n).mapToObj(r -> ownPoint(kept.doubles(r))).toArray(double[][]::new);
            double[][] distances = new double[typical.length][n];
            for (int r = 0; r < n; r++) {
                double[] of = distances(kept.row(r), kept.doubles(r));
                for (int d = 0; d < typical.length; d++) {
                    distances[d][r] = of[d];
                }
            }
            for (int d = 0; d < typical.length; d++) {
                typical[d] = median(distances[d]);
            }
        }

        private void atLeast(int from, int to) {
            double[] units = Arrays.copyOfRange(seenUnits, from, to);
            double least = 0.01 * Math.sqrt(Arrays.stream(units).map(u -> u * u).sum() / units.length);
            for (int j = from; j < to; j++) {
                seenUnits[j] = Math.max(seenUnits[j], least);
            }
        }

        private static double median(double[] values) {
            double[] sorted = Arrays.stream(values).sorted().toArray();
            return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        }

        private double[] raw(int row) {
            return raw(kept.row(row));
        }

        private double[] raw(float[] row) {
            float[] code = model.encode(row);
            double[] errors = model.squaredErrors(row);
            if (images) {
                errors = new double[] {Arrays.stream(errors).sum() / errors.length};
            }
            double[] raw = new double[code.length + errors.length];
            for (int j = 0; j < raw.length; j++) {
                raw[j] = j < code.length ? code[j] : Math.sqrt(errors[j - code.length]);
            }
            return raw;
        }

        private double[] seenPoint(double[] raw) {
            return IntStream.range(0, raw.length)
                    .mapToDouble(j -> raw[j] / seenUnits[j])
                    .toArray();
        }

        private double[] ownPoint(double[] row) {
            return IntStream.range(0, row.length)
                    .mapToDouble(j -> Double.isNaN(row[j]) || row[j] == centres[j]
                            ? 0
                            : Math.max(-10, Math.min(10, (row[j] - centres[j]) / ownUnits[j])))
                    .toArray();
        }

        private double[] distances(float[] row, double[] values) {
            double[] both = new double[typical.length];
            int at = 0;
            List<double[]> spaces = List.of(sorted(seen, seenPoint(raw(row))), sorted(own, ownPoint(values)));
            for (double[] sorted : spaces.subList(0, typical.length / 2)) {
                int skip = sorted[0] == 0 ? 1 : 0;
                both[at++] = sorted[skip];
                both[at++] = sorted[skip + Math.min(20, kept.rows() - 1) - 1];
            }
            return both;
        }

        private static double[] sorted(double[][] points, double[] point) {
            return Arrays.stream(points)
                    .mapToDouble(other -> {
                        double sum = 0;
                        for (int j = 0; j < point.length; j++) {
                            sum += Math.pow(point[j] - other[j], 2);
                        }
                        return Math.sqrt(sum);
                    })
                    .sorted()
                    .toArray();
        }

        double score(Dataset data, int row) {
            double[] of = distances(data.row(row), data.doubles(row));
            double product = 1;
            for (int d = 0; d < typical.length; d++) {
                product *= (typical[d] > 0 ? of[d] / typical[d] : of[d]) + 0.01;
            }
            return Math.pow(product, 1.0 / typical.length);
        }
    }

    private static void requireEqual(Autoencoder model, Dataset train, Dataset test) {
        double[] scores = AnomalyDetector.learn(model, train, 0).scores(test);
        Plain plain = new Plain(model, train);
        for (int row = 0; row < test.rows(); row++) {
            double expected = plain.score(test, row);
            assertThat(scores[row]).as("row %d", row).isCloseTo(expected, within(expected * 1e-5));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 20, 21, 22, 250})
    void isThatOfAFullSort(int rows) {
        requireEqual(MODEL, TRAIN.slice(0, rows), plane(150, 2));
        requireEqual(MODEL, TRAIN.slice(0, rows), TRAIN);
    }

    @Test
    void isThatOfAFullSortForMixedTables() {
        for (int seed = 1; seed <= 5; seed++) {
            Dataset train = table(200, seed);
            Dataset test = table(100, -seed);
            requireEqual(mixed(train), train, test);
            requireEqual(mixed(train), train, train);
        }
    }

    @Test
    void isThatOfAFullSortForPixels() {
        Dataset train = TestData.pixels(100, 40, 1);
        requireEqual(RandomModel.of(Architecture.parse("40-9-3"), 5), train, TestData.pixels(50, 40, 2));
    }

    /** About 1 is typical: that is what users read the score by. */
    @Test
    void isAboutOneForTypicalRowsAndMoreForOthers() {
        AnomalyDetector detector = AnomalyDetector.learn(MODEL, TRAIN, 0);
        double[] sorted = Arrays.stream(detector.scores(plane(300, 7))).sorted().toArray();
        assertThat(sorted[150]).isCloseTo(1, within(0.15));
        float[] middle = {0, 100, 200, 300, 400, 500};
        double last = detector.score(middle);
        for (int far = 4; far < 1000; far *= 4) {
            float[] row = middle.clone();
            row[3] += far;
            double score = detector.score(row);
            assertThat(score).isGreaterThan(last);
            last = score;
        }
        assertThat(last).isGreaterThan(5);
    }

    @Test
    void oneRowAndManyGiveTheSameBitsOnAnyNumberOfThreads() {
        Dataset table = table(333, 3);
        oneAndMany(AnomalyDetector.learn(MODEL, TRAIN, 0.05), plane(333, 9));
        oneAndMany(AnomalyDetector.learn(mixed(table), table, 0.1), table(333, 4));
        Dataset pixels = TestData.pixels(333, 40, 1);
        oneAndMany(AnomalyDetector.learn(RandomModel.of(Architecture.parse("40-9-3"), 5), pixels, 0), pixels);
    }

    private static void oneAndMany(AnomalyDetector learned, Dataset test) {
        double[] scores = learned.scores(test);
        for (int threads : new int[] {1, 2, 5}) {
            AnomalyDetector detector = AnomalyDetector.of(learned.model().withThreads(threads));
            assertThat(detector.scores(test)).isEqualTo(scores);
            List<AnomalyDetector.Explained> explained = detector.explain(test, 2);
            for (int row = 0; row < scores.length; row++) {
                float[] values = test.row(row);
                AnomalyDetector.Explained of = explained.get(row);
                assertThat(detector.score(values)).isEqualTo(scores[row]);
                assertThat(of.score()).isEqualTo(scores[row]);
                assertThat(of.contributions()).isEqualTo(detector.contributions(values, 2));
                assertThat(of.nearest().orElseThrow().name())
                        .isEqualTo(detector.nearest(values).orElseThrow().name());
            }
        }
    }

    /** A change of these bits is a change for users: it goes into the changelog. */
    @Test
    @EachKernels
    void hasTheKnownBits() {
        Dataset table = table(333, 3);
        double[] first = AnomalyDetector.learn(MODEL, TRAIN, 0.05).scores(plane(333, 9));
        double[] second = AnomalyDetector.learn(mixed(table), table, 0.1).scores(table(333, 4));
        assertThat(new Sha256().add(first).add(second).hex())
                .isEqualTo("59991c2948d43b5b0fcc7c3f4997e02034c9bae1b55228fe16508b5028e4717a");
    }

    @Test
    void aModelThatWasSavedAndLoadedGivesTheSameBits() throws Exception {
        Dataset table = table(100, 3);
        double[] doubles = new double[60];
        Arrays.setAll(doubles, i -> 1.7e9 + 1e-3 * (i * i % 97) + 0.1);
        Dataset pixels = TestData.pixels(30, 6, 2);
        Map<Dataset, Autoencoder> models = Map.of(
                TRAIN,
                MODEL,
                table,
                mixed(table),
                Dataset.ofBytes("bytes", new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -2, -3}, 2),
                RandomModel.of(Architecture.parse("2-1"), 1),
                Dataset.ofDoubles("doubles", doubles, 3),
                RandomModel.of(
                        Architecture.parse("3-2"),
                        Scaler.fit(Scaler.Kind.STANDARD, Dataset.ofDoubles("doubles", doubles, 3)),
                        1),
                pixels,
                RandomModel.of(Architecture.parse("6-2"), 1));
        for (Map.Entry<Dataset, Autoencoder> entry : models.entrySet()) {
            Dataset data = entry.getKey();
            AnomalyDetector learned = AnomalyDetector.learn(entry.getValue(), data, 0);
            AnomalyDetector loaded =
                    AnomalyDetector.of(Autoencoder.ofBytes(learned.model().toBytes(), "bytes"));
            assertThat(loaded).isEqualTo(learned);
            assertThat(loaded.kind()).isEqualTo(AnomalyDetector.Score.NEIGHBOURS);
            assertThat(loaded.scores(data)).as(data.name()).isEqualTo(learned.scores(data));
            assertThat(loaded.model().metadata().get(TYPE))
                    .as(data.name())
                    .isEqualTo(
                            switch (data.name()) {
                                case "pixels" -> "codes-float32";
                                case "doubles" -> "rows-float64";
                                default -> "rows-float32";
                            });
            for (int row = 0; row < data.rows(); row += 3) { // to the bit, and NaN where a value is missing
                AnomalyDetector.Neighbour nearest = loaded.explain(data.slice(row, row + 1), 0)
                        .get(0)
                        .nearest()
                        .orElseThrow();
                double[] values = data.doubles(Integer.parseInt(nearest.name()));
                assertThat(nearest.values()).isEqualTo(data.isPixels() ? new double[0] : values);
            }
        }
    }

    /** Rows may come from a file that is not there any more when others are scored. */
    @Test
    void theSourceOfTheTrainingRowsIsNotNeededLater() {
        boolean[] closed = new boolean[1];
        Dataset source = Dataset.of(new RowSource() {
            @Override
            public String name() {
                return "source";
            }

            @Override
            public int rows() {
                return TRAIN.rows();
            }

            @Override
            public int inputs() {
                return TRAIN.inputs();
            }

            @Override
            public void read(int[] rows, double[] values) {
                if (closed[0]) {
                    throw new IllegalStateException("closed");
                }
                for (int i = 0; i < rows.length; i++) {
                    System.arraycopy(TRAIN.doubles(rows[i]), 0, values, i * inputs(), inputs());
                }
            }
        });
        AnomalyDetector learned = AnomalyDetector.learn(MODEL, source, 0.05);
        assertThat(learned.scores(source)).isEqualTo(learned.scores(TRAIN));
        closed[0] = true;
        Dataset test = plane(50, 2);
        assertThat(learned.scores(test))
                .isEqualTo(AnomalyDetector.learn(MODEL, TRAIN, 0.05).scores(test));
    }

    @Test
    void keepsRowsEvenlySpread() {
        Dataset many = plane(2_500, 1);
        List<String> names = names(AnomalyDetector.learn(MODEL, many, 0));
        assertThat(names).hasSize(2_000).startsWith("0", "1", "2", "3", "5").endsWith("2498");
        assertThat(AnomalyDetector.learn(MODEL, many, 0.1)
                        .model()
                        .metadata()
                        .get(NAMES)
                        .split("\n"))
                .hasSize(1_800);
        // Fewer of wide rows, as many as make two million values.
        assertThat(NeighbourScore.mostRows(1_000)).isEqualTo(2_000);
        assertThat(NeighbourScore.mostRows(1 << 19)).isEqualTo(4);
        assertThat(NeighbourScore.mostRows(1 << 20)).isEqualTo(3);
    }

    /** For rows that do not fit into one data set. */
    @Test
    void theRowsThatAreChosenFromTeachTheSame() {
        Dataset many = plane(2_500, 1);
        int[] chosen = Arrays.stream(AnomalyDetector.spread(2_500, 6))
                .mapToInt(Math::toIntExact)
                .toArray();
        List<String> names = Arrays.stream(chosen).mapToObj(Integer::toString).toList();
        assertThat(AnomalyDetector.learn(MODEL, many.select(chosen), names, 0))
                .isEqualTo(AnomalyDetector.learn(MODEL, many, 0));
        assertThat(AnomalyDetector.spread(1L << 50, 6))
                .hasSize(2_000)
                .contains(0, 1L << 49)
                .isSorted();
        assertThat(AnomalyDetector.spread(2, 6)).containsExactly(0, 1);
    }

    @Test
    void aScorersBlockHasTheScoresOfADataSet() {
        Dataset table = table(100, 3);
        AnomalyDetector learned = AnomalyDetector.learn(mixed(table), table, 0.1);
        for (AnomalyDetector detector : List.of(learned, learned.withScore(AnomalyDetector.Score.RECONSTRUCTION))) {
            Scorer scorer = new Scorer(detector.model());
            double[][] rows = new double[Scorer.ROWS][];
            for (int r = 0; r < rows.length; r++) {
                scorer.set(r, table.row(r));
                rows[r] = table.doubles(r);
            }
            scorer.reconstruct(rows.length);
            assertThat(detector.scores(scorer, rows)).isEqualTo(detector.scores(table.slice(0, Scorer.ROWS)));
        }
    }

    private static List<String> names(AnomalyDetector detector) {
        return List.of(detector.model().metadata().get(NAMES).split("\n"));
    }

    /** Anomalies among the training rows, some of them close together, are not what others are compared with. */
    @Test
    void unusualTrainingRowsAreNotKept() {
        float[] values = new float[300 * 6];
        for (int row = 0; row < 300; row++) {
            System.arraycopy(TRAIN.row(row), 0, values, row * 6, 6);
        }
        List<String> unusual = new ArrayList<>();
        for (int row = 7; row < 300; row += 20) { // 15 of 300: 12 close together, 3 alone
            unusual.add(Integer.toString(row));
            values[row * 6 + 1] += row < 240 ? 40 + row / 1000f : -row;
        }
        Dataset contaminated = Dataset.ofFloats("contaminated", values, 6);
        AnomalyDetector careful = AnomalyDetector.learn(MODEL, contaminated, 0.05);
        assertThat(names(careful)).hasSize(285).doesNotContainAnyElementsOf(unusual);
        AnomalyDetector careless = AnomalyDetector.learn(MODEL, contaminated, 0);
        assertThat(names(careless)).hasSize(300);
        float[] anomaly = contaminated.row(27);
        assertThat(careful.score(anomaly)).isGreaterThan(1.5 * careless.score(anomaly));
    }

    @Test
    void theNearestTrainingRowIsTheOneWithTheMostSimilarValues() {
        List<String> names = IntStream.range(0, 300).mapToObj(i -> "pump " + i).toList();
        AnomalyDetector detector = AnomalyDetector.learn(MODEL, TRAIN, names, 0);
        for (int row = 0; row < 300; row += 50) {
            float[] near = TRAIN.row(row);
            assertThat(detector.nearest(near).orElseThrow().name()).isEqualTo("pump " + row);
            near[2] += 1e-4f;
            AnomalyDetector.Neighbour nearest = detector.nearest(near).orElseThrow();
            assertThat(nearest.name()).isEqualTo("pump " + row);
            assertThat(nearest.values()).isEqualTo(TRAIN.doubles(row));
        }
    }

    @Test
    void namesMayHaveLineBreaks() throws Exception {
        List<String> names = List.of("a\nb", "", "\"c\"", "\n", "é\r\n");
        AnomalyDetector learned = AnomalyDetector.learn(MODEL, TRAIN.slice(0, 5), names, 0);
        AnomalyDetector loaded =
                AnomalyDetector.of(Autoencoder.ofBytes(learned.model().toBytes(), "bytes"));
        List<String> kept = new ArrayList<>();
        for (int row = 0; row < 5; row++) {
            kept.add(loaded.nearest(TRAIN.row(row)).orElseThrow().name());
            assertThat(learned.nearest(TRAIN.row(row)).orElseThrow().name()).isEqualTo(kept.get(row));
        }
        assertThat(kept).containsExactly("a b", "", "\"c\"", " ", "é\r ");
    }

    @Test
    void withFewerThanThreeRowsTheScoreIsTheReconstruction() {
        Autoencoder stale = AnomalyDetector.learn(MODEL, TRAIN, 0).model();
        for (int rows = 1; rows <= 4; rows++) {
            // Of four rows, 0.4 leaves three.
            AnomalyDetector detector = AnomalyDetector.learn(stale, TRAIN.slice(0, rows), 0.4);
            boolean few = rows < 4;
            assertThat(detector.kind())
                    .isEqualTo(few ? AnomalyDetector.Score.RECONSTRUCTION : AnomalyDetector.Score.NEIGHBOURS);
            assertThat(detector.model().metadata().containsKey(VALUES)).isEqualTo(!few);
            assertThat(AnomalyDetector.of(detector.model())).isEqualTo(detector);
            assertThat(detector.nearest(TRAIN.row(9)).isEmpty()).isEqualTo(few);
        }
        assertThat(AnomalyDetector.learn(MODEL, TRAIN.slice(0, 3), 0.3).kind())
                .isEqualTo(AnomalyDetector.Score.NEIGHBOURS);
    }

    @Test
    void rowsThatAreAllEqualAreComparedToo() {
        float[] values = new float[50 * 6];
        Arrays.fill(values, 0.1f);
        AnomalyDetector detector = AnomalyDetector.learn(MODEL, Dataset.ofFloats("equal", values, 6), 0.05);
        float[] row = {0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f};
        double same = detector.score(row);
        assertThat(same).isCloseTo(0.01, within(1e-12));
        row[3] = 0.2f;
        assertThat(detector.score(row)).isFinite().isGreaterThan(same);
    }

    @Test
    void valuesThatTheNetworkCannotComputeWithAreFarAway() {
        AnomalyDetector detector = AnomalyDetector.learn(MODEL, TRAIN, 0);
        float[] row = {3e38f, -3e38f, 3e38f, -3e38f, 3e38f, -3e38f};
        assertThat(detector.score(row)).isFinite().isGreaterThan(100);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 0.5, 1, NAN, Double.POSITIVE_INFINITY})
    void contaminationIsBelowAHalf(double share) {
        String message = "contamination = " + share + ", expected a share of the rows from 0 to below 0.5";
        assertThatThrownBy(() -> AnomalyDetector.learn(MODEL, TRAIN, share))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        AnomalyDetector detector = AnomalyDetector.learn(MODEL, TRAIN, 0);
        assertThatThrownBy(() -> detector.calibrate(TRAIN, QUANTILE, 0.1, share))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    /** In doubles, 100 * 0.29 is less than 29, and 1 - 0.1 - 0.2 is not 0.7. */
    @Test
    void contaminationCountsDecimals() {
        for (int percent = 0; percent < 50; percent++) {
            double share = Double.parseDouble("0." + (percent < 10 ? "0" : "") + percent);
            AnomalyDetector detector = AnomalyDetector.learn(MODEL, TRAIN.slice(0, 100), share);
            assertThat(names(detector)).hasSize(100 - percent);
            assertThat(detector.calibrate(TRAIN.slice(100, 200), QUANTILE, 0.1, share)
                            .threshold()
                            .orElseThrow()
                            .rows())
                    .isEqualTo(100 - percent);
        }
    }

    @Test
    void namesMustFitTheRows() {
        assertThatThrownBy(() -> AnomalyDetector.learn(MODEL, TRAIN, List.of("one"), 0))
                .hasMessage("1 names of 300 rows, expected one for each");
        assertThatThrownBy(() -> AnomalyDetector.learn(MODEL, TestData.floats(9, 5, 1), 0))
                .hasMessageContaining("takes 6");
    }

    @Test
    void damagedEntriesAreRefusedByName() {
        Autoencoder model = AnomalyDetector.learn(MODEL, TRAIN.slice(0, 4), 0).model();
        String values = model.metadata().get(VALUES);
        refused(model, VALUES, "not Base64!", "anomaly.neighbours.values is 'not Base64!', expected Base64");
        refused(model, VALUES, "", "anomaly.neighbours.values has 0 bytes, expected 96: 4 rows of 6 numbers");
        refused(
                model,
                VALUES,
                values.substring(4),
                "anomaly.neighbours.values has 93 bytes, expected 96: 4 rows of 6 numbers");
        refused(model, VALUES, "AACAfw==" + values.substring(8), "anomaly.neighbours.values is ");
        refused(
                model,
                VALUES,
                infinite(),
                "anomaly.neighbours.values: row 2, column 1 is Infinity, expected a finite number");
        refused(model, VALUES, missing(), "anomaly.neighbours.values: row 2, column 1 is missing, expected a number, ");
        refused(
                model,
                TYPE,
                "int4",
                "anomaly.neighbours.type is 'int4', expected rows-float32, rows-float64 or codes-float32");
        refused(model, TYPE, "", "anomaly.neighbours.type is '', expected rows-float32, rows-float64 or codes-float32");
        refused(
                model,
                TYPE,
                "rows-float64",
                "anomaly.neighbours.values has 96 bytes, expected 192: 4 rows of 6 numbers");
        refused(model, NAMES, "1\n2\n3", "anomaly.neighbours.values has 96 bytes, expected 72: 3 rows of 6 numbers");
        refused(model, NAMES, "1\n2", "anomaly.neighbours.names has 2 lines, expected 3 or more, one for each row");
        refused(model, TYPICAL, "", "anomaly.neighbours.typical is '', expected 4 numbers of 0 or more");
        for (String bad :
                List.of("1,2,3", "1,2,3,4,5", "1,2,3,x", "1,2,3,NaN", "1,2,Infinity,4", "-1,2,3,4", "1,2,3,")) {
            refused(model, TYPICAL, bad, "anomaly.neighbours.typical is '" + bad + "', expected 4 numbers");
        }
        refused(model, "anomaly.score", "best", "anomaly.score is 'best', expected neighbours or reconstruction");
        for (String entry : List.of(TYPE, NAMES, TYPICAL)) {
            assertThatThrownBy(() -> AnomalyDetector.of(model.withoutMetadata(Set.of(entry))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("anomaly.neighbours");
        }
        assertThat(AnomalyDetector.of(model.withoutMetadata(Set.of(VALUES))).kind())
                .isEqualTo(AnomalyDetector.Score.RECONSTRUCTION);
    }

    private static void refused(Autoencoder model, String entry, String text, String message) {
        assertThatThrownBy(() -> AnomalyDetector.of(model.withMetadata(Map.of(entry, text))))
                .as("%s = %s", entry, text)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    private static String infinite() {
        return encoded(Float.POSITIVE_INFINITY);
    }

    private static String missing() {
        return encoded(Float.NaN);
    }

    /** Four rows of six numbers, one of them the given. */
    private static String encoded(float value) {
        ByteBuffer bytes = ByteBuffer.allocate(96).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putFloat(4 * (2 * 6 + 1), value);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** Whatever the text: rows that can be compared with, or a message that names the entry. */
    @Test
    void damagedTextNeverDoesAnythingElse() {
        Autoencoder model = AnomalyDetector.learn(MODEL, TRAIN.slice(0, 5), 0).model();
        List<String> entries = List.of(VALUES, TYPE, NAMES, TYPICAL);
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            String entry = entries.get(i % 4);
            StringBuilder text = new StringBuilder(model.metadata().get(entry));
            for (int n = random.nextInt(3); n >= 0; n--) {
                int at = random.nextInt(text.length());
                String any = "A/+=,.-\n\u00e97fEN";
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, any.charAt(random.nextInt(any.length())));
                    case 1 -> text.insert(at, any.charAt(random.nextInt(any.length())));
                    default -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(9)));
                }
                if (text.isEmpty()) {
                    break;
                }
            }
            try {
                AnomalyDetector damaged = AnomalyDetector.of(model.withMetadata(Map.of(entry, text.toString())));
                assertThat(damaged.score(TRAIN.row(9))).isNotNaN().isNotNegative();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageStartingWith("anomaly.neighbours");
                refused++;
            }
        }
        assertThat(refused).isBetween(500, 1_990);
    }

    @Test
    void aThresholdIsForItsScoreOnly() throws Exception {
        AnomalyDetector neighbours = AnomalyDetector.learn(MODEL, TRAIN, 0).calibrate(plane(100, 5), QUANTILE, 0.1);
        assertThat(neighbours.model().metadata()).containsEntry("anomaly.score", "neighbours");
        assertThat(neighbours.withScore(AnomalyDetector.Score.NEIGHBOURS)).isSameAs(neighbours);
        AnomalyDetector other = neighbours.withScore(AnomalyDetector.Score.RECONSTRUCTION);
        assertThat(other.threshold()).isEmpty();
        assertThat(other.score(TRAIN.row(0))).isEqualTo(MODEL.error(TRAIN.row(0)));
        assertThat(other.nearest(TRAIN.row(0))).isEmpty();
        assertThat(AnomalyDetector.of(Autoencoder.ofBytes(other.model().toBytes(), "bytes")))
                .isEqualTo(other);
        AnomalyDetector calibrated = other.calibrate(plane(100, 5), QUANTILE, 0.1);
        assertThat(calibrated.threshold().orElseThrow().score())
                .isNotEqualTo(neighbours.threshold().orElseThrow().score());
        assertThat(AnomalyDetector.of(calibrated.model())).isEqualTo(calibrated);
        AnomalyDetector back = calibrated.withScore(AnomalyDetector.Score.NEIGHBOURS);
        assertThat(back.threshold()).isEmpty();
        assertThat(back.scores(TRAIN)).isEqualTo(neighbours.scores(TRAIN));
        assertThat(AnomalyDetector.learn(calibrated.model(), TRAIN, 0))
                .isEqualTo(AnomalyDetector.learn(MODEL, TRAIN, 0));
    }

    /** Their thresholds come from errors of reconstructions. */
    @Test
    void modelsOfVersion01HaveTheScoreOfTheirThreshold() {
        Map<String, String> old = new HashMap<>(AnomalyDetector.of(MODEL)
                .calibrate(TRAIN, QUANTILE, 0.1)
                .model()
                .metadata());
        assertThat(old.remove("anomaly.score")).isEqualTo("reconstruction");
        AnomalyDetector detector = AnomalyDetector.of(Autoencoder.of(MODEL.architecture(), MODEL.tensors(), old));
        assertThat(detector.kind()).isEqualTo(AnomalyDetector.Score.RECONSTRUCTION);
        assertThat(detector.threshold()).isPresent();
        assertThat(detector.scores(TRAIN)).isEqualTo(MODEL.errors(TRAIN));
        assertThatThrownBy(() -> detector.withScore(AnomalyDetector.Score.NEIGHBOURS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model keeps no training rows to compare with, expected score reconstruction");
        assertThatThrownBy(() -> AnomalyDetector.of(MODEL.withMetadata(Map.of("anomaly.score", "neighbours"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keeps no training rows");
        assertThatThrownBy(() -> AnomalyDetector.Score.parse("best"))
                .hasMessage("unknown score 'best': expected neighbours or reconstruction");
    }
}
