package io.hourglass.engine;

import io.hourglass.compute.Kernels;

/**
 * One direction of a convolution or a transposed convolution, of one image at a time. Each output value is one chain:
 * the bias, then the values that it sees in the order of rows, columns and channels. One thread uses it.
 *
 * @see ConvolverDown
 * @see ConvolverUp
 */
interface Convolver {
    /** Forward: from an image to the sums under the activation. */
    static Convolver forward(Filters filters, Kernels kernels) {
        return filters.conv().isTransposed()
                ? new ConvolverUp(filters, kernels)
                : new ConvolverDown(filters, kernels, true);
    }

    /** Back: from the gradient with respect to the sums to that with respect to the inputs. */
    static Convolver backward(Filters filters, Kernels kernels) {
        return filters.conv().isTransposed()
                ? new ConvolverDown(filters, kernels, false)
                : new ConvolverUp(filters, kernels);
    }

    /** Adds its arrays. */
    void addTo(ArraySizes sizes);

    /** Reads the weights, which have changed; comes before the first image. */
    void prepare();

    /** Computes an image from another; both begin at an index of an array. */
    void run(float[] image, int from, float[] result, int to);
}
