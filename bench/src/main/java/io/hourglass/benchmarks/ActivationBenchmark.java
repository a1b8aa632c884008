package io.hourglass.benchmarks;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Activation;
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
 * Activations and their gradients on a row of 784 values. They work on copies, because repeated in place they would
 * approach a limit; the time includes copying. JMH's operations per nanosecond are values per nanosecond.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:ObjectAlignmentInBytes=64"})
public class ActivationBenchmark {
    private static final int WIDTH = 784;

    /** Which kernels. */
    @Param({"scalar", "vector"})
    public Form form = Form.vector;

    /** Which function. */
    @Param
    public Activation activation = Activation.TANH;

    private Kernels kernels = Kernels.SCALAR;
    private final float[] x = Form.values(WIDTH);
    private final float[] out = new float[WIDTH];

    /** Chooses the kernels, and lets them see every function, as a study of many networks does. */
    @Setup(Level.Trial)
    public void setup() {
        kernels = form.kernels();
        for (int i = 0; i < 20_000; i++) {
            for (Activation other : Activation.values()) {
                kernels.activateInPlace(other, out, 0, 48);
                kernels.activationGradientInPlace(other, x, 0, out, 0, 48);
            }
            System.arraycopy(x, 0, out, 0, WIDTH);
        }
    }

    /** f(x). */
    @Benchmark
    @OperationsPerInvocation(WIDTH)
    public float[] value() {
        System.arraycopy(x, 0, out, 0, WIDTH);
        kernels.activateInPlace(activation, out, 0, WIDTH);
        return out;
    }

    /** The gradient. */
    @Benchmark
    @OperationsPerInvocation(WIDTH)
    public float[] gradient() {
        System.arraycopy(x, 0, out, 0, WIDTH);
        kernels.activationGradientInPlace(activation, x, 0, out, 0, WIDTH);
        return out;
    }
}
