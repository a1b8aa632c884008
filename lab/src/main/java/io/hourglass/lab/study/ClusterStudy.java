package io.hourglass.lab.study;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.analysis.ClusterScores;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.analysis.Confusion;
import io.hourglass.lab.analysis.DegenerateEmbeddingException;
import io.hourglass.lab.analysis.ImageReader;
import io.hourglass.lab.analysis.NearestLabels;
import io.hourglass.lab.analysis.Pipelines;
import io.hourglass.lab.analysis.Pipelines.Partition;
import io.hourglass.lab.analysis.Silhouette;
import io.hourglass.lab.analysis.Umap;
import io.hourglass.lab.progress.Jobs;
import io.hourglass.lab.progress.Progress;
import io.hourglass.lab.progress.TimeLeft.Kind;
import io.hourglass.lab.study.Analyses.Analysis;
import io.hourglass.lab.study.Analyses.LatentMap;
import io.hourglass.lab.study.Clusters.KMeansScores;
import io.hourglass.lab.study.Clusters.PipelineScores;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.lab.text.TextFile;
import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures how well the codes of each run and baseline separate the classes of the test rows. Each source of codes is
 * analysed on one thread and recorded when it is done, so a study that is started again continues with the others.
 */
final class ClusterStudy {
    /** With more classes than this, clusters say nothing about them. */
    private static final int MOST_CLASSES = 100;

    private static final int NEIGHBOURS = 10;

    /** Number of principal components that UMAP gets for wide rows: the rest is noise that blurs neighbourhoods. */
    private static final int UMAP_COMPONENTS = 50;

    /** Seed of k-means, mixtures and UMAP; the networks' codes depend on their own seeds. */
    private static final long SEED = 0;

    private final AnalysisStore store;
    private final Path folder;
    private final Dataset known;
    private final Dataset test;
    private final ColumnPca pca;
    private final Dataset clustered;
    private final Effort effort;
    private final Progress progress;

    /** Says which label an image looks like; null if the rows have no classes. */
    private final @Nullable ImageReader reader;

    private final Map<String, Found> found = new ConcurrentHashMap<>();
    private @Nullable CompletableFuture<int[]> originals;

    /**
     * A source of codes.
     *
     * @param id changes when its codes do
     * @param map whether to use UMAP, for a map and for clusters: it takes longer than everything else
     * @param model the model alone; empty for a baseline
     */
    private record Source(String name, String id, int width, boolean map, Codes codes, List<Autoencoder> model) {}

    /** The codes of some rows. */
    @FunctionalInterface
    private interface Codes {
        float[][] of(Dataset rows);
    }

    /**
     * An analysis with its map.
     *
     * @param points [test rows][2]; empty if UMAP was not used or failed
     */
    record Found(Analysis analysis, float[][] points) {
        Optional<LatentMap> map() {
            return points.length == 0 ? Optional.empty() : Optional.of(new LatentMap(analysis.name(), points));
        }
    }

    /**
     * @param place with the training rows to search for nearest neighbours
     * @param pca fitted to all training rows
     */
    ClusterStudy(Workplace place, ColumnPca pca, Effort effort) {
        this.folder = place.folder();
        this.known = place.train();
        this.test = place.test();
        this.pca = pca;
        this.effort = effort;
        this.clustered = test.slice(0, effort.testRows());
        this.progress = place.progress();
        store = new AnalysisStore(folder, place.data(), effort, progress::say);
        reader = hasClasses(known) && hasClasses(clustered) ? new ImageReader(known, pca) : null;
    }

    ColumnPca pca() {
        return pca;
    }

    /** Whether the rows have classes. */
    boolean hasClasses() {
        return reader != null;
    }

    /** Adds the analyses of the baselines: PCA with each p, and the rows themselves. */
    void addBaselines(SideBySide jobs, Set<Integer> latents) {
        List<Source> sources = baselines(latents);
        for (Source source : sources) {
            progress.timeLeft().expect(kind(source.width(), source.map()), work(source.width()));
            add(jobs, source);
        }
        ImageReader of = Objects.requireNonNull(reader);
        originals = jobs.add(SideBySide.Turn.FIRST, 0, 1, each -> of.read(test));
    }

