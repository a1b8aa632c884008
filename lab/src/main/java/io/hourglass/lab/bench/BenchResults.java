package io.hourglass.lab.bench;

import io.hourglass.lab.study.StudyResults;
import java.util.List;
import java.util.Map;

/**
 * What {@code hourglass bench} measured; it writes this record as JSON.
 *
 * @param peakGflops GFLOP/s of multiply-adds alone by number of threads: median of all measurements of the run
 * @param training one entry for each architecture and number of threads
 * @param encode the same for encoding rows
 * @param decode the same for decoding codes
 * @param score the same for the errors of rows
 */
public record BenchResults(
        String version,
        StudyResults.Machine machine,
        DataSummary data,
        Map<Integer, Double> peakGflops,
        List<Training> training,
        List<Use> encode,
        List<Use> decode,
        List<Use> score) {

    /** The rows given to the benchmark; the small network has its own. */
    public record DataSummary(String name, int rows, int inputs) {}

    /**
     * Complete epochs: order of the rows, gathering, forward pass, loss, backward pass, optimiser.
     *
     * @param rows in an epoch
     * @param epochs how many were measured after warm-up
     * @param secondsPerEpoch their median, from which images per second and GFLOP/s are computed
     * @param bestSecondsPerEpoch the fastest
     * @param fractionOfPeak of the multiply-adds measured right before and after each epoch; median
     * @param bytesPerStep allocated on the heap per step by all training threads, in the epoch that allocated least;
     *     NaN if the JVM does not report it
     */
    public record Training(
            String architecture,
            int rows,
            int batch,
            int threads,
            int epochs,
            double secondsPerEpoch,
            double bestSecondsPerEpoch,
            double imagesPerSecond,
            double gflops,
            double fractionOfPeak,
            double bytesPerStep) {}

    /**
     * Encoding, decoding or scoring of all rows at once, and of a single one.
     *
     * @param fractionOfPeak of the multiply-adds measured right before and after each pass; median
     * @param singleImageMicros time of one row alone, on one thread; the same in all entries of an architecture
     */
    public record Use(
            String architecture,
            int threads,
            double imagesPerSecond,
            double gflops,
            double fractionOfPeak,
            double singleImageMicros) {}
}
