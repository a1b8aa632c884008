package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.analysis.ColumnPca;
import io.hourglass.lab.report.DataTable.Cell;
import io.hourglass.lab.report.DataTable.Column;
import io.hourglass.lab.report.ReconstructionFigure.Row;
import io.hourglass.lab.study.Analyses;
import io.hourglass.lab.study.Cost;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The smallest p of the study beside the largest, the comparison that the lab report set out to make: the same images
 * by every network, two maps, what the wider code gains, and what p costs.
 */
final class ComparisonSection {
    /** A run that takes this many times as long as another is called longer: less may be chance. */
    private static final double LONGER = 1.05;

    private final StudyResults results;
    private final List<Configuration> configurations;
    private final Paper paper;
    private final Words words;
    private final RunResult narrow;
    private final RunResult wide;

    private ComparisonSection(Paper paper, StudyResults results, List<Configuration> configurations) {
        this.results = results;
        this.configurations = configurations;
        this.paper = paper;
        this.words = paper.words();
        this.narrow =
                Findings.bestAt(configurations, latents(configurations).min().orElseThrow());
        this.wide =
                Findings.bestAt(configurations, latents(configurations).max().orElseThrow());
    }

    /** Whether the study has different p to compare. */
    static boolean applies(List<Configuration> configurations) {
        return latents(configurations).distinct().count() > 1;
    }

    private static IntStream latents(List<Configuration> configurations) {
        return configurations.stream().mapToInt(Configuration::latent);
    }

    /**
     * The section.
     *
     * @param pca fitted to the training rows
     * @param models by the names of the runs
     * @param umap [rows][2] by the names of the runs, as far as it was computed
     * @param pictures how rows are drawn; null if they are not images
     */
    static Section section(
            Paper paper,
            StudyResults results,
            List<Configuration> configurations,
            Dataset test,
            ColumnPca pca,
            Map<String, Autoencoder> models,
            Map<String, float[][]> umap,
            @Nullable Pictures pictures)
            throws IOException {
        return new ComparisonSection(paper, results, configurations).section(test, pca, models, umap, pictures);
    }

    private Section section(
            Dataset test,
            ColumnPca pca,
            Map<String, Autoencoder> models,
            Map<String, float[][]> umap,
            @Nullable Pictures pictures)
            throws IOException {
        List<String> sentences = new ArrayList<>(sentences());
        variance(test, pca).ifPresent(sentence -> sentences.add(1, sentence));
        StringBuilder html = new StringBuilder(paper.question("comparison.question", p(narrow), p(wide)));
        html.append(paper.answer(sentences));
        if (pictures != null) {
            html.append(sheet(Samples.of(test), pca, models, pictures));
        }
        if (narrow.latent() > 1) {
            html.append(Maps.pair(narrow, wide, test, pca, models, umap, pictures, paper));
        }
        html.append("<h3>").append(words.html("comparison.costs")).append("</h3>\n");
        html.append(Paper.sentences(costs()));
        html.append(table());
        return new Section("comparison", words.say("section.comparison", p(narrow), p(wide)), html.toString());
    }

    private static String p(RunResult run) {
        return Findings.text(run.latent());
    }

    // --- what the comparison shows

    /** What the results say; each is true for any outcome. */
    static List<String> sentences(Paper paper, StudyResults results, List<Configuration> configurations) {
        return new ComparisonSection(paper, results, configurations).sentences();
    }

