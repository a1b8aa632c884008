package io.hourglass.compute;

/**
 * Lines of runs of neighbouring values, for {@link Kernels#copy}. In each line, {@code count} runs of {@code length}
 * values follow at equal distances.
 *
 * @param sources index of the first value of each line
 * @param targets index of its copy
 * @param count runs in a line
 * @param sourceStep from one run of a line to the next
 * @param targetStep the same for the copies
 * @param length values in a run, at least 1
 */
public record Runs(int[] sources, int[] targets, int count, int sourceStep, int targetStep, int length) {
    /** The number of values. */
    int values() {
        return sources.length * count * length;
    }
}
