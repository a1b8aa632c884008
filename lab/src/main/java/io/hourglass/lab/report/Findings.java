package io.hourglass.lab.report;

import static io.hourglass.lab.report.Text.counted;
import static io.hourglass.lab.report.Text.factor;
import static io.hourglass.lab.report.Text.list;
import static io.hourglass.lab.report.Text.mse;
import static io.hourglass.lab.report.Text.percent;

import io.hourglass.lab.study.StudyResults.RunResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Sentences about the final errors, computed from them. Each is true for any outcome; where there is nothing to
 * compare, there is no sentence.
 */
final class Findings {
    /** Errors whose relative difference is smaller are called level: another seed could reverse their order. */
    private static final double LEVEL = 0.005;

    private Findings() {}

    /** The best network of the study. */
    static String best(List<Configuration> configurations, int inputs) {
        Configuration winner = configurations.stream()
                .min(Comparator.comparingDouble(
                        configuration -> configuration.best().testMse()))
                .orElseThrow();
        RunResult run = winner.best();
        return "The best reconstruction comes from " + name(run) + ": test MSE " + mse(run.testMse()) + ", PSNR "
                + Text.psnr(run.psnr(), 1) + ", from a code " + Text.ratio(winner.compression(inputs))
                + " times smaller than the input.";
    }

    /** What a wider code gains: the smallest p compared with the largest. */
    static Optional<String> latent(List<Configuration> configurations) {
        Comparator<Configuration> byLatent = Comparator.comparingInt(Configuration::latent);
        Configuration narrow = configurations.stream().min(byLatent).orElseThrow();
        Configuration wide = configurations.stream().max(byLatent).orElseThrow();
        if (narrow.latent() == wide.latent()) {
            return Optional.empty();
        }
        double before = bestAt(configurations, narrow.latent()).testMse();
        double after = bestAt(configurations, wide.latent()).testMse();
        String change = level(before, after)
                ? "stays level"
                : after < before
                        ? "falls by a factor of " + factor(before / after)
                        : "rises by a factor of " + factor(after / before);
        return Optional.of("From p = " + narrow.latent() + " to p = " + wide.latent() + ", the best test MSE " + change
                + Text.mse(" (%s to %s).", before, after));
    }

    /** Whether the tuned recipe gains anything over the report's, for each configuration. */
    static Optional<String> recipes(List<Configuration> configurations) {
        List<String> better = new ArrayList<>();
        List<String> worse = new ArrayList<>();
        List<String> level = new ArrayList<>();
        for (Configuration configuration : configurations) {
            Optional<RunResult> paper = run(configuration, Recipes.REPORTS);
            Optional<RunResult> tuned = run(configuration, "tuned");
            if (paper.isPresent() && tuned.isPresent()) {
                double from = paper.get().testMse();
                double to = tuned.get().testMse();
                List<String> group = level(from, to) ? level : to < from ? better : worse;
                group.add(configuration.architecture() + (level(from, to) ? "" : " by " + percent(to / from - 1)));
            }
        }
        int compared = better.size() + worse.size() + level.size();
        if (compared == 0) {
            return Optional.empty();
        }
        List<String> parts = new ArrayList<>();
        addPart(parts, "lowers the test MSE in ", better, compared);
        addPart(parts, "raises it in ", worse, compared);
        addPart(parts, "leaves it level in ", level, compared);
        String sentence = list(parts);
        if (better.isEmpty()) { // "it" needs an antecedent
            sentence = sentence.replaceFirst(" it ", " the test MSE ");
        }
        return Optional.of("Compared with the report's recipe, the tuned recipe " + sentence + ".");
    }

    private static void addPart(List<String> parts, String verb, List<String> group, int compared) {
        if (!group.isEmpty()) {
            String share = group.size() < compared
                    ? group.size() + " of " + counted(compared, "configuration")
                    : compared == 1 ? "the one configuration" : "all " + compared + " configurations";
            parts.add(verb + share + " (" + String.join(", ", group) + ")");
        }
    }

    /** For each p with networks of different depth: whether the deeper one has the lower error, for each recipe. */
    static List<String> depth(List<Configuration> configurations) {
        List<String> sentences = new ArrayList<>();
        for (Configuration shallow : configurations) {
            for (Configuration deep : configurations) {
                if (shallow.latent() == deep.latent() && shallow.hiddenLayers() < deep.hiddenLayers()) {
                    depth(shallow, deep).ifPresent(sentences::add);
                }
            }
        }
        return sentences;
    }

