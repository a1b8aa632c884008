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
 * One PNG, JPEG or BMP file as pixels. A file of a few bytes may claim to be an image of gigabytes, which a decoder
 * would allocate. So the header is checked before anything is decoded.
 */
final class ImageFile {
    /** Images that claim more pixels than this are not decoded. */
    static final long MAX_PIXELS = 1L << 25;

    /**
     * The longest side that a JPEG file can state. A PNG file could state a line of 2^31 pixels, and decoders hold
     * several complete lines.
     */
    static final int MAX_SIDE = 0xffff;

    /**
     * The most bytes that a byte of a file can stand for. PNG: deflate's shortest code is one bit for 258 bytes and
     * needs a second bit for the distance, so a byte expands to at most 1032. JPEG: each 8 x 8 block has a code of at
     * least one bit, so a byte gives at most 512 pixels.
     */
    private static final int MOST_OF_A_BYTE = 1032;

    private static final Set<String> FORMATS = Set.of("png", "jpeg", "bmp");

    private static final int BITMAP_COMPRESSION = 30; // its offset in the header

    private ImageFile() {}

    /**
     * The size at which an image is shown, from the file's header.
     *
     * @throws FormatException if it is not such an image, or claims more than {@value #MAX_PIXELS} pixels, more than
     *     {@value #MAX_SIDE} in a line, or more than a file of its length can hold
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

    /** A lower bound of the bits per pixel before compression. */
    private static int bits(ImageReader reader) throws IOException {
        ImageTypeSpecifier type = reader.getFormatName().equalsIgnoreCase("png") ? reader.getRawImageType(0) : null;
        return type == null ? 8 : type.getColorModel().getPixelSize();
    }

    /**
     * An image's pixels.
     *
     * @param values in the order of {@link io.hourglass.ImageShape}
     * @param transparent whether any pixel is not fully opaque
     */
    record Read(byte[] values, boolean transparent) {}

    /**
     * Reads an image as a viewer shows it on white paper: upright according to its EXIF data, and in sRGB whatever its
     * colour profile, print colours (CMYK) and gamma. If its size differs, it is scaled by the mean over the area of
     * each new pixel. Grey is 0.299 red + 0.587 green + 0.114 blue.
     *
     * @param scale whether to scale an image of another size, rather than reject it
     * @param channels 1 for grey, 3 for red, green, blue
     * @throws FormatException as {@link #size}, or if it has another size
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
                    as.setDestinationType(reader.getRawImageType(0)); // ImageLines recognises profiles of sRGB
                }
            }
            BufferedImage image = reader.read(0, as);
            if (cutOff[0]) { // the JPEG decoder fills the rest with grey
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

    /** Says that an image has another size than the others. */
    static FormatException otherSize(Path file, ReadOptions.Size found, ReadOptions.Size expected) {
        return new FormatException(file + ": an image of " + found + " pixels, expected " + expected
                + " like the first; scale all to one size with --size");
    }

    /** Turns and mirrors an image as its EXIF orientation says. */
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
        double[][] columns = new double[channels][width]; // sums over the height of one line of new pixels
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

    /** Work with a reader. */
    private interface Work<T> {
        T with(ImageReader reader, ImageMarks marks) throws IOException;
    }

    /**
     * Rejects a BMP file that wraps a file of another kind, whose size may differ from the header's. Viewers do not
     * show these files either.
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
        // Not ImageIO's own streams, which would create a temporary file for each image.
        try (ImageInputStream in = new MemoryCacheImageInputStream(Files.newInputStream(file))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            ImageReader reader = readers.hasNext() ? readers.next() : null;
            String format = reader == null ? "" : reader.getFormatName().toLowerCase(Locale.ROOT);
            if (reader == null || !FORMATS.contains(format)) {
                throw new FormatException(file + ": not a PNG, JPEG or BMP image, expected one");
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
                // Metadata is ignored: compressed text in a PNG file could expand to any length.
                reader.setInput(in, true, true);
                return work.with(reader, marks);
            } finally {
                reader.dispose();
            }
        } catch (FormatException e) {
            throw e;
        } catch (java.nio.file.FileSystemException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the decoders throw all sorts of exceptions for damaged files
            throw new FormatException(
                    file + ": cannot be decoded (" + FormatException.quote(String.valueOf(e.getMessage()))
                            + "), expected a complete PNG, JPEG or BMP image");
        }
    }
}
