package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.ImageShape;
import io.hourglass.lab.analysis.DegenerateEmbeddingException;
import io.hourglass.lab.analysis.Umap;
import io.hourglass.lab.data.WindowSettings;
import io.hourglass.lab.explorer.ExplorerPage;
import io.hourglass.lab.explorer.Items;
import io.hourglass.lab.explorer.PlaneMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hourglass explore}. */
@Command(
        name = "explore",
        description = {
            "Writes the explorer: one HTML file for moving through a model's latent space in a browser.",
            "The file contains the network and runs it; it needs no server and no connection."
        },
        footer = {"", "Example:", "  hourglass explore model.safetensors --data mnist -o explorer.html"})
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ExploreCommand extends Subcommand {
    private static final int DEFAULT_ITEMS = 10_000;

    private static final long SEED = 0;

    @Mixin
    private ModelOption modelFile;

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
        force.requireNew(out, rows.inputs(modelFile.path()));
        requireName(out, "-o", ".html");
        Autoencoder model = readModel(modelFile, rows);
        detector(modelFile, model, null); // whether it can be read: the page shows a threshold
        RowsOption.Named read = rows.readRowsOrWindows(model, console.progress());
        boolean windows = WindowSettings.of(model).isPresent(); // whose convolutions are no images
        Dataset data = (windows ? Optional.<ImageShape>empty() : imageShape(read.data(), modelFile, model))
                .map(read.data()::withShape)
                .orElse(read.data());
        console.progress().say("encoding " + Shown.count(data.rows(), windows ? "window" : "row"));
        Items items = Items.of(model, data, read.names(), most);
        List<PlaneMap> maps = maps(items);
        console.progress().say("writing " + out);
        ExplorerPage.write(out, name(), model, items, maps, small);
        console.progress().close();
        console.out()
                .printf(
                        Locale.ROOT,
                        "Explorer: %s (%s, %.1f MB; open it in a browser)%n",
                        out,
                        Shown.count(items.rows().length, windows ? "window" : "row"),
                        Files.size(out) / 1e6);
    }

    private String name() {
        return String.valueOf(modelFile.path().getFileName()).replaceFirst("\\.safetensors$", "");
    }

    private List<PlaneMap> maps(Items items) {
        if (items.codes()[0].length <= 2) {
            return List.of(PlaneMap.direct(items, ""));
        }
        console.progress()
                .say("placing " + Shown.count(items.rows().length, "code") + " with UMAP (a few seconds for "
                        + "10,000; the time grows faster than the number)");
        try {
            return List.of(PlaneMap.umap(Umap.embed(items.codes(), 2, SEED)), PlaneMap.direct(items, ""));
        } catch (DegenerateEmbeddingException e) {
            console.progress().note("no UMAP: " + e.getMessage());
            return List.of(PlaneMap.direct(items, "There is no UMAP map: " + e.getMessage() + "."));
        }
    }
}
