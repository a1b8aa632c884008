package io.hourglass.lab.report;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.io.AtomicFile;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.page.Html;
import io.hourglass.lab.page.Template;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.lab.text.Language;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the study's report: {@code report.html}, one file that loads nothing, its figures as PNG and SVG in {@code
 * figures}, and its tables as CSV and LaTeX in {@code tables}.
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
    private final Path dir;
    private final Words words;
    private final Paper paper;

    private StudyReport(
            Path dir,
            StudyResults results,
            Dataset test,
            ColumnPca pca,
            Map<String, Autoencoder> models,
            Language language)
            throws IOException {
        this.results = results;
        this.test = test;
        this.pca = pca;
        this.models = models;
        this.configurations = Configuration.of(results);
        this.dir = dir;
        this.words = new Words(language, results.subject());
        this.paper = new Paper(dir, words);
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
            Path dir,
            StudyResults results,
            Dataset test,
            ColumnPca pca,
            Map<String, Autoencoder> models,
            Language language)
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
            new StudyReport(dir, results, test, pca, models, language).write();
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    /** Consecutive sections, and the questions of the lab report that they answer. */
    private static final class Chapter {
        private final List<Section> sections = new ArrayList<>();
        private final List<LabReport.Answer> answers = new ArrayList<>();
        private String banner = "";

        /** Adds an answer to a question of the lab report: where the report answers it is a link. */
        void answers(LabReport.Question question, String link) {
            answers.add(new LabReport.Answer(question, link));
        }
    }

    /** Writes a chapter with its pictures. */
    @FunctionalInterface
    private interface Writer {
        void write(Chapter chapter) throws IOException;
    }

    private void write() throws IOException {
        int labels = labels();
        // Drawing pictures takes most of the time, and the chapters are independent.
        List<Writer> writers = List.of(chapter -> training(chapter, labels), this::latentSpace, chapter -> {
            clusters(chapter, labels);
            experiments(chapter);
        });
        List<Section> sections = new ArrayList<>();
        List<LabReport.Answer> answers = new ArrayList<>();
        StringBuilder banner = new StringBuilder();
        for (Chapter chapter :
                writers.parallelStream().map(StudyReport::written).toList()) {
            sections.addAll(chapter.sections);
            answers.addAll(chapter.answers);
            banner.append(chapter.banner);
        }
        if (!results.beyond().isEmpty()) {
            sections.add(beyond());
        }
        sections.add(0, Introduction.section(paper, results, answers, leftOut()));
        sections.add(Provenance.section(paper, results, labels <= MOST_LABELS ? test.labelNames() : List.of()));
        sections.add(LabReport.section(paper, answers));
        sections.add(Glossary.section(paper));
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
    private void training(Chapter chapter, int labels) throws IOException {
        List<Section> sections = chapter.sections;
        sections.add(Overview.section(paper, results, configurations));
        chapter.banner = reconstructions(chapter);
        chapter.answers(LabReport.Question.DEPTH, link("results"));
        chapter.answers(LabReport.Question.MSE, link("results"));
        if (ComparisonSection.applies(configurations)) {
            Pictures pictures = test.shape()
                    .map(shape -> Pictures.of(shape, Samples.of(test)))
                    .orElse(null);
            Section comparison =
                    ComparisonSection.section(paper, results, configurations, test, pca, models, umap(), pictures);
            sections.add(comparison);
            chapter.answers(
                    LabReport.Question.COMPARISON,
                    "<a href=\"#comparison\">" + Words.escape(comparison.title()) + "</a>");
            chapter.answers(LabReport.Question.COSTS, Numbering.toTable("costs"));
        }
        sections.add(Convergence.section(paper, configurations));
        chapter.answers(LabReport.Question.CONVERGENCE, Numbering.toFigure("curves"));
        sections.add(OverfittingSection.section(paper, results, configurations));
        chapter.answers(LabReport.Question.OVERFITTING, link("overfitting"));
        if (!results.seeds().isEmpty()) {
            sections.add(SeedSection.section(paper, results, configurations));
        }
        if (labels >= 2 && labels <= MOST_LABELS) {
            sections.add(LabelSection.section(paper, configurations, pcaByLabel(labels)));
            chapter.answers(LabReport.Question.LOST_LABELS, link("labels"));
        }
    }

    /** Adds the experiments besides the report's runs. */
    private void experiments(Chapter chapter) throws IOException {
        if (!results.variance().isEmpty()) {
            chapter.sections.add(Variance.section(paper, results.variance()));
            chapter.answers(LabReport.Question.VARIANCE, link("variance"));
        }
        if (!results.sweep().isEmpty()) {
            chapter.sections.add(Sweep.section(paper, results.sweep()));
            chapter.answers(LabReport.Question.WIDTH, link("sweep"));
        }
    }

    /** A link to a section, with its title. */
    private String link(String section) {
        return "<a href=\"#" + section + "\">" + words.html("section." + section) + "</a>";
    }

    /** The convolutional networks beyond the lab report. */
    private Section beyond() throws IOException {
        List<BeyondSection.Pair> pairs = BeyondSection.pairs(configurations, results.beyond());
        Samples samples = Samples.of(test);
        Pictures pictures = Pictures.of(test.shape().orElseThrow(), samples);
        ReconstructionFigure figure = BeyondSection.figure(paper, pairs, samples, models);
        Map<String, float[][]> umap = umap();
        List<RunResult> widest = pairs.get(pairs.size() - 1).runs();
        List<RunResult> mapped = widest.stream().allMatch(run -> umap.containsKey(run.name()))
                ? widest
                : pairs.get(0).runs();
        String html = Reconstructions.figure(
                        paper,
                        "beyond",
                        figure,
                        words.html("beyond.sheet.shows"),
                        words.html("beyond.sheet.reading"),
                        pictures)
                + Maps.figure(mapped, test, pca, models, umap, pictures, paper);
        return BeyondSection.section(paper, pairs, results, html).opening(explorers(results.beyond()));
    }

    /** What a quick study or a first look leaves out; UMAP may be missing in other studies too, where it failed. */
    private List<String> leftOut() {
        List<String> leftOut = new ArrayList<>();
        boolean whole = !results.variance().isEmpty() && !results.sweep().isEmpty();
        if (!whole
                && !results.analyses().runs().isEmpty()
                && results.analyses().maps().isEmpty()) {
            leftOut.add(words.say("questions.without.umap"));
        }
        if (results.variance().isEmpty()) {
            leftOut.add(words.say("questions.without.variance"));
        }
        if (results.sweep().isEmpty()) {
            leftOut.add(words.say("questions.without.sweep"));
        }
        if (results.smallData().isEmpty() && !whole) {
            leftOut.add(words.say("questions.without.small"));
        }
        return leftOut;
    }

    /** Adds the maps of the latent space and the section on the inside of the networks. */
    private void latentSpace(Chapter chapter) throws IOException {
        Map<String, float[][]> codes = Maps.codes(results.runs(), models, test);
        Pictures pictures =
                test.shape().map(shape -> Pictures.of(shape, Samples.of(test))).orElse(null);
        chapter.sections.add(Maps.section(configurations, test, pca, codes, umap(), pictures, paper)
                .opening(explorers(results.runs())));
        chapter.answers(LabReport.Question.MAPS, link("maps"));
        chapter.sections.add(Inside.section(configurations, test, models, codes, pictures, paper));
        chapter.answers(LabReport.Question.MEANING, link("inside"));
    }

    private Map<String, float[][]> umap() {
        Map<String, float[][]> umap = new LinkedHashMap<>();
        results.analyses().maps().forEach(map -> umap.put(map.name(), map.points()));
        return umap;
    }

    /** Links to the explorers of runs in the study's folder. */
    private String explorers(List<RunResult> runs) {
        List<String> links = runs.stream()
                .map(RunResult::name)
                .filter(name -> Files.exists(dir.resolve("explorer").resolve(name + ".html")))
                .map(name -> "<a href=\"" + Html.escape(Provenance.link("explorer/" + name + ".html")) + "\">"
                        + Words.escape(name) + "</a>")
                .toList();
        return links.isEmpty()
                ? ""
                : "<p class=\"explorers\">" + words.html("page.explorers") + " " + String.join(", ", links) + "</p>\n";
    }

    /** Adds what the codes say about the labels, if the study has analysed it. */
    private void clusters(Chapter chapter, int labels) throws IOException {
        if (results.analyses().runs().isEmpty()) {
            return;
        }
        chapter.sections.add(ClusterSection.section(paper, configurations, results.analyses()));
        chapter.answers(LabReport.Question.CLUSTERS, link("clusters"));
        if (test.shape().isPresent() && labels <= ConfusionSection.MOST_LABELS) {
            chapter.sections.add(ConfusionSection.section(paper, configurations, results.analyses()));
            chapter.answers(LabReport.Question.CONFUSION, link("confusion"));
        }
    }

    /** Adds the reconstruction figures, and returns the pictures at the top of the report: the best network's. */
    private String reconstructions(Chapter chapter) throws IOException {
        if (test.shape().isEmpty()) {
            chapter.sections.add(Reconstructions.withoutImages(paper));
            return "";
        }
        Samples samples = Samples.of(test);
        Pictures pictures = Pictures.of(test.shape().get(), samples);
        List<ReconstructionFigure> drawn = new ArrayList<>();
        for (Configuration configuration : configurations) {
            drawn.add(ReconstructionFigure.of(paper, configuration, samples, pca, models));
        }
        chapter.sections.add(Reconstructions.section(paper, configurations, drawn, pictures));
        chapter.answers(LabReport.Question.QUALITY, link("reconstructions"));
        return banner(samples, pictures);
    }

    private String banner(Samples samples, Pictures pictures) {
        Configuration winner = Configuration.best(configurations);
        RunResult best = winner.best();
        ReconstructionFigure.Row before =
                new ReconstructionFigure.Row(words.say("banner.original"), words.say("banner.of"), samples.rows());
        ReconstructionFigure.Row after = new ReconstructionFigure.Row(
                words.say("banner.decoded"),
                Findings.name(best, words),
                samples.rows().stream()
                        .map(Objects.requireNonNull(models.get(best.name()))::reconstruct)
                        .toList());
        String title = words.say("banner.title");
        return "<figure class=\"banner\">" + Reconstructions.image(before, pictures, title)
                + Reconstructions.image(after, pictures, title)
                + "<figcaption>" + words.html("banner.caption", words.counted("value", winner.latent()))
                + "</figcaption></figure>\n";
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
        Map<String, String> values = new HashMap<>();
        values.put("lang", words.language().code());
        values.put("title", words.html("page.title", results.subject().title()));
        values.put("subtitle", Words.escape(Introduction.subtitle(results, configurations, words)));
        values.put("scriptHash", Html.policySource(script));
        values.put(
                "style",
                Template.read(StudyReport.class, UPLOT + "uPlot.min.css") + "\n"
                        + Template.read(StudyReport.class, "report.css"));
        values.put("banner", banner);
        values.put("tiles", Introduction.tiles(results, configurations, words));
        values.put("links", Section.contents(sections));
        values.put(
                "sections",
                IntStream.range(0, sections.size())
                        .mapToObj(i -> sections.get(i).toHtml(i + 1, words))
                        .collect(Collectors.joining()));
        values.put("version", Html.escape(results.version()));
        values.put("script", script);
        for (String text : List.of("skip", "contents", "kicker")) {
            values.put(text, words.html("page." + text));
        }
        values.put("footer", words.html("page.footer", results.version()));
        return Numbering.number(Template.fill(Template.read(StudyReport.class, "report.html"), values), words);
    }
}
