package io.hourglass.lab.bench;

import io.hourglass.nn.Architecture;
import java.util.List;
import java.util.TreeSet;

/**
 * What the benchmark measures.
 *
 * @param architectures to train and use
 * @param narrow whether to train and use a small network on narrow rows as well
 * @param threads numbers of threads to use
 * @param batch rows of a mini-batch
 * @param seconds how long the epochs of all architectures and threads may take together; three of each are always
 *     measured, and no more if this is 0
 */
public record BenchSettings(
        List<Architecture> architectures, boolean narrow, List<Integer> threads, int batch, double seconds) {
    /** Copies the lists. */
    public BenchSettings {
        architectures = List.copyOf(architectures);
        threads = List.copyOf(threads);
    }

    /** 1, 2, 4, ... and all processors. */
    public static List<Integer> allThreads() {
        int processors = Runtime.getRuntime().availableProcessors();
        TreeSet<Integer> threads = new TreeSet<>();
        for (int n = 1; n < processors; n *= 2) {
            threads.add(n);
        }
        threads.add(processors);
        return List.copyOf(threads);
    }
}
