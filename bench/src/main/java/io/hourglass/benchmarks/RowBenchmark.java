package io.hourglass.benchmarks;

import io.hourglass.compute.AdamStep;
import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.compute.SgdStep;
import io.hourglass.nn.Loss;
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
    private final byte[] pixels = new byte[WIDTH];
    private final double[] doubles = new double[WIDTH];
    private final long[] bits = new long[(WIDTH + Long.SIZE - 1) / Long.SIZE];
    private final float[] out = new float[WIDTH];
    private final float[] chains = new float[ROWS * Kernels.ERROR_CHAINS];
    private final float[] rowChains = new float[Kernels.ERROR_CHAINS];
    private float[] x = {};
    private float[] y = {};
    private Matrix batch = Form.matrix(0, 0, 0);
    private Matrix batchT = batch;
    private Matrix targets = batch;
    private Matrix panel = batch;
    private Matrix probabilities = batch;
    private Matrix delta = batch;
    private Matrix sums = batch;
    private float[] weights = {};
    private float[] means = {};
    private float[] squares = {};
    private float[] gradient = {};
    private final AdamStep adam = new AdamStep();
    private final SgdStep sgd = new SgdStep();

    /** Fills the arrays before each iteration. Values computed in place would otherwise drift towards zero. */
    @Setup(Level.Iteration)
    public void setup() {
        kernels = form.kernels();
        new Random(1).nextBytes(pixels);
        Arrays.setAll(doubles, i -> (pixels[i] & 255) / 255.0);
        x = Form.values(ROWS * WIDTH);
        y = Form.values(WIDTH);
        batch = new Matrix(x, 0, ROWS, WIDTH);
        batchT = Form.matrix(WIDTH, ROWS, kernels.stride(ROWS));
        targets = new Matrix(x, 0, ROWS, PANEL, WIDTH);
        panel = Form.matrix(ROWS, PANEL, PANEL);
        probabilities = Form.matrix(ROWS, PANEL, PANEL);
        for (int i = 0; i < probabilities.data().length; i++) {
            probabilities.data()[i] = Math.abs(probabilities.data()[i]);
        }
        delta = Form.matrix(ROWS, PANEL, PANEL);
        sums = Form.matrix(PANEL, ROWS, ROWS);
        weights = Form.values(Kernels.START + WEIGHTS);
        means = Form.values(Kernels.START + WEIGHTS);
        squares = Form.values(Kernels.START + WEIGHTS);
        for (int i = 0; i < squares.length; i++) {
            squares[i] *= squares[i];
        }
        gradient = Form.values(Kernels.START + WEIGHTS);
        adam.set(1000, 0, 0.999, 0);
        sgd.set(0, 0.9, 0, true);
    }

    /** The transpose of a mini-batch. */
    @Benchmark
    @OperationsPerInvocation(ROWS * WIDTH)
    public float[] transpose() {
        kernels.transpose(batch, batchT);
        return batchT.data();
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

    /** The squared error of a row. */
    @Benchmark
    @OperationsPerInvocation(WIDTH)
    public double squaredError() {
        return kernels.squaredError(y, 0, x, 0, WIDTH, rowChains);
    }

    /** The squared error of a panel's outputs and its gradient. */
    @Benchmark
    @OperationsPerInvocation(ROWS * PANEL)
    public float[] squaredErrorGradient() {
        kernels.lossGradient(Loss.MSE, panel, targets, 0.01f, delta, 0, chains);
        return delta.data();
    }

    /** Sigmoid, squared error and gradient of a panel's outputs in one pass. */
    @Benchmark
    @OperationsPerInvocation(ROWS * PANEL)
    public float[] sigmoidErrorGradient() {
        kernels.sigmoidErrorGradient(panel, targets, 0.01f, delta, 0, chains);
        return delta.data();
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

    /** The cross-entropy of a panel's outputs and its gradient. */
    @Benchmark
    @OperationsPerInvocation(ROWS * PANEL)
    public float[] crossEntropy() {
        kernels.lossGradient(Loss.BCE, probabilities, targets, 0.01f, delta, 0, chains);
        return delta.data();
    }

    /** The Huber loss of a panel's outputs and its gradient. */
    @Benchmark
    @OperationsPerInvocation(ROWS * PANEL)
    public float[] huber() {
        kernels.lossGradient(Loss.HUBER, panel, targets, 0.01f, delta, 0, chains);
        return delta.data();
    }

    /** The sum of four gradients of a layer's inputs. */
    @Benchmark
    @OperationsPerInvocation(PANEL * ROWS)
    public float[] sum() {
        kernels.sum(new float[][] {x, x, x, x}, 0, ROWS, sums);
        return sums.data();
    }

    /** A step of Adam, with learning rate 0 so that the weights stay the same. */
    @Benchmark
    @OperationsPerInvocation(WEIGHTS)
    public float[] adam() {
        int at = Kernels.START;
        kernels.adamInPlace(adam, weights, means, squares, at, gradient, at, WEIGHTS);
        return weights;
    }

    /** A step of gradient descent with momentum, with learning rate 0. */
    @Benchmark
    @OperationsPerInvocation(WEIGHTS)
    public float[] sgd() {
        int at = Kernels.START;
        kernels.sgdInPlace(sgd, weights, means, at, gradient, at, WEIGHTS);
        return weights;
    }
}
