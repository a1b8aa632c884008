package io.hourglass.lab.cli;

import io.hourglass.Recipe;
import io.hourglass.format.FormatException;
import io.hourglass.lab.study.ResultsFolder;
import io.hourglass.lab.study.StudyData;
import io.hourglass.lab.study.Workplace;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Convolution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands that train and compare networks of many shapes share. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
abstract class ExperimentCommand extends Subcommand {
    static final String FOOTER =
            "Started again with the same folder, it reuses the finished networks. With other settings it needs "
                    + "--force, and reuses the networks whose settings are the same.";

    @Mixin
    private StudyDataOptions data;

    @Mixin
    private ConvOptions conv;

    @Option(
            names = "--stride",
            paramLabel = "N",
            split = ",",
            preprocessor = NoGaps.class,
            description = "Stride of the convolutions, one for all or one for each, such as 1,2. Default: 2.")
    private List<Integer> strides = List.of();

    @Mixin
    private RecipeOptions recipeOptions;

    @Mixin
    private ThreadsOption threads;

    @Mixin
    private ForceOption force;

    ExperimentCommand(Console console) {
        super(console);
    }

    /** Work on some networks in a folder that this process has locked. */
    interface Work {
        /** Does the work. */
        void in(Workplace place, List<Architecture> networks) throws IOException;
    }

    final Recipe recipe() {
        return fromOptions(() -> recipeOptions.recipe(Recipe.tuned(conv.of(strides))));
    }

    /**
     * Checks the options, opens the folder and the data, and does the work on a network for each combination of hidden
     * widths and code width.
     *
     * @param decisive the settings, besides command, data, widths and recipe, that determine the results
     */
    final void work(
            Path out,
            List<Widths> hidden,
            @Nullable List<Integer> asked,
            List<Integer> open,
            Map<String, String> decisive,
            Work work)
            throws IOException {
        List<Integer> latents = asked != null ? asked : open;
        int threadCount = threads.count(this);
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("command", commandName());
        List<Convolution> convolutions = fromOptions(() -> conv.of(strides));
        StudyData chosen = fromOptions(() -> data.chosen(conv.areGiven()));
        requireWritableFolder(out);
        force.requireOutside(out, data.paths());
        settings.putAll(chosen.decisive());
        settings.put("hidden", hidden.stream().map(Widths::toString).collect(Collectors.joining(" ")));
        settings.put("latent", latents.stream().map(String::valueOf).collect(Collectors.joining(",")));
        settings.putAll(decisive);
        if (conv.areGiven()) {
            settings.put("convolutions", convolutions.toString());
        }
        settings.putAll(recipe().metadata());
        try (ResultsFolder results = ResultsFolder.open(out, settings, force.isGiven())) {
            Workplace place = Workplace.load(chosen, out, threadCount, console.progress());
            List<Architecture> networks = networks(
                    place,
                    hidden,
                    asked != null
                            ? asked
                            : open.stream()
                                    .filter(latent -> latent == 1
                                            || latent < place.train().inputs())
                                    .toList());
            results.begin();
            work.in(place, networks);
        }
    }

    /** Rejects widths that no network can have. */
    final void requireWidths(@Nullable List<Integer> latents) {
        for (int latent : latents == null ? List.<Integer>of() : latents) {
            fromOptions(() -> Architecture.of(1, List.of(), latent));
        }
    }

    /** The hidden widths to try: as given or, if not, one layer after convolutions, otherwise the command's. */
    final List<Widths> hidden(@Nullable List<Widths> given, List<Widths> open) {
        return given != null ? given : conv.areGiven() ? List.of(new Widths(ConvOptions.HIDDEN)) : open;
    }

    /**
     * One network for each combination of hidden widths and code width.
     *
     * @throws FormatException if a code is wider than the rows, or convolutions are asked for and do not suit the rows
     */
    private List<Architecture> networks(Workplace place, List<Widths> hidden, List<Integer> latents)
            throws FormatException {
        int inputs = place.train().inputs();
        Set<Architecture> networks = new LinkedHashSet<>();
        for (Widths widths : hidden) {
            for (int latent : latents) {
                if (latent > inputs) {
                    throw new FormatException(place.data().name() + ": rows of " + inputs + " values and latent = "
                            + latent + ", expected a code no wider than a row");
                }
                Architecture dense = Architecture.of(inputs, widths.values(), latent);
                networks.add(conv.areGiven() ? ConvOptions.inFront(dense, place.train(), conv.of(strides)) : dense);
            }
        }
        return new ArrayList<>(networks);
    }
}
