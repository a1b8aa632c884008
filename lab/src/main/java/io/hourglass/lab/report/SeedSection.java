package io.hourglass.lab.report;

import io.hourglass.lab.report.DataTable.Cell;
import io.hourglass.lab.report.DataTable.Column;
import io.hourglass.lab.study.SeedRuns;
import io.hourglass.lab.study.Spread;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How much the test error of the same network varies with the seed: only larger differences mean something. */
final class SeedSection {
    private SeedSection() {}

    /** @param results of a study with several seeds */
    static Section section(Paper paper, StudyResults results, List<Configuration> configurations) throws IOException {
        Words words = paper.words();
        int seeds = results.seeds().get(0).each().size();
        return Section.of(
                "seeds",
                words,
                paper.question("seeds.question")
                        + paper.answer(sentences(results, configurations, words))
                        + paper.paragraph("seeds.explained", seeds)
                        + table(paper, results));
    }

    private static double relativeRange(SeedRuns runs) {
        return runs.testMse().range() / runs.testMse().mean();
    }

    static List<String> sentences(StudyResults results, List<Configuration> configurations, Words words) {
        SeedRuns most = results.seeds().stream()
                .max(Comparator.comparingDouble(SeedSection::relativeRange))
                .orElseThrow();
        SeedRuns least = results.seeds().stream()
                .min(Comparator.comparingDouble(SeedSection::relativeRange))
                .orElseThrow();
        List<String> sentences = new ArrayList<>();
        Spread spread = most.testMse();
        String[] ends = words.pair(spread.least(), spread.most());
        sentences.add(words.say(
                "seeds.most",
                spread.count(),
                name(results, most, words),
                words.percent(relativeRange(most)),
                ends[0],
                ends[1]));
        if (most != least) {
            sentences.add(words.say("seeds.least", name(results, least, words), words.percent(relativeRange(least))));
        }
        sentences.addAll(orders(results, configurations, words));
        return sentences;
    }

    /** Whether every seed of one network beats every seed of the other, for networks of the same p. */
    private static List<String> orders(StudyResults results, List<Configuration> configurations, Words words) {
        List<String> sentences = new ArrayList<>();
        for (Configuration shallow : configurations) {
            for (Configuration deep : configurations) {
                if (shallow.latent() != deep.latent() || shallow.hiddenLayers() >= deep.hiddenLayers()) {
                    continue;
                }
                for (SeedRuns a : results.seeds()) {
                    for (SeedRuns b : results.seeds()) {
                        if (has(shallow, a) && has(deep, b)) {
                            sentences.add(order(results, a, b, words));
                        }
                    }
                }
            }
        }
        return sentences;
    }

    private static boolean has(Configuration configuration, SeedRuns runs) {
        return configuration.runs().stream().anyMatch(run -> run.name().equals(runs.run()));
    }

    private static String order(StudyResults results, SeedRuns a, SeedRuns b, Words words) {
        boolean lower = b.testMse().most() < a.testMse().least();
        boolean higher = b.testMse().least() > a.testMse().most();
        return words.say(
                "seeds.order." + (lower ? "lower" : higher ? "higher" : "mixed"),
                name(results, b, words),
                name(results, a, words));
    }

    private static String name(StudyResults results, SeedRuns runs, Words words) {
        return Findings.name(run(results, runs), words);
    }

    private static RunResult run(StudyResults results, SeedRuns runs) {
        return results.runs().stream()
                .filter(run -> run.name().equals(runs.run()))
                .findFirst()
                .orElseThrow();
    }

    private static String table(Paper paper, StudyResults results) throws IOException {
        Words words = paper.words();
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("network", words.say("column.network")),
                Column.number("mean_test_mse", words.say("seeds.column.mean")),
                Column.number("range", words.say("seeds.column.range")),
                Column.number("standard_deviation", words.say("seeds.column.deviation"))));
        List<SeedRuns.Seed> first = results.seeds().get(0).each();
        first.forEach(seed -> columns.add(
                Column.number("seed_" + seed.seed(), words.say("seeds.column.seed", Long.toString(seed.seed())))));
        DataTable table = new DataTable("seeds", "", columns);
        for (SeedRuns runs : results.seeds()) {
            Spread spread = runs.testMse();
            List<Cell> row = new ArrayList<>(List.of(
                    Cell.text(run(results, runs).architecture().toString()),
                    Cell.of(words.preciseMse(spread.mean()), spread.mean()),
                    Cell.of(words.percent(relativeRange(runs)), spread.range()),
                    Cell.of(words.preciseMse(spread.standardDeviation()), spread.standardDeviation())));
            runs.each().forEach(seed -> row.add(Cell.of(words.preciseMse(seed.testMse()), seed.testMse())));
            table.row(row);
        }
        return paper.table(
                table,
                words.say("seeds.table"),
                words.html(
                        "seeds.note",
                        Recipes.name(run(results, results.seeds().get(0)).recipe(), words)));
    }
}
