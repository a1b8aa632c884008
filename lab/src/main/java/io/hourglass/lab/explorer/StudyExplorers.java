package io.hourglass.lab.explorer;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.study.Analyses.LatentMap;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.lab.text.Language;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the explorers of one study's models, {@code explorer/NAME.html} in its folder. Thread-safe. */
public final class StudyExplorers {
    private static final int ITEMS = 10_000;

    private static final String REPORT = "../report.html";

    private final Language language;

    private @Nullable Items packed;

    public StudyExplorers(Language language) {
        this.language = language;
    }

    /**
     * Writes the explorer of a model.
     *
     * @param folder of the study
     * @param map the UMAP map of the test rows, if the study has made one
     * @throws IOException if the file cannot be written
     */
    public void write(Path folder, RunResult run, Dataset test, Autoencoder model, Optional<LatentMap> map)
            throws IOException {
        Files.createDirectories(folder.resolve("explorer"));
        Items items = packed(model, test).with(model, test);
        ExplorerPage.write(
                folder.resolve("explorer").resolve(run.name() + ".html"),
                List.of(new ExplorerModel(run.name(), model, items, maps(run, map, items))),
                language,
                false,
                REPORT);
    }

    /** The rows, which are the same in all of them. */
    private synchronized Items packed(Autoencoder model, Dataset test) {
        if (packed == null) {
            packed = Items.of(model, test, null, ITEMS);
        }
        return packed;
    }

    private static List<PlaneMap> maps(RunResult run, Optional<LatentMap> map, Items items) {
        if (run.latent() <= 2) {
            return List.of(PlaneMap.direct(items, null));
        }
        if (map.isEmpty()) {
            return List.of(PlaneMap.direct(items, PlaneMap.OF_OTHERS));
        }
        float[][] points = Arrays.stream(items.rows())
                .mapToObj(row -> map.get().points()[row])
                .toArray(float[][]::new);
        return List.of(PlaneMap.umap(points), PlaneMap.direct(items, null));
    }
}
