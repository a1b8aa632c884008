/**
 * The Hourglass library trains, stores and runs autoencoders. It has no runtime dependencies.
 *
 * <p>Start with {@link io.hourglass.Trainer}, which trains an {@link io.hourglass.Autoencoder}, and {@link
 * io.hourglass.anomaly.AnomalyDetector}.
 */
module io.hourglass {
    requires static jdk.incubator.vector;
    requires static org.jspecify;

    exports io.hourglass;
    exports io.hourglass.anomaly;
    exports io.hourglass.format;
    exports io.hourglass.nn;

    // Internals, which may change in any version.
    exports io.hourglass.compute to
            io.hourglass.lab,
            io.hourglass.spark;
    exports io.hourglass.engine to
            io.hourglass.lab,
            io.hourglass.spark;
    exports io.hourglass.io to
            io.hourglass.lab,
            io.hourglass.spark;
}