    private static Optional<String> depth(Configuration shallow, Configuration deep) {
        Map<String, List<String>> verdicts = new LinkedHashMap<>();
        for (RunResult run : deep.runs()) {
            run(shallow, run.recipe().name()).ifPresent(other -> {
                String verdict = level(other.testMse(), run.testMse())
                        ? "about the same test MSE"
                        : run.testMse() < other.testMse() ? "a lower test MSE" : "a higher test MSE";
                verdicts.computeIfAbsent(verdict, key -> new ArrayList<>())
                        .add("the " + Recipes.name(run.recipe())
                                + Text.mse(" (%s against %s)", run.testMse(), other.testMse()));
            });
        }
        List<String> parts = new ArrayList<>();
        verdicts.forEach((verdict, recipes) -> parts.add(verdict + " with " + list(recipes)));
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of("At p = " + deep.latent() + ", compared with " + shallow.architecture() + ", the deeper "
                        + deep.architecture() + " has " + list(parts) + ".");
    }

    /** The networks compared with PCA with as many components. */
    static String pca(List<Configuration> configurations) {
        List<RunResult> runs = runs(configurations);
        List<RunResult> level = runs.stream()
                .filter(run -> level(run.testMse(), run.pcaTestMse()))
                .toList();
        List<RunResult> ahead = runs.stream()
                .filter(run -> !level.contains(run) && run.testMse() < run.pcaTestMse())
                .toList();
        List<RunResult> behind = runs.stream()
                .filter(run -> !level.contains(run) && !ahead.contains(run))
                .toList();
        List<String> parts = new ArrayList<>();
        if (!ahead.isEmpty()) {
            Comparator<RunResult> gain = Comparator.comparingDouble(run -> run.pcaTestMse() / run.testMse());
            String least = gain(ahead.stream().min(gain).orElseThrow());
            String most = gain(ahead.stream().max(gain).orElseThrow());
            parts.add(among(ahead.size(), runs.size(), " has", " have") + " a lower error (by a factor of "
                    + (least.equals(most) ? most : least + " to " + most) + ")");
        }
        if (!level.isEmpty()) {
            parts.add(among(level.size(), runs.size(), " is", " are") + " level (" + beside(level) + ")");
        }
        if (!behind.isEmpty()) {
            parts.add(among(behind.size(), runs.size(), " has", " have") + " a higher error (" + beside(behind) + ")");
        }
        return "Compared with PCA with the same number of components, " + list(parts) + ".";
    }

    /** For instance {@code 3.84 for 784-256-128-16 (tuned recipe)}. */
    private static String gain(RunResult run) {
        return factor(run.pcaTestMse() / run.testMse()) + " for " + name(run);
    }

    private static String among(int some, int all, String one, String several) {
        String who =
                some < all ? some + " of " + all + " networks" : all == 1 ? "the network" : "all " + all + " networks";
        return who + (some == 1 ? one : several);
    }

    private static String beside(List<RunResult> runs) {
        return runs.stream()
                .map(run -> name(run) + Text.mse(" with %s against %s", run.testMse(), run.pcaTestMse()))
                .collect(Collectors.joining(", "));
    }

    /** The gap between test and training error at the end of training. */
    static String generalisation(List<Configuration> configurations) {
        ToDoubleFunction<RunResult> gap = run -> run.testMse() / run.trainMse() - 1;
        RunResult widest = runs(configurations).stream()
                .max(Comparator.comparingDouble(gap))
                .orElseThrow();
        double width = gap.applyAsDouble(widest);
        String numbers = Text.mse(
                "%s on the test set and %s in the last epoch of training", widest.testMse(), widest.trainMse());
        if (width <= 0) {
            return "No network has a higher error on the test set than in training (the closest is " + name(widest)
                    + ", with " + numbers + "): no sign of overfitting.";
        }
        String verdict = width <= LEVEL ? "no sign of" : width < 0.02 ? "hardly any" : width < 0.1 ? "slight" : "clear";
        return "The test error exceeds the training error most for " + name(widest) + ", by " + percent(width) + " ("
                + numbers + "): " + verdict + " overfitting.";
    }

    /** The name of a run in a sentence, for instance {@code 784-128-2 (report's recipe)}. */
    static String name(RunResult run) {
        return run.architecture() + " (" + Recipes.name(run.recipe()) + ")";
    }

    static List<RunResult> runs(List<Configuration> configurations) {
        return configurations.stream()
                .flatMap(configuration -> configuration.runs().stream())
                .toList();
    }

    static RunResult bestAt(List<Configuration> configurations, int latent) {
        return configurations.stream()
                .filter(configuration -> configuration.latent() == latent)
                .map(Configuration::best)
                .min(Comparator.comparingDouble(RunResult::testMse))
                .orElseThrow();
    }

    private static Optional<RunResult> run(Configuration configuration, String recipe) {
        return configuration.runs().stream()
                .filter(run -> run.recipe().name().equals(recipe))
                .findFirst();
    }

    static boolean level(double a, double b) {
        return Math.abs(a - b) <= LEVEL * Math.min(a, b);
    }
}
