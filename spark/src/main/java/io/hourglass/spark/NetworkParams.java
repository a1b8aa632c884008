package io.hourglass.spark;

import io.hourglass.Scaler;
import io.hourglass.io.Labels;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Convolution;
import io.hourglass.nn.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;

/**
 * The params of an {@link AutoencoderEstimator} that decide what the network is.
 *
 * <pre>{@code
 * AutoencoderEstimator estimator = new AutoencoderEstimator()
 *         .setHidden(new int[] {256, 128})
 *         .setActivation("gelu")
 *         .setScaler("standard")
 *         .setOutputActivation("identity");
 * }</pre>
 *
 * <p>Public because Spark finds params by reflection. Do not extend it elsewhere.
 *
 * @serial exclude
 */
public abstract class NetworkParams extends Estimator<AutoencoderModel> implements HasColumns {
    private static final long serialVersionUID = 1;

    private final String uid;
    private final ColumnParams columns;
    private final IntArrayParam shape;
    private final IntArrayParam conv;
    private final IntArrayParam kernel;
    private final IntArrayParam stride;
    private final IntArrayParam hidden;
    private final IntParam latentSize;
    private final Param<String> activation;
    private final Param<String> latentActivation;
    private final Param<String> outputActivation;
    private final Param<String> scaler;

    @SuppressWarnings("this-escape") // each param needs a reference to its owner
    NetworkParams(String uid) {
        this.uid = uid;
        columns = new ColumnParams(this);
        shape = new IntArrayParam(
                this, "shape", "height, width and channels of the images that the rows are; for networks with conv");
        conv = new IntArrayParam(
                this, "conv", "channels of the convolutions in front of the hidden layers, from the input on");
        kernel = new IntArrayParam(
                this, "kernel", "side of the convolutions' filters, odd: one for all, or one for each");
        stride = new IntArrayParam(this, "stride", "stride of the convolutions: one for all, or one for each");
        hidden = new IntArrayParam(this, "hidden", "widths of the encoder's hidden layers, from the input to the code");
        latentSize = new IntParam(this, "latentSize", "number of values in a code", ParamValidators.gtEq(1));
        activation = choice("activation", "activation of the hidden layers", Activation.values());
        latentActivation = choice("latentActivation", "activation of the code", Activation.values());
        outputActivation = choice(
                "outputActivation",
                "activation of the reconstruction: sigmoid for values in [0, 1], identity for any",
                Activation.values());
        scaler = choice(
                "scaler",
                "how each value is scaled to the network's units: none, pixel (x / 255), min-max (to 0 to 1) or"
                        + " standard (to mean 0 and standard deviation 1, for the output activation identity); learned"
                        + " from the training rows and stored in the model",
                Scaler.Kind.values());
        columns.setDefaults(this);
        setDefault(shape, new int[0]);
        setDefault(conv, new int[0]);
        setDefault(kernel, new int[] {3});
        setDefault(stride, new int[] {2});
        setDefault(hidden, new int[] {128});
        setDefault(latentSize, 16);
        setDefault(activation, Activation.TANH.label());
        setDefault(latentActivation, Activation.IDENTITY.label());
        setDefault(outputActivation, Activation.SIGMOID.label());
        setDefault(scaler, Scaler.Kind.NONE.label());
    }

    /** A param whose values are the labels of an enum's constants. */
    final Param<String> choice(String name, String doc, Enum<?>... constants) {
        List<String> labels = Stream.of(constants).map(Labels::of).toList();
        return new Param<>(this, name, doc + "; " + String.join(", ", labels), ParamValidators.<String>inArray(labels));
    }

    /** Sets a param, and returns this estimator. */
    abstract <T> AutoencoderEstimator with(Param<T> param, T value);

    /**
     * The network for rows of this width.
     *
     * @throws IllegalArgumentException if params do not fit each other or the width; the message names them
     */
    final Architecture architecture(int inputs) {
        Architecture dense =
                Architecture.of(inputs, Arrays.stream(getHidden()).boxed().toList(), getLatentSize());
        Architecture network = dense;
        if (getConv().length > 0) {
            Shape image = image();
            if (image.values() != inputs) {
                throw new IllegalArgumentException(
                        "shape = " + image + " with rows of " + inputs + " values, expected " + image.values());
            }
            network = dense.withConvolutions(image, convolutions());
        }
        return network.withActivations(
                Activation.parse(getActivation()),
                Activation.parse(getLatentActivation()),
                Activation.parse(getOutputActivation()));
    }

    /** Rejects params of the convolutions that do not fit each other, before any row is read. */
    final void requireConvolutions() {
        if (getConv().length > 0) {
            image();
            convolutions();
        } else if (getShape().length > 0) {
            throw new IllegalArgumentException("shape = " + Arrays.toString(getShape())
                    + " without conv, expected conv, the channels of convolutions");
        } else if (isSet(kernel) || isSet(stride)) {
            throw new IllegalArgumentException((isSet(kernel) ? "kernel" : "stride")
                    + " without conv, expected conv, the channels of convolutions");
        }
    }

    private Shape image() {
        int[] sides = getShape();
        if (sides.length != 3) {
            throw new IllegalArgumentException("shape = " + Arrays.toString(sides) + " with conv = "
                    + Arrays.toString(getConv()) + ", expected height, width and channels, such as 28, 28, 1");
        }
        return new Shape(sides[0], sides[1], sides[2]);
    }

