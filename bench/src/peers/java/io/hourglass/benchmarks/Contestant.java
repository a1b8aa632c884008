package io.hourglass.benchmarks;

/** An engine that trains the same network on the same mini-batches as the others. */
interface Contestant extends AutoCloseable {
    /** Name in the table. */
    String name();

    /** Trains one more epoch. */
    Lap epoch();

    /**
     * The result of one epoch.
     *
     * @param seconds its duration
     * @param trainMse mean loss of the mini-batches, each before its step, weighted by their sizes
     */
    record Lap(double seconds, double trainMse) {}

    @Override
    void close();
}
