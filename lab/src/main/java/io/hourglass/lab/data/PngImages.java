package io.hourglass.lab.data;

import io.hourglass.ImageShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.IntConsumer;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes rows as PNG files. */
public final class PngImages {
    private PngImages() {}

    /**
     * Writes each row as an image, {@code 00000.png}, {@code 00001.png} and so on, to a folder, completely or not at
     * all (see {@link WholeFolder}).
     *
     * @param rows at least one, values in [0, 1] (see {@link Pixels#of}), all as wide as the shape says
     * @param progress receives the number of rows done, after each row
     * @throws IllegalArgumentException if there is no row, one has another width, or a value is NaN
     * @throws IOException if a file cannot be written
     */
    public static void write(Path folder, float[][] rows, ImageShape shape, IntConsumer progress) throws IOException {
        if (Npy.requireWidth(rows) != shape.values()) {
            throw new IllegalArgumentException("rows of " + rows[0].length + " values, expected those of " + shape);
        }
        int digits =
                Math.max(5, String.valueOf(rows.length - 1).length()); // so that names sort in the order of the rows
        WholeFolder.write(folder, whole -> {
            for (int row = 0; row < rows.length; row++) {
                write(whole.resolve(String.format(Locale.ROOT, "%0" + digits + "d.png", row)), rows[row], shape);
                progress.accept(row + 1);
            }
        });
    }

    /**
     * Writes one row as an image.
     *
     * @param row values in [0, 1] (see {@link Pixels#of}), as wide as the shape says
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, float[] row, ImageShape shape) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream(); // ImageIO would hide why a file cannot be written
        write(png, row, shape);
        try {
            Files.write(file, png.toByteArray());
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            FileSystemException named =
                    new FileSystemException(file.toString(), null, "cannot be written: " + e.getMessage());
            named.initCause(e);
            throw named;
        }
    }

    /** The same to a stream, which stays open. */
    public static void write(OutputStream out, float[] row, ImageShape shape) throws IOException {
        // ImageIO.write on a stream would write every image to a temporary file first.
        try (ImageOutputStream png = new MemoryCacheImageOutputStream(out)) {
            ImageIO.write(image(row, shape), "png", png);
        }
    }

    private static BufferedImage image(float[] row, ImageShape shape) {
        boolean grey = shape.channels() == 1;
        BufferedImage image = new BufferedImage(
                shape.width(), shape.height(), grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        int[] pixels = new int[row.length];
        for (int i = 0; i < row.length; i++) {
            pixels[i] = Pixels.of(row[i]) & 0xff;
        }
        // Directly to the raster, because setRGB would convert grey values by their gamma.
        image.getRaster().setPixels(0, 0, shape.width(), shape.height(), pixels);
        return image;
    }
}
