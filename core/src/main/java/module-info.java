/** The Hourglass library: trains, stores and runs autoencoders; no runtime dependencies. */
module io.hourglass {
    requires static jdk.incubator.vector;
    requires static org.jspecify;

    exports io.hourglass;
    exports io.hourglass.io;
    exports io.hourglass.nn;
    exports io.hourglass.compute;
}
