package io.hourglass.engine;

import io.hourglass.compute.Matrix;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Shape;
import java.util.Arrays;

/**
 * How the two images of a convolution lie over each other, and the copies that turn it into products of matrices. Down,
 * each pixel of the small image sees a patch of the large one. Up, the large image is divided into blocks of stride x
 * stride pixels, and each block sees some pixels of the small image, its taps. Pixels outside an image are zero. Values
 * lie as in {@link Shape}: row by row, the channels of a pixel next to each other, so neighbours are copied together.
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

    /** Values of the small image that reach a block of the large one. */
    int upValues() {
        return taps * taps * small.channels();
    }

    /** Blocks of stride pixels that cover a side. */
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
        for (int ky = from / run; ky * run < end; ky++) {
            int first = Math.max(from, ky * run) - ky * run;
            int n = Math.min(end - ky * run, run) - first;
            int at = to.offset() + ky * run + first - from;
            for (int y = 0; y < small.height(); y++) {
                int row = y * stride + ky - padding;
                copyRuns(image, offset, row, first - padding * large.channels(), n, to, at);
                at += small.width() * to.stride();
            }
        }
    }

    /** Copies n neighbouring values for each pixel in a row of the small image, from one row of the large one. */
    private void copyRuns(float[] image, int offset, int row, int start, int n, Matrix to, int at) {
        int width = large.width() * large.channels();
        int step = stride * large.channels();
        boolean outside = row < 0 || row >= large.height();
        int source = offset + row * width;
        for (int x = 0; x < small.width(); x++) {
            int from = start + x * step;
            int target = at + x * to.stride();
            if (outside) {
                Arrays.fill(to.data(), target, target + n, 0);
            } else if (from < 0 || from + n > width) {
                for (int i = 0; i < n; i++) {
                    boolean inside = from + i >= 0 && from + i < width;
                    to.data()[target + i] = inside ? image[source + from + i] : 0;
                }
            } else {
                copy(image, source + from, to.data(), target, n);
            }
        }
    }

    private static void copy(float[] from, int source, float[] to, int target, int n) {
        if (n == 3) { // the usual kernel on grey images; a call takes longer than these
            to[target] = from[source];
            to[target + 1] = from[source + 1];
            to[target + 2] = from[source + 2];
        } else if (n <= 16) {
            for (int i = 0; i < n; i++) {
                to[target + i] = from[source + i];
            }
        } else {
            System.arraycopy(from, source, to, target, n);
        }
    }

    /** Columns of the small image with a margin of zeros, so that every block has all its taps. */
    int paddedWidth() {
        return ceil(large.width()) + taps - 1;
    }

    /** Pixels of the small image with its margins. */
    int paddedPixels() {
        return (ceil(large.height()) + taps - 1) * paddedWidth();
    }

    /**
     * Positions of blocks in the small image with its margins, from the first block's to the last one's. Those between
     * the last block of a row and the first one of the next stand for no block.
     */
    int positions() {
        return (ceil(large.height()) - 1) * paddedWidth() + ceil(large.width());
    }

    /** Where a tap of the block at position 0 lies in the small image with its margins. */
    int tapAt(int row, int column) {
        return row * paddedWidth() + column;
    }

    /**
     * Copies the small image into the middle of the margins.
     *
     * @param to [padded pixels][channels] without gaps; the margins are not written
     */
    void pad(float[] image, int offset, float[] to, int at) {
        int channels = small.channels();
        int left = -firstTap; // the margin, also at the top
        int columns = Math.min(small.width(), paddedWidth() - left);
        int rows = Math.min(small.height(), paddedPixels() / paddedWidth() - left);
        for (int y = 0; y < rows; y++) {
            System.arraycopy(
                    image,
                    offset + y * small.width() * channels,
                    to,
                    at + ((left + y) * paddedWidth() + left) * channels,
                    columns * channels);
        }
    }

    /**
     * Copies blocks to the large image, which they cover.
     *
     * @param blocks [position][stride * stride * channels]
     */
    void toLarge(Matrix blocks, float[] image, int offset) {
        int channels = large.channels();
        for (int y = 0; y < large.height(); y++) {
            int at = blocks.offset() + y / stride * paddedWidth() * blocks.stride() + y % stride * stride * channels;
            for (int x = 0; x < large.width(); x += stride) {
                int n = Math.min(stride, large.width() - x) * channels;
                System.arraycopy(blocks.data(), at, image, offset + (y * large.width() + x) * channels, n);
                at += blocks.stride();
            }
        }
    }

    /**
     * {@link #toLarge} of the transposed blocks.
     *
     * @param blocks [stride * stride * channels][position]
     */
    void toLargeTransposed(Matrix blocks, float[] image, int offset) {
        int channels = large.channels();
        for (int y = 0; y < large.height(); y++) {
            int to = offset + y * large.width() * channels;
            int position = y / stride * paddedWidth();
            for (int j = 0; j < stride * channels; j++) { // pixel of the block, and channel
                int from = blocks.offset() + (y % stride * stride * channels + j) * blocks.stride() + position;
                for (int i = j; i < large.width() * channels; i += stride * channels) {
                    image[to + i] = blocks.data()[from++];
                }
            }
        }
    }
}
