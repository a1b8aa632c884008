package io.hourglass.bench;

import io.hourglass.compute.Kernels;
import java.util.Random;

/** Which kernels a benchmark runs; a parameter of each. */
public enum Form {
    /** The specification. */
    scalar,
    /** The widest vectors of the machine, or those that {@code -Dhourglass.kernels} names. */
    vector;

    Kernels kernels() {
        Kernels kernels = this == scalar ? Kernels.SCALAR : Kernels.best();
        if (this == vector && kernels == Kernels.SCALAR) {
            throw new IllegalStateException(
                    "no vector kernels here: start Java with --add-modules jdk.incubator.vector");
        }
        return kernels;
    }

    /** Numbers from -1 to 1: far from zero, for denormal numbers would be measured and not the kernels. */
    static float[] numbers(int n) {
        Random random = new Random(n);
        float[] numbers = new float[n];
        for (int i = 0; i < n; i++) {
            numbers[i] = (random.nextBoolean() ? 1 : -1) * (0.1f + 0.9f * random.nextFloat());
        }
        return numbers;
    }
}
