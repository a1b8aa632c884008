package io.hourglass.lab.report;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.analysis.NeighbourAgreement;
import io.hourglass.lab.analysis.Pca;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The test rows as points of a plane: the codes of every network, and the pixels for comparison. */
final class Maps {
    /** Key of the UMAP coordinates of the rows themselves. */
    static final String ROWS = "raw";

    /** Start of the keys for the rows' first principal components; their number follows. */
    private static final String COMPONENTS = "pca-";

    private final Dataset test;
    private final ColumnPca pca;
    private final Map<String, float[][]> codes;
    private final Map<String, float[][]> umap;
    private final String noun;
    private final LabelStyle style;
    private final MapFigure figure;
    private final int @Nullable [] labels;
    private final List<Separation> separations = new ArrayList<>();

    /** How well a map separates the labels. */
    private record Separation(String what, double agreement) {}

    private Maps(
            Dataset test,
            ColumnPca pca,
            Map<String, float[][]> codes,
            Map<String, float[][]> umap,
            @Nullable Pictures pictures,
            String noun) {
        this.test = test;
        this.pca = pca;
        this.codes = codes;
        this.umap = umap;
        this.noun = noun;
        this.style = LabelStyle.of(test);
        this.figure = new MapFigure(test, style, pictures);
        this.labels = style.isLabelled() && test.rows() > 1
                ? IntStream.range(0, test.rows()).map(test::label).toArray()
                : null;
    }

    /**
     * The section with a figure for each configuration and one for the rows themselves.
     *
     * @param pca fitted to the training rows
     * @param codes of the test rows, by the names of the runs
     * @param umap [rows][2] by the names of the runs, and {@link #ROWS}; the captions say which are missing
     * @param pictures how rows are drawn; null if they are not images
     */
    static Section section(
            List<Configuration> configurations,
            Dataset test,
            ColumnPca pca,
            Map<String, float[][]> codes,
            Map<String, float[][]> umap,
            @Nullable Pictures pictures,
            String noun,
            Gallery gallery)
            throws IOException {
        return new Maps(test, pca, codes, umap, pictures, noun).section(configurations, gallery);
    }

    private Section section(List<Configuration> configurations, Gallery gallery) throws IOException {
        StringBuilder figures = new StringBuilder();
        List<String> shares = new ArrayList<>();
        for (Configuration configuration : configurations) {
            if (configuration.latent() == 2) {
                figures.append(plane(configuration, gallery));
            } else if (configuration.latent() > 2) {
                figures.append(projected(configuration, gallery, shares));
            }
        }
        if (test.inputs() > 1) {
            figures.append(baselines(gallery));
        }
        List<String> findings = new ArrayList<>();
        separation().ifPresent(findings::add);
        if (!shares.isEmpty()) {
            findings.add("The two axes of a PCA map carry a part of the codes' variance: " + Text.list(shares) + ".");
        }
        return new Section(
                "maps",
                "Maps of the latent space",
                Section.paragraph(introduction()) + Section.sentences(findings) + figures);
    }

    /**
     * A figure of networks side by side: UMAP of their codes, or the codes themselves at p = 2.
     *
     * @param runs of the same p; where it is not 2, {@code umap} has their maps
     */
    static String figure(
            List<RunResult> runs,
            Dataset test,
            ColumnPca pca,
            Map<String, Autoencoder> models,
            Map<String, float[][]> umap,
            @Nullable Pictures pictures,
            String noun,
            Gallery gallery)
            throws IOException {
        return new Maps(test, pca, codes(runs, models, test), umap, pictures, noun).figure(runs, gallery);
    }

    private String figure(List<RunResult> runs, Gallery gallery) throws IOException {
        List<Gallery.Picture> pictures = new ArrayList<>();
        for (RunResult run : runs) {
            String file = "map-beyond-" + (char) ('a' + pictures.size());
            if (run.latent() == 2) {
                pictures.add(code(file, run));
            } else {
                umapOfCodes(file, run, pictures);
            }
        }
        return gallery.figure(
                "Codes of both kinds of network.",
                "The test rows, mapped as under Maps of the latent space, at p = "
                        + runs.get(0).latent() + "." + agreements(pictures),
                pictures);
    }

