package io.hourglass.engine;

import io.hourglass.compute.Matrix;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Shape;
import java.util.ArrayList;
import java.util.List;

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
     * Copies what the pixels of the small image see in the large one. What is outside is not written and stays 0.
     *
     * @param from first value of the patches to copy
     * @param to [pixels of the small image][some values of the patches]; copied to from {@code to.offset()} on
     */
    List<Copy.Line> ofLarge(int from, Matrix to) {
        int channels = large.channels();
        int width = large.width() * channels;
        int run = kernel * channels; // neighbours in a row of the image
        int end = from + to.columns();
        List<Copy.Line> lines = new ArrayList<>();
        for (int ky = from / run; ky * run < end; ky++) {
            int first = Math.max(from - ky * run, 0);
            int last = Math.min(end - ky * run, run);
            int above = Math.max(0, -Math.floorDiv(ky - padding, stride)); // pixels whose row is above the image
            for (int y = above; y < small.height() && y * stride + ky - padding < large.height(); y++) {
                int source = (y * stride + ky - padding) * width - padding * channels;
                int target = y * small.width() * to.stride() + ky * run - from;
                for (int x = 0; x < small.width(); ) {
                    int left = (padding - x * stride) * channels; // values of the run left of the image
                    int i = Math.max(first, left);
                    int n = Math.min(last, left + width) - i;
                    // As many pixels at once as see whole runs.
                    int count = n < last - first
                            ? 1
                            : Math.min(small.width(), (width + padding * channels - last) / (stride * channels) + 1)
                                    - x;
                    if (n > 0) {
                        lines.add(new Copy.Line(
                                source + x * stride * channels + i,
                                target + x * to.stride() + i,
                                count,
                                stride * channels,
                                to.stride(),
                                n));
                    }
                    x += count;
                }
            }
        }
        return lines;
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
     * Copies the small image between two forms.
     *
     * @param from values from one pixel to the next
     * @param to the same for the copy
     */
    Copy.Line ofSmall(int from, int to) {
        int channels = small.channels();
        return from == channels && to == channels
                ? new Copy.Line(0, 0, 1, 0, 0, small.values())
                : new Copy.Line(0, 0, small.pixels(), from, to, channels);
    }

    /** Copies the small image into the middle of the margins: [padded pixels][channels] without gaps. */
    List<Copy.Line> pad() {
        int channels = small.channels();
        int left = -firstTap; // the margin, also at the top
        int columns = Math.min(small.width(), paddedWidth() - left);
        int rows = Math.min(small.height(), paddedPixels() / paddedWidth() - left);
        List<Copy.Line> lines = new ArrayList<>();
        for (int y = 0; y < rows; y++) {
            int target = ((left + y) * paddedWidth() + left) * channels;
            lines.add(new Copy.Line(y * small.width() * channels, target, 1, 0, 0, columns * channels));
        }
        return lines;
    }

    /**
     * Copies blocks to the large image, which they cover.
     *
     * @param blocks [position][stride * stride * channels], or transposed
     */
    List<Copy.Line> toLarge(Matrix blocks, boolean transposed) {
        int channels = large.channels();
        int run = transposed ? 1 : channels; // neighbours both in the block and in the image
        int block = stride * channels;
        List<Copy.Line> lines = new ArrayList<>();
        for (int y = 0; y < large.height(); y++) {
            int position = y / stride * paddedWidth();
            for (int i = 0; i < block; i += run) {
                int value = y % stride * block + i;
                int count = (large.width() * channels - i + block - 1) / block;
                int source = transposed ? value * blocks.stride() + position : position * blocks.stride() + value;
                int step = transposed ? 1 : blocks.stride();
                lines.add(new Copy.Line(source, y * large.width() * channels + i, count, step, block, run));
            }
        }
        return lines;
    }
}
