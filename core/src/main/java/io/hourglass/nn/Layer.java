package io.hourglass.nn;

import java.util.List;

/**
 * The shape of one layer with weights and biases, in encoder or decoder: what it reads, what it writes, and its tensors
 * in PyTorch's order.
 *
 * <pre>{@code
 * for (Layer layer : model.architecture().layers()) {
 *     System.out.println(layer.name() + ": " + layer.in() + " to " + layer.out());
 * }
 * }</pre>
 */
public sealed interface Layer {
    /**
     * {@return the layer's name in the PyTorch class, for instance {@code encoder.0}; its tensors are {@code
     * name.weight} and {@code name.bias}}
     */
    String name();

    /** {@return the shape of its inputs} */
    Shape in();

    /** {@return the shape of its outputs} */
    Shape out();

    /** {@return what is applied to each output} */
    Activation activation();

    /** {@return the dimensions of its weight in PyTorch} */
    List<Integer> weightShape();

    /** {@return the number of biases} */
    int biases();

    /** {@return the number of multiply-adds for one row, without biases; products with the padding count} */
    long multiplyAdds();

    /** {@return the name of the PyTorch class: {@code Linear}, {@code Conv2d} or {@code ConvTranspose2d}} */
    String kind();

    /** {@return the number of inputs of a row} */
    default int inputs() {
        return in().values();
    }

    /** {@return the number of outputs of a row} */
    default int outputs() {
        return out().values();
    }

    /** {@return the name of the tensor that holds the weights, for instance {@code encoder.0.weight}} */
    default String weight() {
        return name() + ".weight";
    }

    /** {@return the name of the tensor that holds the biases, for instance {@code encoder.0.bias}} */
    default String bias() {
        return name() + ".bias";
    }

    /** {@return the number of weights, without biases} */
    default long weights() {
        return weightShape().stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    /** {@return the number of weights and biases} */
    default long parameters() {
        return weights() + biases();
    }

    /**
     * {@return what PyTorch calls the fan-in and scales the initial weights by: weights divided by the first dimension
     * of their shape. In a transposed convolution this is output channels times kernel times kernel, although fewer
     * inputs feed one output}
     */
    default int fanIn() {
        return (int) (weights() / weightShape().get(0));
    }

    /**
     * A fully connected layer: y = activation(W x + b), with W of shape [outputs][inputs]. If it reads or writes an
     * image, W's columns or rows have PyTorch's order, {@link Shape#channelFirst}.
     *
     * @param name for instance {@code encoder.0}
     * @param in shape of x
     * @param out shape of y
     * @param activation applied to each output
     */
    record Dense(String name, Shape in, Shape out, Activation activation) implements Layer {
        @Override
        public List<Integer> weightShape() {
            return List.of(outputs(), inputs());
        }

        @Override
        public int biases() {
            return outputs();
        }

        @Override
        public long multiplyAdds() {
            return (long) outputs() * inputs();
        }

        @Override
        public String kind() {
            return "Linear";
        }
    }

    /**
     * A convolution, PyTorch's {@code Conv2d} with square filters, or its mirror image {@code ConvTranspose2d}. With i
     * the position in the larger image (the inputs of a convolution, the outputs of a transposed one) and o that in the
     * smaller one, the weight at position j of a filter connects i and o where i = stride o + j - padding, in both
     * directions of the image.
     *
     * @param name for instance {@code encoder.0}
     * @param in shape of its inputs
     * @param out shape of its outputs
     * @param kernel side of the filters in pixels, at least 1
     * @param stride at least 1
     * @param padding of the larger image, 0 to {@code kernel - 1}
     * @param isTransposed whether it makes an image larger
     * @param activation applied to each output
     */
    record Conv(
            String name,
            Shape in,
            Shape out,
            int kernel,
            int stride,
            int padding,
            boolean isTransposed,
            Activation activation)
            implements Layer {
        /**
         * A convolution.
         *
         * @param name for instance {@code encoder.0}
         * @param in shape of its inputs
         * @param out shape of its outputs
         * @param kernel side of the filters in pixels, at least 1
         * @param stride at least 1
         * @param padding of the larger image, 0 to {@code kernel - 1}
         * @param isTransposed whether it makes an image larger
         * @param activation applied to each output
         * @throws IllegalArgumentException if the shapes do not belong together; the message names them
         */
        public Conv {
            Shape large = isTransposed ? out : in;
            Shape small = isTransposed ? in : out;
            boolean isPossible = kernel >= 1 && stride >= 1 && padding >= 0 && padding < kernel;
            if (!isPossible
                    || small.height() != smaller(large.height(), kernel, stride, padding)
                    || small.width() != smaller(large.width(), kernel, stride, padding)) {
                throw new IllegalArgumentException(name + ": " + in + " to " + out + " with kernel " + kernel
                        + ", stride " + stride + " and padding " + padding + " is not possible");
            }
        }

        private static int smaller(int side, int kernel, int stride, int padding) {
            return Math.floorDiv(side + 2 * padding - kernel, stride) + 1; // 0 if the kernel is larger
        }

        /** {@return the shape of the larger image: of the inputs or, if it is transposed, of the outputs} */
        public Shape large() {
            return isTransposed ? out : in;
        }

        /** {@return the shape of the smaller image} */
        public Shape small() {
            return isTransposed ? in : out;
        }

        /**
         * {@return PyTorch's output padding of a transposed convolution, vertically and horizontally: rows and columns
         * that the sizes alone do not tell}
         */
        public List<Integer> outputPadding() {
            return List.of(
                    large().height() + 2 * padding - kernel - (small().height() - 1) * stride,
                    large().width() + 2 * padding - kernel - (small().width() - 1) * stride);
        }

        @Override
        public List<Integer> weightShape() {
            return List.of(small().channels(), large().channels(), kernel, kernel);
        }

        @Override
        public int biases() {
            return out.channels();
        }

        @Override
        public long multiplyAdds() {
            return small().pixels() * weights();
        }

        @Override
        public String kind() {
            return isTransposed ? "ConvTranspose2d" : "Conv2d";
        }
    }
}