    private String introduction() {
        String what = figure.images() == null ? "rows" : "images";
        String rows = test.rows() > MapFigure.MOST_POINTS
                ? Text.count(MapFigure.MOST_POINTS) + " randomly chosen test " + what
                : Text.count(test.rows()) + " test " + what;
        String colour = style.isLabelled()
                ? ", in the colour of its " + noun + ". A disc marks the median of each " + noun
                        + ", moved where discs would overlap"
                : "";
        String images = figure.images() == null
                ? ""
                : " Where points are dense, some images are shown: on the point or, where that would hide a group,"
                        + " beside it.";
        return "Every point is one of " + rows + colour + "." + images
                + " A code of two values is a map by itself. Longer codes are shown in two ways. PCA is the linear"
                + " projection that keeps the most variance. UMAP (McInnes, Healy and Melville, 2018) keeps"
                + " neighbours together and nothing else: distances between groups, the sizes of"
                + " groups and the axes mean nothing.";
    }

    /** All recipes side by side: each code is its own map. */
    private String plane(Configuration configuration, Gallery gallery) throws IOException {
        List<Gallery.Picture> pictures = new ArrayList<>();
        for (RunResult run : configuration.runs()) {
            // A recipe's name may not be a file name.
            pictures.add(code("map-" + configuration.number() + (char) ('a' + pictures.size()), run));
        }
        return gallery.figure(
                "The code of " + configuration.architecture() + ".",
                "The two values of each test row's code. Each axis has its own scale." + agreements(pictures),
                pictures);
    }

    private Gallery.Picture code(String file, RunResult run) {
        float[][] points = Objects.requireNonNull(codes.get(run.name()));
        String title = Findings.name(run) + ": the code itself";
        return picture(
                file,
                title,
                "the code of " + Findings.name(run) + " itself",
                points,
                () -> figure.draw(points, PlotFrame.filled(points), title, "z0", "z1", true));
    }

    private String projected(Configuration configuration, Gallery gallery, List<String> shares) throws IOException {
        RunResult run = configuration.best();
        float[][] latents = Objects.requireNonNull(codes.get(run.name()));
        io.hourglass.Dataset rows = asDataset(latents);
        ColumnPca own = ColumnPca.of(Pca.fit(rows));
        double total =
                IntStream.range(0, own.inputs()).mapToDouble(own::variance).sum();
        if (total > 0) {
            shares.add(Text.percent((own.variance(0) + own.variance(1)) / total) + " for " + Findings.name(run));
        }
        List<Gallery.Picture> pictures = new ArrayList<>();
        String name = "map-" + configuration.number();
        pictures.add(pcaMap(
                name + "-pca",
                Findings.name(run) + ": PCA of the codes",
                "PCA of the codes of " + Findings.name(run),
                own,
                own.project(rows, 2)));
        String missing = umapOfCodes(name + "-umap", run, pictures);
        return gallery.figure(
                "The codes of " + Findings.name(run) + ".",
                "The codes have " + configuration.latent()
                        + " values each. The recipe shown is the one with the lower test MSE."
                        + agreements(pictures)
                        + missing,
                pictures);
    }

    private String baselines(Gallery gallery) throws IOException {
        List<Gallery.Picture> pictures = new ArrayList<>();
        String what = figure.images() == null ? "values" : "pixels";
        pictures.add(pcaMap(
                "map-rows-pca", "No network: PCA of the " + what, "PCA of the " + what, pca, pca.project(test, 2)));
        umap.keySet().stream().filter(name -> name.startsWith(COMPONENTS)).forEach(name -> {
            String components = "the first " + name.substring(COMPONENTS.length()) + " principal components";
            umapMap(
                    "map-" + name + "-umap",
                    "No network: UMAP of " + components,
                    "UMAP of " + components,
                    name,
                    pictures);
        });
        String missing =
                umapMap("map-rows-umap", "No network: UMAP of the " + what, "UMAP of the " + what, ROWS, pictures);
        return gallery.figure(
                "Without a network.",
                "The " + Text.count(test.inputs()) + " " + what
                        + " of each row, for comparison. PCA is fitted to the training rows."
                        + agreements(pictures)
                        + missing,
                pictures);
    }

