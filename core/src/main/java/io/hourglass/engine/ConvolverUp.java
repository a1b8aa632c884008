package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * From the small image to the large one: a sum of products, one for each pixel of the small image that a block of the
 * large one sees ({@link Filters}). With a margin of zeros, the same pixel of all blocks is a view of the small image.
 * If the channels of the large image fill whole vectors, the lanes are channels; if not, they are blocks, and
 * everything is transposed.
 */
final class ConvolverUp implements Convolver {
    private final Filters filters;
    private final Kernels kernels;
    private final Patches patches;
    private final int smallChannels;

    /** The weights; row 0 holds the biases, which are zero if they are of the small image. */
    private final Matrix up;

    /** The small image with margins of zeros, by pixels or, transposed, by channels. */
    private final Matrix padded;

    private final Matrix planes;

    /** [position][values of a block], or transposed. */
    private final Matrix blocks;

    private final Copy toPadded;
    private final Copy toLarge;
    private final boolean lanesAreBlocks;
    private final List<Tap> taps = new ArrayList<>();

    /**
     * What one pixel of the small image adds to some values of the blocks.
     *
     * @param pixels of the small image, or its planes
     * @param weights of these values
     * @param sums the values
     */
    private record Tap(Matrix pixels, Matrix weights, Matrix sums) {}

    ConvolverUp(Filters filters, Kernels kernels) {
        this.filters = filters;
        this.kernels = kernels;
        patches = new Patches(filters.conv());
        smallChannels = filters.conv().small().channels();
        up = filters.newUp();
        lanesAreBlocks = filters.conv().large().channels() % kernels.lanes() != 0;
        int pixels = patches.paddedPixels();
        padded = new Matrix(new float[Math.multiplyExact(pixels, smallChannels)], 0, pixels, smallChannels);
        int plane = kernels.stride(pixels) + kernels.lanes(); // a view may extend beyond the last pixel
        planes = new Matrix(
                new float[lanesAreBlocks ? Math.multiplyExact(plane, smallChannels) : 0],
                0,
                smallChannels,
                pixels,
                plane);
        int rows = lanesAreBlocks ? up.columns() : patches.positions();
        int width = lanesAreBlocks ? kernels.padded(patches.positions()) : up.columns();
        blocks = new Matrix(new float[START + Math.multiplyExact(rows, width)], START, rows, width);
        toPadded = new Copy(kernels, patches.pad());
        toLarge = new Copy(kernels, patches.toLarge(blocks, lanesAreBlocks));
        for (int row = 0; row < patches.taps(); row++) {
            for (int column = 0; column < patches.taps(); column++) {
                addTaps(row, column);
            }
        }
    }

    /** The products of one tap: one for each row of a block's pixels that it reaches. */
    private void addTaps(int row, int column) {
        int stride = filters.conv().stride();
        int channels = filters.conv().large().channels();
        for (int y = 0; y < stride; y++) {
            int first = 0;
            int n = 0;
            for (int x = 0; x < stride && isReached(row, y); x++) {
                if (isReached(column, x)) {
                    first = n == 0 ? x : first;
                    n++;
                }
            }
            if (n > 0) {
                int tap = 1 + (row * patches.taps() + column) * smallChannels;
                int from = (y * stride + first) * channels;
                Matrix weights = new Matrix(
                        up.data(), up.offset() + tap * up.stride() + from, smallChannels, n * channels, up.stride());
                int at = patches.tapAt(row, column);
                taps.add(
                        lanesAreBlocks
                                ? new Tap(
                                        new Matrix(planes.data(), at, smallChannels, blocks.columns(), planes.stride()),
                                        weights,
                                        rows(blocks, from, n * channels))
                                : new Tap(
                                        rows(padded, at, blocks.rows()),
                                        weights,
                                        new Matrix(
                                                blocks.data(),
                                                START + from,
                                                blocks.rows(),
                                                n * channels,
                                                blocks.stride())));
            }
        }
    }

    private boolean isReached(int tap, int pixel) {
        int k = patches.kernelAt(tap, pixel);
        return k >= 0 && k < filters.conv().kernel();
    }

    private static Matrix rows(Matrix m, int from, int n) {
        return new Matrix(m.data(), m.offset() + from * m.stride(), n, m.columns(), m.stride());
    }

    @Override
    public void addTo(ArraySizes sizes) {
        sizes.add(up.data(), padded.data(), planes.data(), blocks.data());
    }

    @Override
    public void prepare() {
        filters.spread(up);
    }

    @Override
    public void run(float[] image, int from, float[] large, int to) {
        toPadded.run(image, from, padded.data(), 0);
        if (lanesAreBlocks) {
            kernels.transpose(padded, planes);
            for (int value = 0; value < blocks.rows(); value++) {
                int at = START + value * blocks.stride();
                Arrays.fill(blocks.data(), at, at + blocks.columns(), up.data()[up.offset() + value]);
            }
            for (int t = 0; t < taps.size(); t++) { // not an iterator: a step allocates nothing
                Tap tap = taps.get(t);
                kernels.multiplyTransposed(tap.weights(), tap.pixels(), tap.sums(), true);
            }
        } else {
            for (int position = 0; position < blocks.rows(); position++) {
                System.arraycopy(
                        up.data(), up.offset(), blocks.data(), START + position * blocks.stride(), blocks.columns());
            }
            for (int t = 0; t < taps.size(); t++) {
                Tap tap = taps.get(t);
                kernels.multiply(tap.pixels(), tap.weights(), tap.sums(), true);
            }
        }
        toLarge.run(blocks.data(), START, large, to);
    }
}
