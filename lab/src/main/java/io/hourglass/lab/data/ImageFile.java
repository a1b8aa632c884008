package io.hourglass.lab.data;

import io.hourglass.io.FormatException;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * One PNG or JPEG file as pixels. A file of some bytes may claim to be, and a decoder would make room for, an image of gigabytes; so what
 * the header claims is judged before anything is decoded.
 */
final class ImageFile {
    /** What claims more pixels than this is not decoded. */
    static final long MAX_PIXELS = 1L << 25;

    /** The longest side a JPEG file can tell; a PNG file could tell a line of 2^31 pixels, and decoders hold some whole lines. */
    static final int MAX_SIDE = 0xffff;

    /**
     * What a byte of a file can stand for at most. Of a PNG: deflate's shortest code is a bit for 258 bytes and needs a second bit for the
     * distance, so that a byte unpacks to 1032. Of a JPEG: each 8 x 8 block has a code of a bit or more, so that a byte is 512 pixels or fewer.
     */
    private static final int MOST_OF_A_BYTE = 1032;

    private ImageFile() {}

    /**
     * The size that a file's header tells.
     *
     * @throws FormatException if it is no such image, claims more than {@value #MAX_PIXELS} pixels or {@value #MAX_SIDE} in a line, or
     *     more than a file of its length can hold
     */
    static ReadOptions.Size size(Path file) throws IOException {
        return with(file, reader -> size(file, reader));
    }

    private static ReadOptions.Size size(Path file, ImageReader reader) throws IOException {
        ReadOptions.Size size = new ReadOptions.Size(reader.getWidth(0), reader.getHeight(0));
        if ((long) size.width() * size.height() > MAX_PIXELS || Math.max(size.width(), size.height()) > MAX_SIDE) {
            throw new FormatException(file + ": an image of " + size + " pixels, expected at most " + MAX_PIXELS
                    + " and no side above " + MAX_SIDE);
        }
        long length = Files.size(file);
        if ((long) size.width() * size.height() * bits(reader) / 8 > MOST_OF_A_BYTE * length) {
            throw new FormatException(file + ": claims an image of " + size + " pixels, expected one that its " + length
                    + " bytes can hold");
        }
        return size;
    }

    /** Bits that a pixel has before it is packed: at least this many. */
    private static int bits(ImageReader reader) throws IOException {
        ImageTypeSpecifier type = reader.getFormatName().equalsIgnoreCase("png") ? reader.getRawImageType(0) : null;
        return type == null ? 8 : type.getColorModel().getPixelSize();
    }

    /**
     * Reads an image, brought to a size if it has another, by the mean over the area of each new pixel. Transparency is passed over;
     * grey is 0.299 red + 0.587 green + 0.114 blue.
     *
     * @param scale whether an image of another size is scaled, rather than refused
     * @param channels 1 for grey, 3 for red, green, blue
     * @return the values, in the order of {@link io.hourglass.ImageShape}
     * @throws FormatException as {@link #size}, or if it is of another size
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
        Lines lines = new Lines(image, channels);
        double[][] columns = new double[channels][width]; // sums over the height of a line of new pixels
        byte[] pixels = new byte[size.width() * size.height() * channels];
        for (int y = 0; y < size.height(); y++) {
            double top = (double) y * height / size.height();
            double bottom = (y + 1.0) * height / size.height();
            for (double[] sums : columns) {
                Arrays.fill(sums, 0);
            }
            for (int from = (int) top; from < bottom; from++) {
                double part = Math.min(from + 1, bottom) - Math.max(from, top);
                lines.read(from);
                for (int channel = 0; channel < channels; channel++) {
                    double[] sums = columns[channel];
                    int[] values = lines.values[channel];
                    for (int x = 0; x < width; x++) {
                        sums[x] += values[x] * part;
                    }
                }
            }
            for (int channel = 0; channel < channels; channel++) {
                for (int x = 0; x < size.width(); x++) {
                    double left = (double) x * width / size.width();
                    double right = (x + 1.0) * width / size.width();
                    double sum = 0;
                    for (int from = (int) left; from < right; from++) {
                        sum += columns[channel][from] * (Math.min(from + 1, right) - Math.max(from, left));
                    }
                    double mean = sum / ((right - left) * (bottom - top));
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

    /** An image's lines, one at a time, as they stand in the file: getRGB would change grey values by their gamma, and is slow. */
    private static final class Lines {
        /** Of the line last read, 0 to 255: [channels][width]. */
        final int[][] values;

        private final BufferedImage image;
        private final Raster raster;
        private final int bands;
        private final boolean grey;
        private final boolean rgb;
        private final int shift;
        private final int[] line;
        private int last = -1;

        Lines(BufferedImage image, int channels) {
            this.image = image;
            raster = image.getRaster();
            ColorModel colours = image.getColorModel();
            boolean direct = !(colours instanceof IndexColorModel);
            bands = raster.getNumBands();
            grey = direct && bands <= 2;
            rgb = direct && bands >= 3 && colours.getColorSpace().isCS_sRGB();
            shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
            line = new int[image.getWidth() * Math.max(bands, 1)];
            values = new int[channels][image.getWidth()];
        }

        void read(int y) {
            if (y == last) { // two lines of new pixels may share it
                return;
            }
            last = y;
            int width = image.getWidth();
            if (grey || rgb) {
                raster.getPixels(0, y, width, 1, line);
            } else {
                image.getRGB(0, y, width, 1, line, 0, width);
            }
            for (int x = 0; x < width; x++) {
                int at = x * bands;
                int red = grey || rgb ? line[at] >> shift : line[x] >> 16 & 0xff;
                int green = grey ? red : rgb ? line[at + 1] >> shift : line[x] >> 8 & 0xff;
                int blue = grey ? red : rgb ? line[at + 2] >> shift : line[x] & 0xff;
                if (values.length == 1) {
                    values[0][x] = (299 * red + 587 * green + 114 * blue + 500) / 1000; // rounded to a whole grey value
                } else {
                    values[0][x] = red;
                    values[1][x] = green;
                    values[2][x] = blue;
                }
            }
        }
    }
}
