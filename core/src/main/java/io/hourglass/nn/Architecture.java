package io.hourglass.nn;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A dense hourglass: inputs, hidden layers narrowing to the latent layer, and their mirror image back to the inputs. The
 * report's Listings 1, 2 and 4 are {@code 784-128-2}, {@code 784-128-16} and {@code 784-256-128-p}.
 *
 * @param inputs width of a row, 1 to {@value #MAX_WIDTH}
 * @param hidden widths of the encoder's hidden layers from the outside in, each 1 to {@value #MAX_WIDTH}; the decoder mirrors
 *     them; at most {@value #MAX_HIDDEN} of them
 * @param latent width p of the code, 1 to {@value #MAX_WIDTH}
 * @param hiddenActivation of every hidden layer on both sides
 * @param latentActivation of the code
 * @param outputActivation of the reconstruction
 * @param variant how encoder and decoder belong together
 */
public record Architecture(
        int inputs,
        List<Integer> hidden,
        int latent,
        Activation hiddenActivation,
        Activation latentActivation,
        Activation outputActivation,
        Variant variant)
        implements Serializable {

    /** Widest layer that is accepted: a larger number in a file or on a command line is a mistake. */
    public static final int MAX_WIDTH = 1 << 20;

    /** Most hidden layers on one side. */
    public static final int MAX_HIDDEN = 64;

    private static final Pattern FORM = Pattern.compile("\\d{1,7}(-\\d{1,7})+");

    /** @throws IllegalArgumentException if a width is out of range; the message names it */
    public Architecture {
        hidden = List.copyOf(hidden);
        requireWidth("inputs", inputs);
        hidden.forEach(width -> requireWidth("hidden", width));
        requireWidth("latent", latent);
        if (hidden.size() > MAX_HIDDEN) {
            throw new IllegalArgumentException("hidden = " + hidden.size() + " layers, expected at most " + MAX_HIDDEN);
        }
        if (variant == Variant.VARIATIONAL && latentActivation != Activation.IDENTITY) {
            throw new IllegalArgumentException("latent activation = " + latentActivation.label()
                    + ", expected identity where the code is drawn from a normal distribution");
        }
    }

    /** A {@link Variant#PLAIN} one. */
    public Architecture(
            int inputs,
            List<Integer> hidden,
            int latent,
            Activation hiddenActivation,
            Activation latentActivation,
            Activation outputActivation) {
        this(inputs, hidden, latent, hiddenActivation, latentActivation, outputActivation, Variant.PLAIN);
    }

    /**
     * This architecture as another variant.
     *
     * @throws IllegalArgumentException if it cannot be one
     */
    public Architecture withVariant(Variant variant) {
        return new Architecture(inputs, hidden, latent, hiddenActivation, latentActivation, outputActivation, variant);
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
     * Reads the encoder's widths, for instance {@code 784-256-128-16}, with the report's activations.
     *
     * @throws IllegalArgumentException if the text has another form or a width is out of range
     */
    public static Architecture parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "architecture '" + text + "', expected widths from inputs to latent such as 784-256-128-16");
        }
        List<Integer> widths = new ArrayList<>();
        for (String width : text.split("-", -1)) {
            widths.add(Integer.parseInt(width));
        }
        int last = widths.size() - 1;
        return of(widths.get(0), widths.subList(1, last), widths.get(last));
    }

    /** This architecture with another function at its output: a {@link Activation#SIGMOID} gives (0, 1) only. */
    public Architecture withOutputActivation(Activation activation) {
        return new Architecture(inputs, hidden, latent, hiddenActivation, latentActivation, activation, variant);
    }

    /** All layers from input to reconstruction, named as in the report's PyTorch class ({@code encoder.0}, {@code encoder.2}, ...). */
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
        for (int i = hidden.size() - 1; i >= 0; i--) {
            layers.add(new Layer("decoder." + index, width, hidden.get(i), hiddenActivation));
            width = hidden.get(i);
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

    /** The encoder's widths, for instance {@code 784-256-128-16}; what {@link #parse} reads. */
    @Override
    public String toString() {
        String middle = hidden.stream().map(width -> width + "-").collect(Collectors.joining());
        return inputs + "-" + middle + latent;
    }
}
