package io.hourglass.nn;

/**
 * The shape of one fully connected layer: y = activation(W x + b), W of shape [outputs][inputs].
 *
 * @param name the layer's place in the report's PyTorch class, for instance {@code encoder.0}; its tensors are
 *     {@code name.weight} and {@code name.bias}
 * @param inputs columns of W, at least 1
 * @param outputs rows of W and length of b, at least 1
 * @param activation applied to each output
 */
public record Layer(String name, int inputs, int outputs, Activation activation) {
    /** The name of the tensor that holds W. */
    public String weight() {
        return name + ".weight";
    }

    /** The name of the tensor that holds b. */
    public String bias() {
        return name + ".bias";
    }

    /** Number of weights and biases. */
    public long parameters() {
        return (long) outputs * (inputs + 1L);
    }
}
