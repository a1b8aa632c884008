package io.hourglass.engine;

import io.hourglass.nn.Layer;
import java.util.Map;

/**
 * The weights of one layer, in the order in which the kernels read them. Whatever an optimiser remembers of each weight
 * has the same order. Between the weights may lie padding, which stays zero.
 */
abstract class Weights {
    final Layer shape;

    Weights(Layer shape) {
        this.shape = shape;
    }

    Layer shape() {
        return shape;
    }

    /** The weights and biases, from {@link io.hourglass.compute.Kernels#START} on. */
    abstract float[] weights();

    /** Padded number of outputs of a row. */
    abstract int width();

    /**
     * The number of biases, with their padding, at the beginning of a run of weights that an optimiser changes at once.
     */
    abstract int biasesAt(int offset);

    /**
     * Copies weights and biases from PyTorch's order to the order of {@link #weights()}.
     *
     * @param weight of {@link Layer#weightShape}
     * @param bias [biases]
     * @param values the weights, or something that the optimiser remembers of each; overwritten
     */
    abstract void set(float[] weight, float[] bias, float[] values);

    /** The weights in PyTorch's order, from values in the order of {@link #weights()}: a new array. */
    abstract float[] weight(float[] values);

    /** The biases, from values in the order of {@link #weights()}: a new array. */
    abstract float[] bias(float[] values);

    /**
     * {@link #set} with tensors by name.
     *
     * @param prefix of the names of the layer's tensors
     * @throws IllegalArgumentException if one is missing or has the wrong length; the message names it
     */
    final void take(Map<String, float[]> tensors, String prefix, float[] values) {
        set(
                require(tensors, prefix + shape.weight(), shape.weights()),
                require(tensors, prefix + shape.bias(), shape.biases()),
                values);
    }

    /** Copies of the layer's tensors, from values in the order of {@link #weights()}, under a prefix of their names. */
    final void put(Map<String, float[]> tensors, String prefix, float[] values) {
        tensors.put(prefix + shape.weight(), weight(values));
        tensors.put(prefix + shape.bias(), bias(values));
    }

    private static float[] require(Map<String, float[]> tensors, String name, long length) {
        float[] values = tensors.get(name);
        if (values == null) {
            throw new IllegalArgumentException("tensor " + name + " is missing, found " + tensors.keySet());
        }
        if (values.length != length) {
            throw new IllegalArgumentException(
                    "tensor " + name + " has " + values.length + " values, expected " + length);
        }
        return values;
    }
}
