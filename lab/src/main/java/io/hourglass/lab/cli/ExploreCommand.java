package io.hourglass.lab.cli;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.analysis.DegenerateEmbeddingException;
import io.hourglass.lab.analysis.Umap;
import io.hourglass.lab.explorer.ExplorerPage;
import io.hourglass.lab.explorer.Items;
import io.hourglass.lab.explorer.PlaneMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hourglass explore}. */
@Command(
        name = "explore",
        description = {
            "Writes the explorer: one HTML file to move through a model's latent space in a browser.",
            "It holds the network and computes it, and needs no server and no connection."
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
            names = {"-o", "--out"},
            required = true,
            paramLabel = "FILE",
            description = "The HTML file to write.")
    private Path out;

    @Option(
            names = "--items",
            paramLabel = "N",
            description =
                    "Rows to show at most, chosen at random where there are more. Default: " + DEFAULT_ITEMS + ".")
    private int most = DEFAULT_ITEMS;

    @Option(names = "--small", description = "Weights and codes as float16: a smaller file, with numbers a little off.")
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
        Autoencoder model = readModel(modelFile);
        Dataset data = rows.read(model, console.progress());
        console.progress().say("encoding " + data.rows() + " rows");
        Items items = Items.of(model, data, most);
        List<PlaneMap> maps = maps(items);
        console.progress().say("writing " + out);
        ExplorerPage.write(out, name(), model, items, maps, small);
        console.progress().close();
        console.out()
                .printf(
                        Locale.ROOT,
                        "%s: %d items, %.1f MB. Open it in a browser.%n",
                        out,
                        items.rows().length,
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
                .say("placing " + items.rows().length
                        + " codes by UMAP (some seconds for 10000, more than in proportion beyond)");
        try {
            return List.of(PlaneMap.umap(Umap.embed(items.codes(), 2, SEED)), PlaneMap.direct(items, ""));
        } catch (DegenerateEmbeddingException e) {
            console.progress().note("no UMAP, as " + e.getMessage());
            return List.of(PlaneMap.direct(items, "There is no map by UMAP, as " + e.getMessage() + "."));
        }
    }
}
