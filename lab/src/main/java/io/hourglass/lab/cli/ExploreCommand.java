package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.format.FormatException;
import io.hourglass.lab.analysis.DegenerateEmbeddingException;
import io.hourglass.lab.analysis.Umap;
import io.hourglass.lab.data.TableColumns;
import io.hourglass.lab.data.WindowSettings;
import io.hourglass.lab.explorer.ExplorerModel;
import io.hourglass.lab.explorer.ExplorerPage;
import io.hourglass.lab.explorer.Items;
import io.hourglass.lab.explorer.PlaneMap;
import io.hourglass.lab.text.Language;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hourglass explore}. */
@Command(
        name = "explore",
        description = {
            "Writes the explorer: one HTML file for moving through a model's latent space in a browser.",
            "The file contains the network and runs it; it needs no server and no connection.",
            "Two models of the same data are shown beside each other, with the same rows selected in both."
        },
        footer = {
            "",
            "Examples:",
            "  hourglass explore model.safetensors --data mnist -o explorer.html",
            "  hourglass explore a.safetensors b.safetensors --data mnist -o explorer.html"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ExploreCommand extends Subcommand {
    private static final int DEFAULT_ITEMS = 10_000;

    private static final long SEED = 0;

    @Mixin
    private ModelOption modelFile;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "MODEL2",
            description = "A second model file of the same data, to show beside the first.")
    private @Nullable Path second;

    @Mixin
    private RowsOption rows;

    @Option(
            names = {"-o", "--output", "--out"},
            required = true,
            paramLabel = "FILE",
            description = "HTML file to write.")
    private Path out;

    @Option(
            names = "--items",
            paramLabel = "N",
            description = "Maximum number of rows to show; if there are more, a random sample is shown. Default: "
                    + DEFAULT_ITEMS + ".")
    private int most = DEFAULT_ITEMS;

    @Option(
            names = "--small",
            description = "Store weights and codes as float16: a smaller file with slightly inexact numbers.")
    private boolean small;

    @Option(
            names = "--lang",
            paramLabel = "en|fr",
            description = "Language of the page: en (English) or fr (French). Default: en.")
    private Language language = Language.ENGLISH;

    @Mixin
    private ForceOption force;

    ExploreCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        if (most < 1 || most > Items.MOST) {
            throw wrongUsage("--items " + most + ": expected 1 to " + Items.MOST);
        }
        requireWritable(out);
        List<Path> inputs = rows.inputs(modelFile.path());
        if (second != null) {
            inputs.add(second);
        }
        force.requireNew(out, inputs);
        requireName(out, "-o", ".html");
        ExplorerModel first = read(modelFile.path(), null);
        List<ExplorerModel> models = second == null ? List.of(first) : List.of(first, read(second, first));
        console.progress().say("writing " + out);
        ExplorerPage.write(out, models, language, small, null);
        console.progress().close();
        boolean windows = WindowSettings.of(first.model()).isPresent();
        console.out()
                .printf(
                        Locale.ROOT,
                        "Explorer: %s (%s, %.1f MB; open it in a browser)%n",
                        out,
                        Shown.count(first.items().rows().length, windows ? "window" : "row"),
                        Files.size(out) / 1e6);
    }

    /** A model with its rows: those of the first model, if this is the second one. */
    private ExplorerModel read(Path file, @Nullable ExplorerModel first) throws IOException {
        Autoencoder model = readModel(file, modelFile.assumptions(), rows::imageSize);
        requireDetector(file, model);
        if (first != null) {
            requireSameRows(file, model, first.model());
        }
        RowsOption.Named read = rows.readRowsOrWindows(model, console.progress());
        boolean windows = WindowSettings.of(model).isPresent(); // whose convolutions are no images
        Optional<ImageShape> stated = modelFile.assumptions().shape().of(file, model);
        Dataset data = (windows
                        ? Optional.<ImageShape>empty()
                        : read.data().shape().or(() -> stated))
                .map(read.data()::withShape)
                .orElse(read.data());
        console.progress().say("encoding " + Shown.count(data.rows(), windows ? "window" : "row"));
        Items items = first == null
                ? Items.of(model, data, read.names(), most)
                : first.items().with(model, data);
        return new ExplorerModel(name(file), model, items, maps(items));
    }

    /** Rejects a model whose detector cannot be read: the page shows its scores and its threshold. */
    private static void requireDetector(Path file, Autoencoder model) throws FormatException {
        try {
            AnomalyDetector.of(model);
        } catch (IllegalArgumentException e) {
            throw new FormatException(file + ": " + e.getMessage());
        }
    }

    /** Rejects a second model whose rows mean something else. */
    private void requireSameRows(Path file, Autoencoder model, Autoencoder first) throws FormatException {
        boolean same = model.architecture().inputs() == first.architecture().inputs()
                && TableColumns.of(model).equals(TableColumns.of(first))
                && WindowSettings.of(model).equals(WindowSettings.of(first));
        if (!same) {
            throw new FormatException(file + ": reads other rows than " + modelFile.path()
                    + " (their columns, categories, windows or sizes differ), expected two models of the same data");
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.safetensors$", "");
    }

    private List<PlaneMap> maps(Items items) {
        if (items.codes()[0].length <= 2) {
            return List.of(PlaneMap.direct(items, null));
        }
        console.progress()
                .say("placing " + Shown.count(items.rows().length, "code") + " with UMAP (a few seconds for "
                        + "10,000; the time grows faster than the number)");
        try {
            return List.of(PlaneMap.umap(Umap.embed(items.codes(), 2, SEED)), PlaneMap.direct(items, null));
        } catch (DegenerateEmbeddingException e) {
            console.progress().note("no UMAP: " + e.getMessage());
            return List.of(PlaneMap.direct(items, PlaneMap.ALIKE));
        }
    }
}