    private List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        String[] errors = words.pair(wide.testMse(), narrow.testMse());
        sentences.add(words.say(
                words.images() ? "comparison.error" : "comparison.error.plain",
                Findings.name(wide, words),
                words.percent(wide.testMse() / narrow.testMse()),
                Findings.name(narrow, words),
                errors[0],
                errors[1],
                words.psnr(wide.psnr(), 1),
                words.psnr(narrow.psnr(), 1)));
        labels().ifPresent(sentences::add);
        Analyses analyses = results.analyses();
        ConfusionSection.confusion(analyses, narrow)
                .flatMap(few -> ConfusionSection.confusion(analyses, wide)
                        .map(many -> readable(
                                ConfusionSection.accuracy(few),
                                ConfusionSection.accuracy(many),
                                ConfusionSection.accuracy(analyses.originals()))))
                .ifPresent(sentences::add);
        analyses.run(narrow.name())
                .flatMap(few -> analyses.run(wide.name()).map(many -> clustered(few, many)))
                .ifPresent(sentences::add);
        int inputs = results.data().inputs();
        sentences.add(words.say(
                "comparison.size",
                p(wide),
                p(narrow),
                words.ratio((double) wide.latent() / narrow.latent()),
                words.counted("value", inputs),
                words.ratio((double) inputs / wide.latent()),
                words.ratio((double) inputs / narrow.latent())));
        return sentences;
    }

    /** The share of the test rows' variance that each code loses; the mean training row loses all of it. */
    private Optional<String> variance(Dataset test, ColumnPca pca) {
        double all = pca.meanMse(test);
        // Errors per column are in other units.
        return all > 0 && !results.data().perColumn()
                ? Optional.of(words.say(
                        "comparison.variance",
                        p(narrow),
                        words.percent(narrow.testMse() / all),
                        p(wide),
                        words.percent(wide.testMse() / all)))
                : Optional.empty();
    }

    /** Which labels lose most and least in the narrow code. */
    private Optional<String> labels() {
        double[] losses = IntStream.range(
                        0,
                        Math.min(
                                narrow.testMseByLabel().size(),
                                wide.testMseByLabel().size()))
                .mapToDouble(label -> narrow.testMseByLabel().get(label)
                        / wide.testMseByLabel().get(label))
                .toArray();
        int[] known = IntStream.range(0, losses.length)
                .filter(label -> Double.isFinite(losses[label]))
                .toArray();
        if (known.length < 2) {
            return Optional.empty();
        }
        int most = IntStream.of(known)
                .reduce((a, b) -> losses[b] > losses[a] ? b : a)
                .orElseThrow();
        int least = IntStream.of(known)
                .reduce((a, b) -> losses[b] < losses[a] ? b : a)
                .orElseThrow();
        return Optional.of(
                losses[most] > 1
                        ? words.say(
                                "comparison.labels",
                                p(narrow),
                                words.label(most),
                                words.factor(losses[most]),
                                p(wide),
                                words.label(least),
                                words.factor(losses[least]))
                        : words.say("comparison.labels.none", p(narrow), p(wide)));
    }

    /** Which images a classifier reads better. */
    private String readable(double few, double many, double originals) {
        return words.say(
                "comparison.read." + verdict(few, many),
                p(wide),
                p(narrow),
                words.share(many),
                words.share(few),
                words.share(originals));
    }

    /** In which code labels are easier to find, without them and with them. */
    private String clustered(Analyses.Analysis few, Analyses.Analysis many) {
        double before = few.clusters().kmeans().accuracy();
        double after = many.clusters().kmeans().accuracy();
        return words.say(
                "comparison.clusters." + verdict(before, after),
                p(wide),
                p(narrow),
                words.share(after),
                words.share(before),
                words.share(many.clusters().knnAccuracy()),
                words.share(few.clusters().knnAccuracy()));
    }

    /** What reads the same is called the same. */
    private String verdict(double few, double many) {
        return words.share(few).equals(words.share(many)) ? "same" : many > few ? "better" : "worse";
    }

    // --- the same images by every network

    private String sheet(Samples samples, ColumnPca pca, Map<String, Autoencoder> models, Pictures pictures)
            throws IOException {
        String title = words.say("comparison.figure");
        List<Row> rows = new ArrayList<>();
        StringBuilder html = new StringBuilder("<figure class=\"sheet\" id=\"figure-comparison\">\n");
        Row originals = Row.originals(samples, words);
        rows.add(originals);
        html.append(Reconstructions.line(originals, pictures, title));
        for (int p : latents(configurations).distinct().sorted().toArray()) {
            html.append("<div class=\"sheet-group\"><h3>p = ").append(p).append("</h3>\n");
            for (Row row : rows(p, samples, pca, models)) {
                rows.add(row);
                html.append(Reconstructions.line(row, pictures, title));
            }
            html.append("</div>\n");
        }
        String files = paper.draw(
                "comparison",
                ReconstructionPng.draw(
                        new ReconstructionFigure(title, words.say("comparison.subtitle"), rows), pictures));
        return html.append(paper.caption(
                        "comparison",
                        escape(title),
                        words.html("comparison.shows"),
                        words.html("comparison.reading", p(narrow), p(wide)) + " " + files))
                .append("</figure>\n")
                .toString();
    }

    /** The networks of one p, each with the recipe of lower test error, then PCA. */
    private List<Row> rows(int p, Samples samples, ColumnPca pca, Map<String, Autoencoder> models) {
        List<Row> rows = new ArrayList<>();
        double pcaMse = Double.NaN;
        for (Configuration configuration : configurations) {
            if (configuration.latent() == p) {
                RunResult run = configuration.best();
                pcaMse = run.pcaTestMse();
                String detail =
                        words.say("comparison.detail", Recipes.name(run.recipe(), words), words.mse(run.testMse()));
                rows.add(Row.of(configuration.architecture(), detail, run, samples, models));
            }
        }
        rows.add(new Row(
                words.say("pca.components", Findings.text(p)),
                words.say("comparison.detail", words.say("comparison.linear"), words.mse(pcaMse)),
                samples.rows().stream().map(row -> pca.reconstruct(row, p)).toList()));
        return rows;
    }

    // --- what p costs

    /** Two runs that differ in p alone. */
    private record Pair(RunResult narrow, RunResult wide) {
        double change(ToDoubleFunction<RunResult> cost) {
            return cost.applyAsDouble(wide) / cost.applyAsDouble(narrow) - 1;
        }
    }

    /** What the costs of runs that differ in p alone say; empty if there are none. */
    static List<String> costs(Paper paper, StudyResults results, List<Configuration> configurations) {
        return new ComparisonSection(paper, results, configurations).costs();
    }

    private List<String> costs() {
        List<Pair> pairs = new ArrayList<>();
        for (RunResult few : Findings.runs(configurations)) {
            for (RunResult many : Findings.runs(configurations)) {
                if (few.latent() == narrow.latent()
                        && many.latent() == wide.latent()
                        && few.architecture()
                                .hidden()
                                .equals(many.architecture().hidden())
                        && few.recipe().equals(many.recipe())) {
                    pairs.add(new Pair(few, many));
                }
            }
        }
        if (pairs.isEmpty()) {
            return List.of();
        }
        ToDoubleFunction<RunResult> memory = run -> run.cost().trainingBytes();
        List<String> sentences = new ArrayList<>();
        sentences.add(words.say(
                "comparison.costs.changes",
                p(narrow),
                p(wide),
                range(pairs, run -> run.cost().parameters()),
                range(pairs, memory),
                range(pairs, run -> run.cost().modelFileBytes()),
                Findings.text(wide.cost().codeBytesPerRow()),
                Findings.text(narrow.cost().codeBytesPerRow())));
        sentences.add(words.say(
                "comparison.costs.claim",
                pairs.stream().filter(pair -> pair.change(memory) > 0).count(),
                pairs.size()));
        sentences.add(
                isTimed()
                        ? words.say(
                                "comparison.costs.time",
                                range(pairs, RunResult::trainSeconds),
                                pairs.stream()
                                        .filter(pair -> pair.change(RunResult::trainSeconds) >= LONGER - 1)
                                        .count(),
                                pairs.size(),
                                words.say("number.percent", Math.round(100 * (LONGER - 1))))
                        : words.say("comparison.costs.untimed"));
        return sentences;
    }

    /** Whether times compare: no other work slowed a run down, and none is too short to time. */
    private boolean isTimed() {
        return !isShared() && Findings.runs(configurations).stream().allMatch(run -> run.trainSeconds() >= 1);
    }

    private boolean isShared() {
        return Findings.runs(configurations).stream().map(RunResult::cost).anyMatch(Cost::sharedMachine);
    }

    /** The least and the largest change, for instance {@code +0.9 % to +1.8 %}. */
    private String range(List<Pair> pairs, ToDoubleFunction<RunResult> cost) {
        double[] changes =
                pairs.stream().mapToDouble(pair -> pair.change(cost)).sorted().toArray();
        String least = signed(changes[0]);
        String most = signed(changes[changes.length - 1]);
        return least.equals(most) ? most : words.say("number.range", least, most);
    }

    private String signed(double change) {
        return Double.isFinite(change)
                ? words.say(
                        "number.percent", words.number("%+.1f", 100 * change).replace('-', '\u2212'))
                : words.undefined();
    }

    private String table() throws IOException {
        DataTable table = new DataTable(
                "costs",
                "",
                List.of(
                        Column.text("network", words.say("column.network")),
                        Column.text("recipe", words.say("column.recipe")),
                        Column.number("p", "p"),
                        Column.number("train_seconds", words.say("column.time")),
                        Column.number("training_bytes", words.say("comparison.costs.memory")),
                        Column.number("parameters", words.say("column.parameters")),
                        Column.number("model_file_bytes", words.say("comparison.costs.file")),
                        Column.number("code_bytes_per_row", words.say("comparison.costs.code"))));
        List<RunResult> runs = Findings.runs(configurations).stream()
                .sorted(Comparator.comparingInt(RunResult::latent))
                .toList();
        int p = 0;
        for (RunResult run : runs) {
            if (run.latent() != p) {
                table.group();
                p = run.latent();
            }
            Cost cost = run.cost();
            table.row(List.of(
                    Cell.text(run.architecture().toString()),
                    Cell.of(Recipes.adjective(run.recipe(), words), run.recipe().name()),
                    Cell.of(p(run), run.latent()),
                    Cell.of(words.duration(run.trainSeconds()), run.trainSeconds()),
                    Cell.of(bytes(cost.trainingBytes()), cost.trainingBytes()),
                    Cell.of(words.count(cost.parameters()), cost.parameters()),
                    Cell.of(bytes(cost.modelFileBytes()), cost.modelFileBytes()),
                    Cell.of(bytes(cost.codeBytesPerRow()), cost.codeBytesPerRow())));
        }
        return paper.table(
                table,
                words.say("comparison.costs.table"),
                words.html("comparison.costs.note")
                        + " "
                        + words.html(isShared() ? "comparison.costs.note.shared" : "comparison.costs.note.alone")
                        + " "
                        + paper.reading(words.html("comparison.costs.reading")));
    }

    private String bytes(long bytes) {
        return bytes < 1000
                ? words.say("comparison.bytes", Long.toString(bytes))
                : bytes < 1_000_000
                        ? words.say("comparison.kilobytes", words.number("%.1f", bytes / 1e3))
                        : words.say("comparison.megabytes", words.number("%.2f", bytes / 1e6));
    }
}
