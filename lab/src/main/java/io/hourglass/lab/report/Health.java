package io.hourglass.lab.report;

import static io.hourglass.lab.page.Html.escape;

import io.hourglass.Autoencoder;
import io.hourglass.Dataset;
import io.hourglass.lab.analysis.HiddenLayers;
import io.hourglass.lab.analysis.LatentHealth;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.nn.Activation;
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

    static String html(List<Health> all) {
        StringBuilder html = new StringBuilder("<h3>How the networks use their codes</h3>\n");
        html.append(Section.paragraph(
                "In the lab report's networks the code is linear, so its values are not bounded. Only the tanh"
                        + " units of the hidden layers can saturate: beyond \u00b10.99, a tanh passes on hardly any"
                        + " gradient. A value of the code is dead if its standard deviation is below 1 % of"
                        + " the largest one. Two values are duplicates if their correlation is"
                        + " beyond \u00b10.99. The effective rank is the number of"
                        + " independent values of equal variance that would be used"
                        + " as evenly: the exponential of the entropy of"
                        + " the covariance's eigenvalues, divided"
                        + " by their sum (after Roy and"
                        + " Vetterli, 2007, who"
                        + " define it by"
                        + " singular values)."));
        html.append("<p class=\"caption\"><b>Codes and hidden units on the test set.</b></p>\n<div class=\"scroll\""
                + " tabindex=\"0\">"
                + "<table class=\"numbers"
                + " health\">\n<thead><tr><th>Network</th><th>Recipe</th><th>p</th><th>Effective"
                + " rank</th>"
                + "<th>Dead</th><th>Duplicate pairs</th><th>Saturated tanh values</th><th>Units saturated"
                + " for most rows</th></tr></thead>\n<tbody>");
        for (Health health : all) {
            html.append("<tr><th scope=\"row\">")
                    .append(escape(health.run.architecture().toString()))
                    .append("</th><td class=\"word\">")
                    .append(escape(Recipes.adjective(health.run.recipe(), Words.ENGLISH)))
                    .append("</td><td>")
                    .append(health.run.latent())
                    .append("</td><td>")
                    .append(Text.format("%.1f", health.code.effectiveRank()))
                    .append("</td><td>")
                    .append(health.code.dead().size())
                    .append("</td><td>")
                    .append(health.code.duplicates().size())
                    .append("</td><td>")
                    .append(health.units == 0 ? "&ndash;" : Text.percent(health.saturation))
                    .append("</td><td>")
                    .append(health.units == 0 ? "&ndash;" : health.stuck + " of " + Text.count(health.units))
                    .append("</td></tr>\n");
        }
        html.append("</tbody></table></div>\n");
        return html.append(Section.sentences(findings(all))).toString();
    }

    static List<String> findings(List<Health> all) {
        List<String> sentences = new ArrayList<>();
        List<String> idle = all.stream()
                .filter(health -> !health.code.dead().isEmpty()
                        || !health.code.duplicates().isEmpty())
                .map(health -> Findings.name(health.run, Words.ENGLISH) + " ("
                        + health.code.dead().size() + " dead, "
                        + Text.counted(health.code.duplicates().size(), "duplicate pair") + ")")
                .toList();
        sentences.add(
                idle.isEmpty()
                        ? "No network has a dead or duplicate value in its code."
                        : "Codes with dead or duplicate values: " + Text.list(idle) + ".");
        Comparator<Health> byUse =
                Comparator.comparingDouble(health -> health.code.effectiveRank() / health.run.latent());
        Health most = all.stream().max(byUse).orElseThrow();
        Health least = all.stream().min(byUse).orElseThrow();
        if (most != least) {
            sentences.add(
                    "The code is used most evenly by " + used(most) + ", and least evenly by " + used(least) + ".");
        }
        Comparator<Health> bySaturation = Comparator.comparingDouble(Health::saturation);
        List<Health> tanh = all.stream().filter(health -> health.units > 0).toList();
        if (!tanh.isEmpty()) {
            Health worst = tanh.stream().max(bySaturation).orElseThrow();
            Health mildest = tanh.stream().min(bySaturation).orElseThrow();
            sentences.add("Hidden units saturate most in " + Findings.name(worst.run, Words.ENGLISH) + ", where "
                    + Text.percent(worst.saturation) + " of their values are beyond \u00b10.99"
                    + (worst == mildest
                            ? "."
                            : ", and least in " + Findings.name(mildest.run, Words.ENGLISH) + ", with "
                                    + Text.percent(mildest.saturation) + "."));
        }
        saturationAndError(tanh).ifPresent(sentences::add);
        return sentences;
    }

    /** Whether, of two recipes for one network, the one with the lower error saturates its units less. */
    private static Optional<String> saturationAndError(List<Health> tanh) {
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
                : Optional.of("Of two recipes for the same network, the one with the lower test MSE has fewer saturated"
                        + " hidden values in "
                        + agreeing + " of " + Text.counted(compared, "case") + ".");
    }

    private static String used(Health health) {
        return Findings.name(health.run, Words.ENGLISH) + " (effective rank "
                + Text.format("%.1f", health.code.effectiveRank()) + " of " + health.run.latent() + ")";
    }
}
