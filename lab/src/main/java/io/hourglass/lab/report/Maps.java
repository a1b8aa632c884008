package io.hourglass.lab.report;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
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
    /** Under this name stand the UMAP coordinates of the rows themselves. */
    static final String ROWS = "raw";

    /** Under this and their number stand those of the rows' first principal components. */
    private static final String COMPONENTS = "pca-";

    private final Dataset test;
    private final Pca pca;
    private final Map<String, float[][]> codes;
    private final Map<String, float[][]> umap;
    private final String noun;
    private final LabelStyle style;
    private final MapFigure figure;
    private final int @Nullable [] labels;
    private final List<Separation> separations = new ArrayList<>();

    /** How well a map keeps the labels apart. */
    private record Separation(String what, double agreement) {}

    private Maps(
            Dataset test,
            Pca pca,
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
     * @param umap [rows][2] by the names of the runs, and {@link #ROWS}; what is missing is said to be
     * @param pictures how rows are drawn; null where they are no images
     */
    static Section section(
            List<Configuration> configurations,
            Dataset test,
            Pca pca,
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
            findings.add("PCA's maps show a part of what the codes hold: their two axes carry " + Text.list(shares)
                    + " of the variance.");
        }
        return new Section(
                "maps",
                "Maps of the latent space",
                Section.paragraph(introduction()) + Section.sentences(findings) + figures);
    }

    private String introduction() {
        String what = figure.images() == null ? "rows" : "images";
        String rows = test.rows() > MapFigure.MOST_POINTS
                ? Text.count(MapFigure.MOST_POINTS) + " randomly chosen test " + what
                : Text.count(test.rows()) + " test " + what;
        String colour = style.isLabelled()
                ? ", in the colour of its " + noun + "; the discs stand at each " + noun + "'s median (moved"
                        + " apart where they would overlap)"
                : "";
        String images = figure.images() == null
                ? ""
                : " Where points are dense, some of them are shown, on the point or, where that would hide a group, "
                        + "beside it.";
        return "Every point is one of " + rows + colour + "." + images
                + " A code of two numbers is a map by itself. Longer codes are brought to the plane in two ways: PCA, "
                + "the"
                + " linear view from the side where they spread furthest, and UMAP (McInnes, Healy and Melville 2018), "
                + "which"
                + " keeps neighbours together and lets go of all else: distances between its groups, their sizes and "
                + "its axes mean nothing.";
    }

    /** Both recipes beside each other: each code is its own map. */
    private String plane(Configuration configuration, Gallery gallery) throws IOException {
        List<Gallery.Picture> pictures = new ArrayList<>();
        for (RunResult run : configuration.runs()) {
            float[][] points = Objects.requireNonNull(codes.get(run.name()));
            String title = Findings.name(run) + ": the code itself";
            pictures.add(picture(
                    "map-" + configuration.number()
                            + (char) ('a' + pictures.size()), // names of recipes are no file names
                    title,
                    "the code of " + Findings.name(run) + " itself",
                    points,
                    () -> figure.draw(points, PlotFrame.filled(points), title, "z0", "z1", true)));
        }
        return gallery.figure(
                "The code of " + configuration.architecture() + ".",
                "The two numbers of each test row's code, as they are; each axis in a scale of its own."
                        + agreements(pictures),
                pictures);
    }

    private String projected(Configuration configuration, Gallery gallery, List<String> shares) throws IOException {
        RunResult run = configuration.best();
        float[][] latents = Objects.requireNonNull(codes.get(run.name()));
        io.hourglass.Dataset rows = asDataset(latents);
        Pca own = Pca.fit(rows);
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
        String missing = umapMap(
                name + "-umap",
                Findings.name(run) + ": UMAP of the codes",
                "UMAP of the codes of " + Findings.name(run),
                run.name(),
                pictures);
        return gallery.figure(
                "The codes of " + Findings.name(run) + ".",
                "The codes have " + configuration.latent()
                        + " numbers each; the recipe is the one with the lower test MSE."
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
                        + " of each row, for comparison; PCA is fitted to the training rows."
                        + agreements(pictures)
                        + missing,
                pictures);
    }

    private Gallery.Picture pcaMap(String file, String title, String what, Pca of, float[][] points) {
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

    private static String component(Pca pca, int k, double total) {
        return "principal component " + (k + 1)
                + (total > 0 ? " (" + Text.percent(pca.variance(k) / total) + " of the variance)" : "");
    }

    /** Adds UMAP's map, or gives the sentence that says why there is none. */
    private String umapMap(String file, String title, String what, String key, List<Gallery.Picture> pictures) {
        float[][] points = umap.get(key);
        if (points == null) {
            return " There is no map by UMAP: it was not computed, or gave no usable one.";
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
        boolean byName = latest.size() > 2; // the order of more is not the same in one column and in two
        List<String> shares = latest.stream()
                .map(map -> Text.percent(map.agreement()) + (byName ? " (" + map.what() + ")" : ""))
                .toList();
        return " The nearest neighbour of a point is of the same " + noun + " for " + Text.list(shares)
                + " of the points" + (shares.size() == 2 ? ", in the order of the pictures." : ".");
    }

    private Optional<String> separation() {
        if (separations.size() < 2) {
            return Optional.empty();
        }
        Comparator<Separation> byAgreement = Comparator.comparingDouble(Separation::agreement);
        Separation most = separations.stream().max(byAgreement).orElseThrow();
        Separation least = separations.stream().min(byAgreement).orElseThrow();
        return Optional.of("Of these maps, " + most.what() + " keeps the " + noun
                + "s apart best: the nearest neighbour of a point is of the same " + noun + " for "
                + Text.percent(most.agreement()) + " of the points; " + least.what()
                + " keeps them apart least, with "
                + Text.percent(least.agreement()) + ".");
    }

    private static Dataset asDataset(float[][] rows) {
        float[] values = new float[rows.length * rows[0].length];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(rows[r], 0, values, r * rows[0].length, rows[0].length);
        }
        return Dataset.ofFloats("codes", values, rows[0].length);
    }

    /** The codes of all runs, computed once for all sections. */
    static Map<String, float[][]> codes(
            List<Configuration> configurations, Map<String, Autoencoder> models, Dataset test) {
        Map<String, float[][]> codes = new java.util.LinkedHashMap<>();
        for (RunResult run : Findings.runs(configurations)) {
            codes.put(run.name(), Objects.requireNonNull(models.get(run.name())).encode(test));
        }
        return codes;
    }
}
