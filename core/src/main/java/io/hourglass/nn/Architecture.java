package io.hourglass.nn;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The shape of a network: inputs, convolutions if the rows are images, dense hidden layers that narrow to the latent
 * layer, and a decoder that usually mirrors them. The report's Listings 1, 2 and 4 are {@code 784-128-2}, {@code
 * 784-128-16} and {@code 784-256-128-p}. A model made elsewhere may have a different decoder: {@code
 * 784-128-16:64-784}.
 *
 * <p>{@code 28x28x1-16c3s2-32c3s2-128-16} is a convolutional network for images of 28 x 28 pixels and one channel:
 * convolutions with 16 and 32 channels, kernels of 3 x 3 and stride 2, then dense layers as before. Its decoder ends in
 * transposed convolutions that restore the sizes.
 *
 * <pre>{@code
 * Architecture images = Architecture.parse("784-256-128-16"); // tanh, linear code, sigmoid output
 * Architecture table = Architecture.of(30, List.of(12), 4).withOutputActivation(Activation.IDENTITY);
 * }</pre>
 *
 * @param image shape of a row, up to {@value #MAX_WIDTH} values; {@link Shape#row} if there are no convolutions
 * @param convolutions the encoder's first layers, at most {@value #MAX_HIDDEN}; none for a network of dense layers
 * @param hidden widths of the encoder's dense hidden layers, from the input to the code, each 1 to {@value #MAX_WIDTH};
 *     at most {@value #MAX_HIDDEN} of them
 * @param latent width p of the code, 1 to {@value #MAX_WIDTH}
 * @param decoderHidden widths of the decoder's dense hidden layers, from the code on; the same ranges, usually the
 *     reverse of {@code hidden}
 * @param hiddenActivation of all hidden layers, in encoder and decoder
 * @param latentActivation of the code
 * @param outputActivation of the reconstruction
 * @param variant how encoder and decoder are related
 * @serial exclude
 */
public record Architecture(
        Shape image,
        List<Convolution> convolutions,
        List<Integer> hidden,
        int latent,
        List<Integer> decoderHidden,
        Activation hiddenActivation,
        Activation latentActivation,
        Activation outputActivation,
        Variant variant)
        implements Serializable {

    /** The widest layer allowed: a larger number in a file or on a command line is a mistake. */
    public static final int MAX_WIDTH = 1 << 20;

    /** The most hidden layers allowed in the encoder, and in the decoder. */
    public static final int MAX_HIDDEN = 64;

    /** No architecture is as long as this, and the pattern's recursion ends before the stack. */
    private static final int MAX_TEXT = 2048;

    private static final Pattern FORM = Pattern.compile(
            "(\\d{1,7}|\\d{1,7}x\\d{1,7}x\\d{1,7}(-\\d{1,5}c\\d{1,2}s\\d{1,2})+)(-\\d{1,7})+(:\\d{1,7}(-\\d{1,7})*)?");

    /**
     * An architecture with its own decoder widths.
     *
     * @param image shape of a row, up to {@value #MAX_WIDTH} values
     * @param convolutions the encoder's first layers
     * @param hidden widths of the encoder's hidden layers, from the input to the code
     * @param latent width of the code, 1 to {@value #MAX_WIDTH}
     * @param decoderHidden widths of the decoder's hidden layers, from the code to the output
     * @param hiddenActivation of all hidden layers
     * @param latentActivation of the code
     * @param outputActivation of the reconstruction
     * @param variant how encoder and decoder are related
     * @throws IllegalArgumentException if a width is out of range, images have no convolutions, or the shape after one
     *     is too large, a tied decoder does not mirror its encoder or mirrors convolutions, or a variational network's
     *     latent activation is not the identity; the message names the value
     */
    public Architecture {
        hidden = List.copyOf(hidden);
        convolutions = List.copyOf(convolutions);
        requireWidth("inputs", image.values());
        if (convolutions.size() > MAX_HIDDEN) {
            throw new IllegalArgumentException(
                    "convolutions = " + convolutions.size() + ", expected at most " + MAX_HIDDEN);
        }
        Shape shape = image;
        for (Convolution convolution : convolutions) {
            shape = convolution.outputs(shape);
        }
        if (convolutions.isEmpty() && !image.isRow()) {
            throw new IllegalArgumentException("rows of shape " + image + ", expected convolutions for images");
        }
        if (variant == Variant.TIED && !convolutions.isEmpty()) {
            throw new IllegalArgumentException("variant = tied, expected another one for a network with convolutions");
        }
        requireHidden(hidden);
        requireWidth("latent", latent);
        decoderHidden = List.copyOf(decoderHidden);
        requireHidden(decoderHidden);
        if (variant == Variant.TIED && !decoderHidden.equals(reversed(hidden))) {
            throw new IllegalArgumentException("decoder's hidden layers = " + decoderHidden + ", expected "
                    + reversed(hidden) + " where encoder and decoder are tied");
        }
        if (variant == Variant.VARIATIONAL && latentActivation != Activation.IDENTITY) {
            throw new IllegalArgumentException("latent activation = " + latentActivation.label()
                    + ", expected identity where the code is drawn from a normal distribution");
        }
    }

    private static <T> List<T> reversed(List<T> widths) {
        List<T> reversed = new ArrayList<>(widths);
        Collections.reverse(reversed);
        return reversed;
    }

    /**
     * {@return this architecture as another variant}
     *
     * @param variant the new variant
     * @throws IllegalArgumentException if the decoder's widths or the latent activation do not suit the variant
     */
    public Architecture withVariant(Variant variant) {
        return new Architecture(
                image,
                convolutions,
                hidden,
                latent,
                decoderHidden,
                hiddenActivation,
                latentActivation,
                outputActivation,
                variant);
    }

    /**
     * {@return this architecture with other decoder widths}
     *
     * @param decoderHidden widths of the decoder's hidden layers, from the code to the output
     * @throws IllegalArgumentException if a width is out of range, or a tied decoder would not mirror the encoder
     */
    public Architecture withDecoderHidden(List<Integer> decoderHidden) {
        return new Architecture(
                image,
                convolutions,
                hidden,
                latent,
                decoderHidden,
                hiddenActivation,
                latentActivation,
                outputActivation,
                variant);
    }

    private static void requireHidden(List<Integer> hidden) {
        hidden.forEach(width -> requireWidth("hidden", width));
        if (hidden.size() > MAX_HIDDEN) {
            throw new IllegalArgumentException("hidden = " + hidden.size() + " layers, expected at most " + MAX_HIDDEN);
        }
    }

    private static void requireWidth(String name, int width) {
        if (width < 1 || width > MAX_WIDTH) {
            throw new IllegalArgumentException(name + " = " + width + ", expected 1 to " + MAX_WIDTH);
        }
    }

    /**
     * A plain, mirrored architecture with the report's activations: tanh in the hidden layers, a linear code, a sigmoid
     * output.
     *
     * @param inputs values of a row, 1 to {@value #MAX_WIDTH}
     * @param hidden widths of the encoder's hidden layers, from the input to the code
     * @param latent width of the code, 1 to {@value #MAX_WIDTH}
     * @return for instance {@code 784-256-128-16}
     * @throws IllegalArgumentException if a width is out of range; the message names it
     */
    public static Architecture of(int inputs, List<Integer> hidden, int latent) {
        requireWidth("inputs", inputs);
        return new Architecture(
                Shape.row(inputs),
                List.of(),
                hidden,
                latent,
                reversed(hidden),
                Activation.TANH,
                Activation.IDENTITY,
                Activation.SIGMOID,
                Variant.PLAIN);
    }

    /**
     * Reads what {@link #toString} prints. The activations are those of {@link #of}.
     *
     * @param text widths from the inputs to the code, for instance {@code 784-256-128-16}
     * @return a plain architecture
     * @throws IllegalArgumentException if the text has another form, a width is out of range or the decoder does not
     *     end in the width of the inputs
     */
    public static Architecture parse(String text) {
        boolean isLonger = text.length() > MAX_TEXT;
        if (isLonger || !FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("architecture '" + (isLonger ? text.substring(0, 40) + "..." : text)
                    + "', expected widths from inputs to latent such as 784-256-128-16 or 28x28x1-16c3s2-128-16");
        }
        int colon = text.indexOf(':');
        String ofEncoder = colon < 0 ? text : text.substring(0, colon);
        Architecture mirrored;
        if (text.contains("x")) {
            List<String> parts = List.of(ofEncoder.split("-", -1));
            List<String> filters =
                    parts.stream().filter(part -> part.contains("c")).toList();
            List<Integer> dense = parts.stream()
                    .skip(1L + filters.size())
                    .map(Integer::valueOf)
                    .toList();
            List<Integer> image = numbers(parts.get(0), "x");
            mirrored = of(1, dense.subList(0, dense.size() - 1), dense.get(dense.size() - 1))
                    .withConvolutions(
                            new Shape(image.get(0), image.get(1), image.get(2)),
                            filters.stream().map(Architecture::convolution).toList());
        } else {
            List<Integer> encoder = widths(ofEncoder);
            int last = encoder.size() - 1;
            mirrored = of(encoder.get(0), encoder.subList(1, last), encoder.get(last));
        }
        if (colon < 0) {
            return mirrored;
        }
        List<Integer> decoder = widths(text.substring(colon + 1));
        int end = decoder.size() - 1;
        if (decoder.get(end) != mirrored.inputs()) {
            throw new IllegalArgumentException("architecture '" + text + "': the decoder ends in " + decoder.get(end)
                    + " values, expected " + mirrored.inputs());
        }
        return mirrored.withDecoderHidden(decoder.subList(0, end));
    }

    private static Convolution convolution(String text) {
        List<Integer> numbers = numbers(text, "[cs]");
        return new Convolution(numbers.get(0), numbers.get(1), numbers.get(2));
    }

    private static List<Integer> widths(String text) {
        return numbers(text, "-");
    }

    private static List<Integer> numbers(String text, String separator) {
        return Arrays.stream(text.split(separator, -1)).map(Integer::valueOf).toList();
    }

    /**
     * {@return this architecture with convolutions in front of its dense layers, and their mirror image after them}
     *
     * @param image shape of a row, which replaces the number of inputs
     * @param convolutions from the image on; none for a network of dense layers
     * @throws IllegalArgumentException if there are too many or too large ones, or the decoder is tied
     */
    public Architecture withConvolutions(Shape image, List<Convolution> convolutions) {
        return new Architecture(
                convolutions.isEmpty() ? Shape.row(image.values()) : image,
                convolutions,
                hidden,
                latent,
                decoderHidden,
                hiddenActivation,
                latentActivation,
                outputActivation,
                variant);
    }

    /**
     * This architecture with another output activation. A {@link Activation#SIGMOID} can only give values in (0, 1).
     *
     * @param activation of the reconstruction
     * @return the changed copy
     */
    public Architecture withOutputActivation(Activation activation) {
        return withActivations(hiddenActivation, latentActivation, activation);
    }

    /**
     * {@return this architecture with other activations}
     *
     * @param hidden of all hidden layers
     * @param latent of the code
     * @param output of the reconstruction
     * @throws IllegalArgumentException if it is variational and the latent activation is not the identity
     */
    public Architecture withActivations(Activation hidden, Activation latent, Activation output) {
        return new Architecture(
                image, convolutions, this.hidden, this.latent, decoderHidden, hidden, latent, output, variant);
    }

    /** {@return the number of values of a row} */
    public int inputs() {
        return image.values();
    }

    /**
     * {@return all layers from input to reconstruction, two or more, named as in the report's PyTorch class ({@code
     * encoder.0}, {@code encoder.2}, ...)}
     */
    public List<Layer> layers() {
        List<Layer> layers = new ArrayList<>();
        int index = 0; // in nn.Sequential, where activations, Flatten and Unflatten have indices of their own
        Shape shape = image;
        List<Shape> shapes = new ArrayList<>(); // of the convolutions' inputs
        for (Convolution c : convolutions) {
            shapes.add(shape);
            Shape next = c.outputs(shape);
            layers.add(new Layer.Conv(
                    "encoder." + index, shape, next, c.kernel(), c.stride(), c.padding(), false, hiddenActivation));
            shape = next;
            index += 2;
        }
        Shape innermost = shape;
        index += convolutions.isEmpty() ? 0 : 1;
        for (int next : hidden) {
            layers.add(new Layer.Dense("encoder." + index, shape, Shape.row(next), hiddenActivation));
            shape = Shape.row(next);
            index += 2;
        }
        int codes = variant == Variant.VARIATIONAL ? 2 * latent : latent; // means and logarithms of variances
        layers.add(new Layer.Dense("encoder." + index, shape, Shape.row(codes), latentActivation));

        shape = Shape.row(latent);
        index = 0;
        for (int next : decoderHidden) {
            layers.add(new Layer.Dense("decoder." + index, shape, Shape.row(next), hiddenActivation));
            shape = Shape.row(next);
            index += 2;
        }
        layers.add(new Layer.Dense(
                "decoder." + index, shape, innermost, convolutions.isEmpty() ? outputActivation : hiddenActivation));
        shape = innermost;
        index += 3;
        for (int i = convolutions.size() - 1; i >= 0; i--) {
            Convolution c = convolutions.get(i);
            Shape next = shapes.get(i);
            layers.add(new Layer.Conv(
                    "decoder." + index,
                    shape,
                    next,
                    c.kernel(),
                    c.stride(),
                    c.padding(),
                    true,
                    i == 0 ? outputActivation : hiddenActivation));
            shape = next;
            index += 2;
        }
        return layers;
    }

    /** {@return how many of {@link #layers()} form the encoder: convolutions, hidden layers and the latent layer} */
    public int encoderLayers() {
        return convolutions.size() + hidden.size() + 1;
    }

    /** {@return the number of weights and biases in {@link #layers()}; a tied decoder's weights count too} */
    public long parameters() {
        return layers().stream().mapToLong(Layer::parameters).sum();
    }

    /**
     * The widths in the form that {@link #parse} reads: {@code 784-256-128-16}, or {@code 784-128-16:64-784} if the
     * decoder does not mirror the encoder. A convolution is {@code 16c3s2}: channels, side of the kernel, stride.
     * Activations and variant are not part of it.
     */
    @Override
    public String toString() {
        String inputs = convolutions.isEmpty() ? "" + inputs() : image.toString();
        String encoder = inputs + "-" + each(convolutions) + each(hidden) + latent;
        return decoderHidden.equals(reversed(hidden)) ? encoder : encoder + ":" + each(decoderHidden) + inputs();
    }

    private static String each(List<?> widths) {
        return widths.stream().map(width -> width + "-").collect(Collectors.joining());
    }
}
