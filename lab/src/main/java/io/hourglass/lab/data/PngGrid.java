package io.hourglass.lab.data;

import io.hourglass.ImageShape;
import io.hourglass.io.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes many rows as one PNG file, a grid with about as many columns as lines. */
public final class PngGrid {
    private static final int GAP = 2;
    private static final long MOST_PIXELS = 1L << 27;

    private PngGrid() {}

    /**
     * Writes the rows line by line from the top left, completely or not at all.
     *
     * @param rows values as for {@link Pixels#of}, all as wide as the shape says
     * @throws IllegalArgumentException if there are too many for one picture
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, float[][] rows, ImageShape shape) throws IOException {
        int columns = (int) Math.ceil(Math.sqrt(rows.length));
        int lines = (rows.length + columns - 1) / columns;
        long width = (long) columns * (shape.width() + GAP) - GAP;
        long height = (long) lines * (shape.height() + GAP) - GAP;
        if (width * height > MOST_PIXELS) {
            throw new IllegalArgumentException(rows.length + " images of " + shape
                    + " are too many for one picture; write them to a folder or an .idx file");
        }
        boolean grey = shape.channels() == 1;
        BufferedImage grid = new BufferedImage(
                (int) width, (int) height, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        int[] pixels = new int[(int) shape.values()];
        for (int row = 0; row < rows.length; row++) {
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = Pixels.of(rows[row][i]) & 0xff;
            }
            int x = row % columns * (shape.width() + GAP);
            int y = row / columns * (shape.height() + GAP);
            grid.getRaster().setPixels(x, y, shape.width(), shape.height(), pixels);
        }
        AtomicFile.write(file, out -> {
            try (ImageOutputStream png = new MemoryCacheImageOutputStream(out)) {
                ImageIO.write(grid, "png", png);
            }
        });
    }
}
