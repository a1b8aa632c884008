package io.hourglass.lab.cli;

import io.hourglass.Dataset;
import io.hourglass.Recipe;
import io.hourglass.format.FormatException;
import io.hourglass.lab.study.ResultsFolder;
import io.hourglass.lab.study.StudyData;
import io.hourglass.lab.study.Workplace;
import io.hourglass.lab.training.Defaults;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Convolution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private PreparationOptions preparation;

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
        void in(Workplace place, List<Architecture> networks, Recipe recipe) throws IOException;
    }

    /** How to train: as the options say and, where they leave something open, as {@code train} would. */
    private Recipe recipe(Workplace place) {
        Recipe tuned = Recipe.tuned(conv.of(strides));
        Defaults defaults = new Defaults(place.train().rows(), place.train().inputs());
        Recipe open = place.isTable() ? defaults.recipe(tuned, recipeOptions.batch(tuned), conv.areGiven()) : tuned;
        return recipeOptions.recipe(open, tuned, defaults.values());
    }

    /**
     * Checks the options, reads the data, opens the folder, and does the work on a network for each combination of
     * hidden widths and code width.
     *
     * @param hidden as given; null to try {@code openHidden}, or what suits convolutions or few rows
     * @param latents as given; null to try those of {@code openLatents} that are narrower than a row
     * @param decisive the settings, besides command, data, widths and recipe, that determine the results
     */
    final void work(
            Path out,
            @Nullable List<Widths> hidden,
            List<Widths> openHidden,
            @Nullable List<Integer> latents,
            List<Integer> openLatents,
            Map<String, String> decisive,
            Work work)
            throws IOException {
        fromOptions(() -> recipeOptions.recipe(Recipe.tuned(), Recipe.tuned(), 1));
        requireWidths(latents);
        int threadCount = threads.count(this);
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("command", commandName());
        List<Convolution> convolutions = fromOptions(() -> conv.of(strides));
        StudyData chosen =
                fromOptions(() -> data.chosen(conv.areGiven()).asTrained(preparation.scale, preparation.impute));
        requireWritableFolder(out);
        keepsFinished(out);
        force.requireOutside(out, data.paths());
        settings.putAll(chosen.decisive());
        Workplace place = Workplace.load(chosen, out, threadCount, console.progress());
        List<Widths> widths = hidden != null ? hidden : hidden(place, openHidden);
        settings.put("hidden", widths.stream().map(Widths::toString).collect(Collectors.joining(" ")));
        settings.put(
                "latent",
                Objects.requireNonNullElse(latents, openLatents).stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(",")));
        settings.putAll(decisive);
        if (conv.areGiven()) {
            settings.put("convolutions", convolutions.toString());
        }
        Recipe recipe = recipe(place);
        settings.putAll(recipe.metadata());
        try (ResultsFolder results = ResultsFolder.open(out, settings, force.isGiven())) {
            List<Architecture> networks =
                    networks(place, widths, latents != null ? latents : narrower(openLatents, place.train()));
            results.begin();
            work.in(place, networks, recipe);
        }
    }

    private static List<Integer> narrower(List<Integer> latents, Dataset rows) {
        return latents.stream()
                .filter(latent -> latent == 1 || latent < rows.inputs())
                .toList();
    }

    /** Rejects widths that no network can have. */
    private void requireWidths(@Nullable List<Integer> latents) {
        for (int latent : latents == null ? List.<Integer>of() : latents) {
            fromOptions(() -> Architecture.of(1, List.of(), latent));
        }
    }

    /** The hidden widths to try: one layer after convolutions, none for few rows, otherwise the command's. */
    private List<Widths> hidden(Workplace place, List<Widths> open) {
        Dataset train = place.train();
        boolean few = !train.isPixels() && !new Defaults(train.rows(), train.inputs()).enoughForHidden();
        return conv.areGiven() ? List.of(new Widths(ConvOptions.HIDDEN)) : few ? List.of(new Widths(List.of())) : open;
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
                Architecture whole =
                        conv.areGiven() ? ConvOptions.inFront(dense, place.train(), conv.of(strides)) : dense;
                networks.add(place.prepared().applyTo(whole));
            }
        }
        return new ArrayList<>(networks);
    }
}
