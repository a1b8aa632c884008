package io.hourglass.lab.study;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the codes of the test rows say about their labels. Everything is empty if the rows have no labels, or only one.
 *
 * @param known number of training rows, the first ones, among which nearest neighbours were searched
 * @param clustered number of test rows, the first ones, whose codes were clustered
 * @param originals confusion of the original test images, counted as in {@link Analysis}
 * @param runs the report's, in the study's order
 * @param beyond the runs beyond the report
 * @param baselines PCA with each p, and the rows themselves; without confusions
 * @param maps embeddings into the plane of test codes with more than two values: of each architecture's best run, of
 *     PCA with the largest p, and of the rows themselves
 */
public record Analyses(
        int known,
        int clustered,
        List<List<Integer>> originals,
        List<Analysis> runs,
        List<Analysis> beyond,
        List<Analysis> baselines,
        List<LatentMap> maps) {
    /** For rows without classes. */
    public static final Analyses NONE = new Analyses(0, 0, List.of(), List.of(), List.of(), List.of(), List.of());

    /**
     * One source of codes.
     *
     * @param name that of the run, or for instance {@code pca-16} or {@code raw}
     * @param confusion number of test rows by true label and by the label that the reconstruction looks like
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
        return Stream.concat(runs.stream(), beyond.stream())
                .filter(analysis -> analysis.name().equals(name))
                .findFirst();
    }
}
