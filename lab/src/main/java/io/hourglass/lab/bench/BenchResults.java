package io.hourglass.lab.bench;

import io.hourglass.lab.study.StudyResults;
import java.util.List;
import java.util.Map;

/**
 * What {@code hourglass bench} measured; in this form as JSON.
 *
 * @param peakGflops GFLOP/s of multiply-adds alone by number of threads: median of all measurements of the run
 * @param training one entry for each architecture and number of threads
 * @param encode the same, rows to codes
 * @param decode the same, codes to rows
 */
public record BenchResults(
        String version,
        StudyResults.Machine machine,
        DataSummary data,
        Map<Integer, Double> peakGflops,
        List<Training> training,
        List<Use> encode,
        List<Use> decode) {

    /** The rows of an epoch, and of an encoding or decoding. */
    public record DataSummary(String name, int rows, int inputs) {}

    /**
     * Whole epochs: order of the rows, gather, forward pass, loss, backward pass, optimiser.
     *
     * @param epochs how many were measured after warm-up
     * @param secondsPerEpoch their median; images per second and GFLOP/s belong to it
     * @param bestSecondsPerEpoch the fastest
     * @param fractionOfPeak of the multiply-adds measured right before and after each epoch; median
     * @param bytesPerStep allocated on the heap per step by all training threads, in the epoch that allocated least;
     *     NaN where the JVM does not tell
     */
    public record Training(
            String architecture,
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
     * All rows at once, and a single one.
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
