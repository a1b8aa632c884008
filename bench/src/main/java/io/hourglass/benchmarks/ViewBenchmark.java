package io.hourglass.benchmarks;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What views of matrices cost: a product of 8 rows by 48 columns, with views that are made once as in the engine, and
 * with views that each call makes. With {@code -prof gc}, JMH also tells what the calls allocate.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:ObjectAlignmentInBytes=64"})
public class ViewBenchmark {
    private static final int ROWS = 8;
    private static final int COLUMNS = 48;

    /** Length of the chains. */
    @Param({"4", "64"})
    public int depth = 4;

    private final Kernels kernels = Form.vector.kernels();
    private Matrix a = Form.matrix(0, 0, 0);
    private Matrix b = a;
    private Matrix c = a;

    /** Makes the views. */
    @Setup
    public void setup() {
        a = Form.matrix(depth, ROWS, ROWS);
        b = Form.matrix(depth, COLUMNS, COLUMNS);
        c = Form.matrix(ROWS, COLUMNS, COLUMNS);
    }

    /** With views made in advance. */
    @Benchmark
    public float[] madeOnce() {
        kernels.multiplyTransposed(a, b, c, false);
        return c.data();
    }

    /** With views made for the call. */
    @Benchmark
    public float[] madeForTheCall() {
        kernels.multiplyTransposed(view(a), view(b), view(c), false);
        return c.data();
    }

    private static Matrix view(Matrix m) {
        return new Matrix(m.data(), m.offset(), m.rows(), m.columns(), m.stride());
    }
}
