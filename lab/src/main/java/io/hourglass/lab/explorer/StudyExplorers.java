package io.hourglass.lab.explorer;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.Progress;
import io.hourglass.lab.study.Analyses.LatentMap;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The explorers of a study's models, {@code explorer/NAME.html} in its folder. */
public final class StudyExplorers {
    private static final int ITEMS = 10_000;

    private static final String NO_UMAP =
            "There is no map by UMAP: a study of ten epochs or more makes one for the better recipe of each network.";

    private StudyExplorers() {}

    /**
     * Writes one for each model, with the maps that the study has computed.
     *
     * @param models by the names of the runs
     * @throws IOException if a file cannot be written
     */
    public static void write(
            Path folder, StudyResults results, Dataset test, Map<String, Autoencoder> models, Progress progress)
            throws IOException {
        Files.createDirectories(folder.resolve("explorer"));
        progress.say("writing the explorers of " + results.runs().size() + " networks");
        Items items = null; // the same rows in all of them
        for (RunResult run : results.runs()) {
            Path file = folder.resolve("explorer").resolve(run.name() + ".html");
            Autoencoder model = Objects.requireNonNull(models.get(run.name()));
            items = items == null ? Items.of(model, test, ITEMS) : items.with(model, test);
            ExplorerPage.write(file, run.name(), model, items, maps(run, results, items), false);
        }
    }

    private static List<PlaneMap> maps(RunResult run, StudyResults results, Items items) {
        if (run.latent() <= 2) {
            return List.of(PlaneMap.direct(items, ""));
        }
        Optional<LatentMap> umap = results.analyses().maps().stream()
                .filter(map -> map.name().equals(run.name()))
                .findFirst();
        if (umap.isEmpty()) {
            return List.of(PlaneMap.direct(items, NO_UMAP));
        }
        float[][] points = Arrays.stream(items.rows())
                .mapToObj(row -> umap.get().points()[row])
                .toArray(float[][]::new);
        return List.of(PlaneMap.umap(points), PlaneMap.direct(items, ""));
    }
}
