package io.hourglass.lab;

import io.hourglass.Dataset;
import io.hourglass.Idx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The repository's copy of MNIST, for tests. */
public final class Mnist {
    private Mnist() {}

    /** The 60,000 training images with their labels. */
    public static Dataset train() throws IOException {
        return read("train");
    }

    /** The 10,000 test images with their labels. */
    public static Dataset test() throws IOException {
        return read("t10k");
    }

    private static Dataset read(String part) throws IOException {
        Path folder = Path.of("data/mnist");
        if (!Files.exists(folder)) {
            folder = Path.of("..").resolve(folder); // tests run in their module's folder
        }
        return Idx.read(
                "mnist",
                folder.resolve(part + "-images-idx3-ubyte.gz"),
                folder.resolve(part + "-labels-idx1-ubyte.gz"));
    }
}
