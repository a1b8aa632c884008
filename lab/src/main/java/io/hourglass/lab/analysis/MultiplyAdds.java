package io.hourglass.lab.analysis;

import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import java.util.List;

/**
 * The number of multiply-adds in a network's matrix products, for one row. Biases, activations, the loss and the
 * optimiser are not counted, although they take time. Products with zeros in the data are counted, although kernels
 * skip many of them, and so are a convolution's products with the padding.
 */
public final class MultiplyAdds {
    private MultiplyAdds() {}

    /**
     * A training step: forward pass, gradient by the weights, and gradient by the inputs of every layer except the
     * first, whose input gradient is not needed.
     */
    public static long ofTraining(Architecture architecture) {
        List<Layer> layers = architecture.layers();
        return 3 * of(layers) - of(layers.subList(0, 1));
    }

    /** Encoding a row. */
    public static long ofEncoding(Architecture architecture) {
        return of(architecture.layers().subList(0, architecture.encoderLayers()));
    }

    /** Decoding a code. */
    public static long ofDecoding(Architecture architecture) {
        List<Layer> layers = architecture.layers();
        return of(layers.subList(architecture.encoderLayers(), layers.size()));
    }

    private static long of(List<Layer> layers) {
        return layers.stream().mapToLong(Layer::multiplyAdds).sum();
    }
}
