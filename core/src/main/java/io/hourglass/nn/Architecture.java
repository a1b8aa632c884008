package io.hourglass.nn;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A dense hourglass: inputs, hidden layers narrowing to the latent layer, and their mirror image back to the inputs.
 * The report's Listings 1, 2 and 4 are {@code 784-128-2}, {@code 784-128-16} and {@code 784-256-128-p}. Models made
 * elsewhere may have a decoder that mirrors nothing: {@code 784-128-16:64-784}.
 *
 * @param inputs width of a row, 1 to {@value #MAX_WIDTH}
 * @param hidden widths of the encoder's hidden layers from the outside in, each 1 to {@value #MAX_WIDTH}; at most
 *     {@value #MAX_HIDDEN} of them
 * @param latent width p of the code, 1 to {@value #MAX_WIDTH}
 * @param decoderHidden widths of the decoder's hidden layers from the code outwards, likewise; mostly the reverse of
 *     {@code hidden}
 * @param hiddenActivation of every hidden layer on both sides
 * @param latentActivation of the code
 * @param outputActivation of the reconstruction
 * @param variant how encoder and decoder belong together
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

    /** Widest layer that is accepted: a larger number in a file or on a command line is a mistake. */
    public static final int MAX_WIDTH = 1 << 20;

    /** Most hidden layers on one side. */
    public static final int MAX_HIDDEN = 64;

    private static final Pattern FORM = Pattern.compile("\\d{1,7}(-\\d{1,7})+(:\\d{1,7}(-\\d{1,7})*)?");

    /** @throws IllegalArgumentException if a width is out of range; the message names it */
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

    /** One whose decoder mirrors its encoder. */
    public Architecture(
            int inputs,
            List<Integer> hidden,
            int latent,
            Activation hiddenActivation,
            Activation latentActivation,
            Activation outputActivation,
            Variant variant) {
        this(inputs, hidden, latent, reversed(hidden), hiddenActivation, latentActivation, outputActivation, variant);
    }

    /** A {@link Variant#PLAIN} one whose decoder mirrors its encoder. */
    public Architecture(
            int inputs,
            List<Integer> hidden,
            int latent,
            Activation hiddenActivation,
            Activation latentActivation,
            Activation outputActivation) {
        this(inputs, hidden, latent, hiddenActivation, latentActivation, outputActivation, Variant.PLAIN);
    }

    private static List<Integer> reversed(List<Integer> widths) {
        List<Integer> reversed = new ArrayList<>(widths);
        Collections.reverse(reversed);
        return reversed;
    }

    /**
     * This architecture as another variant.
     *
     * @throws IllegalArgumentException if it cannot be one
     */
    public Architecture withVariant(Variant variant) {
        return new Architecture(
                inputs, hidden, latent, decoderHidden, hiddenActivation, latentActivation, outputActivation, variant);
    }

    /**
     * This architecture with a decoder of its own widths.
     *
     * @param decoderHidden from the code outwards
     * @throws IllegalArgumentException if a width is out of range, or encoder and decoder are tied and it does not
     *     mirror the encoder
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

    /** The report's choice of activations: tanh in the hidden layers, a linear code, a sigmoid output. */
    public static Architecture of(int inputs, List<Integer> hidden, int latent) {
        return new Architecture(inputs, hidden, latent, Activation.TANH, Activation.IDENTITY, Activation.SIGMOID);
    }

    /**
     * Reads what {@link #toString} prints, for instance {@code 784-256-128-16}, with the report's activations.
     *
     * @throws IllegalArgumentException if the text has another form, a width is out of range or the decoder ends in
     *     another width than the inputs
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

    /** This architecture with another function at its output: a {@link Activation#SIGMOID} gives (0, 1) only. */
    public Architecture withOutputActivation(Activation activation) {
        return withActivations(hiddenActivation, latentActivation, activation);
    }

    /**
     * This architecture with other functions.
     *
     * @throws IllegalArgumentException if the variant cannot have that latent activation
     */
    public Architecture withActivations(Activation hidden, Activation latent, Activation output) {
        return new Architecture(inputs, this.hidden, this.latent, decoderHidden, hidden, latent, output, variant);
    }

    /**
     * All layers from input to reconstruction, named as in the report's PyTorch class ({@code encoder.0}, {@code
     * encoder.2}, ...).
     */
    public List<Layer> layers() {
        List<Layer> layers = new ArrayList<>();
        int width = inputs;
        int index = 0;
        for (int next : hidden) {
            layers.add(new Layer("encoder." + index, width, next, hiddenActivation));
            width = next;
            index += 2; // the activation takes a place of its own in nn.Sequential
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

    /** How many of {@link #layers()} form the encoder: the hidden ones and the latent one. */
    public int encoderLayers() {
        return hidden.size() + 1;
    }

    /** Number of weights and biases, with those of a tied decoder. */
    public long parameters() {
        return layers().stream().mapToLong(Layer::parameters).sum();
    }

    /**
     * The encoder's widths, for instance {@code 784-256-128-16}; followed by a colon and those of the decoder where it
     * does not mirror them, for instance {@code 784-128-16:64-784}. {@link #parse} reads both.
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
