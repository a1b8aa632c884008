package io.hourglass.lab.study;

import io.hourglass.ImageShape;
import io.hourglass.Recipe;
import io.hourglass.nn.Activation;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Convolution;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code study --beyond} trains beyond the lab report: a convolutional network for each p of the report's runs.
 */
public final class Beyond {
    private static final List<Convolution> CONVOLUTIONS = List.of(new Convolution(16, 3, 2), new Convolution(32, 3, 2));

    private static final List<Integer> HIDDEN = List.of(128);

    private static final Activation ACTIVATION = Activation.ELU;

    private Beyond() {}

    /** How the networks are trained: the one place that decides it. */
    public static Recipe recipe() {
        return Recipe.tuned(CONVOLUTIONS);
    }

    /**
     * The networks, by p.
     *
     * @param images shape of a row
     * @param report the report's runs
     */
    static List<Run> runs(ImageShape images, List<Run> report, Recipe recipe) {
        List<Run> runs = new ArrayList<>();
        report.stream()
                .mapToInt(run -> run.architecture().latent())
                .distinct()
                .sorted()
                .mapToObj(p -> Architecture.of(1, HIDDEN, p).withConvolutions(images.shape(), CONVOLUTIONS))
                .map(of -> of.withActivations(ACTIVATION, of.latentActivation(), of.outputActivation()))
                .forEach(of -> runs.add(new Run(of + "-" + recipe.name(), of, recipe)));
        return runs;
    }
}
