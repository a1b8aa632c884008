package io.hourglass.compute;

import jdk.incubator.vector.VectorShape;

/** The machine's vectors, without the classes that compute with them: these take a while to load. */
final class VectorWidth {
    /**
     * AVX-512 and NEON have 32 vector registers, AVX2 has 16. Machines with 512 bits also have 32 registers for
     * narrower vectors.
     */
    static final boolean THIRTY_TWO_REGISTERS =
            widest() == 512 || System.getProperty("os.arch").equals("aarch64");

    private VectorWidth() {}

    /** The width of the machine's widest float vectors, in bits, at most 512. */
    static int widest() {
        return Math.min(512, VectorShape.preferredShape().vectorBitSize());
    }

    /** The width of this process's vectors, in bits. */
    static int chosen() {
        return Integer.getInteger(KernelChoice.PROPERTY, widest());
    }
}
