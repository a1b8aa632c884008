package io.hourglass.lab.data;

import com.twelvemonkeys.imageio.metadata.jpeg.JPEG;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegment;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegmentUtil;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.InflaterInputStream;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a file says about how to show its pixels. Damaged parts are ignored, as image viewers do.
 *
 * @param orientation as in EXIF: 1 as stored, 2 to 8 turned or mirrored
 * @param gamma of a PNG file whose values are not sRGB: its gAMA / 100,000; 0 if it states none
 * @param colours the colour space of the values; null for sRGB
 */
record ImageMarks(int orientation, double gamma, @Nullable ICC_ColorSpace colours) {
    /** The marks of a file that says nothing. */
    static final ImageMarks NONE = new ImageMarks(1, 0, null);

    /** A printer's ICC profile takes at most 2 MB; a longer one is an attack that expands a few bytes. */
    private static final int MAX_PROFILE = 4 << 20;

    private static final short ORIENTATION = 0x112; // a tag of TIFF's
    private static final short SHORT = 3; // a type of TIFF's

    private static final int EXIF_NAME = "Exif\0\0".length();
    private static final int MAX_EXIF = 1 << 16; // the longest that a JPEG file can hold

    /**
     * sRGB is not exactly a power function: files that state this gamma mean sRGB. Like libpng, this allows 5 %
     * difference.
     */
    private static final double GAMMA_OF_SRGB = 0.45455;

    /** Whether a viewer shows the image with width and height exchanged. */
    boolean isTransposed() {
        return orientation >= 5;
    }

    /** These marks with the colour space that the decoder found. */
    ImageMarks in(ColorSpace space) {
        boolean plain = space.isCS_sRGB() || space.equals(ColorSpace.getInstance(ColorSpace.CS_GRAY));
        return !plain && space instanceof ICC_ColorSpace profile ? new ImageMarks(orientation, gamma, profile) : this;
    }

    /** Reads a JPEG file from its beginning; the decoder reports its colour space. */
    static ImageMarks ofJpeg(ImageInputStream in) {
        try {
            for (JPEGSegment segment : JPEGSegmentUtil.readSegments(in, JPEG.APP1, "Exif")) {
                byte[] exif = segment.segmentData().readNBytes(MAX_EXIF);
                if (exif.length > EXIF_NAME) {
                    return new ImageMarks(orientation(exif, EXIF_NAME), 0, null);
                }
            }
        } catch (IOException | RuntimeException e) {
            return NONE; // the decoder will report what is wrong
        }
        return NONE;
    }

    /** Reads a PNG file from its beginning up to its pixels. */
    static ImageMarks ofPng(ImageInputStream in) throws IOException {
        int orientation = 1;
        double gamma = 0;
        boolean srgb = false;
        ICC_ColorSpace colours = null;
        in.seek(8); // after the signature
        try {
            while (true) {
                long length = in.readUnsignedInt();
                int type = in.readInt();
                long next = in.getStreamPosition() + length + 4;
                switch (type) {
                    case 0x49444154, 0x49454e44 -> { // IDAT, IEND
                        boolean linear = !srgb && colours == null && Math.abs(gamma / GAMMA_OF_SRGB - 1) >= 0.05;
                        return new ImageMarks(orientation, linear ? gamma : 0, colours);
                    }
                    case 0x73524742 -> srgb = true; // sRGB
                    case 0x67414d41 -> gamma = in.readUnsignedInt() / 1e5; // gAMA
                    case 0x69434350 -> colours = profile(bytes(in, Math.min(length, MAX_PROFILE))); // iCCP
                    case 0x65584966 -> orientation = orientation(bytes(in, Math.min(length, MAX_EXIF)), 0); // eXIf
                    default -> {}
                }
                in.seek(next);
            }
        } catch (EOFException e) {
            return NONE; // the decoder will report what is wrong
        }
    }

    private static byte[] bytes(ImageInputStream in, long length) throws IOException {
        byte[] bytes = new byte[(int) length];
        in.readFully(bytes);
        return bytes;
    }

    /**
     * Looks for the orientation tag in the first directory of EXIF data, which is a kind of TIFF file.
     */
    private static int orientation(byte[] exif, int from) {
        try {
            ByteBuffer tiff = ByteBuffer.wrap(exif, from, exif.length - from).slice();
            tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            int directory = tiff.getInt(4);
            for (int i = 0; i < (tiff.getShort(directory) & 0xffff); i++) {
                int entry = directory + 2 + 12 * i;
                if (tiff.getShort(entry) == ORIENTATION && tiff.getShort(entry + 2) == SHORT) {
                    int orientation = tiff.getShort(entry + 8);
                    return orientation >= 1 && orientation <= 8 ? orientation : 1;
                }
            }
            return 1;
        } catch (IndexOutOfBoundsException e) {
            return 1;
        }
    }

    /** The colour space of an iCCP chunk: a name, a zero, a zero for deflate, and the compressed profile. */
    private static @Nullable ICC_ColorSpace profile(byte[] chunk) {
        int name = 0;
        while (name < chunk.length && chunk[name] != 0) {
            name++;
        }
        int start = Math.min(name + 2, chunk.length);
        try (InflaterInputStream in =
                new InflaterInputStream(new ByteArrayInputStream(chunk, start, chunk.length - start))) {
            return new ICC_ColorSpace(ICC_Profile.getInstance(in.readNBytes(MAX_PROFILE)));
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }
}
