package io.hourglass.lab.bench;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Time of a single row, on one thread. */
final class Latency {
    /** Number of different rows, used in turn. */
    private static final int ROWS = 250;

    private static final int BATCHES = 41;

    private Latency() {}

    /** Microseconds of {@link Autoencoder#encode(float[], float[])}. */
    static double ofEncoding(Autoencoder model, Dataset data) {
        float[][] rows = rows(data);
        float[] latent = new float[model.architecture().latent()];
        return micros(i -> model.encode(rows[i], latent));
    }

    /** Microseconds of {@link Autoencoder#decode(float[])}. */
    static double ofDecoding(Autoencoder model, float[][] codes) {
        return micros(i -> model.decode(codes[i % codes.length]));
    }

    /** Microseconds of {@link Autoencoder#error(float[])}. */
    static double ofScoring(Autoencoder model, Dataset data) {
        float[][] rows = rows(data);
        return micros(i -> model.error(rows[i]));
    }

    private static float[][] rows(Dataset data) {
        float[][] rows = new float[ROWS][];
        for (int i = 0; i < ROWS; i++) {
            rows[i] = data.row(i % data.rows());
        }
        return rows;
    }

    /** Median over many batches of the mean inside one: a clock cannot time a few microseconds. */
    private static double micros(IntConsumer single) {
        List<Double> batches = new ArrayList<>();
        for (int batch = 0; batch < 2 * BATCHES; batch++) {
            long start = System.nanoTime();
            for (int i = 0; i < ROWS; i++) {
                single.accept(i);
            }
            batches.add((System.nanoTime() - start) / 1e3 / ROWS);
        }
        return Statistics.median(batches.subList(BATCHES, 2 * BATCHES)); // the first half warms up
    }
}
