package io.hourglass.lab.study;

import io.hourglass.compute.Kernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Finds out where a study or a benchmark runs. */
public final class MachineInfo {
    private MachineInfo() {}

    /**
     * This machine and this JVM.
     *
     * @param threads number of threads in use
     */
    public static StudyResults.Machine of(int threads) {
        return new StudyResults.Machine(
                cpu(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + Runtime.version() + " (" + System.getProperty("java.vendor")
                        + ")",
                Kernels.best().name(),
                threads);
    }

    /** The processor's model name if the system gives it, otherwise its architecture. */
    private static String cpu() {
        String kind = System.getProperty("os.arch");
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(kind);
        } catch (IOException | java.io.UncheckedIOException e) {
            return kind; // not Linux
        }
    }
}