    private List<Convolution> convolutions() {
        int[] channels = getConv();
        return IntStream.range(0, channels.length)
                .mapToObj(
                        i -> new Convolution(channels[i], one("kernel", getKernel(), i), one("stride", getStride(), i)))
                .toList();
    }

    /** The number for one of the convolutions. */
    private int one(String name, int[] numbers, int index) {
        if (numbers.length != 1 && numbers.length != getConv().length) {
            throw new IllegalArgumentException(name + " = " + Arrays.toString(numbers) + " with conv = "
                    + Arrays.toString(getConv()) + ", expected one " + name + ", or one for each convolution");
        }
        return numbers[numbers.length == 1 ? 0 : index];
    }

    @Override
    public String uid() {
        return uid;
    }

    @Override
    public ColumnParams columns() {
        return columns;
    }

    /**
     * Height, width and channels of the images that the rows are, such as {@code {28, 28, 1}}; needed with {@link
     * #conv}; default empty. The values of a row are the pixels row by row, the channels of a pixel next to each other.
     *
     * @return the param
     */
    public IntArrayParam shape() {
        return shape;
    }

    /** {@return the value of {@link #shape}} */
    public int[] getShape() {
        return getOrDefault(shape);
    }

    /**
     * Sets {@link #shape}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setShape(int[] value) {
        return with(shape, value);
    }

    /**
     * Channels of the convolutions in front of the hidden layers, from the input on, such as {@code {16, 32}}; default
     * empty, for a network of dense layers. The decoder ends in transposed convolutions that mirror them.
     *
     * @return the param
     */
    public IntArrayParam conv() {
        return conv;
    }

    /** {@return the value of {@link #conv}} */
    public int[] getConv() {
        return getOrDefault(conv);
    }

    /**
     * Sets {@link #conv}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setConv(int[] value) {
        return with(conv, value);
    }

    /**
     * Side of the convolutions' filters in pixels, an odd number: one for all, or one for each; default {@code {3}}.
     *
     * @return the param
     */
    public IntArrayParam kernel() {
        return kernel;
    }

    /** {@return the value of {@link #kernel}} */
    public int[] getKernel() {
        return getOrDefault(kernel);
    }

    /**
     * Sets {@link #kernel}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setKernel(int[] value) {
        return with(kernel, value);
    }

    /**
     * Stride of the convolutions: one for all, or one for each; default {@code {2}}, which halves the images' sides.
     *
     * @return the param
     */
    public IntArrayParam stride() {
        return stride;
    }

    /** {@return the value of {@link #stride}} */
    public int[] getStride() {
        return getOrDefault(stride);
    }

    /**
     * Sets {@link #stride}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setStride(int[] value) {
        return with(stride, value);
    }

    /**
     * Widths of the encoder's hidden layers, from the input to the code; default {@code {128}}.
     *
     * @return the param
     */
    public IntArrayParam hidden() {
        return hidden;
    }

    /** {@return the value of {@link #hidden}} */
    public int[] getHidden() {
        return getOrDefault(hidden);
    }

    /**
     * Sets {@link #hidden}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setHidden(int[] value) {
        return with(hidden, value);
    }

    /**
     * Number of values in a code; default {@code 16}.
     *
     * @return the param
     */
    public IntParam latentSize() {
        return latentSize;
    }

    /** {@return the value of {@link #latentSize}} */
    public int getLatentSize() {
        return (Integer) getOrDefault(latentSize);
    }

    /**
     * Sets {@link #latentSize}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setLatentSize(int value) {
        return with(latentSize, value);
    }

    /**
     * Activation of the hidden layers, a label of {@link Activation} such as {@code relu}; default {@code tanh}.
     *
     * @return the param
     */
    public Param<String> activation() {
        return activation;
    }

    /** {@return the value of {@link #activation}} */
    public String getActivation() {
        return getOrDefault(activation);
    }

    /**
     * Sets {@link #activation}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setActivation(String value) {
        return with(activation, value);
    }

    /**
     * Activation of the code, a label of {@link Activation}; default {@code identity}.
     *
     * @return the param
     */
    public Param<String> latentActivation() {
        return latentActivation;
    }

    /** {@return the value of {@link #latentActivation}} */
    public String getLatentActivation() {
        return getOrDefault(latentActivation);
    }

    /**
     * Sets {@link #latentActivation}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setLatentActivation(String value) {
        return with(latentActivation, value);
    }

    /**
     * Activation of the reconstruction, a label of {@link Activation}: {@code sigmoid} for values in [0, 1], {@code
     * identity} for any; default {@code sigmoid}.
     *
     * @return the param
     */
    public Param<String> outputActivation() {
        return outputActivation;
    }

    /** {@return the value of {@link #outputActivation}} */
    public String getOutputActivation() {
        return getOrDefault(outputActivation);
    }

    /**
     * Sets {@link #outputActivation}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setOutputActivation(String value) {
        return with(outputActivation, value);
    }

    /**
     * How each value is scaled to the network's units: {@code none}, {@code pixel} (x / 255), {@code min-max} (to 0 to
     * 1) or {@code standard} (to mean 0 and standard deviation 1; needs the output activation {@code identity});
     * default {@code none}. The scaler is learned from the valid training rows, with the same bits for any
     * partitioning. It is stored in the model, whose inputs and reconstructions are in the user's units.
     *
     * @return the param
     */
    public Param<String> scaler() {
        return scaler;
    }

    /** {@return the value of {@link #scaler}} */
    public String getScaler() {
        return getOrDefault(scaler);
    }

    /**
     * Sets {@link #scaler}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setScaler(String value) {
        return with(scaler, value);
    }
}
