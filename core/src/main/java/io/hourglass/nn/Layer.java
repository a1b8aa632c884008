package io.hourglass.nn;

/**
 * The shape of one fully connected layer: y = activation(W x + b), with W of shape [outputs][inputs].
 *
 * <pre>{@code
 * for (Layer layer : model.architecture().layers()) {
 *     System.out.println(layer.name() + ": " + layer.inputs() + " to " + layer.outputs());
 * }
 * }</pre>
 *
 * @param name the layer's name in the report's PyTorch class, for instance {@code encoder.0}; its tensors are {@code
 *     name.weight} and {@code name.bias}
 * @param inputs columns of W, at least 1
 * @param outputs rows of W and length of b, at least 1
 * @param activation applied to each output
 */
public record Layer(String name, int inputs, int outputs, Activation activation) {
    /** {@return the name of the tensor that holds W, for instance {@code encoder.0.weight}} */
    public String weight() {
        return name + ".weight";
    }

    /** {@return the name of the tensor that holds b, for instance {@code encoder.0.bias}} */
    public String bias() {
        return name + ".bias";
    }

    /** {@return the number of weights and biases: outputs * (inputs + 1)} */
    public long parameters() {
        return (long) outputs * (inputs + 1L);
    }
}
