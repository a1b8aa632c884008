package io.hourglass.lab.report;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.io.AtomicFile;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.page.Html;
import io.hourglass.lab.page.Template;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes the study's report: {@code report.html}, one file that loads nothing, and its figures as {@code
 * figures/*.png}.
 */
public final class StudyReport {
    /** Where uPlot's files are on the class path. */
    static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

    /** With more labels than this, a chart by label is unreadable and its table too long. */
    private static final int MOST_LABELS = 40;

    private final StudyResults results;
    private final Dataset test;
    private final ColumnPca pca;
    private final Map<String, Autoencoder> models;
    private final List<Configuration> configurations;

    private StudyReport(StudyResults results, Dataset test, ColumnPca pca, Map<String, Autoencoder> models) {
        this.results = results;
        this.test = test;
        this.pca = pca;
        this.models = models;
        this.configurations = Configuration.of(results);
    }

    /**
     * Writes the report. It links to {@code results.json}, {@code results.csv} and the models, which the caller writes.
     *
     * @param dir created if it does not exist
     * @param test the test set of the study: the source of the figures' images
     * @param pca fitted to the training rows
     * @param models by the names of the runs
     * @throws IllegalArgumentException if the results hold no run, or a run has no model
     * @throws IOException if a file cannot be written
     */
    public static void write(
            Path dir, StudyResults results, Dataset test, ColumnPca pca, Map<String, Autoencoder> models)
            throws IOException {
        if (results.runs().isEmpty()) {
            throw new IllegalArgumentException("the study has no runs to report on");
        }
        for (RunResult run : results.all()) {
            if (!models.containsKey(run.name())) {
                throw new IllegalArgumentException("no model for run " + run.name());
            }
        }
        // Servers have no display, and drawing in memory needs none.
        System.setProperty("java.awt.headless", "true");
        try {
            new StudyReport(results, test, pca, models).write(dir);
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    /** Consecutive sections, and the questions of the lab report that they answer. */
    private static final class Chapter {
        private final List<Section> sections = new ArrayList<>();
        private final Map<String, String> answers = new LinkedHashMap<>();
        private String banner = "";
    }

    /** Writes a chapter with its pictures. */
    @FunctionalInterface
    private interface Writer {
        void write(Chapter chapter) throws IOException;
    }

    private void write(Path dir) throws IOException {
        Path figures = Files.createDirectories(dir.resolve("figures"));
        int labels = labels();
        // Drawing pictures takes most of the time, and the chapters are independent.
        Gallery gallery = new Gallery(figures, configurations.size() + 2);
        List<Writer> writers = List.of(
                chapter -> training(figures, chapter, labels),
                chapter -> latentSpace(dir, gallery, chapter),
                chapter -> {
                    clusters(chapter, labels);
                    experiments(figures, chapter);
                });
        List<Section> sections = new ArrayList<>();
        Map<String, String> answers = new LinkedHashMap<>();
        StringBuilder banner = new StringBuilder();
        for (Chapter chapter :
                writers.parallelStream().map(StudyReport::written).toList()) {
            sections.addAll(chapter.sections);
            answers.putAll(chapter.answers);
            banner.append(chapter.banner);
        }
        if (!results.beyond().isEmpty()) {
            sections.add(beyond(dir, figures, gallery));
        }
        sections.add(Provenance.section(results, labels <= MOST_LABELS ? test.labelNames() : List.of()));
        Set<String> recipes =
                results.all().stream().map(run -> run.recipe().name()).collect(Collectors.toSet());
        sections.add(0, Introduction.section(recipes, answers, leftOut(), results.firstLook()));
        byte[] page = page(sections, banner.toString()).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(dir.resolve("report.html"), out -> out.write(page));
    }

    private static Chapter written(Writer writer) {
        try {
            Chapter chapter = new Chapter();
            writer.write(chapter);
            return chapter;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the runs measured: errors, reconstructions, convergence. */
    private void training(Path figures, Chapter chapter, int labels) throws IOException {
        List<Section> sections = chapter.sections;
        Map<String, String> answers = chapter.answers;
        sections.add(Overview.section(results, configurations));
        chapter.banner = reconstructions(figures, sections, answers);
        answers.put("The difference between one hidden layer and several (3.2)", "<a href=\"#results\">Results</a>");
        answers.put("The mean squared error of each configuration (3.3)", "<a href=\"#results\">Results</a>");

        List<Curve> curves = Curve.of(configurations);
        byte[] png = Pictures.png(ConvergencePng.draw(curves));
        Files.write(figures.resolve("convergence.png"), png);
        int next = configurations.size() + 1;
        sections.add(Convergence.section(configurations, curves, png, next));
        answers.put(
                "How the error of each configuration converges (3.1.1, 3.3: begun, not finished)",
                "<a href=\"#convergence\">Figure " + next + "</a>");

        if (labels >= 2 && labels <= MOST_LABELS) {
            sections.add(LabelSection.section(configurations, pcaByLabel(labels), noun()));
            answers.put(
                    "Which " + noun() + "s are lost in a small code (3.2.1)",
                    "<a href=\"#labels\">Error by true " + noun() + "</a>");
        }
    }

    /** Adds the experiments besides the report's runs. */
    private void experiments(Path figures, Chapter chapter) throws IOException {
        List<Section> sections = chapter.sections;
        Map<String, String> answers = chapter.answers;
        if (!results.variance().isEmpty()) {
            sections.add(Variance.section(results.variance()));
            ExperimentCharts.variance(figures.resolve("variance.png"), results.variance());
            answers.put(
                    "Bias, variance and irreducible error (Definition 1)",
                    "<a href=\"#variance\">Bias and variance</a>");
        }
        if (!results.sweep().isEmpty()) {
            sections.add(Sweep.section(results.sweep()));
            ExperimentCharts.sweep(figures.resolve("sweep.png"), results.sweep());
            answers.put(
                    "How the width of the code affects the quality (3.2)",
                    "<a href=\"#sweep\">How small can the code be?</a>");
        }
    }

    /** The convolutional networks beyond the lab report. */
    private Section beyond(Path dir, Path figures, Gallery gallery) throws IOException {
        List<BeyondSection.Pair> pairs = BeyondSection.pairs(configurations, results.beyond());
        Samples samples = Samples.of(test);
        Pictures pictures = Pictures.of(test.shape().orElseThrow(), samples);
        ReconstructionFigure figure = BeyondSection.figure(pairs, samples, models);
        Files.write(figures.resolve("beyond.png"), Pictures.png(ReconstructionPng.draw(figure, pictures)));
        Map<String, float[][]> umap = umap();
        List<RunResult> widest = pairs.get(pairs.size() - 1).runs();
        List<RunResult> mapped = widest.stream().allMatch(run -> umap.containsKey(run.name()))
                ? widest
                : pairs.get(0).runs();
        String html = Reconstructions.figure("beyond-images", figure, "", pictures)
                + Maps.figure(mapped, test, pca, models, umap, pictures, noun(), gallery);
        return BeyondSection.section(pairs, results, noun(), html).opening(explorers(dir, results.beyond()));
    }

    /** What a quick study or a first look leaves out; UMAP may be missing in other studies too, where it failed. */
    private List<String> leftOut() {
        List<String> leftOut = new ArrayList<>();
        boolean whole = !results.variance().isEmpty() && !results.sweep().isEmpty();
        if (!whole
                && !results.analyses().runs().isEmpty()
                && results.analyses().maps().isEmpty()) {
            leftOut.add("UMAP");
        }
        if (results.variance().isEmpty()) {
            leftOut.add("bias and variance");
        }
        if (results.sweep().isEmpty()) {
            leftOut.add("the sweep over the width of the code");
        }
        return leftOut;
    }

    /** Adds the maps of the latent space and the section on the inside of the networks. */
    private void latentSpace(Path dir, Gallery gallery, Chapter chapter) throws IOException {
        List<Section> sections = chapter.sections;
        Map<String, String> answers = chapter.answers;
        Map<String, float[][]> codes = Maps.codes(results.runs(), models, test);
        Pictures pictures =
                test.shape().map(shape -> Pictures.of(shape, Samples.of(test))).orElse(null);
        sections.add(Maps.section(configurations, test, pca, codes, umap(), pictures, noun(), gallery)
                .opening(explorers(dir, results.runs())));
        answers.put(
                "How the " + noun() + "s lie in a latent space of 2 dimensions, and of 16 (3.1.1: planned, not done)",
                "<a href=\"#maps\">Maps of the latent space</a>");
        sections.add(Inside.section(configurations, test, models, codes, pictures, noun(), gallery));
        answers.put("What the code stands for, and what it loses (3.2.1)", "<a href=\"#inside\">Looking inside</a>");
    }

    private Map<String, float[][]> umap() {
        Map<String, float[][]> umap = new LinkedHashMap<>();
        results.analyses().maps().forEach(map -> umap.put(map.name(), map.points()));
        return umap;
    }

    /** Links to the explorers of runs in the study's folder. */
    private static String explorers(Path dir, List<RunResult> runs) {
        List<String> links = runs.stream()
                .map(RunResult::name)
                .filter(name -> Files.exists(dir.resolve("explorer").resolve(name + ".html")))
                .map(name -> "<a href=\"" + Html.escape(Provenance.link("explorer/" + name + ".html")) + "\">"
                        + Html.escape(name) + "</a>")
                .toList();
        return links.isEmpty()
                ? ""
                : "<p class=\"explorers\"><b>Explore them yourself:</b> each network has a page that decodes any"
                        + " code in the browser. "
                        + String.join(", ", links) + "</p>\n";
    }

    /** Adds what the codes say about the labels, if the study has analysed it. */
    private void clusters(Chapter chapter, int labels) {
        List<Section> sections = chapter.sections;
        Map<String, String> answers = chapter.answers;
        if (results.analyses().runs().isEmpty()) {
            return;
        }
        sections.add(ClusterSection.section(configurations, results.analyses(), noun(), isDigits()));
        answers.put(
                "Clustering in a reduced latent space, p = 2 against p = 16 (introduction, 3.1.1)",
                "<a href=\"#clusters\">Clusters in the codes</a>");
        if (test.shape().isPresent() && labels <= ConfusionSection.MOST_LABELS) {
            sections.add(ConfusionSection.section(configurations, results.analyses(), noun(), isDigits()));
            answers.put(
                    "Which " + noun() + "s decoded images are taken for (3.2.1)",
                    "<a href=\"#confusion\">" + (isDigits() ? "Digit confusion" : "Confusion of labels") + "</a>");
        }
    }

    /** Adds the reconstruction figures, and returns the pictures at the top of the report: the best network's. */
    private String reconstructions(Path figures, List<Section> sections, Map<String, String> answers)
            throws IOException {
        if (test.shape().isEmpty()) {
            sections.add(Reconstructions.withoutImages());
            return "";
        }
        Samples samples = Samples.of(test);
        Pictures pictures = Pictures.of(test.shape().get(), samples);
        List<ReconstructionFigure> drawn = new ArrayList<>();
        for (Configuration configuration : configurations) {
            ReconstructionFigure figure = ReconstructionFigure.of(configuration, samples, pca, models);
            drawn.add(figure);
            Files.write(
                    figures.resolve("figure" + configuration.number() + ".png"),
                    Pictures.png(ReconstructionPng.draw(figure, pictures)));
        }
        sections.add(Reconstructions.section(configurations, drawn, pictures, isDigits()));
        String numbers = configurations.size() == 1 ? "Figure 1" : "Figures 1 to " + configurations.size();
        answers.put(
                "The quality of the digits reconstructed from the latent space (3.2.1)",
                "<a href=\"#reconstructions\">" + numbers + "</a>");
        return banner(samples, pictures);
    }

    private String banner(Samples samples, Pictures pictures) {
        Configuration winner = configurations.stream()
                .min(java.util.Comparator.comparingDouble(
                        configuration -> configuration.best().testMse()))
                .orElseThrow();
        RunResult best = winner.best();
        ReconstructionFigure.Row before = new ReconstructionFigure.Row("original", "test images", samples.rows());
        ReconstructionFigure.Row after = new ReconstructionFigure.Row(
                "decoded",
                Findings.name(best),
                samples.rows().stream()
                        .map(Objects.requireNonNull(models.get(best.name()))::reconstruct)
                        .toList());
        return "<figure class=\"banner\">" + Reconstructions.image(before, pictures, "Best network")
                + Reconstructions.image(after, pictures, "Best network")
                + "<figcaption>Above: images of the test set. Below: the same images, each reconstructed from "
                + Text.counted(winner.latent(), "value") + ".</figcaption></figure>\n";
    }

    /** What a label is. */
    private String noun() {
        return isDigits() ? "digit" : "label";
    }

    private boolean isDigits() {
        return results.data().areMnist();
    }

    /** One more than the largest label; 0 where the rows have none. */
    private int labels() {
        int labels = 0;
        for (int row = 0; test.hasLabels() && row < test.rows(); row++) {
            labels = Math.max(labels, test.label(row) + 1);
        }
        return labels;
    }

    /** PCA's test error by p, then by label. */
    private SortedMap<Integer, double[]> pcaByLabel(int labels) {
        SortedMap<Integer, double[]> byLatent = new TreeMap<>();
        for (Configuration configuration : configurations) {
            byLatent.computeIfAbsent(configuration.latent(), p -> byLabel(pca.errors(test, p), labels));
        }
        return byLatent;
    }

    private double[] byLabel(double[] errors, int labels) {
        double[] sums = new double[labels];
        int[] counts = new int[labels];
        for (int row = 0; row < errors.length; row++) {
            sums[test.label(row)] += errors[row];
            counts[test.label(row)]++;
        }
        Arrays.setAll(sums, label -> sums[label] / counts[label]); // NaN where a label does not occur
        return sums;
    }

    private String page(List<Section> sections, String banner) throws IOException {
        String script = Template.read(StudyReport.class, UPLOT + "uPlot.iife.min.js") + "\n"
                + Template.read(StudyReport.class, "report.js");
        Map<String, String> values = Map.of(
                "title",
                        Html.escape("Autoencoders on "
                                + Introduction.display(results.data().name())),
                "subtitle", Html.escape(Introduction.subtitle(results, configurations)),
                "scriptHash", Html.policySource(script),
                "style",
                        Template.read(StudyReport.class, UPLOT + "uPlot.min.css") + "\n"
                                + Template.read(StudyReport.class, "report.css"),
                "banner", banner,
                "tiles", Introduction.tiles(results, configurations),
                "contents", Section.contents(sections),
                "sections",
                        String.join("", sections.stream().map(Section::toHtml).toList()),
                "version", Html.escape(results.version()),
                "script", script);
        return Template.fill(Template.read(StudyReport.class, "report.html"), values);
    }
}
