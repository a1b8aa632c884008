package io.hourglass.benchmarks;

import io.hourglass.compute.Kernels;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The kernels that process rows value by value: one row of 784 values or a mini-batch of 64 rows, in arrays that fit
 * into the second-level cache. An operation is one value, so JMH's operations per nanosecond are values per nanosecond.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:ObjectAlignmentInBytes=64"})
public class RowBenchmark {
    private static final int ROWS = 64;
    private static final int WIDTH = 784;

    /** Width of a panel of the last layer's outputs. */
    private static final int PANEL = 48;

    /** A block of weights: 64 rows of a panel of 48. */
    private static final int WEIGHTS = 64 * 48;

    /** Which kernels. */
    @Param({"scalar", "vector"})
    public Form form = Form.vector;

    private Kernels kernels = Kernels.SCALAR;
    private int stride;
    private final byte[] pixels = new byte[WIDTH];
    private final double[] doubles = new double[WIDTH];
    private float[] x = {};
    private float[] y = {};
    private float[] out = {};
    private float[] xT = {};
    private float[] panel = {};
    private float[] panelOut = {};
    private float[] chains = {};
    private final long[] bits = new long[(WIDTH + Long.SIZE - 1) / Long.SIZE];
    private float[] weights = {};
    private float[] means = {};
    private float[] squares = {};
    private float[] gradient = {};

    /** Fills the arrays before each iteration. Values computed in place would otherwise drift towards zero. */
    @Setup(Level.Iteration)
    public void setup() {
        kernels = form.kernels();
        stride = kernels.stride(ROWS);
        new Random(1).nextBytes(pixels);
        Arrays.setAll(doubles, i -> (pixels[i] & 255) / 255.0);
        x = Form.values(ROWS * WIDTH);
        y = Form.values(WIDTH);
        out = Form.values(WIDTH);
        xT = new float[WIDTH * stride];
        chains = new float[ROWS * Kernels.ERROR_CHAINS];
        panel = Form.values(Kernels.START + ROWS * PANEL);
        panelOut = new float[Kernels.START + ROWS * PANEL];
        weights = Form.values(Kernels.START + WEIGHTS);
        means = Form.values(Kernels.START + WEIGHTS);
        squares = Form.values(Kernels.START + WEIGHTS);
        for (int i = 0; i < squares.length; i++) {
            squares[i] *= squares[i];
        }
        gradient = Form.values(Kernels.START + WEIGHTS);
    }

    /** The transpose of a mini-batch. */
    @Benchmark
    @OperationsPerInvocation(ROWS * WIDTH)
    public float[] transpose() {
        kernels.transpose(ROWS, WIDTH, x, 0, WIDTH, xT, 0, stride);
        return xT;
    }

    /** Bytes to floats. */
    @Benchmark
    @OperationsPerInvocation(WIDTH)
    public float[] pixelsToUnit() {
        kernels.pixelsToUnit(pixels, 0, out, 0, WIDTH);
        return out;
    }

    /** Doubles to floats, checking that all values are finite. */
    @Benchmark
    @OperationsPerInvocation(WIDTH)
    public boolean narrow() {
        return kernels.narrow(doubles, 0, out, 0, WIDTH);
    }

    /** Whether all values are finite. */
    @Benchmark
    @OperationsPerInvocation(WIDTH)
    public boolean allFinite() {
        return kernels.allFinite(y, 0, WIDTH);
    }

    /** Works on a copy, because repeated tanh would approach zero. The time includes copying. */
    @Benchmark
    @OperationsPerInvocation(WIDTH)
    public float[] tanh() {
        System.arraycopy(y, 0, out, 0, WIDTH);
        kernels.tanhInPlace(out, 0, WIDTH);
        return out;
    }

