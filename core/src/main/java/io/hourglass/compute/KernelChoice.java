package io.hourglass.compute;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Chooses the kernels, once per process. */
final class KernelChoice {
    static final String PROPERTY = "hourglass.kernels";

    private static final int FMA_CALLS = 5;
    private static final long FMA_NANOS = 500;
    private static final long FMA_PATIENCE = 300_000_000; // nanoseconds

    private static final @Nullable Kernels BEST;

    /** Why there are none. An exception in the initializer would reach only the first caller, wrapped in an Error. */
    private static final @Nullable String REFUSAL;

    static {
        Kernels best = null;
        String refusal = null;
        try {
            best = choose(System.getProperty(PROPERTY));
        } catch (IllegalStateException e) {
            refusal = e.getMessage();
        }
        BEST = best;
        REFUSAL = refusal;
    }

    private KernelChoice() {}

    /** @throws IllegalStateException if the requested kernels cannot run here */
    static Kernels best() {
        if (BEST == null) {
            throw new IllegalStateException(REFUSAL);
        }
        return BEST;
    }

    private static Kernels choose(@Nullable String forced) {
        boolean module = !"scalar".equals(forced) && hasVectorModule();
        if (forced == null) {
            if (!hasFusedMultiplyAdd()) {
                System.getLogger("io.hourglass")
                        .log(
                                Level.WARNING,
                                "this machine or Java has no fused multiply-add instruction (FMA): computing is "
                                        + "hundreds of times slower");
            }
            if (module && VectorWidth.widest() >= 128) {
                return new StartingKernels();
            }
            System.getLogger("io.hourglass")
                    .log(
                            Level.WARNING,
                            module
                                    ? "this machine has no float vectors of 128 bits or more: computing with the "
                                            + "slower scalar kernels"
                                    : "computing with the slower scalar kernels: start Java with --add-modules "
                                            + "jdk.incubator.vector");
            return Kernels.SCALAR;
        }
        switch (forced) {
            case "scalar":
                return Kernels.SCALAR;
            case "128", "256", "512":
                if (!module) {
                    throw new IllegalStateException("-D" + PROPERTY + "=" + forced
                            + " needs the vector module: start Java with --add-modules jdk.incubator.vector");
                }
                if (VectorWidth.widest() < Integer.parseInt(forced)) {
                    throw new IllegalStateException("-D" + PROPERTY + "=" + forced
                            + ", but this machine's vectors have " + VectorWidth.widest() + " bits");
                }
                return new VectorKernels();
            default:
                throw new IllegalStateException("-D" + PROPERTY + "=" + forced + ", expected scalar, 128, 256 or 512");
        }
    }

    /** Whether this class can use the vector module, in the boot layer or in one that was added to it. */
    private static boolean hasVectorModule() {
        try {
            Class.forName("jdk.incubator.vector.FloatVector", false, KernelChoice.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /**
     * Whether Java computes {@link Math#fma} with an instruction, which takes some 20 nanoseconds even when
     * interpreted, rather than with BigDecimal, which takes microseconds. Where only compiled code uses the
     * instruction, it is tried until it is compiled. A busy machine only makes calls slower, so a single fast batch
     * decides.
     */
    private static boolean hasFusedMultiplyAdd() {
        long begin = System.nanoTime();
        long now = begin;
        float sum = 0;
        while (now - begin < FMA_PATIENCE) {
            sum = multiplyAdd(sum);
            long end = System.nanoTime();
            if (end - now < FMA_NANOS * FMA_CALLS) {
                return true;
            }
            now = end;
        }
        return Float.isNaN(sum); // never, but the calls must not be left out
    }

    private static float multiplyAdd(float sum) {
        float next = sum;
        for (int i = 0; i < FMA_CALLS; i++) {
            next = Math.fma(0.7f, next, 0.1f);
        }
        return next;
    }
}
