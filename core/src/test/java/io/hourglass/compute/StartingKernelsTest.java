package io.hourglass.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hourglass.nn.Activation;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kernels that start plain compute the same bits before and after the change to vectors. */
class StartingKernelsTest {
    private Kernels starting = Kernels.SCALAR;

    @BeforeEach
    void needsVectors() {
        assumeTrue(Kernels.best() instanceof StartingKernels, "vectors were not chosen by themselves");
        starting = new StartingKernels();
    }

    /** A product, an activation and a transposition of a shape, as the bits of all results. */
    private static int[] bits(Kernels kernels, int rows, int depth, int vectors) {
        Random random = new Random(rows * 31L + depth);
        int columns = vectors * kernels.lanes();
        Matrix a = matrix(random, rows, depth, depth);
        Matrix aT = matrix(random, depth, rows, rows);
        Matrix b = matrix(random, depth, columns, columns);
        Matrix c = matrix(random, rows, columns, columns);
        Matrix d = matrix(random, rows, columns, columns);
        Matrix turned = matrix(random, columns, rows, rows);
        kernels.multiply(a, b, c, false);
        kernels.multiplyTransposed(aT, b, d, false);
        kernels.activateInPlace(Activation.TANH, c);
        kernels.transpose(c, turned);
        int[] bits = new int[c.data().length + d.data().length + turned.data().length];
        int i = 0;
        for (float[] values : new float[][] {c.data(), d.data(), turned.data()}) {
            for (float value : values) {
                bits[i++] = Float.floatToRawIntBits(value);
            }
        }
        return bits;
    }

    private static Matrix matrix(Random random, int rows, int columns, int stride) {
        float[] data = new float[rows * stride];
        for (int i = 0; i < data.length; i++) {
            data[i] = random.nextFloat() - 0.5f;
        }
        return new Matrix(data, 0, rows, columns, stride);
    }

    @Test
    void theBitsStayTheSame() {
        Kernels vectors = new VectorKernels();
        starting.expect(Long.MAX_VALUE);
        for (int i = 0; i < 40 || starting.changes() == 0; i++) { // ends only if kernels become ready
            for (int[] shape : new int[][] {{64, 70, 3}, {33, 17, 4}, {5, 129, 1}, {40, 9, 7}}) {
                assertThat(bits(starting, shape[0], shape[1], shape[2]))
                        .isEqualTo(bits(vectors, shape[0], shape[1], shape[2]));
            }
        }
    }

    @Test
    void theyLookLikeTheVectorKernels() {
        Kernels vectors = new VectorKernels();
        assertThat(starting.name()).isEqualTo(vectors.name());
        assertThat(starting.lanes()).isEqualTo(vectors.lanes());
        assertThat(starting.panel()).isEqualTo(vectors.panel());
        assertThat(starting.widestPanel()).isEqualTo(vectors.widestPanel());
    }

    /** Taller and wider products share the trial of one that uses the same tiles. */
    @Test
    void everyKeyHasATrialThatRuns() {
        Trials trials = new Trials(starting.lanes());
        for (Trials.Form form : Trials.Form.values()) {
            for (int rows = 1; rows < 100; rows++) {
                for (int vectors = 1; vectors < 12; vectors++) {
                    int key = Trials.ofProduct(form, rows, vectors);
                    assertThat(key).isBetween(0, Trials.KEYS - 1);
                    if (rows < 30) {
                        trials.apply(key).run();
                    }
                }
            }
        }
        for (Trials.Elementwise kernel : Trials.Elementwise.values()) {
            int functions = switch (kernel) {
                case ACTIVATE, ACTIVATION_GRADIENT -> Activation.values().length;
                case LOSS_GRADIENT -> io.hourglass.nn.Loss.values().length;
                default -> 1;
            };
            for (int f = 0; f < functions; f++) {
                trials.apply(kernel.key(f)).run();
            }
        }
    }
}