    /** Works on a copy. The time includes copying. */
    @Benchmark
    @OperationsPerInvocation(WIDTH)
    public float[] sigmoid() {
        System.arraycopy(y, 0, out, 0, WIDTH);
        kernels.sigmoidInPlace(out, 0, WIDTH);
        return out;
    }

    /** Works on a copy. The time includes copying. */
    @Benchmark
    @OperationsPerInvocation(WIDTH)
    public float[] relu() {
        System.arraycopy(y, 0, out, 0, WIDTH);
        kernels.reluInPlace(out, 0, WIDTH);
        return out;
    }

    /** Works on a copy. The time includes copying. */
    @Benchmark
    @OperationsPerInvocation(WIDTH)
    public float[] tanhGradient() {
        System.arraycopy(x, 0, out, 0, WIDTH);
        kernels.tanhGradientInPlace(y, 0, out, 0, WIDTH);
        return out;
    }

    /** Works on a copy. The time includes copying. */
    @Benchmark
    @OperationsPerInvocation(WIDTH)
    public float[] sigmoidGradient() {
        System.arraycopy(x, 0, out, 0, WIDTH);
        kernels.sigmoidGradientInPlace(y, 0, out, 0, WIDTH);
        return out;
    }

    /** Works on a copy. The time includes copying. */
    @Benchmark
    @OperationsPerInvocation(WIDTH)
    public float[] reluGradient() {
        System.arraycopy(x, 0, out, 0, WIDTH);
        kernels.reluGradientInPlace(y, 0, out, 0, WIDTH);
        return out;
    }

    /** The squared error of a row. */
    @Benchmark
    @OperationsPerInvocation(WIDTH)
    public double squaredError() {
        return kernels.squaredError(y, 0, x, 0, WIDTH, chains);
    }

    /** The squared error of a panel's outputs and its gradient. */
    @Benchmark
    @OperationsPerInvocation(ROWS * PANEL)
    public float[] squaredErrorGradient() {
        kernels.squaredErrorGradient(ROWS, PANEL, panel, x, 0, WIDTH, 0.01f, panelOut, 0, chains);
        return panelOut;
    }

    /** Sigmoid, squared error and gradient of a panel's outputs in one pass. */
    @Benchmark
    @OperationsPerInvocation(ROWS * PANEL)
    public float[] sigmoidErrorGradient() {
        kernels.sigmoidErrorGradient(ROWS, PANEL, panel, x, 0, WIDTH, 0.01f, panelOut, 0, chains);
        return panelOut;
    }

    /** Which values of a row are not zero. */
    @Benchmark
    @OperationsPerInvocation(WIDTH)
    public long[] nonZeros() {
        kernels.nonZeros(x, 0, WIDTH, bits, 0);
        return bits;
    }

    /** Which values of a row are at most a limit. */
    @Benchmark
    @OperationsPerInvocation(WIDTH)
    public long[] atMost() {
        kernels.atMost(x, 0, WIDTH, 0.01f, bits, 0);
        return bits;
    }

    /** The cross-entropy of a panel's outputs. */
    @Benchmark
    @OperationsPerInvocation(ROWS * PANEL)
    public float[] crossEntropy() {
        kernels.crossEntropy(ROWS, PANEL, panel, x, 0, WIDTH, 0, chains);
        return chains;
    }

    /** The sum of four gradients of a layer's inputs. */
    @Benchmark
    @OperationsPerInvocation(PANEL * ROWS)
    public float[] sum() {
        kernels.sum(PANEL, ROWS, new float[][] {x, x, x, x}, 0, ROWS, panelOut, Kernels.START, ROWS);
        return panelOut;
    }

    /** A step of the optimiser, with learning rate 0 so that the weights stay the same. */
    @Benchmark
    @OperationsPerInvocation(WEIGHTS)
    public float[] adam() {
        int at = Kernels.START;
        kernels.adamInPlace(weights, means, squares, at, gradient, at, WEIGHTS, 0, 0.999f, 0.001f, 1, 1);
        return weights;
    }
}
