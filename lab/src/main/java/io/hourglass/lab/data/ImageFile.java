package io.hourglass.lab.data;

import io.hourglass.format.FormatException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * One PNG, JPEG or BMP file as pixels. A file of some bytes may claim to be an image of gigabytes, and
 * a decoder would allocate them; so what the header claims is judged before anything is decoded.
 */
final class ImageFile {
    /** What claims more pixels than this is not decoded. */
    static final long MAX_PIXELS = 1L << 25;

    /**
     * The longest side a JPEG file can tell; a PNG file could tell a line of 2^31 pixels, and decoders hold some whole
     * lines.
     */
    static final int MAX_SIDE = 0xffff;

    /**
     * What a byte of a file can stand for at most. Of a PNG: deflate's shortest code is a bit for 258 bytes and needs a
     * second bit for the distance, so that a byte unpacks to 1032. Of a JPEG: each 8 x 8 block has a code of a bit or
     * more, so that a byte is 512 pixels or fewer.
     */
    private static final int MOST_OF_A_BYTE = 1032;

    private static final Set<String> FORMATS = Set.of("png", "jpeg", "bmp");

    private static final int BITMAP_COMPRESSION = 30; // where it is in the header

    private ImageFile() {}

    /**
     * The size that an image is shown at, as the file's header tells.
     *
     * @throws FormatException if it is no such image, claims more than {@value #MAX_PIXELS} pixels or {@value
     *     #MAX_SIDE} in a line, or more than a file of its length can hold
     */
    static ReadOptions.Size size(Path file) throws IOException {
        return with(file, (reader, marks) -> size(file, reader, marks));
    }

    private static ReadOptions.Size size(Path file, ImageReader reader, ImageMarks marks) throws IOException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        ReadOptions.Size size =
                marks.isTransposed() ? new ReadOptions.Size(height, width) : new ReadOptions.Size(width, height);
        if ((long) width * height > MAX_PIXELS || Math.max(width, height) > MAX_SIDE) {
            throw new FormatException(file + ": an image of " + size + " pixels, expected at most " + MAX_PIXELS
                    + " and no side above " + MAX_SIDE);
        }
        long length = Files.size(file);
        if ((long) width * height * bits(reader) / 8 > MOST_OF_A_BYTE * length) {
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
     * An image's pixels.
     *
     * @param values in the order of {@link io.hourglass.ImageShape}
     * @param transparent whether any let the paper through
     */
    record Read(byte[] values, boolean transparent) {}

    /**
     * Reads an image as a viewer shows it on white paper: upright as its EXIF data say, in sRGB whatever its colour
     * profile, printers' colours (CMYK) and gamma. It is brought to a size, if it has another, by the mean over the
     * area of each new pixel; grey is 0.299 red + 0.587 green + 0.114 blue.
     *
     * @param scale whether an image of another size is scaled, rather than refused
     * @param channels 1 for grey, 3 for red, green, blue
     * @throws FormatException as {@link #size}, or if it is of another size
     */
    static Read read(Path file, ReadOptions.Size size, boolean scale, int channels) throws IOException {
        return with(file, (reader, marks) -> {
            ReadOptions.Size found = size(file, reader, marks);
            if (!scale && !found.equals(size)) {
                throw otherSize(file, found, size);
            }
            boolean[] cutOff = new boolean[1];
            reader.addIIOReadWarningListener((source, warning) -> cutOff[0] |= warning.contains("remature end"));
            ImageMarks shown = marks;
            ImageReadParam as = reader.getDefaultReadParam();
            if (isJpeg(reader)) {
                ColorSpace colours = reader.getRawImageType(0).getColorModel().getColorSpace();
                shown = marks.in(colours);
                if (shown.colours() != null && colours.getNumComponents() == 3) {
                    as.setDestinationType(reader.getRawImageType(0)); // ImageLines knows profiles of sRGB
                }
            }
            BufferedImage image = reader.read(0, as);
            if (cutOff[0]) { // the JPEG decoder would fill the rest with grey
                throw new IOException("premature end");
            }
            boolean transposed = marks.isTransposed();
            int width = transposed ? size.height() : size.width();
            int height = transposed ? size.width() : size.height();
            ImageLines lines = new ImageLines(image, shown, channels);
            byte[] values = scaled(lines, image, width, height, channels);
            return new Read(upright(values, width, height, channels, marks.orientation()), lines.isTransparent());
        });
    }

    /** Says that an image is not of the size of all others. */
    static FormatException otherSize(Path file, ReadOptions.Size found, ReadOptions.Size expected) {
        return new FormatException(file + ": an image of " + found + " pixels, expected " + expected
                + " as the first: bring all to one size with --size");
    }

    /** Turns and mirrors an image so that it stands as orientations of EXIF say. */
    private static byte[] upright(byte[] stored, int width, int height, int channels, int orientation) {
        if (orientation == 1) {
            return stored;
        }
        boolean transposed = orientation >= 5;
        boolean fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean fromBelow = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        int shownWidth = transposed ? height : width;
        byte[] shown = new byte[stored.length];
        for (int at = 0; at < shown.length; at++) {
            int x = at / channels % shownWidth;
            int y = at / channels / shownWidth;
            int column = transposed ? y : x;
            int row = transposed ? x : y;
            column = fromRight ? width - 1 - column : column;
            row = fromBelow ? height - 1 - row : row;
            shown[at] = stored[(row * width + column) * channels + at % channels];
        }
        return shown;
    }

    private static byte[] scaled(ImageLines lines, BufferedImage image, int newWidth, int newHeight, int channels) {
        int width = image.getWidth();
        int height = image.getHeight();
        double[][] columns = new double[channels][width]; // sums over the height of a line of new pixels
        byte[] pixels = new byte[newWidth * newHeight * channels];
        for (int y = 0; y < newHeight; y++) {
            double top = (double) y * height / newHeight;
            double bottom = (y + 1.0) * height / newHeight;
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
                for (int x = 0; x < newWidth; x++) {
                    double left = (double) x * width / newWidth;
                    double right = (x + 1.0) * width / newWidth;
                    double sum = 0;
                    for (int from = (int) left; from < right; from++) {
                        sum += columns[channel][from] * (Math.min(from + 1, right) - Math.max(from, left));
                    }
                    double mean = sum / ((right - left) * (bottom - top));
                    pixels[(y * newWidth + x) * channels + channel] = (byte) Math.round(mean);
                }
            }
        }
        return pixels;
    }

