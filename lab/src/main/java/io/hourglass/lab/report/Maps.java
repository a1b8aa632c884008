package io.hourglass.lab.report;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.analysis.NeighbourAgreement;
import io.hourglass.lab.analysis.Pca;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
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
    private final Paper paper;
    private final Words words;
    private final LabelStyle style;
    private final MapFigure figure;
    private final int @Nullable [] labels;
    private final List<Separation> separations = new ArrayList<>();

    /**
     * How well a map separates the labels.
     *
     * @param what the map, as sentences name it
     */
    private record Separation(String what, double agreement) {}

    private Maps(
            Dataset test,
            ColumnPca pca,
            Map<String, float[][]> codes,
            Map<String, float[][]> umap,
            @Nullable Pictures pictures,
            Paper paper) {
        this.test = test;
        this.pca = pca;
        this.codes = codes;
        this.umap = umap;
        this.paper = paper;
        this.words = paper.words();
        this.style = LabelStyle.of(test);
        this.figure = new MapFigure(test, style, pictures, words);
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
            Paper paper)
            throws IOException {
        return new Maps(test, pca, codes, umap, pictures, paper).section(configurations);
    }

    private Section section(List<Configuration> configurations) throws IOException {
        StringBuilder figures = new StringBuilder();
        List<String> shares = new ArrayList<>();
        for (Configuration configuration : configurations) {
            if (configuration.latent() == 2) {
                figures.append(plane(configuration));
            } else if (configuration.latent() > 2) {
                figures.append(projected(configuration, shares));
            }
        }
        if (test.inputs() > 1) {
            figures.append(baselines());
        }
        List<String> findings = new ArrayList<>();
        separation().ifPresent(findings::add);
        if (!shares.isEmpty()) {
            findings.add(words.say("maps.shares", words.list(shares)));
        }
        return Section.of(
                "maps",
                words,
                paper.question(style.isLabelled() ? "maps.question" : "maps.question.unlabelled")
                        + paper.answer(findings)
                        + "<p>" + introduction() + "</p>\n" + figures);
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
            Paper paper)
            throws IOException {
        return new Maps(test, pca, codes(runs, models, test), umap, pictures, paper).figure(runs);
    }

    private String figure(List<RunResult> runs) throws IOException {
        List<Gallery.Picture> pictures = new ArrayList<>();
        for (RunResult run : runs) {
            String file = "map-beyond-" + (char) ('a' + pictures.size());
            if (run.latent() == 2) {
                pictures.add(code(file, run));
            } else {
                umapOfCodes(file, run, pictures);
            }
        }
        String p = Findings.text(runs.get(0).latent());
        return Gallery.figure(
                paper,
                "codes-beyond",
                words.html("maps.beyond"),
                words.html("maps.beyond.shows", p) + agreements(pictures),
                reading(runs.get(0).latent() == 2 ? "code" : "umap"),
                pictures);
    }

    /**
     * A figure of two networks of different p side by side: the code itself at p = 2; UMAP of longer codes or, where it
     * was not computed, PCA.
     *
     * @param umap as in {@link #section}
     */
    static String pair(
            RunResult narrow,
            RunResult wide,
            Dataset test,
            ColumnPca pca,
            Map<String, Autoencoder> models,
            Map<String, float[][]> umap,
            @Nullable Pictures pictures,
            Paper paper)
            throws IOException {
        return new Maps(test, pca, codes(List.of(narrow, wide), models, test), umap, pictures, paper)
                .pair(narrow, wide);
    }

    private String pair(RunResult narrow, RunResult wide) throws IOException {
        List<Gallery.Picture> pictures = new ArrayList<>();
        StringBuilder shows = new StringBuilder();
        List<String> kinds = new ArrayList<>();
        for (RunResult run : List.of(narrow, wide)) {
            String file = "map-pair-" + (char) ('a' + pictures.size());
            String kind = run.latent() == 2 ? "code" : umap.containsKey(run.name()) ? "umap" : "pca";
            switch (kind) {
                case "code" -> pictures.add(code(file, run));
                case "umap" -> umapOfCodes(file, run, pictures);
                default -> pictures.add(pcaOfCodes(file, run, ColumnPca.of(Pca.fit(codesOf(run)))));
            }
            shows.append(words.html("maps.pair." + kind, Findings.text(run.latent())))
                    .append(' ');
            if (!kinds.contains(kind)) {
                kinds.add(kind);
            }
        }
        return Gallery.figure(
                paper,
                "comparison-maps",
                words.html("maps.pair", Findings.text(narrow.latent()), Findings.text(wide.latent())),
                shows.toString().strip() + agreements(pictures),
                kinds.stream().map(this::reading).collect(Collectors.joining(" ")),
                pictures);
    }

    /** What all maps have in common, as HTML. */
    private String introduction() {
        List<String> parts = new ArrayList<>();
        boolean all = test.rows() <= MapFigure.MOST_POINTS;
        parts.add(words.html(
                (all ? "maps.points" : "maps.points.some") + (style.isLabelled() ? ".labelled" : ""),
                Math.min(test.rows(), MapFigure.MOST_POINTS)));
        if (figure.images() != null) {
            parts.add(words.html("maps.images"));
        }
        parts.add(words.html("maps.kinds"));
        if (labels != null) {
            parts.add(words.html("maps.measure", words.percent(chance(labels))));
        }
        return String.join(" ", parts);
    }

    /** The share of points whose nearest neighbour has the same label if points lie anywhere, whatever their label. */
    private static double chance(int[] labels) {
        Map<Integer, Long> counts =
                IntStream.of(labels).boxed().collect(Collectors.groupingBy(l -> l, Collectors.counting()));
        double rows = labels.length;
        return counts.values().stream()
                .mapToDouble(n -> n / rows * (n - 1) / (rows - 1))
                .sum();
    }

    /** How to read one kind of map: {@code code}, {@code pca} or {@code umap}. */
    private String reading(String kind) {
        return words.html("maps.reading." + kind + (style.isLabelled() ? "" : ".unlabelled"));
    }

    /** All recipes side by side: each code is its own map. */
    private String plane(Configuration configuration) throws IOException {
        List<Gallery.Picture> pictures = new ArrayList<>();
        for (RunResult run : configuration.runs()) {
            // A recipe's name may not be a file name.
            pictures.add(code("map-" + configuration.number() + (char) ('a' + pictures.size()), run));
        }
        return Gallery.figure(
                paper,
                "map-" + configuration.number(),
                words.html("maps.plane", configuration.architecture()),
                words.html("maps.plane.shows") + agreements(pictures),
                reading("code"),
                pictures);
    }

    private Gallery.Picture code(String file, RunResult run) {
        float[][] points = Objects.requireNonNull(codes.get(run.name()));
        String name = Findings.name(run, words);
        String title = words.say("maps.code.title", name);
        return picture(
                file,
                title,
                words.say("maps.code.what", name),
                points,
                figure.draw(points, PlotFrame.filled(points), title, value(0), value(1), true));
    }

    private String value(int d) {
        return words.say("maps.axis.code", Findings.text(d));
    }

    private String projected(Configuration configuration, List<String> shares) throws IOException {
        RunResult run = configuration.best();
        ColumnPca own = ColumnPca.of(Pca.fit(codesOf(run)));
        double total = total(own);
        if (total > 0) {
            shares.add(words.say(
                    "maps.share",
                    words.percent((own.variance(0) + own.variance(1)) / total),
                    Findings.name(run, words)));
        }
        String name = "map-" + configuration.number();
        List<Gallery.Picture> pictures = new ArrayList<>();
        pictures.add(pcaOfCodes(name + "-pca", run, own));
        boolean hasUmap = umapOfCodes(name + "-umap", run, pictures);
        return Gallery.figure(
                paper,
                "map-" + configuration.number(),
                words.html("maps.codes", Findings.name(run, words)),
                words.html("maps.codes.shows", Findings.text(configuration.latent()))
                        + (configuration.runs().size() > 1 ? " " + words.html("maps.codes.recipe") : "")
                        + agreements(pictures)
                        + missing(hasUmap),
                reading("pca") + (hasUmap ? " " + reading("umap") : ""),
                pictures);
    }

    private String baselines() throws IOException {
        List<Gallery.Picture> pictures = new ArrayList<>();
        pictures.add(pcaMap(
                "map-rows-pca",
                words.say("maps.rows.pca.title"),
                words.say("maps.rows.pca.what"),
                pca,
                pca.project(test, 2)));
        umap.keySet().stream().filter(name -> name.startsWith(COMPONENTS)).forEach(name -> {
            String number = name.substring(COMPONENTS.length());
            umapMap(
                    "map-" + name + "-umap",
                    words.say("maps.components.title", number),
                    words.say("maps.components.what", number),
                    name,
                    pictures);
        });
        boolean hasUmap = umapMap(
                "map-rows-umap", words.say("maps.rows.umap.title"), words.say("maps.rows.umap.what"), ROWS, pictures);
        return Gallery.figure(
                paper,
                "map-rows",
                words.html("maps.rows"),
                words.html("maps.rows.shows", test.inputs()) + agreements(pictures) + missing(hasUmap),
                words.html("maps.reading.rows"),
                pictures);
    }

    private Gallery.Picture pcaOfCodes(String file, RunResult run, ColumnPca own) {
        String name = Findings.name(run, words);
        return pcaMap(
                file,
                words.say("maps.pca.title", name),
                words.say("maps.pca.what", name),
                own,
                own.project(codesOf(run), 2));
    }

    private Gallery.Picture pcaMap(String file, String title, String what, ColumnPca of, float[][] points) {
        double total = total(of);
        return picture(
                file,
                title,
                what,
                points,
                figure.draw(
                        points,
                        PlotFrame.equal(points),
                        title,
                        component(of, 0, total),
                        component(of, 1, total),
                        true));
    }

    private static double total(ColumnPca of) {
        return IntStream.range(0, of.inputs()).mapToDouble(of::variance).sum();
    }

    private String component(ColumnPca of, int k, double total) {
        String number = Findings.text(k + 1);
        return total > 0
                ? words.say("maps.axis.component", number, words.percent(of.variance(k) / total))
                : words.say("maps.axis.component.plain", number);
    }

    private boolean umapOfCodes(String file, RunResult run, List<Gallery.Picture> pictures) {
        String name = Findings.name(run, words);
        return umapMap(
                file, words.say("maps.umap.title", name), words.say("maps.umap.what", name), run.name(), pictures);
    }

    /** Adds the UMAP map, and returns whether there is one. */
    private boolean umapMap(String file, String title, String what, String key, List<Gallery.Picture> pictures) {
        float[][] points = umap.get(key);
        if (points == null) {
            return false;
        }
        pictures.add(picture(
                file,
                title,
                what,
                points,
                figure.draw(
                        points,
                        PlotFrame.equal(points),
                        title,
                        words.say("maps.axis.umap", "1"),
                        words.say("maps.axis.umap", "2"),
                        false)));
        return true;
    }

    /** The sentence that says why there is no UMAP map. */
    private String missing(boolean hasUmap) {
        return hasUmap ? "" : " " + words.html("maps.missing");
    }

    private Gallery.Picture picture(String file, String title, String what, float[][] points, Drawing drawing) {
        if (labels != null) {
            separations.add(new Separation(what, NeighbourAgreement.of(points, labels)));
        }
        return new Gallery.Picture(file, words.say("maps.alt", title), drawing);
    }

    /** The measured separation of the pictures just made, as HTML. */
    private String agreements(List<Gallery.Picture> pictures) {
        if (labels == null) {
            return "";
        }
        List<Separation> latest = separations.subList(separations.size() - pictures.size(), separations.size());
        boolean byName = latest.size() > 2; // more are in another order in one column than in two
        List<String> shares = latest.stream()
                .map(map -> byName
                        ? words.say("maps.agreement.named", words.percent(map.agreement()), map.what())
                        : words.percent(map.agreement()))
                .toList();
        return " " + words.html(shares.size() == 2 ? "maps.agreements" : "maps.agreement", words.list(shares));
    }

    private Optional<String> separation() {
        if (separations.size() < 2) {
            return Optional.empty();
        }
        Comparator<Separation> byAgreement = Comparator.comparingDouble(Separation::agreement);
        Separation most = separations.stream().max(byAgreement).orElseThrow();
        Separation least = separations.stream().min(byAgreement).orElseThrow();
        return Optional.of(words.say(
                "maps.separation",
                most.what(),
                words.percent(most.agreement()),
                least.what(),
                words.percent(least.agreement())));
    }

    /** The codes of a run's test rows. */
    private Dataset codesOf(RunResult run) {
        float[][] rows = Objects.requireNonNull(codes.get(run.name()));
        float[] values = new float[rows.length * rows[0].length];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(rows[r], 0, values, r * rows[0].length, rows[0].length);
        }
        return Dataset.ofFloats("codes", values, rows[0].length);
    }

    /** The codes of runs, computed once for all sections. */
    static Map<String, float[][]> codes(List<RunResult> runs, Map<String, Autoencoder> models, Dataset test) {
        Map<String, float[][]> codes = new LinkedHashMap<>();
        for (RunResult run : runs) {
            codes.put(run.name(), Objects.requireNonNull(models.get(run.name())).encode(test));
        }
        return codes;
    }
}
