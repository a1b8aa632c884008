package io.hourglass.lab.report;

import io.hourglass.Autoencoder;
import io.hourglass.lab.report.DataTable.Cell;
import io.hourglass.lab.report.DataTable.Column;
import io.hourglass.lab.study.Analyses;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.nn.Convolution;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** What a convolution adds: the networks beyond the lab report, each beside the best dense one of the same p. */
final class BeyondSection {
    /**
     * Two networks of the same p.
     *
     * @param dense the report's, with the lowest test MSE
     */
    record Pair(RunResult dense, RunResult convolutional) {
        int latent() {
            return convolutional.latent();
        }

        List<RunResult> runs() {
            return List.of(dense, convolutional);
        }

        boolean isLevel() {
            return Findings.level(dense.testMse(), convolutional.testMse());
        }

        boolean isBetter() {
            return convolutional.testMse() < dense.testMse();
        }
    }

    private BeyondSection() {}

    /** By p, from the smallest on. */
    static List<Pair> pairs(List<Configuration> configurations, List<RunResult> beyond) {
        return beyond.stream()
                .map(run -> new Pair(Findings.bestAt(configurations, run.latent()), run))
                .toList();
    }

    /**
     * The section.
     *
     * @param figures as HTML: reconstructions and maps
     */
    static Section section(Paper paper, List<Pair> pairs, StudyResults results, String figures) throws IOException {
        Words words = paper.words();
        RunResult any = pairs.get(0).convolutional();
        Convolution first = any.architecture().convolutions().get(0);
        String network = any.architecture().toString();
        String family = network.substring(0, network.lastIndexOf('-')) + "-p";
        return Section.of(
                "beyond",
                words,
                paper.question("beyond.question")
                        + paper.answer(sentences(pairs, results.analyses(), words))
                        + paper.paragraph(
                                "beyond.introduction",
                                family,
                                first.toString(),
                                first.channels(),
                                Findings.text(first.kernel()),
                                words.counted("pixel", first.stride()))
                        + paper.paragraph(
                                "beyond.how",
                                any.architecture().hiddenActivation().label(),
                                Recipes.name(any.recipe(), words),
                                words.counted("epoch", any.recipe().epochs()),
                                pairs.get(0)
                                        .dense()
                                        .architecture()
                                        .hiddenActivation()
                                        .label())
                        + table(paper, pairs, results.analyses())
                        + figures);
    }

    static List<String> sentences(List<Pair> pairs, Analyses analyses, Words words) {
        List<String> sentences = new ArrayList<>();
        sentences.add(quality(pairs, words));
        if (!analyses.beyond().isEmpty()) {
            sentences.add(clusters(pairs, analyses, words));
        }
        Pair widest = pairs.get(pairs.size() - 1);
        sentences.add(words.say(
                "beyond.cost",
                Findings.text(widest.latent()),
                widest.convolutional().architecture().parameters(),
                words.duration(widest.convolutional().trainSeconds()),
                Findings.name(widest.dense(), words),
                widest.dense().architecture().parameters(),
                words.duration(widest.dense().trainSeconds())));
        return sentences;
    }

    private static String quality(List<Pair> pairs, Words words) {
        Map<String, List<String>> groups = groups("lowers", "raises", "level");
        for (Pair pair : pairs) {
            double from = pair.dense().testMse();
            double to = pair.convolutional().testMse();
            String[] errors = words.pair(to, from);
            String p = Findings.text(pair.latent());
            String verdict = pair.isLevel() ? "level" : pair.isBetter() ? "lowers" : "raises";
            Objects.requireNonNull(groups.get(verdict))
                    .add(
                            pair.isLevel()
                                    ? words.say("beyond.against", p, errors[0], errors[1])
                                    : words.say("beyond.by", p, words.percent(to / from - 1), errors[0], errors[1]));
        }
        boolean better = !Objects.requireNonNull(groups.get("lowers")).isEmpty();
        return words.say(better ? "beyond.better" : "beyond.worse", parts(groups, "beyond.", words));
    }

    /** Whether clusters of the codes match the labels better. */
    private static String clusters(List<Pair> pairs, Analyses analyses, Words words) {
        Map<String, List<String>> groups = groups("better", "worse", "equal");
        for (Pair pair : pairs) {
            double before = accuracy(analyses, pair.dense().name());
            double after = accuracy(analyses, pair.convolutional().name());
            // What reads the same is called equal.
            boolean same = words.share(before).equals(words.share(after));
            Objects.requireNonNull(groups.get(same ? "equal" : after > before ? "better" : "worse"))
                    .add(words.say(
                            "beyond.against", Findings.text(pair.latent()), words.share(after), words.share(before)));
        }
        return words.say("beyond.clusters", parts(groups, "beyond.clusters.", words));
    }

