package io.hourglass.bench;

/** Somebody who trains the same network on the same batches as the others. */
interface Contestant extends AutoCloseable {
    /** Name in the table. */
    String name();

    /** Trains one more epoch. */
    Lap epoch();

    /**
     * An epoch.
     *
     * @param seconds it took
     * @param trainMse mean of the batches' losses before each step, weighted by their size
     */
    record Lap(double seconds, double trainMse) {}

    @Override
    void close();
}
