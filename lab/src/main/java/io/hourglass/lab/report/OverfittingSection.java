package io.hourglass.lab.report;

import io.hourglass.History.Epoch;
import io.hourglass.lab.report.DataTable.Cell;
import io.hourglass.lab.report.DataTable.Column;
import io.hourglass.lab.study.SmallData;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether the networks learn their training rows by heart: the gap between test and training error by epoch, both with
 * the same weights, and a network on few rows that does overfit.
 */
final class OverfittingSection {
    /** Gaps up to these are called no sign of, hardly any and slight overfitting. */
    private static final double[] DEGREES = {Findings.LEVEL, 0.02, 0.1};

    private OverfittingSection() {}

    static Section section(Paper paper, StudyResults results, List<Configuration> configurations) throws IOException {
        Words words = paper.words();
        StringBuilder html = new StringBuilder(paper.question("overfitting.question"));
        html.append(paper.answer(sentences(results, configurations, words)));
        html.append(figure(
                paper,
                "gap",
                CurvesPng.draw(gaps(configurations), words.say("overfitting.gap.title"), false, words),
                words.html(
                        "overfitting.gap.shows",
                        configurations.get(0).runs().get(0).trainRowsMeasured())));
        html.append(table(paper, configurations));
        if (results.smallData().isPresent()) {
            SmallData small = results.smallData().get();
            html.append(figure(
                    paper,
                    "small",
                    CurvesPng.draw(curves(small), words.say("overfitting.small.title", small.rows()), true, words),
                    words.html("overfitting.small.shows", small.network(), small.rows())));
        }
        return Section.of("overfitting", words, html.toString());
    }

    private static String figure(Paper paper, String id, Drawing drawing, String shows) throws IOException {
        Words words = paper.words();
        String key = "overfitting." + id;
        String files = paper.draw("overfitting-" + id, drawing);
        return "<figure class=\"chart\" id=\"figure-" + id + "\">\n<img width=\"" + drawing.width() + "\" height=\""
                + drawing.height() + "\" alt=\"" + words.html(key + ".alt") + "\" src=\""
                + Pictures.dataUri(drawing.png()) + "\">\n"
                + paper.caption(id, words.html(key + ".figure"), shows, words.html(key + ".reading") + " " + files)
                + "</figure>\n";
    }

    /** For each run, how many percent the test error is above the training error, by epoch. */
    private static List<Curve> gaps(List<Configuration> configurations) {
        List<Curve> curves = new ArrayList<>();
        for (Configuration configuration : configurations) {
            for (RunResult run : configuration.runs()) {
                curves.add(new Curve(
                        configuration.architecture(),
                        run.recipe(),
                        Curve.GAP,
                        configuration.colour(),
                        run.history().stream().map(epoch -> 100 * gap(epoch)).toList()));
            }
        }
        return curves;
    }

    private static List<Curve> curves(SmallData small) {
        return List.of(
                new Curve(
                        small.network(),
                        small.recipe(),
                        Curve.TRAIN,
                        "#0072b2",
                        small.history().stream().map(Epoch::trainMseAtEnd).toList()),
                new Curve(
                        small.network(),
                        small.recipe(),
                        Curve.TEST,
                        "#0072b2",
                        small.history().stream().map(Epoch::testMse).toList()));
    }

    /** How far the test error is above the training error of the same weights, relative to the latter. */
    static double gap(Epoch epoch) {
        return epoch.testMse() / epoch.trainMseAtEnd() - 1;
    }

    private static double gap(RunResult run) {
        return run.testMse() / run.trainMseAtEnd() - 1;
    }

    static List<String> sentences(StudyResults results, List<Configuration> configurations, Words words) {
        List<String> sentences = new ArrayList<>();
        widest(configurations, words).ifPresent(sentences::add);
        results.smallData().ifPresent(small -> sentences.add(small(small, words)));
        return sentences;
    }

    /** The network whose test error is furthest above its training error. */
    private static Optional<String> widest(List<Configuration> configurations, Words words) {
        return Findings.runs(configurations).stream()
                .filter(run -> Double.isFinite(gap(run)))
                .max(Comparator.comparingDouble(OverfittingSection::gap))
                .map(run -> {
                    double gap = gap(run);
                    String[] errors = words.pair(run.testMse(), run.trainMseAtEnd());
                    return gap <= 0
                            ? words.say("overfitting.none", Findings.name(run, words), errors[0], errors[1])
                            : words.say(
                                    "overfitting.widest",
                                    Findings.name(run, words),
                                    words.percent(gap),
                                    errors[0],
                                    errors[1],
                                    words.say("overfitting.degree." + degree(gap)));
                });
    }

    /** 0 for no sign of overfitting, 3 for clear overfitting. */
    static int degree(double gap) {
        int degree = 0;
        while (degree < DEGREES.length && gap > DEGREES[degree]) {
            degree++;
        }
        return degree;
    }

    /** What became of the network on few rows. */
    private static String small(SmallData small, Words words) {
        Epoch best = small.best();
        Epoch last = small.last();
        double rise = last.testMse() / best.testMse() - 1;
        String key = rise > Findings.LEVEL
                ? "overfitting.small.rises"
                : degree(gap(last)) == 3 ? "overfitting.small.parts" : "overfitting.small.not";
        String[] errors = words.pair(best.testMse(), last.testMse());
        return words.say(
                key,
                words.say("findings.name", small.network(), Recipes.name(small.recipe(), words)),
                small.rows(),
                errors[0],
                Findings.text(best.epoch()),
                errors[1],
                Findings.text(last.epoch()),
                words.mse(last.trainMseAtEnd()),
                words.percent(gap(last)));
    }

    private static String table(Paper paper, List<Configuration> configurations) throws IOException {
        Words words = paper.words();
        DataTable table = new DataTable(
                "overfitting",
                "",
                List.of(
                        Column.text("network", words.say("column.network")),
                        Column.text("recipe", words.say("column.recipe")),
                        Column.number("gap", words.say("overfitting.column.gap")),
                        Column.number("test_mse", words.say("column.test")),
                        Column.number("train_mse_final_weights", words.say("overfitting.column.train")),
                        Column.number("lowest_test_mse", words.say("overfitting.column.lowest")),
                        Column.number("epoch_of_lowest", words.say("overfitting.column.epoch"))));
        for (Configuration configuration : configurations) {
            table.group();
            for (RunResult run : configuration.runs()) {
                Epoch best = run.history().stream()
                        .min(Comparator.comparingDouble(Epoch::testMse))
                        .orElseThrow();
                table.row(List.of(
                        Cell.text(run.architecture().toString()),
                        Cell.of(
                                Recipes.adjective(run.recipe(), words),
                                run.recipe().name()),
                        Cell.of(words.signedPercent(gap(run)), gap(run)),
                        Cell.of(words.preciseMse(run.testMse()), run.testMse()),
                        Cell.of(words.preciseMse(run.trainMseAtEnd()), run.trainMseAtEnd()),
                        Cell.of(words.preciseMse(best.testMse()), best.testMse()),
                        Cell.of(Findings.text(best.epoch()), best.epoch())));
            }
        }
        return paper.table(table, words.say("overfitting.table"), words.html("overfitting.note"));
    }
}
