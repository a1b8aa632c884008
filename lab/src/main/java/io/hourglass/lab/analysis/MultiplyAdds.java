package io.hourglass.lab.analysis;

import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import java.util.List;

/**
 * The multiply-adds of a network's matrix products, for one row. Biases, activations, the loss and the optimiser are
 * left out: they cost time, but are not what the work is counted by. Those with zeros of the data count, though many of
 * them are left out.
 */
public final class MultiplyAdds {
    private MultiplyAdds() {}

    /**
     * A training step: forward pass, gradient by the weights, and gradient by the inputs of every layer but the first.
     * That of the first is of no use to anybody.
     */
    public static long ofTraining(Architecture architecture) {
        List<Layer> layers = architecture.layers();
        return 3 * of(layers) - of(layers.subList(0, 1));
    }

    /** A row encoded. */
    public static long ofEncoding(Architecture architecture) {
        return of(architecture.layers().subList(0, architecture.encoderLayers()));
    }

    /** A code decoded. */
    public static long ofDecoding(Architecture architecture) {
        List<Layer> layers = architecture.layers();
        return of(layers.subList(architecture.encoderLayers(), layers.size()));
    }

    private static long of(List<Layer> layers) {
        return layers.stream()
                .mapToLong(layer -> (long) layer.inputs() * layer.outputs())
                .sum();
    }
}