    private static Map<String, List<String>> groups(String... verdicts) {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        Stream.of(verdicts).forEach(verdict -> groups.put(verdict, new ArrayList<>()));
        return groups;
    }

    /** The groups that are not empty, each after its verdict. */
    private static String parts(Map<String, List<String>> groups, String keys, Words words) {
        List<String> parts = new ArrayList<>();
        groups.forEach((verdict, group) -> {
            if (!group.isEmpty()) {
                parts.add(words.say(keys + verdict, words.list(group)));
            }
        });
        return words.list(parts);
    }

    /** Of the k-means clusters of a run's or a baseline's codes. */
    private static double accuracy(Analyses analyses, String name) {
        return Stream.of(analyses.runs(), analyses.beyond(), analyses.baselines())
                .flatMap(List::stream)
                .filter(analysis -> analysis.name().equals(name))
                .findFirst()
                .orElseThrow()
                .clusters()
                .kmeans()
                .accuracy();
    }

    private static String table(Paper paper, List<Pair> pairs, Analyses analyses) throws IOException {
        Words words = paper.words();
        boolean clustered = !analyses.beyond().isEmpty();
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("network", words.say("column.network")),
                Column.number("p", "p"),
                Column.number("test_mse", words.say("column.test"))));
        if (clustered) {
            columns.add(Column.number("kmeans_accuracy", words.say("beyond.column.kmeans")));
        }
        columns.add(Column.number("parameters", words.say("column.parameters")));
        columns.add(Column.number("train_seconds", words.say("column.time")));
        DataTable table = new DataTable("beyond", "beyond", columns);
        for (Pair pair : pairs) {
            table.group();
            double pca = pair.convolutional().pcaTestMse();
            double least = Math.min(
                    pca,
                    pair.isBetter()
                            ? pair.convolutional().testMse()
                            : pair.dense().testMse());
            for (RunResult run : pair.runs()) {
                List<Cell> row =
                        cells(Cell.of(Findings.name(run, words), run.name()), pair, run.testMse(), least, words);
                if (clustered) {
                    row.add(share(accuracy(analyses, run.name()), words));
                }
                long parameters = run.architecture().parameters();
                row.add(Cell.of(words.count(parameters), parameters));
                row.add(Cell.of(words.duration(run.trainSeconds()), run.trainSeconds()));
                table.row(row);
            }
            List<Cell> row = cells(Cell.of(words.say("pca"), "pca"), pair, pca, least, words);
            if (clustered) {
                row.add(share(accuracy(analyses, "pca-" + pair.latent()), words));
            }
            row.add(Cell.empty());
            row.add(Cell.empty());
            table.row(row);
        }
        return paper.table(
                table,
                words.say("beyond.table"),
                words.html("beyond.note") + (clustered ? " " + words.html("beyond.note.kmeans") : ""));
    }

    /** The first cells of a row. */
    private static List<Cell> cells(Cell name, Pair pair, double mse, double least, Words words) {
        return new ArrayList<>(List.of(
                name,
                Cell.of(Findings.text(pair.latent()), pair.latent()),
                Cell.of(words.preciseMse(mse), mse).best(mse == least)));
    }

    private static Cell share(double share, Words words) {
        return Cell.of(words.share(share), share);
    }

    /** The same images by both kinds of network, at the smallest and the largest p. */
    static ReconstructionFigure figure(
            Paper paper, List<Pair> pairs, Samples samples, Map<String, Autoencoder> models) {
        Words words = paper.words();
        List<ReconstructionFigure.Row> rows = new ArrayList<>();
        rows.add(ReconstructionFigure.Row.originals(samples, words));
        Stream.of(pairs.get(0), pairs.get(pairs.size() - 1)).distinct().forEach(pair -> {
            for (RunResult run : pair.runs()) {
                rows.add(ReconstructionFigure.Row.of(
                        words.say(run == pair.dense() ? "beyond.dense" : "beyond.convolutional"),
                        words.say("beyond.detail", Findings.text(pair.latent()), words.mse(run.testMse())),
                        run,
                        samples,
                        models));
            }
        });
        return new ReconstructionFigure(words.say("beyond.sheet"), words.say("beyond.sheet.shows"), rows);
    }
}
