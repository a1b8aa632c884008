package io.hourglass.lab.report;

import io.hourglass.ImageShape;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Rows as pictures, each pixel enlarged to a crisp square.
 *
 * @param ink whether grey values are drawn as ink on paper, 1 for black: right for handwriting, and it prints well
 */
record Pictures(ImageShape shape, boolean ink) {
    /** About how many pixels high an image is drawn. */
    private static final int HEIGHT = 112;

    /** A warm white and a bluish black: a calm page with enough contrast for thin strokes. */
    private static final int[] PAPER = {247, 245, 240};

    private static final int[] INK = {16, 24, 40};

    /** Ink on paper for grey images that are mostly dark, such as MNIST's white strokes on black; others unchanged. */
    static Pictures of(ImageShape shape, Samples samples) {
        double mean = samples.rows().stream()
                .mapToDouble(row -> {
                    double sum = 0;
                    for (float value : row) {
                        sum += value;
                    }
                    return sum / row.length;
                })
                .average()
                .orElse(0);
        return new Pictures(shape, shape.channels() == 1 && mean < 0.5);
    }

    /** How many times a pixel is enlarged. */
    int scale() {
        return Math.max(1, HEIGHT / shape.height());
    }

    int width() {
        return shape.width() * scale();
    }

    int height() {
        return shape.height() * scale();
    }

    /** Distance between two images side by side. */
    int gap() {
        return Math.max(2, width() / 14);
    }

    /** Images side by side. */
    BufferedImage strip(List<float[]> rows) {
        int step = width() + gap();
        // Transparent between the images: the strip lies on white paper or on any page.
        BufferedImage strip = new BufferedImage(rows.size() * step - gap(), height(), BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < rows.size(); i++) {
            draw(strip, rows.get(i), i * step);
        }
        return strip;
    }

    private void draw(BufferedImage target, float[] row, int left) {
        int scale = scale();
        for (int y = 0; y < height(); y++) {
            for (int x = 0; x < width(); x++) {
                target.setRGB(left + x, y, colour(row, y / scale * shape.width() + x / scale));
            }
        }
    }

    /**
     * One image fitted into a box with its proportions: enlarged to crisp squares, or reduced smoothly if it is larger.
     */
    void draw(Graphics2D g, float[] row, int left, int top, int side) {
        BufferedImage natural = new BufferedImage(shape.width(), shape.height(), BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < shape.width() * shape.height(); pixel++) {
            natural.setRGB(pixel % shape.width(), pixel / shape.width(), colour(row, pixel));
        }
        double scale = (double) side / Math.max(shape.width(), shape.height());
        int width = Math.max(1, (int) Math.round(scale * shape.width()));
        int height = Math.max(1, (int) Math.round(scale * shape.height()));
        g.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION,
                scale < 1
                        ? RenderingHints.VALUE_INTERPOLATION_BILINEAR
                        : RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        g.drawImage(natural, left + (side - width) / 2, top + (side - height) / 2, width, height, null);
    }

    private int colour(float[] row, int pixel) {
        int argb = 0xff;
        for (int c = 0; c < 3; c++) {
            float value = shape.channels() == 3 ? row[3 * pixel + c] : row[pixel];
            float light = Math.max(0, Math.min(1, value));
            argb = argb << 8 | (ink ? Math.round(PAPER[c] + light * (INK[c] - PAPER[c])) : Math.round(255 * light));
        }
        return argb;
    }

    /**
     * The picture with at most 256 colours, which makes its file three times smaller: the most frequent ones, and the
     * nearest of these in place of all others. Points, flat areas and greys keep their colours; only some pixels at the
     * edges of points change. A colour is as transparent as it was.
     */
    static BufferedImage indexed(BufferedImage image) {
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        Map<Integer, Integer> counts = new HashMap<>();
        for (int i = 0, end; i < pixels.length; i = end) { // run by run: most pixels are paper
            end = endOfRun(pixels, i);
            counts.merge(pixels[i], end - i, Integer::sum);
        }
        Comparator<Integer> byCount = Comparator.comparingInt(counts::get);
        int[] palette = counts.keySet().stream()
                .sorted(byCount.reversed().thenComparing(Comparator.naturalOrder()))
                .limit(256)
                .mapToInt(colour -> colour)
                .toArray();
        Map<Integer, Integer> nearest = new HashMap<>();
        IndexColorModel colours = new IndexColorModel(
                8, palette.length, palette, 0, image.getColorModel().hasAlpha(), -1, DataBuffer.TYPE_BYTE);
        BufferedImage indexed =
                new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, colours);
        byte[] indices = new byte[pixels.length];
        for (int i = 0, end; i < pixels.length; i = end) {
            end = endOfRun(pixels, i);
            int index = nearest.computeIfAbsent(pixels[i], colour -> nearest(palette, colour));
            Arrays.fill(indices, i, end, (byte) index);
        }
        indexed.getRaster().setDataElements(0, 0, image.getWidth(), image.getHeight(), indices);
        return indexed;
    }

    /** The end of the run of equal pixels that starts at an index. */
    private static int endOfRun(int[] pixels, int begin) {
        int end = begin + 1;
        while (end < pixels.length && pixels[end] == pixels[begin]) {
            end++;
        }
        return end;
    }

    private static int nearest(int[] palette, int colour) {
        int nearest = 0;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < palette.length; i++) {
            int distance = 0;
            for (int shift = 0; shift <= 24; shift += 8) {
                int difference = (palette[i] >> shift & 0xff) - (colour >> shift & 0xff);
                distance += difference * difference;
            }
            if (distance < least) {
                least = distance;
                nearest = i;
            }
        }
        return nearest;
    }

    static byte[] png(BufferedImage image) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            // Not ImageIO's default stream, which writes a temporary file.
            try (ImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
                ImageIO.write(image, "png", stream);
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A picture inside the page itself. */
    static String dataUri(byte[] png) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    }
}
