package io.hourglass.lab;

import java.awt.image.BufferedImage;

/** How often a colour occurs in an image. */
public final class PixelCount {
    private PixelCount() {}

    /** The number of pixels of that ARGB colour. */
    public static int of(BufferedImage image, int colour) {
        int count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                count += image.getRGB(x, y) == colour ? 1 : 0;
            }
        }
        return count;
    }
}