    /** Says that these runs will be analysed: of each architecture, one with a map. */
    void expect(List<Run> runs) {
        Set<Architecture> mapped = new HashSet<>();
        for (Run run : runs) {
            int width = run.architecture().latent();
            progress.timeLeft().expect(kind(width, mapped.add(run.architecture())), work(width));
        }
    }

    private Kind kind(int width, boolean map) {
        return makesMap(width, map) ? Kind.MAPS : Kind.CLUSTERS;
    }

    private boolean makesMap(int width, boolean map) {
        return effort.whole() && map && width > 2;
    }

    /** Wide rows take a few times as long as codes. */
    private static double work(int width) {
        return width > UMAP_COMPONENTS ? 3 : 1;
    }

    /**
     * Adds the analyses of runs.
     *
     * @param runs all of one architecture
     * @param models by the names of the runs
     * @return the analysis of each run, once it is done
     */
    List<CompletableFuture<Found>> add(SideBySide jobs, List<RunResult> runs, Map<String, Autoencoder> models) {
        List<CompletableFuture<Found>> found = new ArrayList<>();
        for (RunResult run : runs) {
            Autoencoder model = Objects.requireNonNull(models.get(run.name())).withThreads(1);
            found.add(add(
                    jobs,
                    new Source(
                            run.name(),
                            run.weightsSha256(),
                            run.latent(),
                            isBest(run, runs),
                            model::encode,
                            List.of(model))));
        }
        return found;
    }

    private CompletableFuture<Found> add(SideBySide jobs, Source source) {
        // On one thread each; those with UMAP start first, because they take several times as long.
        double work = source.width() + (source.map() && source.width() > 2 ? test.inputs() : 0);
        return jobs.add(SideBySide.Turn.FIRST, work, 1, each -> {
            Found of = findOrMake(source);
            found.put(source.name(), of);
            return of;
        });
    }

    /** Returns all analyses when all jobs are done; writes the maps. */
    Analyses end(List<RunResult> runs, List<RunResult> beyond) throws IOException {
        if (!hasClasses()) {
            return Analyses.NONE;
        }
        List<String> names = new ArrayList<>(Stream.concat(runs.stream(), beyond.stream())
                .map(RunResult::name)
                .toList());
        int ofRuns = names.size();
        baselines(latents(runs)).forEach(source -> names.add(source.name()));
        List<Analysis> analyses = new ArrayList<>();
        List<LatentMap> maps = new ArrayList<>();
        for (String name : names) {
            Found of = Objects.requireNonNull(found.get(name));
            analyses.add(of.analysis());
            of.map().ifPresent(maps::add);
        }
        for (LatentMap map : maps) {
            writeCsv(map);
        }
        return new Analyses(
                effort.trainRows(),
                effort.testRows(),
                counts(labels(test), Objects.requireNonNull(originals).join()),
                analyses.subList(0, runs.size()),
                analyses.subList(runs.size(), ofRuns),
                analyses.subList(ofRuns, analyses.size()),
                maps);
    }

    private static Set<Integer> latents(List<RunResult> runs) {
        return runs.stream().map(RunResult::latent).collect(Collectors.toSet());
    }

    private static boolean hasClasses(Dataset rows) {
        if (!rows.hasLabels()) {
            return false;
        }
        int[] labels = labels(rows);
        return Arrays.stream(labels).distinct().count() >= 2
                && Arrays.stream(labels).max().orElseThrow() < MOST_CLASSES;
    }

    private static int[] labels(Dataset rows) {
        int[] labels = new int[rows.rows()];
        Arrays.setAll(labels, rows::label);
        return labels;
    }

    private List<Source> baselines(Set<Integer> latents) {
        List<Source> sources = new ArrayList<>();
        int widest = Collections.max(latents);
        latents.stream()
                .sorted()
                .forEach(p -> sources.add(
                        new Source("pca-" + p, "pca-" + p, p, p == widest, rows -> pca.project(rows, p), List.of())));
        sources.add(new Source("raw", "raw", test.inputs(), true, pca::comparable, List.of()));
        return sources;
    }

