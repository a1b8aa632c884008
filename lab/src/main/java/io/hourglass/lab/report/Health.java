package io.hourglass.lab.report;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.analysis.HiddenLayers;
import io.hourglass.lab.analysis.LatentHealth;
import io.hourglass.lab.report.DataTable.Cell;
import io.hourglass.lab.report.DataTable.Column;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.nn.Activation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How a run uses its code and its hidden units.
 *
 * @param saturation mean share of saturated values over all hidden tanh units; NaN where there are none
 * @param stuck hidden tanh units that are saturated for more than half of the rows
 * @param units number of hidden tanh units
 */
record Health(RunResult run, LatentHealth code, double saturation, int stuck, int units) {

    static List<Health> of(
            List<Configuration> configurations,
            Map<String, Autoencoder> models,
            Map<String, float[][]> codes,
            Dataset test) {
        return Findings.runs(configurations).parallelStream()
                .map(run -> of(
                        run,
                        Objects.requireNonNull(models.get(run.name())),
                        Objects.requireNonNull(codes.get(run.name())),
                        test))
                .toList();
    }

    private static Health of(RunResult run, Autoencoder model, float[][] codes, Dataset test) {
        double[] shares = saturates(model.architecture().hiddenActivation())
                ? HiddenLayers.of(model, test).stream()
                        .flatMapToDouble(layer -> Arrays.stream(LatentHealth.saturated(layer.values())))
                        .toArray()
                : new double[0];
        return new Health(
                run,
                LatentHealth.of(codes),
                Arrays.stream(shares).average().orElse(Double.NaN),
                (int) Arrays.stream(shares).filter(share -> share > 0.5).count(),
                shares.length);
    }

    /** Whether an output beyond \u00b10.99 means that hardly any gradient passes. The study's networks have tanh. */
    private static boolean saturates(Activation activation) {
        return switch (activation) {
            case TANH -> true;
            case IDENTITY, RELU, LEAKY_RELU, ELU, GELU, SILU, SIGMOID -> false;
        };
    }

    /** The part of a section: its findings and a table. */
    static String html(Paper paper, List<Health> all) throws IOException {
        Words words = paper.words();
        DataTable table = new DataTable(
                "health",
                "health",
                List.of(
                        Column.text("network", words.say("column.network")),
                        Column.text("recipe", words.say("column.recipe")),
                        Column.number("effective_rank", words.say("health.column.rank")),
                        Column.number("p", "p"),
                        Column.number("dead_values", words.say("health.column.dead")),
                        Column.number("duplicate_pairs", words.say("health.column.duplicates")),
                        Column.number("saturated_share", words.say("health.column.saturated")),
                        Column.number("units_saturated_for_most_rows", words.say("health.column.stuck")),
                        Column.number("hidden_tanh_units", words.say("health.column.units"))));
        for (Health health : all) {
            boolean tanh = health.units > 0;
            table.row(List.of(
                    Cell.text(health.run.architecture().toString()),
                    Cell.of(
                            Recipes.adjective(health.run.recipe(), words),
                            health.run.recipe().name()),
                    Cell.of(words.number("%.1f", health.code.effectiveRank()), health.code.effectiveRank()),
                    Cell.of(Findings.text(health.run.latent()), health.run.latent()),
                    count(health.code.dead().size(), words),
                    count(health.code.duplicates().size(), words),
                    tanh ? Cell.of(words.percent(health.saturation), health.saturation) : Cell.empty(),
                    tanh ? count(health.stuck, words) : Cell.empty(),
                    tanh ? count(health.units, words) : Cell.empty()));
        }
        return "<h3>" + words.html("health.question") + "</h3>\n" + Paper.sentences(findings(all, words))
                + paper.table(table, words.say("health.table"), words.html("health.note"));
    }

    private static Cell count(int count, Words words) {
        return Cell.of(words.count(count), count);
    }

    static List<String> findings(List<Health> all, Words words) {
        List<String> sentences = new ArrayList<>();
        List<String> idle = all.stream()
                .filter(health -> !health.code.dead().isEmpty()
                        || !health.code.duplicates().isEmpty())
                .map(health -> words.say(
                        "health.idle.network",
                        Findings.name(health.run, words),
                        health.code.dead().size(),
                        health.code.duplicates().size()))
                .toList();
        sentences.add(idle.isEmpty() ? words.say("health.idle.none") : words.say("health.idle", words.list(idle)));
        Comparator<Health> byUse =
                Comparator.comparingDouble(health -> health.code.effectiveRank() / health.run.latent());
        Health most = all.stream().max(byUse).orElseThrow();
        Health least = all.stream().min(byUse).orElseThrow();
        if (most != least) {
            sentences.add(words.say("health.use", used(most, words), used(least, words)));
        }
        Comparator<Health> bySaturation = Comparator.comparingDouble(Health::saturation);
        List<Health> tanh = all.stream().filter(health -> health.units > 0).toList();
        if (!tanh.isEmpty()) {
            Health worst = tanh.stream().max(bySaturation).orElseThrow();
            Health mildest = tanh.stream().min(bySaturation).orElseThrow();
            String name = Findings.name(worst.run, words);
            String share = words.percent(worst.saturation);
            sentences.add(
                    worst == mildest
                            ? words.say("health.saturated.one", name, share)
                            : words.say(
                                    "health.saturated",
                                    name,
                                    share,
                                    Findings.name(mildest.run, words),
                                    words.percent(mildest.saturation)));
        }
        saturationAndError(tanh, words).ifPresent(sentences::add);
        return sentences;
    }

    /** Whether, of two recipes for one network, the one with the lower error saturates its units less. */
    private static Optional<String> saturationAndError(List<Health> tanh, Words words) {
        int compared = 0;
        int agreeing = 0;
        for (Health a : tanh) {
            for (Health b : tanh) {
                if (a.run.architecture().equals(b.run.architecture()) && a.run.testMse() < b.run.testMse()) {
                    compared++;
                    agreeing += a.saturation < b.saturation ? 1 : 0;
                }
            }
        }
        return compared == 0
                ? Optional.empty()
                : Optional.of(words.say("health.error", agreeing, words.counted("case", compared)));
    }

    private static String used(Health health, Words words) {
        return words.say(
                "health.used",
                Findings.name(health.run, words),
                words.number("%.1f", health.code.effectiveRank()),
                Findings.text(health.run.latent()));
    }
}