    private Gallery.Picture pcaMap(String file, String title, String what, ColumnPca of, float[][] points) {
        double total = IntStream.range(0, of.inputs()).mapToDouble(of::variance).sum();
        return picture(
                file,
                title,
                what,
                points,
                () -> figure.draw(
                        points,
                        PlotFrame.equal(points),
                        title,
                        component(of, 0, total),
                        component(of, 1, total),
                        true));
    }

    private static String component(ColumnPca pca, int k, double total) {
        return "principal component " + (k + 1)
                + (total > 0 ? " (" + Text.percent(pca.variance(k) / total) + " of the variance)" : "");
    }

    private String umapOfCodes(String file, RunResult run, List<Gallery.Picture> pictures) {
        String name = Findings.name(run);
        return umapMap(file, name + ": UMAP of the codes", "UMAP of the codes of " + name, run.name(), pictures);
    }

    /** Adds the UMAP map, or returns the sentence that says why there is none. */
    private String umapMap(String file, String title, String what, String key, List<Gallery.Picture> pictures) {
        float[][] points = umap.get(key);
        if (points == null) {
            return " There is no UMAP map: it was not computed, or the result was not usable.";
        }
        pictures.add(picture(
                file,
                title,
                what,
                points,
                () -> figure.draw(points, PlotFrame.equal(points), title, "UMAP 1", "UMAP 2", false)));
        return "";
    }

    private Gallery.Picture picture(
            String file, String title, String what, float[][] points, Supplier<BufferedImage> drawing) {
        if (labels != null) {
            separations.add(new Separation(what, NeighbourAgreement.of(points, labels)));
        }
        return new Gallery.Picture(file, "Map of the test rows. " + title, drawing);
    }

    /** The measured separation of the pictures just made. */
    private String agreements(List<Gallery.Picture> pictures) {
        if (labels == null) {
            return "";
        }
        List<Separation> latest = separations.subList(separations.size() - pictures.size(), separations.size());
        boolean byName = latest.size() > 2; // more are in another order in one column than in two
        List<String> shares = latest.stream()
                .map(map -> Text.percent(map.agreement()) + (byName ? " (" + map.what() + ")" : ""))
                .toList();
        return " The nearest neighbour of a point has the same " + noun + " for " + Text.list(shares) + " of the points"
                + (shares.size() == 2 ? ", in the order of the pictures." : ".");
    }

    private Optional<String> separation() {
        if (separations.size() < 2) {
            return Optional.empty();
        }
        Comparator<Separation> byAgreement = Comparator.comparingDouble(Separation::agreement);
        Separation most = separations.stream().max(byAgreement).orElseThrow();
        Separation least = separations.stream().min(byAgreement).orElseThrow();
        return Optional.of("Of these maps, " + most.what() + " separates the " + noun
                + "s best: the nearest neighbour of a point has the same " + noun + " for "
                + Text.percent(most.agreement()) + " of the points; " + least.what()
                + " separates them least, with "
                + Text.percent(least.agreement()) + ".");
    }

    private static Dataset asDataset(float[][] rows) {
        float[] values = new float[rows.length * rows[0].length];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(rows[r], 0, values, r * rows[0].length, rows[0].length);
        }
        return Dataset.ofFloats("codes", values, rows[0].length);
    }

    /** The codes of runs, computed once for all sections. */
    static Map<String, float[][]> codes(List<RunResult> runs, Map<String, Autoencoder> models, Dataset test) {
        Map<String, float[][]> codes = new java.util.LinkedHashMap<>();
        for (RunResult run : runs) {
            codes.put(run.name(), Objects.requireNonNull(models.get(run.name())).encode(test));
        }
        return codes;
    }
}
