package io.hourglass.engine;

import io.hourglass.compute.Matrix;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Shape;
import java.util.Arrays;

/**
 * What the pixels of one image of a convolution see in the other: copies that turn a convolution into a product of
 * matrices (im2col). Pixels outside an image are zero. Values lie as in {@link Shape}: row by row, the channels of a
 * pixel next to each other, so neighbouring pixels are copied together.
 */
final class Patches {
    private final Shape large;
    private final Shape small;
    private final int kernel;
    private final int stride;
    private final int padding;

    /** Pixels of the small image, in each direction, that reach a block of the large one. */
    private final int taps;

    /** The first of them, counted from the block's own number. */
    private final int firstTap;

    Patches(Layer.Conv conv) {
        large = conv.large();
        small = conv.small();
        kernel = conv.kernel();
        stride = conv.stride();
        padding = conv.padding();
        // Pixel y = stride b + j of block b and pixel i of the small image meet where y = stride i + k - padding.
        firstTap = -Math.floorDiv(kernel - 1 - padding, stride);
        taps = Math.floorDiv(stride - 1 + padding, stride) - firstTap + 1;
    }

    int taps() {
        return taps;
    }

    /** The row or column of a filter that connects a tap with pixel j of a block; out of range if there is none. */
    int kernelAt(int tap, int j) {
        return j + padding - stride * (firstTap + tap);
    }

    /** Values of a patch of the large image. */
    int downValues() {
        return kernel * kernel * large.channels();
    }

    /** Values of a patch of the small image. */
    int upValues() {
        return taps * taps * small.channels();
    }

    /** Blocks of stride x stride pixels that cover the large image. */
    int blocks() {
        return ceil(large.height()) * ceil(large.width());
    }

    private int ceil(int side) {
        return (side + stride - 1) / stride;
    }

    /**
     * Copies what the pixels of the small image see in the large one.
     *
     * @param from first value of the patches to copy
     * @param to [pixels of the small image][some values of the patches], overwritten
     */
    void ofLarge(float[] image, int offset, int from, Matrix to) {
        int run = kernel * large.channels(); // neighbours in a row of the image
        int end = from + to.columns();
        int at = to.offset();
        for (int y = 0; y < small.height(); y++) {
            for (int x = 0; x < small.width(); x++) {
                for (int ky = from / run; ky * run < end; ky++) {
                    int first = Math.max(from, ky * run);
                    copyRun(
                            image,
                            offset,
                            large,
                            y * stride + ky - padding,
                            (x * stride - padding) * large.channels() + first - ky * run,
                            to.data(),
                            at + first - from,
                            Math.min(end, (ky + 1) * run) - first);
                }
                at += to.stride();
            }
        }
    }

    /**
     * Copies what the blocks of the large image see in the small one.
     *
     * @param to [blocks][taps * taps * channels], overwritten
     */
    void ofSmall(float[] image, int offset, Matrix to) {
        int run = taps * small.channels();
        int at = to.offset();
        for (int y = 0; y < ceil(large.height()); y++) {
            for (int x = 0; x < ceil(large.width()); x++) {
                for (int tap = 0; tap < taps; tap++) {
                    copyRun(
                            image,
                            offset,
                            small,
                            y + firstTap + tap,
                            (x + firstTap) * small.channels(),
                            to.data(),
                            at + tap * run,
                            run);
                }
                at += to.stride();
            }
        }
    }

    /** Copies n neighbouring values of row y of an image from value {@code from} on; zeros outside the image. */
    private static void copyRun(float[] image, int offset, Shape shape, int y, int from, float[] to, int at, int n) {
        int width = shape.width() * shape.channels();
        int start = y < 0 || y >= shape.height() ? n : Math.min(n, Math.max(0, -from));
        int end = Math.max(start, Math.min(n, width - from));
        int source = offset + y * width + from;
        if (start == 0 && end == n && n <= 8) { // a call takes longer than these
            for (int i = 0; i < n; i++) {
                to[at + i] = image[source + i];
            }
            return;
        }
        Arrays.fill(to, at, at + start, 0);
        if (start < end) {
            System.arraycopy(image, source + start, to, at + start, end - start);
        }
        Arrays.fill(to, at + end, at + n, 0);
    }

    /**
     * Copies blocks to the large image, which they cover.
     *
     * @param from [blocks][stride * stride * channels, padded]
     */
    void toLarge(Matrix from, float[] image, int offset) {
        int channels = large.channels();
        int at = from.offset();
        for (int y = 0; y < large.height(); y += stride) {
            int rows = Math.min(stride, large.height() - y);
            for (int x = 0; x < large.width(); x += stride) {
                int n = Math.min(stride, large.width() - x) * channels;
                for (int j = 0; j < rows; j++) {
                    int target = offset + ((y + j) * large.width() + x) * channels;
                    System.arraycopy(from.data(), at + j * stride * channels, image, target, n);
                }
                at += from.stride();
            }
        }
    }
}
