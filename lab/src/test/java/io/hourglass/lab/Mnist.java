package io.hourglass.lab;

import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

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
        byte[] pixels = values(part + "-images-idx3-ubyte.gz", 16);
        byte[] bytes = values(part + "-labels-idx1-ubyte.gz", 8);
        int[] labels = new int[bytes.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = bytes[i];
        }
        return Dataset.ofPixels("mnist", pixels, 784).withLabels(labels).withShape(new ImageShape(28, 28, 1));
    }

    private static byte[] values(String file, int header) throws IOException {
        Path path = Path.of("data/mnist", file);
        try (InputStream in = new GZIPInputStream(
                Files.newInputStream(Files.exists(path) ? path : Path.of("..").resolve(path)))) {
            in.skipNBytes(header);
            return in.readAllBytes();
        }
    }
}
