package io.hourglass.benchmarks;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Bits;
import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import java.util.ArrayList;
import java.util.List;
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
    private float[] outputs = {};
    private float[] inputGradientT = {};
    private float[] gradient = {};
    private Bits bits = new Bits(new long[0], 0, 0);
    private Matrix inputsT = Form.matrix(0, 0, 0);
    private Matrix sparseInputs = inputsT;
    private Matrix row = inputsT;
    private Matrix inputGradients = inputsT;

    /** What a panel of weights meets in each product. */
    private record Panel(Matrix weights, Matrix inner, Matrix outputs, Matrix row, Matrix deltas, Matrix deltasT) {}

    private final List<Panel> panels = new ArrayList<>();
    private final List<Panel> widePanels = new ArrayList<>();
    private final List<Matrix> blocks = new ArrayList<>();
    private final List<Matrix> gradients = new ArrayList<>();

    /** Fills the arrays. */
    @Setup
    public void setup() {
        kernels = form.kernels();
        int stride = kernels.stride(BATCH);
        float[] inputs = Form.values(BATCH * DEPTH);
        float[] sparse = inputs.clone();
        int words = (DEPTH + Long.SIZE - 1) / Long.SIZE;
        bits = new Bits(new long[BATCH * words], 0, words);
        Random random = new Random(1);
        for (int r = 0; r < BATCH; r++) {
            for (int k = 0; k < DEPTH; k++) {
                sparse[r * DEPTH + k] *=
                        random.nextInt(5) == 0 ? 1 : 0; // about a fifth of a digit's pixels are nonzero
            }
            kernels.nonZeros(sparse, r * DEPTH, DEPTH, bits.words(), r * words);
        }
        inputsT = Form.matrix(DEPTH, BATCH, stride);
        sparseInputs = new Matrix(sparse, 0, BATCH, DEPTH);
        row = new Matrix(inputs, 0, 1, DEPTH);
        outputs = new float[BATCH * (OUTPUTS + 1)];
        inputGradientT = new float[START + INPUTS * stride];
        inputGradients = new Matrix(inputGradientT, START, INPUTS, BATCH, stride);
        panels(panels, kernels.panel());
        panels(widePanels, kernels.widestPanel());
        gradient = new float[START + BLOCK * kernels.panel()];
        for (int from = 0; from < DEPTH; from += BLOCK) {
            int n = Math.min(BLOCK, DEPTH - from);
            blocks.add(new Matrix(inputs, from, BATCH, n, DEPTH));
            gradients.add(new Matrix(gradient, START, n, kernels.panel()));
        }
    }

    private void panels(List<Panel> panels, int width) {
        float[] weights = Form.values(START + DEPTH * OUTPUTS);
        float[] deltas = Form.values(START + BATCH * kernels.stride(OUTPUTS));
        int stride = kernels.stride(BATCH);
        float[] deltasT = Form.values(START + OUTPUTS * stride);
        for (int first = 0; first < OUTPUTS; first += width) {
            panels.add(new Panel(
                    new Matrix(weights, START + first * DEPTH, DEPTH, width),
                    new Matrix(weights, START + first * DEPTH + width, INPUTS, width),
                    new Matrix(outputs, 1 + first, BATCH, width, OUTPUTS + 1),
                    new Matrix(outputs, 1 + first, 1, width),
                    new Matrix(deltas, START + first, BATCH, width, kernels.stride(OUTPUTS)),
                    new Matrix(deltasT, START + first * stride, width, BATCH, stride)));
        }
    }

    /** {@code multiplyTransposed} as in the forward pass: y = W x for a batch. */
    @Benchmark
    @OperationsPerInvocation(FLOPS)
    public float[] forward() {
        for (Panel panel : panels) {
            kernels.multiplyTransposed(inputsT, panel.weights, panel.outputs, false);
        }
        return outputs;
    }

    /** {@code multiplySparse} as in the forward pass of the first layer. Multiply-adds with zeros count too. */
    @Benchmark
    @OperationsPerInvocation(FLOPS)
    public float[] forwardSparse() {
        for (Panel panel : widePanels) {
            kernels.multiplySparse(bits, sparseInputs, false, panel.weights, panel.outputs);
        }
        return outputs;
    }

    /** {@code multiplyTransposed} as in the weight gradient: a block of weights, all rows of the batch. */
    @Benchmark
    @OperationsPerInvocation(FLOPS)
    public float[] weightGradient() {
        for (Panel panel : panels) {
            for (int b = 0; b < blocks.size(); b++) {
                kernels.multiplyTransposed(blocks.get(b), panel.deltas, gradients.get(b), false);
            }
        }
        return gradient;
    }

    /** {@code multiply} with full panels, as in the input gradient. */
    @Benchmark
    @OperationsPerInvocation(2 * BATCH * OUTPUTS * INPUTS)
    public float[] inputGradient() {
        for (int p = 0; p < panels.size(); p++) {
            kernels.multiply(panels.get(p).inner, panels.get(p).deltasT, inputGradients, p > 0);
        }
        return inputGradientT;
    }

    /** {@code multiply} as for a single row. */
    @Benchmark
    @OperationsPerInvocation(2 * OUTPUTS * DEPTH)
    public float[] singleRow() {
        for (Panel panel : panels) {
            kernels.multiply(row, panel.weights, panel.row, false);
        }
        return outputs;
    }
}
