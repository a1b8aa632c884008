package io.hourglass.lab.cli;

import io.hourglass.Dataset;
import io.hourglass.format.FormatException;
import io.hourglass.lab.data.ReadOptions;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Convolution;
import io.hourglass.nn.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that put convolutions in front of a new network's dense layers. */
@Heading(Heading.NETWORK)
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ConvOptions {
    /** Width of the one hidden layer of a convolutional network, if the user does not say. */
    static final List<Integer> HIDDEN = List.of(128);

    private static final int KERNEL = 3;
    private static final int STRIDE = 2;

    @Option(
            names = "--conv",
            paramLabel = "CHANNELS",
            split = ",",
            preprocessor = NoGaps.class,
            description = "Channels of convolutions in front of the hidden layers, such as 16,32, for rows that are "
                    + "images; the decoder mirrors them with transposed convolutions. --hidden is then 128 by "
                    + "default; train has none for fewer than 5,000 images without test rows.")
    private @Nullable List<Integer> channels;

    @Option(
            names = "--kernel",
            paramLabel = "N",
            split = ",",
            preprocessor = NoGaps.class,
            description =
                    "Side of the convolutions' filters in pixels, an odd number: one for all or one for each, such "
                            + "as 5,3. Default: 3.")
    private List<Integer> kernels = List.of();

    /** Whether convolutions are asked for. */
    boolean areGiven() {
        return channels != null;
    }

    /** The convolutions of a new network. */
    List<Convolution> of(List<Integer> strides) {
        return of(strides, List.of());
    }

    /**
     * The convolutions, from the image on; none if none are asked for.
     *
     * @param strides one for all, one for each, or none for the default
     * @param initial those of the model to start from, which decides what the options leave open
     * @throws IllegalArgumentException if there are none that an option could apply to, a number is out of range, or
     *     the numbers of numbers differ
     */
    List<Convolution> of(List<Integer> strides, List<Convolution> initial) {
        List<Integer> given = channels != null
                ? channels
                : initial.stream().map(Convolution::channels).toList();
        int count = given.size();
        if (count == 0 && !(kernels.isEmpty() && strides.isEmpty())) {
            throw new IllegalArgumentException("--kernel and --stride need --conv, the channels of convolutions");
        }
        List<Convolution> convolutions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean open = channels != null;
            int kernel = one(
                    "--kernel",
                    kernels,
                    i,
                    count,
                    open ? KERNEL : initial.get(i).kernel());
            int stride = one(
                    "--stride",
                    strides,
                    i,
                    count,
                    open ? Math.min(STRIDE, kernel) : initial.get(i).stride());
            try {
                convolutions.add(new Convolution(given.get(i), kernel, stride));
            } catch (IllegalArgumentException e) { // names channels, kernel or stride
                throw new IllegalArgumentException(String.valueOf(e.getMessage())
                        .replaceFirst("^channels", "conv")
                        .replaceFirst("^(\\w+) = (-?\\d+)", "--$1 $2"));
            }
        }
        return convolutions;
    }

    private static int one(String option, List<Integer> given, int index, int count, int open) {
        if (given.size() > 1 && given.size() != count) {
            throw new IllegalArgumentException(option + " has " + given.size() + " numbers, expected one, or " + count
                    + ", one for each number of --conv");
        }
        return given.isEmpty() ? open : given.get(given.size() == 1 ? 0 : index);
    }

    /**
     * A dense architecture with these convolutions in front.
     *
     * @throws FormatException if the rows are no images, or an image would be a single pixel before the last of them
     * @throws IllegalArgumentException if they are too large
     */
    static Architecture inFront(Architecture dense, Dataset rows, List<Convolution> convolutions)
            throws FormatException {
        return inFront(dense, rows.name(), ReadOptions.Size.shapeOf(rows).shape(), convolutions);
    }

    /** The same for images of a shape, which may have any number of channels. */
    static Architecture inFront(Architecture dense, String name, Shape images, List<Convolution> convolutions)
            throws FormatException {
        Architecture whole = dense.withConvolutions(images, convolutions);
        for (int i = 0; i < convolutions.size(); i++) {
            if (whole.layers().get(i).in().isRow()) {
                throw new FormatException(name + ": images of " + images + " are a single pixel "
                        + (i == 0 ? "" : "after " + i + " convolutions ")
                        + "before the last one, expected larger images, fewer convolutions or smaller strides");
            }
        }
        return whole;
    }
}
