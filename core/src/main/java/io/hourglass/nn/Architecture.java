package io.hourglass.nn;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The shape of a network of dense layers: inputs, hidden layers that narrow to the latent layer, and a decoder that
 * usually mirrors them. The report's Listings 1, 2 and 4 are {@code 784-128-2}, {@code 784-128-16} and {@code
 * 784-256-128-p}. A model made elsewhere may have a different decoder: {@code 784-128-16:64-784}.
 *
 * <pre>{@code
 * Architecture images = Architecture.parse("784-256-128-16"); // tanh, linear code, sigmoid output
 * Architecture table = Architecture.of(30, List.of(12), 4).withOutputActivation(Activation.IDENTITY);
 * }</pre>
 *
 * @param inputs values of a row, 1 to {@value #MAX_WIDTH}
 * @param hidden widths of the encoder's hidden layers, from the input to the code, each 1 to {@value #MAX_WIDTH}; at
 *     most {@value #MAX_HIDDEN} of them
 * @param latent width p of the code, 1 to {@value #MAX_WIDTH}
 * @param decoderHidden widths of the decoder's hidden layers, from the code to the output; the same ranges, usually the
 *     reverse of {@code hidden}
 * @param hiddenActivation of all hidden layers, in encoder and decoder
 * @param latentActivation of the code
 * @param outputActivation of the reconstruction
 * @param variant how encoder and decoder are related
 * @serial exclude
 */
public record Architecture(
        int inputs,
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

    private static final Pattern FORM = Pattern.compile("\\d{1,7}(-\\d{1,7})+(:\\d{1,7}(-\\d{1,7})*)?");

    /**
     * An architecture with its own decoder widths.
     *
     * @param inputs values of a row, 1 to {@value #MAX_WIDTH}
     * @param hidden widths of the encoder's hidden layers, from the input to the code
     * @param latent width of the code, 1 to {@value #MAX_WIDTH}
     * @param decoderHidden widths of the decoder's hidden layers, from the code to the output
     * @param hiddenActivation of all hidden layers
     * @param latentActivation of the code
     * @param outputActivation of the reconstruction
     * @param variant how encoder and decoder are related
     * @throws IllegalArgumentException if a width is out of range, a tied decoder does not mirror its encoder, or a
     *     variational network's latent activation is not the identity; the message names the value
     */
    public Architecture {
        hidden = List.copyOf(hidden);
        requireWidth("inputs", inputs);
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

    private static List<Integer> reversed(List<Integer> widths) {
        List<Integer> reversed = new ArrayList<>(widths);
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
                inputs, hidden, latent, decoderHidden, hiddenActivation, latentActivation, outputActivation, variant);
    }

    /**
     * {@return this architecture with other decoder widths}
     *
     * @param decoderHidden widths of the decoder's hidden layers, from the code to the output
     * @throws IllegalArgumentException if a width is out of range, or a tied decoder would not mirror the encoder
     */
    public Architecture withDecoderHidden(List<Integer> decoderHidden) {
        return new Architecture(
                inputs, hidden, latent, decoderHidden, hiddenActivation, latentActivation, outputActivation, variant);
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
        return new Architecture(
                inputs,
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
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "architecture '" + text + "', expected widths from inputs to latent such as 784-256-128-16");
        }
        int colon = text.indexOf(':');
        List<Integer> encoder = widths(colon < 0 ? text : text.substring(0, colon));
        int last = encoder.size() - 1;
        Architecture mirrored = of(encoder.get(0), encoder.subList(1, last), encoder.get(last));
        if (colon < 0) {
            return mirrored;
        }
        List<Integer> decoder = widths(text.substring(colon + 1));
        int end = decoder.size() - 1;
        if (decoder.get(end) != mirrored.inputs) {
            throw new IllegalArgumentException("architecture '" + text + "': the decoder ends in " + decoder.get(end)
                    + " values, expected " + mirrored.inputs);
        }
        return mirrored.withDecoderHidden(decoder.subList(0, end));
    }

    private static List<Integer> widths(String text) {
        return Arrays.stream(text.split("-", -1)).map(Integer::valueOf).toList();
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
        return new Architecture(inputs, this.hidden, this.latent, decoderHidden, hidden, latent, output, variant);
    }

    /**
     * {@return all layers from input to reconstruction, two or more, named as in the report's PyTorch class ({@code
     * encoder.0}, {@code encoder.2}, ...)}
     */
    public List<Layer> layers() {
        List<Layer> layers = new ArrayList<>();
        int width = inputs;
        int index = 0;
        for (int next : hidden) {
            layers.add(new Layer("encoder." + index, width, next, hiddenActivation));
            width = next;
            index += 2; // the activation has its own index in nn.Sequential
        }
        int codes = variant == Variant.VARIATIONAL ? 2 * latent : latent; // means and logarithms of variances
        layers.add(new Layer("encoder." + index, width, codes, latentActivation));
        width = latent;
        index = 0;
        for (int next : decoderHidden) {
            layers.add(new Layer("decoder." + index, width, next, hiddenActivation));
            width = next;
            index += 2;
        }
        layers.add(new Layer("decoder." + index, width, inputs, outputActivation));
        return layers;
    }

    /** {@return how many of {@link #layers()} form the encoder: its hidden layers and the latent layer} */
    public int encoderLayers() {
        return hidden.size() + 1;
    }

    /** {@return the number of weights and biases in {@link #layers()}; a tied decoder's weights count too} */
    public long parameters() {
        return layers().stream().mapToLong(Layer::parameters).sum();
    }

    /**
     * The widths in the form that {@link #parse} reads: {@code 784-256-128-16}, or {@code 784-128-16:64-784} if the
     * decoder does not mirror the encoder. Activations and variant are not part of it.
     */
    @Override
    public String toString() {
        String encoder = inputs + "-" + each(hidden) + latent;
        return decoderHidden.equals(reversed(hidden)) ? encoder : encoder + ":" + each(decoderHidden) + inputs;
    }

    private static String each(List<Integer> widths) {
        return widths.stream().map(width -> width + "-").collect(Collectors.joining());
    }
}
