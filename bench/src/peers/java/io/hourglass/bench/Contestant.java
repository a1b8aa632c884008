package io.hourglass.bench;

/** An engine that trains the same network on the same batches as the others. */
interface Contestant extends AutoCloseable {
    /** Name in the table. */
    String name();

    /** Trains one more epoch. */
    Lap epoch();

    /**
     * What an epoch gave.
     *
     * @param seconds its duration
     * @param trainMse mean of the mini-batches' losses before each step, weighted by size
     */
    record Lap(double seconds, double trainMse) {}

    @Override
    void close();
}
