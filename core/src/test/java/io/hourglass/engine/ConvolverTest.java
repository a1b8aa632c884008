package io.hourglass.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.compute.EachKernels;
import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions of random geometries, those too that no architecture has, against loops. */
class ConvolverTest {
    private static final int MARGIN = 40;

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    /** Kernels of 1 to 7 pixels, strides of 1 to 4, which may exceed the kernel, images of 1 to 14 pixels a side. */
    static Layer.Conv draw(Random random) {
        int kernel = 1 + random.nextInt(7);
        int stride = 1 + random.nextInt(4);
        int padding = random.nextInt(kernel);
        int least = Math.max(1, kernel - 2 * padding);
        Shape large = new Shape(least + random.nextInt(10), least + random.nextInt(10), channels(random));
        Shape small = new Shape(
                (large.height() + 2 * padding - kernel) / stride + 1,
                (large.width() + 2 * padding - kernel) / stride + 1,
                channels(random));
        boolean transposed = random.nextBoolean();
        return new Layer.Conv(
                "encoder.0",
                transposed ? small : large,
                transposed ? large : small,
                kernel,
                stride,
                padding,
                transposed,
                Activation.IDENTITY);
    }

    private static int channels(Random random) {
        List<Integer> channels = List.of(1, 2, 3, 5, 8, 16, 20, 33);
        return channels.get(random.nextInt(channels.size()));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @EachKernels
    void bothDirectionsHaveTheBitsOfLoops(long seed) {
        Random random = new Random(seed);
        Layer.Conv conv = draw(random);
        float[] w = values(random, (int) conv.weights());
        float[] b = values(random, conv.biases());
        for (Kernels kernels : List.of(Kernels.SCALAR, Kernels.best())) {
            Filters filters = new Filters(conv, kernels);
            Convolver forward = Convolver.forward(filters, kernels);
            Convolver backward = Convolver.backward(filters, kernels);
            filters.set(values(random, w.length), values(random, b.length), filters.weights());
            forward.prepare();
            backward.prepare();
            filters.set(w, b, filters.weights());
            forward.prepare();
            backward.prepare(); // nothing of other weights is left
            for (int image = 0; image < 2; image++) { // nor of another image
                float[] x = values(random, conv.inputs());
                float[] expected = conv.isTransposed() ? up(conv, w, b, x) : down(conv, w, b, x);
                float[] found = margins(new float[conv.outputs()]);
                forward.run(margins(x), MARGIN, found, MARGIN);
                assertThat(found).as("forward, %s, %s", kernels.name(), conv).isEqualTo(margins(expected));

                float[] delta = values(random, conv.outputs());
                expected = conv.isTransposed() ? down(conv, w, null, delta) : up(conv, w, null, delta);
                found = margins(new float[conv.inputs()]);
                backward.run(margins(delta), MARGIN, found, MARGIN);
                assertThat(found).as("backward, %s, %s", kernels.name(), conv).isEqualTo(margins(expected));
            }
        }
    }

    /** All values of the patches, or those that one thread needs; nothing else is written. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void patchesAreWhatTheSmallImageSees(long seed) {
        Random random = new Random(seed);
        Layer.Conv conv = draw(random);
        Patches patches = new Patches(conv);
        float[] x = values(random, conv.large().values());
        int from = random.nextInt(patches.downValues());
        int n = 1 + random.nextInt(patches.downValues() - from);
        int rows = conv.small().pixels();
        float[] found = new float[MARGIN + rows * (n + 3)];
        for (int i = 0; i < found.length; i++) {
            boolean inPatch = i >= MARGIN && (i - MARGIN) % (n + 3) < n;
            found[i] = inPatch ? 0 : Float.NaN;
        }
        float[] expected = found.clone();
        Matrix some = new Matrix(found, MARGIN, rows, n, n + 3);
        new Copy(Kernels.best(), patches.ofLarge(from, some)).run(margins(x), MARGIN, found, MARGIN);
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < n; i++) {
                int value = from + i;
                int a = value % conv.large().channels();
                int kx = value / conv.large().channels() % conv.kernel();
                int ky = value / conv.large().channels() / conv.kernel();
                int y = row / conv.small().width() * conv.stride() + ky - conv.padding();
                int column = row % conv.small().width() * conv.stride() + kx - conv.padding();
                expected[MARGIN + row * (n + 3) + i] = at(conv.large(), x, y, column, a);
            }
        }
        assertThat(found).as(conv.toString()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @EachKernels
    void filtersComeBackAsTheyWereSet(long seed) {
        Random random = new Random(seed);
        Layer.Conv conv = draw(random);
        for (Kernels kernels : List.of(Kernels.SCALAR, Kernels.best())) {
            Filters filters = new Filters(conv, kernels);
            float[] w = values(random, (int) conv.weights());
            float[] b = values(random, conv.biases());
            filters.set(w, b, filters.weights());
            assertThat(filters.weight(filters.weights())).isEqualTo(w);
            assertThat(filters.bias(filters.weights())).isEqualTo(b);
            Step.requirePaddingIsZero(filters, filters.weights());
            assertThat(filters.biasesAt(Kernels.START)).isEqualTo(kernels.padded(conv.biases()));
            assertThat(filters.biasesAt(filters.down().offset())).isZero();
            assertThat(filters.width()).isEqualTo(kernels.padded(conv.outputs()));
        }
    }

    private static float at(Shape shape, float[] x, int row, int column, int channel) {
        boolean inside = row >= 0 && row < shape.height() && column >= 0 && column < shape.width();
        return inside ? x[(row * shape.width() + column) * shape.channels() + channel] : 0;
    }

    private static float weight(Layer.Conv conv, float[] w, int small, int large, int ky, int kx) {
        return w[((small * conv.large().channels() + large) * conv.kernel() + ky) * conv.kernel() + kx];
    }

    /** Each value of the small image gathers what it sees in the large one. */
    private static float[] down(Layer.Conv conv, float[] w, float @Nullable [] b, float[] x) {
        Shape small = conv.small();
        float[] y = new float[small.values()];
        for (int o = 0; o < y.length; o++) {
            int channel = o % small.channels();
            int row = o / small.channels() / small.width() * conv.stride() - conv.padding();
            int column = o / small.channels() % small.width() * conv.stride() - conv.padding();
            float sum = b == null ? 0 : b[channel];
            for (int ky = 0; ky < conv.kernel(); ky++) {
                for (int kx = 0; kx < conv.kernel(); kx++) {
                    for (int a = 0; a < conv.large().channels(); a++) {
                        float value = at(conv.large(), x, row + ky, column + kx, a);
                        sum = Math.fma(value, weight(conv, w, channel, a, ky, kx), sum);
                    }
                }
            }
            y[o] = sum;
        }
        return y;
    }

    /** Each value of the large image gathers what reaches it from the small one. */
    private static float[] up(Layer.Conv conv, float[] w, float @Nullable [] b, float[] x) {
        Shape large = conv.large();
        float[] y = new float[large.values()];
        for (int o = 0; o < y.length; o++) {
            int channel = o % large.channels();
            int row = o / large.channels() / large.width() + conv.padding();
            int column = o / large.channels() % large.width() + conv.padding();
            float sum = b == null ? 0 : b[channel];
            for (int i = 0; i < x.length; i++) {
                int pixel = i / conv.small().channels();
                int ky = row - pixel / conv.small().width() * conv.stride();
                int kx = column - pixel % conv.small().width() * conv.stride();
                if (ky >= 0 && ky < conv.kernel() && kx >= 0 && kx < conv.kernel()) {
                    sum = Math.fma(x[i], weight(conv, w, i % conv.small().channels(), channel, ky, kx), sum);
                }
            }
            y[o] = sum;
        }
        return y;
    }

    private static float[] values(Random random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = random.nextInt(8) == 0 ? 0 : (float) random.nextGaussian();
        }
        return values;
    }

    /** NaN on both sides: no value of a result may come from there, and none may be written. */
    private static float[] margins(float[] values) {
        float[] wide = new float[values.length + 2 * MARGIN];
        Arrays.fill(wide, Float.NaN);
        System.arraycopy(values, 0, wide, MARGIN, values.length);
        return wide;
    }
}
