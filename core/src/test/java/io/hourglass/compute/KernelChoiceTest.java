package io.hourglass.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hourglass.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which kernels a process gets. Each case runs in its own JVM, because the choice is made once. */
class KernelChoiceTest {
    /** Prints the kernels' name, or the exception twice: the second caller must get the reason as well. */
    public static final class Main {
        private Main() {}

        public static void main(String[] args) {
            for (int i = 0; i < 2; i++) {
                try {
                    System.out.println("kernels " + Kernels.best().name());
                } catch (IllegalStateException e) {
                    System.out.println("refused " + e.getMessage());
                }
            }
        }
    }

    /** What Main and the logger wrote, without the JVM's own remarks. */
    private static List<String> lines(String... flags) throws Exception {
        ChildJvm.Outcome outcome = ChildJvm.run(Main.class, flags);
        assertThat(outcome.exit()).as(outcome.output()).isZero();
        List<String> lines = new ArrayList<>(outcome.output().lines().toList());
        lines.removeIf(line -> line.contains("Using incubator modules") || line.startsWith("Picked up "));
        return lines;
    }

    private static String forced(String value) {
        return "-D" + KernelChoice.PROPERTY + "=" + value;
    }

    @Test
    void takesTheWidestVectors() throws Exception {
        String best = "kernels vector-" + Math.min(512, EachKernels.Condition.machineBits());
        assertThat(lines(ChildJvm.VECTOR_MODULE)).containsExactly(best, best);
    }

    @Test
    void withoutTheModuleFallsBackAndSaysOnceWhatToDo() throws Exception {
        List<String> lines = lines();
        assertThat(lines)
                .filteredOn(line -> line.startsWith("kernels"))
                .containsExactly("kernels scalar", "kernels scalar");
        assertThat(lines)
                .filteredOn(line -> line.contains("--add-modules"))
                .singleElement()
                .asString()
                .contains("start Java with --add-modules jdk.incubator.vector");
    }

    @Test
    void saysThatComputingWithoutFusedMultiplyAddIsSlow() throws Exception {
        assertThat(lines(ChildJvm.VECTOR_MODULE, "-XX:-UseFMA"))
                .filteredOn(line -> line.contains("no fused multiply-add instruction (FMA)"))
                .hasSize(1);
    }

    @Test
    void forcedScalarNeedsNoModuleAndSaysNothing() throws Exception {
        assertThat(lines(forced("scalar"))).containsExactly("kernels scalar", "kernels scalar");
        assertThat(lines(ChildJvm.VECTOR_MODULE, forced("scalar"))).containsExactly("kernels scalar", "kernels scalar");
    }

    @Test
    void forcedNarrowerVectors() throws Exception {
        assertThat(lines(ChildJvm.VECTOR_MODULE, forced("128")))
                .containsExactly("kernels vector-128", "kernels vector-128");
    }

    @ParameterizedTest
    @ValueSource(strings = {"128", "512"})
    void forcedVectorsWithoutTheModuleAreRefused(String bits) throws Exception {
        String refusal = "refused -Dhourglass.kernels=" + bits
                + " needs the vector module: start Java with --add-modules jdk.incubator.vector";
        assertThat(lines(forced(bits))).containsExactly(refusal, refusal);
    }

    @Test
    void forcedVectorsWiderThanTheMachinesAreRefused() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64") && EachKernels.Condition.machineBits() >= 256);
        String refusal = "refused -Dhourglass.kernels=512, but this machine's vectors have 256 bits";
        assertThat(lines(ChildJvm.VECTOR_MODULE, "-XX:UseAVX=2", forced("512"))).containsExactly(refusal, refusal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "64", "1024", "Scalar", "avx", "512 "})
    void otherNamesAreRefused(String name) throws Exception {
        String refusal = "refused -Dhourglass.kernels=" + name + ", expected scalar, 128, 256 or 512";
        assertThat(lines(ChildJvm.VECTOR_MODULE, forced(name))).containsExactly(refusal, refusal);
    }
}
