package io.hourglass.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.compute.EachKernels;
import io.hourglass.compute.Kernels;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Convolution;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Optimizer;
import io.hourglass.nn.Shape;
import io.hourglass.nn.Variant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The engine's step, which is divided among threads, tiled and fused, has the bits of {@link PlainStep}: losses,
 * gradients, weights and the optimiser's memory after each of some steps of random networks on random rows. The number
 * of threads and their shares change between the steps. A failure names its seed; {@code -Dhourglass.seed=N} repeats it
 * alone.
 */
class PlannedStepTest {
    private static final int SEEDS = 100;

    /** Seeds from {@link #SEEDS} on have convolutions. */
    private static final int WITH_CONVOLUTIONS = 60;

    /** Seeds after those have columns. */
    private static final int WITH_COLUMNS = 80;

    private static final int[] BATCHES = {1, 1, 2, 5, 7, 9, 13, 16, 31, 33, 64, 64, 97, 263};

    /** A random training run. */
    private record Case(
            Architecture architecture,
            Objective objective,
            Corruption corruption,
            Columns columns,
            double missing,
            PlainOptimizer optimizer,
            double zeros,
            boolean unit,
            int batch,
            int rows,
            int threads) {}

    /** All seeds; every third if the build runs the tests again with other kernels or another JDK, to keep it short. */
    static LongStream seeds() {
        Long one = Long.getLong("hourglass.seed");
        int step = Boolean.getBoolean("hourglass.again") ? 3 : 1;
        LongStream all = LongStream.range(0, SEEDS + WITH_CONVOLUTIONS + WITH_COLUMNS);
        return one != null ? LongStream.of(one) : all.filter(seed -> seed % step == 0);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @EachKernels
    void hasTheBitsOfThePlainStep(long seed) {
        Random random = new Random(seed);
        boolean withColumns = seed >= SEEDS + WITH_CONVOLUTIONS;
        Case run = withColumns ? withColumns(draw(random, seed % 8 == 0), random) : draw(random, seed >= SEEDS);
        String what = "seed " + seed + ": " + run + ", " + run.architecture().variant() + " "
                + run.architecture().layers();
        Network network = new Network(run.architecture(), Kernels.best());
        network.initialize(seed);
        float[][] data = data(run, random);
        int[] order = new int[run.rows()];
        new io.hourglass.engine.Random(seed, 1).shuffle(order);
        float[] imputed = run.missing() == 0 ? null : imputed(run, random);
        PlainStep plain = new PlainStep(
                run.architecture(), run.objective(), run.corruption(), run.columns(), imputed, network.tensors());
        Updater updater = run.optimizer().updater(network);
        NonZeros nonZeros = run.corruption().isNone() && imputed == null ? nonZeros(data) : null;
        try (Step engine = new Step(
                network,
                run.objective(),
                run.corruption(),
                run.columns(),
                imputed,
                seed,
                nonZeros,
                run.batch(),
                run.threads())) {
            int t = 0;
            Shares shares = Shares.even(run.threads());
            for (int epoch = 1; epoch <= 2; epoch++) {
                for (int start = 0; start < run.rows(); start += run.batch()) {
                    int[] numbers = Arrays.copyOfRange(order, start, Math.min(run.rows(), start + run.batch()));
                    float[][] rows = Arrays.stream(numbers)
                            .mapToObj(number -> data[number])
                            .toArray(float[][]::new);
                    double rate = (run.optimizer().optimizer() == Optimizer.SGD ? 0.05 : 0.003) / ++t;
                    if (t > 0 && random.nextInt(3) > 0) {
                        engine.use(shares = shares(random, run.threads()));
                    }
                    plain.run(rows, numbers, epoch, seed);
                    plain.update(run.optimizer(), t, rate);
                    updater.prepare(t, rate);
                    engine.train(rows, epoch, order, start, updater);
                    String step = "step " + t + " with " + shares + " of " + what;
                    assertThat(plain.loss).as(step).isFinite();
                    assertThat(engine.objective).as("loss, " + step).isEqualTo(plain.loss);
                    assertThat(engine.error).as("error, " + step).isEqualTo(plain.error);
                    assertThat(engine.divergence).as("divergence, " + step).isEqualTo(plain.divergence);
                    assertSameBits("gradient, " + step, engine.gradients(), plain.gradients);
                    assertSameBits("tensor, " + step, network.tensors(), plain.tensors);
                    Map<String, float[]> memory = updater.tensors();
                    memory.keySet().retainAll(run.optimizer().tensors().keySet()); // a tied decoder's stays 0
                    assertSameBits("memory, " + step, memory, run.optimizer().tensors());
                }
            }
        }
    }

    /** Of some threads; a thread may have nothing to do. */
    private static Shares shares(Random random, int most) {
        int[] weights = new int[1 + random.nextInt(most)];
        for (int thread = 0; thread < weights.length; thread++) {
            weights[thread] = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(10);
        }
        weights[random.nextInt(weights.length)] += 1; // somebody has to do it
        return Shares.of(weights);
    }

    private static @Nullable NonZeros nonZeros(float[][] data) {
        NonZeros nonZeros = new NonZeros(data.length, data[0].length);
        for (int r = 0; r < data.length; r++) {
            for (int i = 0; i < data[r].length; i++) {
                if (data[r][i] != 0) {
                    nonZeros.add(r, i);
                }
            }
        }
        return nonZeros.isSparseEnough() ? nonZeros : null;
    }

    static void assertSameBits(String what, Map<String, float[]> actual, Map<String, float[]> expected) {
        assertThat(actual.keySet()).as(what).isEqualTo(expected.keySet());
        expected.forEach((name, values) -> {
            float[] found = actual.get(name);
            assertThat(found).as(what).hasSameSizeAs(values);
            for (int i = 0; i < values.length; i++) {
                if (Float.floatToRawIntBits(found[i]) != Float.floatToRawIntBits(values[i])) {
                    throw new AssertionError(
                            "%s: %s[%d] is %s, expected %s".formatted(what, name, i, found[i], values[i]));
                }
            }
        });
    }

    private static Case draw(Random random, boolean convolutions) {
        int batch = BATCHES[random.nextInt(convolutions ? BATCHES.length - 2 : BATCHES.length)];
        int widest = convolutions ? 60 : batch > 64 ? 80 : 300;
        List<Integer> hidden = widths(random, widest);
        List<Integer> decoder = new ArrayList<>(hidden);
        Collections.reverse(decoder);
        Variant variant =
                any(random, convolutions ? List.of(Variant.PLAIN, Variant.VARIATIONAL) : List.of(Variant.values()));
        if (variant != Variant.TIED && random.nextInt(3) == 0) {
            decoder = widths(random, widest);
        }
        Loss loss = any(random, List.of(Loss.values()));
        Activation latent = any(random, List.of(Activation.values()));
        Activation output = any(random, List.of(Activation.values()));
        Shape image = convolutions
                ? new Shape(1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(3))
                : Shape.row(width(random, 2 * widest));
        Architecture architecture = new Architecture(
                image,
                convolutions ? convolutions(random) : List.of(),
                hidden,
                random.nextInt(4) == 0 ? width(random, widest) : 1 + random.nextInt(9),
                decoder,
                any(random, List.of(Activation.values())),
                variant == Variant.VARIATIONAL ? Activation.IDENTITY : latent,
                loss.needsUnitInterval() ? Activation.SIGMOID : output,
                variant);
        Objective objective =
                new Objective(loss, any(random, List.of(0.0, 0.0, 0.01)), any(random, List.of(1.0, 0.3, 0.0)));
        Corruption corruption =
                new Corruption(any(random, List.of(0.0, 0.0, 0.2)), any(random, List.of(0.0, 0.0, 0.3)));
        int rows = Math.max(1, batch * (1 + random.nextInt(2)) - random.nextInt(batch));
        double zeros = any(random, List.of(0.0, 0.0, 0.45, 0.8, 0.97));
        boolean unit = loss.needsUnitInterval() || random.nextBoolean();
        return new Case(
                architecture,
                objective,
                corruption,
                Columns.NONE,
                0,
                optimizer(random),
                zeros,
                unit,
                batch,
                rows,
                1 + random.nextInt(5));
    }

    /** The same with columns: categories too, unless the rows are images, inputs only, and missing values. */
    private static Case withColumns(Case run, Random random) {
        Architecture architecture = run.architecture();
        boolean images = !architecture.convolutions().isEmpty();
        List<String> parts = new ArrayList<>();
        for (int left = architecture.inputs(); left > 0; ) {
            int n = images ? 1 : Math.min(left, 1 + random.nextInt(random.nextInt(5) == 0 ? 40 : 6));
            boolean category = n > 1 && random.nextInt(3) > 0;
            boolean inputs = !category && !parts.isEmpty() && random.nextInt(4) == 0;
            parts.add((category ? "c" : inputs ? "i" : "") + n);
            left -= n;
        }
        Columns columns = Columns.parse(String.join(",", parts));
        double[] weights = random.doubles(columns.count(), 0.1, 10).toArray();
        double[] spreads = random.doubles(columns.count(), 0.1, 10).toArray();
        double missing = images ? 0.3 : any(random, List.of(0.0, 0.1, 0.7));
        return new Case(
                architecture,
                run.objective(),
                run.corruption(),
                columns.withWeights(weights, spreads),
                missing,
                run.optimizer(),
                run.zeros(),
                run.unit(),
                run.batch(),
                run.rows(),
                run.threads());
    }

    private static float[] imputed(Case run, Random random) {
        float[] values = new float[run.architecture().inputs()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    private static List<Convolution> convolutions(Random random) {
        List<Convolution> convolutions = new ArrayList<>();
        for (int depth = 1 + random.nextInt(3); depth > 0; depth--) {
            int kernel = any(random, List.of(1, 3, 3, 3, 5, 7));
            convolutions.add(new Convolution(
                    any(random, List.of(1, 2, 5, 16, 20, 32)), kernel, 1 + random.nextInt(Math.min(kernel, 3))));
        }
        return convolutions;
    }

    private static PlainOptimizer optimizer(Random random) {
        Optimizer optimizer = any(random, List.of(Optimizer.values()));
        double momentum = any(random, List.of(0.0, 0.5, 0.9));
        return new PlainOptimizer(
                optimizer,
                any(random, List.of(0.999, 0.95)),
                momentum,
                momentum > 0 && random.nextBoolean(),
                optimizer == Optimizer.ADAM ? 0 : any(random, List.of(0.0, 0.01, 0.1)),
                any(random, List.of(1.0, 1.0, 0.0, 7.0)));
    }

    /** Of up to three hidden layers. */
    private static List<Integer> widths(Random random, int widest) {
        List<Integer> widths = new ArrayList<>();
        for (int depth = random.nextInt(4); depth > 0; depth--) {
            widths.add(width(random, widest));
        }
        return widths;
    }

    /** Small widths are as frequent as large ones. */
    private static int width(Random random, int widest) {
        return 1 + random.nextInt(random.nextBoolean() ? Math.min(widest, 40) : widest);
    }

    private static <T> T any(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static float[][] data(Case run, Random random) {
        float[][] data = new float[run.rows()][run.architecture().inputs()];
        for (float[] row : data) {
            for (int i = 0; i < row.length; i++) {
                float value = run.unit() ? random.nextFloat() : 2 * (float) random.nextGaussian();
                row[i] = random.nextDouble() < run.zeros() ? 0 : value;
            }
            Columns columns = run.columns();
            for (int c = 0; c < columns.count(); c++) {
                int from = columns.start(c);
                if (columns.isCategory(c)) {
                    Arrays.fill(row, from, from + columns.width(c), 0);
                    row[from + random.nextInt(columns.width(c))] = 1;
                }
                if (random.nextDouble() < run.missing()) {
                    row[from + random.nextInt(columns.width(c))] = Float.NaN; // one is enough
                }
            }
        }
        return data;
    }
}
