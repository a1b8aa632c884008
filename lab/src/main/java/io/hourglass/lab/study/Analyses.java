package io.hourglass.lab.study;

import java.util.List;
import java.util.Optional;

/**
 * What the codes of the test rows tell of their labels. All empty where the rows have no labels, or one only.
 *
 * @param known training rows, the first, that nearest neighbours were looked for among
 * @param clustered test rows, the first, whose codes were clustered
 * @param originals what the reader of the confusions takes the test images themselves for, as in {@link Analysis}
 * @param runs in the study's order
 * @param baselines PCA with each p, and the rows themselves; without confusions
 * @param maps embeddings into the plane of test codes with more than two values: of each architecture's best run, of
 *     PCA with the largest p, and of the rows themselves
 */
public record Analyses(
        int known,
        int clustered,
        List<List<Integer>> originals,
        List<Analysis> runs,
        List<Analysis> baselines,
        List<LatentMap> maps) {
    /** Of rows without classes. */
    public static final Analyses NONE = new Analyses(0, 0, List.of(), List.of(), List.of(), List.of());

    /**
     * One source of codes.
     *
     * @param name that of the run, or for instance {@code pca-16} or {@code raw}
     * @param confusion number of test rows by true label and by what the reconstruction looks like
     */
    public record Analysis(String name, Clusters clusters, List<List<Integer>> confusion) {}

    /**
     * The test rows in the plane, by UMAP; also {@code maps/NAME.csv}.
     *
     * @param name as in {@link Analysis}
     * @param points [test rows][2]
     */
    public record LatentMap(String name, float[][] points) {}

    /** The analysis of a run, by its name. */
    public Optional<Analysis> run(String name) {
        return runs.stream().filter(analysis -> analysis.name().equals(name)).findFirst();
    }
}