    /**
     * Whether the run is the one of its architecture with the lowest test error: the only one that the report draws.
     */
    private static boolean isBest(RunResult run, List<RunResult> runs) {
        return runs.stream()
                .filter(other -> other.architecture().equals(run.architecture()))
                .noneMatch(other -> other.testMse() < run.testMse());
    }

    private Found findOrMake(Source source) throws IOException {
        try (Jobs.Job job = progress.jobs()
                .begin(kind(source.width(), source.map()), work(source.width()), "clustering " + source.name())) {
            Found known = store.find(source.name(), id(source)).orElse(null);
            if (known != null) {
                job.reused();
                return known;
            }
            long begin = System.nanoTime();
            Found found = analyse(source);
            store.put(id(source), found);
            progress.say(source.name() + ": clustered in " + Progress.duration((System.nanoTime() - begin) / 1e9));
            return found;
        }
    }

    /** A run may have a map in one study and none in another with other recipes. */
    private static String id(Source source) {
        return source.id() + (source.map() ? " with map" : "");
    }

    private Found analyse(Source source) {
        int[] labels = labels(clustered);
        int k = (int) Arrays.stream(labels).distinct().count();
        float[][] codes = source.codes().of(clustered);
        float[][] narrow = source.width() > UMAP_COMPONENTS ? pca.project(clustered, UMAP_COMPONENTS) : codes;
        List<Partition> partitions = new ArrayList<>(Pipelines.direct(codes, k, SEED));
        float[][] points = new float[0][];
        if (makesMap(source.width(), source.map())) {
            try {
                partitions.addAll(Pipelines.umap(narrow, k, SEED));
                points = Umap.embed(narrow, 2, SEED);
            } catch (DegenerateEmbeddingException e) {
                progress.say(source.name() + ": no UMAP: " + e.getMessage());
            }
        }
        List<PipelineScores> pipelines =
                partitions.stream().map(partition -> scores(partition, labels)).toList();
        int[] kMeans = partitions.get(0).clusters();
        ClusterScores of = ClusterScores.of(kMeans, labels);
        Clusters clusters = Clusters.of(
                new KMeansScores(of.accuracy(), of.nmi(), of.ari(), of.purity(), Silhouette.of(codes, kMeans)),
                NearestLabels.accuracy(
                        source.codes().of(known), labels(known), codes, labels, Math.min(NEIGHBOURS, known.rows())),
                pipelines);
        List<List<Integer>> confusion =
                source.model().isEmpty() ? List.of() : confusion(source.model().get(0), Objects.requireNonNull(reader));
        return new Found(new Analysis(source.name(), clusters, confusion), points);
    }

    private static PipelineScores scores(Partition partition, int[] labels) {
        ClusterScores scores = ClusterScores.of(partition.clusters(), labels);
        return new PipelineScores(partition.pipeline(), scores.accuracy(), scores.nmi(), scores.ari());
    }

    private List<List<Integer>> confusion(Autoencoder model, ImageReader reader) {
        float[][] images = model.reconstruct(test);
        float[] values = new float[images.length * test.inputs()];
        for (int row = 0; row < images.length; row++) {
            System.arraycopy(images[row], 0, values, row * test.inputs(), test.inputs());
        }
        int[] readings = reader.read(Dataset.ofFloats(test.name(), values, test.inputs()));
        return counts(labels(test), readings);
    }

    private static List<List<Integer>> counts(int[] labels, int[] readings) {
        return Arrays.stream(Confusion.of(labels, readings).counts())
                .map(line -> Arrays.stream(line).boxed().toList())
                .toList();
    }

    private void writeCsv(LatentMap map) throws IOException {
        StringBuilder csv = new StringBuilder("x,y,label\n");
        for (int row = 0; row < map.points().length; row++) {
            csv.append(map.points()[row][0])
                    .append(',')
                    .append(map.points()[row][1])
                    .append(',')
                    .append(test.label(row))
                    .append('\n');
        }
        TextFile.write(folder.resolve("maps").resolve(map.name() + ".csv"), csv.toString());
    }
}
