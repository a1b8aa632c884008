package io.hourglass.lab.cli;

import io.hourglass.Idx;
import io.hourglass.ImageShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Small data sets in the form of MNIST: pictures of a bright spot whose place is the label. */
public final class TinyData {
    public static final int TRAIN = 200;
    public static final int TEST = 50;

    private TinyData() {}

    /** A folder with the four IDX files: square images with labels 0 to 9, in turn. */
    public static Path write(Path folder, int side) throws IOException {
        return write(folder, side, 1);
    }

    /** The same with other noise for another seed. */
    public static Path write(Path folder, int side, long seed) throws IOException {
        Files.createDirectories(folder);
        part(folder, "train", TRAIN, side, seed);
        part(folder, "t10k", TEST, side, seed + 1000);
        return folder;
    }

    private static void part(Path folder, String part, int rows, int side, long seed) throws IOException {
        Random random = new Random(seed);
        int inputs = side * side;
        byte[] pixels = new byte[rows * inputs];
        int[] labels = new int[rows];
        for (int row = 0; row < rows; row++) {
            labels[row] = row % 10;
            for (int i = 0; i < inputs; i++) {
                pixels[row * inputs + i] = (byte) random.nextInt(60);
            }
            pixels[row * inputs + labels[row] % inputs] = (byte) (200 + random.nextInt(56));
        }
        Idx.writeImages(folder.resolve(part + "-images-idx3-ubyte"), pixels, new ImageShape(side, side, 1));
        Idx.writeLabels(folder.resolve(part + "-labels-idx1-ubyte"), labels);
    }
}
