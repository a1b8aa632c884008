package io.hourglass.compute;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Chooses the kernels, once per process. */
final class KernelChoice {
    static final String PROPERTY = "hourglass.kernels";

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
        boolean module = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        if (forced == null) {
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
}
