package io.hourglass.lab.data;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An image's lines, one at a time, as a viewer shows them on white paper: in sRGB, whatever the file's colours. Values
 * that are already sRGB are used unchanged: {@link BufferedImage#getRGB} would change grey values by their gamma, and
 * is slow.
 */
final class ImageLines {
    /** The values of the line last read, 0 to 255: [channels][width]. */
    final int[][] values;

    /**
     * A profile and its conversion: most images of a folder share a profile, and creating a conversion takes
     * milliseconds.
     */
    private record Known(byte[] profile, @Nullable ColorConvertOp conversion) {}

    private static final ThreadLocal<@Nullable Known> LAST = new ThreadLocal<>();

    private final BufferedImage image;
    private final Raster raster;
    private final int bands;
    private final boolean packed; // colours of a palette, or of 5 or 6 bits
    private final boolean grey;
    private final boolean alpha;
    private final int shift;
    private final int[] line;
    private final int[][] rgb; // [3][width]
    private final int[] opacity;
    private final int @Nullable [] table; // of the gamma
    private final @Nullable ColorConvertOp conversion;
    private boolean transparent;
    private int last = -1;

    ImageLines(BufferedImage image, ImageMarks marks, int channels) {
        this.image = image;
        raster = image.getRaster();
        ColorModel model = image.getColorModel();
        int bits = raster.getSampleModel().getSampleSize(0);
        packed = model instanceof IndexColorModel || (bits != 8 && bits != 16);
        bands = raster.getNumBands();
        grey = !packed && bands <= 2;
        alpha = model.hasAlpha();
        shift = bits == 16 ? 8 : 0;
        int width = image.getWidth();
        line = new int[width * bands];
        rgb = new int[3][width];
        opacity = new int[width];
        values = new int[channels][width];
        table = marks.gamma() > 0 ? table(marks.gamma()) : null;
        conversion = conversion(marks.colours());
    }

    /** Whether any pixel read so far is not fully opaque. */
    boolean isTransparent() {
        return transparent;
    }

    void read(int y) {
        if (y == last) { // two lines of new pixels may share a line
            return;
        }
        last = y;
        if (packed) {
            unpack(y);
        } else {
            readChannels(y);
        }
        convertInPlace();
        for (int x = 0; x < opacity.length; x++) {
            int red = rgb[0][x];
            int green = rgb[1][x];
            int blue = rgb[2][x];
            if (opacity[x] < 255) {
                transparent = true;
                red = onWhite(red, opacity[x]);
                green = onWhite(green, opacity[x]);
                blue = onWhite(blue, opacity[x]);
            }
            if (values.length == 1) {
                values[0][x] = (299 * red + 587 * green + 114 * blue + 500) / 1000; // rounded to a whole grey value
            } else {
                values[0][x] = red;
                values[1][x] = green;
                values[2][x] = blue;
            }
        }
    }

    private static int onWhite(int value, int opacity) {
        return (value * opacity + 255 * (255 - opacity) + 127) / 255;
    }

    private void unpack(int y) {
        image.getRGB(0, y, opacity.length, 1, line, 0, opacity.length);
        for (int x = 0; x < opacity.length; x++) {
            opacity[x] = line[x] >>> 24;
            rgb[0][x] = line[x] >> 16 & 0xff;
            rgb[1][x] = line[x] >> 8 & 0xff;
            rgb[2][x] = line[x] & 0xff;
        }
    }

    private void readChannels(int y) {
        raster.getPixels(0, y, opacity.length, 1, line);
        for (int x = 0; x < opacity.length; x++) {
            int at = x * bands;
            opacity[x] = alpha ? line[at + bands - 1] >> shift : 255;
            rgb[0][x] = line[at] >> shift;
            rgb[1][x] = grey ? rgb[0][x] : line[at + 1] >> shift;
            rgb[2][x] = grey ? rgb[0][x] : line[at + 2] >> shift;
        }
    }

    private void convertInPlace() {
        if (table != null) {
            for (int[] channel : rgb) {
                for (int x = 0; x < channel.length; x++) {
                    channel[x] = table[channel[x]];
                }
            }
        }
        if (conversion != null) {
            convertInPlace(conversion, rgb, grey ? 1 : 3);
        }
    }

    private static void convertInPlace(ColorConvertOp conversion, int[][] rgb, int channels) {
        int width = rgb[0].length;
        WritableRaster from = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, 1, channels, null);
        WritableRaster to = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, 1, 3, null);
        for (int channel = 0; channel < channels; channel++) {
            from.setSamples(0, 0, width, 1, channel, rgb[channel]);
        }
        conversion.filter(from, to);
        for (int channel = 0; channel < 3; channel++) {
            to.getSamples(0, 0, width, 1, channel, rgb[channel]);
        }
    }

    /** The conversion of these colours to sRGB; null if they are the same, or do not fit the image's channels. */
    private @Nullable ColorConvertOp conversion(@Nullable ICC_ColorSpace colours) {
        int channels = grey ? 1 : 3;
        if (colours == null || colours.getNumComponents() != channels) {
            return null;
        }
        byte[] profile = colours.getProfile().getData();
        Known known = LAST.get();
        if (known == null || !Arrays.equals(known.profile, profile)) {
            known = new Known(profile, conversion(colours, channels));
            LAST.set(known);
        }
        return known.conversion;
    }

    private static @Nullable ColorConvertOp conversion(ICC_ColorSpace colours, int channels) {
        ColorConvertOp conversion = new ColorConvertOp(colours, ColorSpace.getInstance(ColorSpace.CS_sRGB), null);
        // sRGB profiles come from many makers with different rounding. One that changes values by at most 1 is sRGB.
        int steps = channels == 1 ? 256 : 18; // values 15 apart
        int[][] all = new int[3][channels == 1 ? steps : steps * steps * steps];
        for (int i = 0; i < all[0].length; i++) {
            all[0][i] = channels == 1 ? i : i % steps * 15;
            all[1][i] = channels == 1 ? i : i / steps % steps * 15;
            all[2][i] = channels == 1 ? i : i / steps / steps * 15;
        }
        int[][] converted = {all[0].clone(), all[1].clone(), all[2].clone()};
        convertInPlace(conversion, converted, channels);
        int most = 0;
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < all[0].length; i++) {
                most = Math.max(most, Math.abs(converted[channel][i] - all[channel][i]));
            }
        }
        return most <= 1 ? null : conversion;
    }

    /** For each value of a file whose values are light to the power of this gamma, the value in sRGB. */
    private static int[] table(double gamma) {
        int[] table = new int[256];
        Arrays.setAll(table, value -> {
            double light = StrictMath.pow(value / 255.0, 1 / gamma);
            double srgb = light <= 0.0031308 ? 12.92 * light : 1.055 * StrictMath.pow(light, 1 / 2.4) - 0.055;
            return (int) Math.round(255 * srgb);
        });
        return table;
    }
}
