package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import java.util.List;

/** From the large image to the small one: a product of patches with the filters. */
final class ConvolverDown implements Convolver {
    private final Kernels kernels;
    private final Matrix weights;

    /** What the product reads: a patch for each pixel of the small image, behind a one if there are biases. */
    private final Matrix patches;

    private final int firstOfPatch;
    private final Copy toPatches;
    private final Matrix small;
    private final Copy toSmall;

    /** @param biases whether the chains begin with the biases */
    ConvolverDown(Filters filters, Kernels kernels, boolean biases) {
        this.kernels = kernels;
        Patches geometry = new Patches(filters.conv());
        weights = biases ? filters.downWithBiases() : filters.down();
        int pixels = filters.conv().small().pixels();
        int stride = kernels.stride(weights.rows());
        float[] data = new float[Math.multiplyExact(pixels, stride)];
        patches = new Matrix(data, 0, pixels, weights.rows(), stride);
        firstOfPatch = biases ? 1 : 0;
        for (int pixel = 0; pixel < pixels; pixel++) {
            data[pixel * stride] = firstOfPatch;
        }
        toPatches = new Copy(
                kernels, geometry.ofLarge(0, new Matrix(data, firstOfPatch, pixels, geometry.downValues(), stride)));
        int columns = weights.columns();
        small = new Matrix(new float[START + pixels * columns], START, pixels, columns);
        toSmall = new Copy(
                kernels,
                List.of(geometry.ofSmall(columns, filters.conv().small().channels())));
    }

    @Override
    public void addTo(ArraySizes sizes) {
        sizes.add(patches.data(), small.data());
    }

    @Override
    public void prepare() {} // the product reads the weights where they are

    @Override
    public void run(float[] image, int from, float[] result, int to) {
        toPatches.run(image, from, patches.data(), firstOfPatch);
        kernels.multiply(patches, weights, small, false);
        toSmall.run(small.data(), START, result, to);
    }
}
