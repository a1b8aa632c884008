package io.hourglass.lab.bench;

import io.hourglass.compute.Kernels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vector form of {@link Peak}, a class of its own because it loads only where the vector module is present. */
final class VectorPeak {
    private static final VectorSpecies<Float> SPECIES = VectorSpecies.of(
            float.class, VectorShape.forBitSize(Float.SIZE * Kernels.best().lanes()));

    private VectorPeak() {}

    /** {@link Peak#multiplyAdds}. */
    static long multiplyAdds(int rounds) {
        // Every chain converges to 1. The receiver of each call is x or derived from it, whose class C2 knows. It would
        // have to know the class of a chain from a profile; without one, as after a loop that has never ended before,
        // it would call and box.
        FloatVector x = broadcast(0.5f);
        FloatVector c0 = broadcast(0);
        FloatVector c1 = broadcast(1);
        FloatVector c2 = broadcast(2);
        FloatVector c3 = broadcast(3);
        FloatVector c4 = broadcast(4);
        FloatVector c5 = broadcast(5);
        FloatVector c6 = broadcast(6);
        FloatVector c7 = broadcast(7);
        FloatVector c8 = broadcast(8);
        FloatVector c9 = broadcast(9);
        FloatVector c10 = broadcast(10);
        FloatVector c11 = broadcast(11);
        FloatVector c12 = broadcast(12);
        FloatVector c13 = broadcast(13);
        for (int i = 0; i < rounds; i++) {
            c0 = x.fma(c0, x);
            c1 = x.fma(c1, x);
            c2 = x.fma(c2, x);
            c3 = x.fma(c3, x);
            c4 = x.fma(c4, x);
            c5 = x.fma(c5, x);
            c6 = x.fma(c6, x);
            c7 = x.fma(c7, x);
            c8 = x.fma(c8, x);
            c9 = x.fma(c9, x);
            c10 = x.fma(c10, x);
            c11 = x.fma(c11, x);
            c12 = x.fma(c12, x);
            c13 = x.fma(c13, x);
        }
        FloatVector sum = x;
        sum = x.fma(sum, c0);
        sum = x.fma(sum, c1);
        sum = x.fma(sum, c2);
        sum = x.fma(sum, c3);
        sum = x.fma(sum, c4);
        sum = x.fma(sum, c5);
        sum = x.fma(sum, c6);
        sum = x.fma(sum, c7);
        sum = x.fma(sum, c8);
        sum = x.fma(sum, c9);
        sum = x.fma(sum, c10);
        sum = x.fma(sum, c11);
        sum = x.fma(sum, c12);
        sum = x.fma(sum, c13);
        // Always true, but the compiler does not know that and cannot remove the computation.
        return x.compare(VectorOperators.LT, sum).anyTrue() ? 2L * 14 * SPECIES.length() * rounds : 0;
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }
}