    /** What is done with a reader. */
    private interface Work<T> {
        T with(ImageReader reader, ImageMarks marks) throws IOException;
    }

    /**
     * Refuses a BMP file that wraps a file of another kind, of any size whatever the header says: viewers do not show
     * those either.
     */
    private static void requireBitmap(ImageInputStream in) throws IOException {
        in.seek(BITMAP_COMPRESSION);
        int compression = in.read(); // the lowest of four bytes
        if (compression == 4 || compression == 5) {
            throw new IOException("a JPEG or PNG image inside");
        }
    }

    private static boolean isJpeg(ImageReader reader) throws IOException {
        return reader.getFormatName().equalsIgnoreCase("jpeg");
    }

    private static <T> T with(Path file, Work<T> work) throws IOException {
        // Not ImageIO's own streams: they would make a temporary file for each image.
        try (ImageInputStream in = new MemoryCacheImageInputStream(Files.newInputStream(file))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            ImageReader reader = readers.hasNext() ? readers.next() : null;
            String format = reader == null ? "" : reader.getFormatName().toLowerCase(Locale.ROOT);
            if (reader == null || !FORMATS.contains(format)) {
                throw new FormatException(file + ": begins like no PNG, JPEG or BMP image, expected one");
            }
            try {
                ImageMarks marks = switch (format) {
                    case "png" -> ImageMarks.ofPng(in);
                    case "jpeg" -> ImageMarks.ofJpeg(in);
                    default -> {
                        requireBitmap(in);
                        yield ImageMarks.NONE;
                    }
                };
                in.seek(0);
                // Ignoring metadata: compressed text in a PNG file could unpack to any length.
                reader.setInput(in, true, true);
                return work.with(reader, marks);
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
                            + "), expected a complete PNG, JPEG or BMP image");
        }
    }
}
