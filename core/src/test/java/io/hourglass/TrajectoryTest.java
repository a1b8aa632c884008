package io.hourglass;

import static org.assertj.core.api.Assertions.assertThat;

import io.hourglass.compute.EachKernels;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The trained weights have the same bits wherever they are trained: the hashes in {@link Trajectory} are committed, and
 * the build meets them with every kind of kernels, on every JDK. They change only when the numerics change on purpose.
 */
class TrajectoryTest {
    @ParameterizedTest
    @EnumSource
    @EachKernels
    void hasTheKnownHash(Trajectory trajectory) {
        for (int threads : new int[] {1, 3}) {
            assertThat(trajectory.run(threads)).as("%d threads", threads).isEqualTo(trajectory.expected());
        }
    }

    /** The interpreter, the first compiler alone, and the second from the first call on round as they should. */
    @ParameterizedTest
    @CsvSource({
        "-Xint, scalar",
        "-Xint, 128",
        "-XX:TieredStopAtLevel=1, scalar",
        "-XX:TieredStopAtLevel=1, 128",
        "-XX:-TieredCompilation, scalar"
    })
    void isTheSameHoweverTheCodeIsRun(String flag, String kernels) throws Exception {
        ChildJvm.Outcome outcome =
                ChildJvm.run(Trajectory.class, ChildJvm.VECTOR_MODULE, flag, "-Dhourglass.kernels=" + kernels);
        assertThat(outcome.exit()).as(outcome.output()).isZero();
        assertThat(outcome.output().lines())
                .contains(
                        (kernels.equals("scalar") ? "scalar" : "vector-" + kernels) + " " + Trajectory.TINY.expected());
    }
}
