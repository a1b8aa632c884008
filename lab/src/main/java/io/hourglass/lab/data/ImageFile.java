package io.hourglass.lab.data;

import io.hourglass.io.FormatException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** One PNG or JPEG file as pixels. */
final class ImageFile {
    /** A file of some kilobytes may claim, and unpack to, gigabytes: what claims more pixels than this is not decoded. */
    static final long MAX_PIXELS = 1L << 25;

    private ImageFile() {}

    /**
     * The size that a file's header tells.
     *
     * @throws FormatException if it is no such image or claims more than {@value #MAX_PIXELS} pixels
     */
    static ReadOptions.Size size(Path file) throws IOException {
        return with(file, reader -> size(file, reader));
    }

    private static ReadOptions.Size size(Path file, ImageReader reader) throws IOException {
        ReadOptions.Size size = new ReadOptions.Size(reader.getWidth(0), reader.getHeight(0));
        if ((long) size.width() * size.height() > MAX_PIXELS) {
            throw new FormatException(file + ": an image of " + size + " pixels, expected at most " + MAX_PIXELS);
        }
        return size;
    }

    /**
     * Reads an image, brought to a size if it has another, by the mean over the area of each new pixel. Transparency is passed over;
     * grey is 0.299 red + 0.587 green + 0.114 blue.
     *
     * @param scale whether an image of another size is scaled, rather than refused
     * @param channels 1 for grey, 3 for red, green, blue
     * @return the values, in the order of {@link io.hourglass.ImageShape}
     * @throws FormatException if it is no such image, claims more than {@value #MAX_PIXELS} pixels, or is of another size
     */
    static byte[] read(Path file, ReadOptions.Size size, boolean scale, int channels) throws IOException {
        BufferedImage image = with(file, reader -> {
            ReadOptions.Size found = size(file, reader);
            if (!scale && !found.equals(size)) {
                throw new FormatException(file + ": an image of " + found + " pixels, expected " + size
                        + " as the first: bring all to one size with --size");
            }
            boolean[] cutOff = new boolean[1];
            reader.addIIOReadWarningListener((source, warning) -> cutOff[0] |= warning.contains("remature end"));
            BufferedImage decoded = reader.read(0);
            if (cutOff[0]) { // the JPEG decoder would fill the rest with grey
                throw new IOException("premature end");
            }
            return decoded;
        });
        int width = image.getWidth();
        int height = image.getHeight();
        float[][] planes = new float[channels][width * height];
        fill(planes, image);
        byte[] pixels = new byte[size.width() * size.height() * channels];
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < size.height(); y++) {
                for (int x = 0; x < size.width(); x++) {
                    double mean = mean(
                            planes[channel],
                            width,
                            (double) x * width / size.width(),
                            (x + 1.0) * width / size.width(),
                            (double) y * height / size.height(),
                            (y + 1.0) * height / size.height());
                    pixels[(y * size.width() + x) * channels + channel] = (byte) Math.round(mean);
                }
            }
        }
        return pixels;
    }

    /** What is done with a reader. */
    private interface Work<T> {
        T with(ImageReader reader) throws IOException;
    }

    private static <T> T with(Path file, Work<T> work) throws IOException {
        // Not ImageIO's own streams: they would make a temporary file for each image.
        try (ImageInputStream in = new MemoryCacheImageInputStream(Files.newInputStream(file))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            ImageReader reader = readers.hasNext() ? readers.next() : null;
            String format = reader == null ? "" : reader.getFormatName();
            if (reader == null || !(format.equalsIgnoreCase("png") || format.equalsIgnoreCase("jpeg"))) {
                throw new FormatException(file + ": begins like no PNG or JPEG image, expected one");
            }
            try {
                // Ignoring metadata: compressed text in a PNG file could unpack to any length.
                reader.setInput(in, true, true);
                return work.with(reader);
            } finally {
                reader.dispose();
            }
        } catch (FormatException e) {
            throw e;
        } catch (java.nio.file.FileSystemException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the decoders throw all sorts of exceptions at damaged files
            throw new FormatException(
                    file + ": cannot be decoded (" + FormatException.quote(String.valueOf(e.getMessage()))
                            + "), expected a complete PNG or JPEG image");
        }
    }

    /** The values as they stand in the file: getRGB would change grey ones by their gamma. */
    private static void fill(float[][] planes, BufferedImage image) {
        int width = image.getWidth();
        Raster raster = image.getRaster();
        boolean grey = raster.getNumBands() <= 2 && !(image.getColorModel() instanceof IndexColorModel);
        int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
        int[] line = new int[width];
        for (int y = 0; y < image.getHeight(); y++) {
            if (grey) {
                raster.getSamples(0, y, width, 1, 0, line);
            } else {
                image.getRGB(0, y, width, 1, line, 0, width);
            }
            for (int x = 0; x < width; x++) {
                int red = grey ? line[x] >> shift : line[x] >> 16 & 0xff;
                int green = grey ? red : line[x] >> 8 & 0xff;
                int blue = grey ? red : line[x] & 0xff;
                if (planes.length == 1) {
                    int luma = (299 * red + 587 * green + 114 * blue + 500) / 1000; // rounded to a whole grey value
                    planes[0][y * width + x] = luma;
                } else {
                    planes[0][y * width + x] = red;
                    planes[1][y * width + x] = green;
                    planes[2][y * width + x] = blue;
                }
            }
        }
    }

    /** Mean of a plane over a rectangle, whose borders may run through pixels. */
    private static double mean(float[] plane, int width, double left, double right, double top, double bottom) {
        double sum = 0;
        for (int y = (int) top; y < bottom; y++) {
            double high = Math.min(y + 1, bottom) - Math.max(y, top);
            for (int x = (int) left; x < right; x++) {
                sum += plane[y * width + x] * high * (Math.min(x + 1, right) - Math.max(x, left));
            }
        }
        return sum / ((right - left) * (bottom - top));
    }
}
