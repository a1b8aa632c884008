package io.hourglass.benchmarks;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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
 * The matrix products of a layer of 784 inputs and 192 outputs on a mini-batch of 64, panel by panel as {@code Dense}
 * calls them. 192 is a multiple of every panel's width, so all kernels do the same work.
 *
 * <p>An operation is half a multiply-add, so JMH's operations per nanosecond are GFLOP/s.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:ObjectAlignmentInBytes=64"})
public class ProductBenchmark {
    private static final int BATCH = 64;
    private static final int INPUTS = 784;
    private static final int OUTPUTS = 192;
    private static final int DEPTH = 1 + INPUTS;

    /** Number of weight rows in one block of the gradient. */
    private static final int BLOCK = 64;

    private static final int FLOPS = 2 * BATCH * OUTPUTS * DEPTH;

    /** Which kernels. */
    @Param({"scalar", "vector"})
    public Form form = Form.vector;

    private Kernels kernels = Kernels.SCALAR;
    private int panel;
    private int stride;
    private float[] weights = {};
    private float[] inputs = {};
    private float[] inputsT = {};
    private float[] sparseInputs = {};
    private long[] bits = {};
    private float[] outputs = {};
    private float[] deltas = {};
    private float[] deltasT = {};
    private float[] inputGradientT = {};
    private float[] gradient = {};

    /** Fills the arrays. */
    @Setup
    public void setup() {
        kernels = form.kernels();
        panel = kernels.panel();
        stride = kernels.stride(BATCH);
        weights = Form.values(START + DEPTH * OUTPUTS);
        inputs = Form.values(BATCH * DEPTH);
        inputsT = Form.values(DEPTH * stride);
        sparseInputs = inputs.clone();
        int words = (DEPTH + Long.SIZE - 1) / Long.SIZE;
        bits = new long[BATCH * words];
        Random random = new Random(1);
        for (int r = 0; r < BATCH; r++) {
            for (int k = 0; k < DEPTH; k++) {
                sparseInputs[r * DEPTH + k] *=
                        random.nextInt(5) == 0 ? 1 : 0; // about a fifth of a digit's pixels are nonzero
            }
            kernels.nonZeros(sparseInputs, r * DEPTH, DEPTH, bits, r * words);
        }
        outputs = new float[BATCH * (OUTPUTS + 1)];
        deltas = Form.values(START + BATCH * kernels.stride(OUTPUTS));
        deltasT = Form.values(START + OUTPUTS * stride);
        inputGradientT = new float[START + INPUTS * stride];
        gradient = new float[START + BLOCK * panel];
    }

    /** {@code multiplyTransposed} as in the forward pass: y = W x for a batch. */
    @Benchmark
    @OperationsPerInvocation(FLOPS)
    public float[] forward() {
        for (int p = 0; p < OUTPUTS / panel; p++) {
            kernels.multiplyTransposed(
                    BATCH,
                    panel,
                    DEPTH,
                    false,
                    inputsT,
                    0,
                    stride,
                    weights,
                    START + p * panel * DEPTH,
                    panel,
                    outputs,
                    1 + p * panel,
                    OUTPUTS + 1);
        }
        return outputs;
    }

    /** {@code multiplySparse} as in the forward pass of the first layer. Multiply-adds with zeros count too. */
    @Benchmark
    @OperationsPerInvocation(FLOPS)
    public float[] forwardSparse() {
        int wide = kernels.widestPanel();
        for (int p = 0; p < OUTPUTS / wide; p++) {
            kernels.multiplySparse(
                    BATCH,
                    wide,
                    DEPTH,
                    bits,
                    0,
                    bits.length / BATCH,
                    sparseInputs,
                    0,
                    DEPTH,
                    1,
                    weights,
                    START + p * wide * DEPTH,
                    wide,
                    outputs,
                    1 + p * wide,
                    OUTPUTS + 1);
        }
        return outputs;
    }

    /** {@code multiplyTransposed} as in the weight gradient: a block of weights, all rows of the batch. */
    @Benchmark
    @OperationsPerInvocation(FLOPS)
    public float[] weightGradient() {
        for (int p = 0; p < OUTPUTS / panel; p++) {
            for (int from = 0; from < DEPTH; from += BLOCK) {
                kernels.multiplyTransposed(
                        Math.min(BLOCK, DEPTH - from),
                        panel,
                        BATCH,
                        false,
                        inputs,
                        from,
                        DEPTH,
                        deltas,
                        START + p * panel,
                        kernels.stride(OUTPUTS),
                        gradient,
                        START,
                        panel);
            }
        }
        return gradient;
    }

    /** {@code multiply} with full panels, as in the input gradient. */
    @Benchmark
    @OperationsPerInvocation(2 * BATCH * OUTPUTS * INPUTS)
    public float[] inputGradient() {
        for (int p = 0; p < OUTPUTS / panel; p++) {
            kernels.multiply(
                    INPUTS,
                    BATCH,
                    panel,
                    p > 0,
                    weights,
                    START + p * panel * DEPTH + panel,
                    panel,
                    deltasT,
                    START + p * panel * stride,
                    stride,
                    inputGradientT,
                    START,
                    stride);
        }
        return inputGradientT;
    }

    /** {@code multiply} as for a single row. */
    @Benchmark
    @OperationsPerInvocation(2 * OUTPUTS * DEPTH)
    public float[] singleRow() {
        for (int p = 0; p < OUTPUTS / panel; p++) {
            kernels.multiply(
                    1,
                    panel,
                    DEPTH,
                    false,
                    inputs,
                    0,
                    0,
                    weights,
                    START + p * panel * DEPTH,
                    panel,
                    outputs,
                    1 + p * panel,
                    0);
        }
        return outputs;
    }
}
