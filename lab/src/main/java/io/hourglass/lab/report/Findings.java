package io.hourglass.lab.report;

import io.hourglass.lab.study.StudyResults.RunResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Sentences about the final errors, computed from them. Each is true for any outcome; where there is nothing to
 * compare, there is no sentence.
 */
final class Findings {
    /** Errors whose relative difference is smaller are called level: another seed could reverse their order. */
    static final double LEVEL = 0.005;

    private Findings() {}

    /** The best network of the study. */
    static String best(List<Configuration> configurations, int inputs, Words words) {
        Configuration winner = Configuration.best(configurations);
        RunResult run = winner.best();
        String name = name(run, words);
        String mse = words.mse(run.testMse());
        String smaller = words.ratio(winner.compression(inputs));
        return words.images()
                ? words.say("findings.best", name, mse, words.psnr(run.psnr(), 1), smaller)
                : words.say("findings.best.plain", name, mse, smaller);
    }

    /** What a wider code gains: the smallest p compared with the largest. */
    static Optional<String> latent(List<Configuration> configurations, Words words) {
        Comparator<Configuration> byLatent = Comparator.comparingInt(Configuration::latent);
        Configuration narrow = configurations.stream().min(byLatent).orElseThrow();
        Configuration wide = configurations.stream().max(byLatent).orElseThrow();
        if (narrow.latent() == wide.latent()) {
            return Optional.empty();
        }
        RunResult few = bestAt(configurations, narrow.latent());
        RunResult many = bestAt(configurations, wide.latent());
        double before = few.testMse();
        double after = many.testMse();
        String change = level(few, many, narrow)
                ? words.say("findings.latent.level")
                : after < before
                        ? words.say("findings.latent.falls", words.factor(before / after))
                        : words.say("findings.latent.rises", words.factor(after / before));
        String[] errors = words.pair(before, after);
        return Optional.of(
                words.say("findings.latent", text(narrow.latent()), text(wide.latent()), change, errors[0], errors[1]));
    }

    /** Whether Hourglass's recipe gains anything over the report's, for each configuration. */
    static Optional<String> recipes(List<Configuration> configurations, Words words) {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        for (String verdict : List.of("lowers", "raises", "level")) {
            groups.put(verdict, new ArrayList<>());
        }
        int compared = 0;
        String recipe = "";
        for (Configuration configuration : configurations) {
            Optional<RunResult> paper = run(configuration, Recipes.REPORTS);
            Optional<RunResult> tuned = configuration.runs().stream()
                    .filter(run -> Recipes.isHourglass(run.recipe()))
                    .findFirst();
            if (paper.isPresent() && tuned.isPresent()) {
                double from = paper.get().testMse();
                double to = tuned.get().testMse();
                boolean level = level(paper.get(), tuned.get(), configuration);
                groups.getOrDefault(level ? "level" : to < from ? "lowers" : "raises", List.of())
                        .add(
                                level
                                        ? configuration.architecture()
                                        : words.say(
                                                "findings.recipes.by",
                                                configuration.architecture(),
                                                words.percent(to / from - 1)));
                recipe = Recipes.name(tuned.get().recipe(), words);
                compared++;
            }
        }
        if (compared == 0) {
            return Optional.empty();
        }
        int all = compared;
        List<String> parts = new ArrayList<>();
        groups.forEach((verdict, group) -> {
            if (!group.isEmpty()) {
                String share = group.size() < all
                        ? words.say("findings.recipes.some", group.size(), words.counted("configuration", all))
                        : words.say("findings.recipes.all", all);
                // The first part says what is compared; the others refer to it.
                String key = "findings.recipes." + verdict + (parts.isEmpty() ? ".first" : "");
                parts.add(words.say(key, share, String.join(", ", group)));
            }
        });
        return Optional.of(words.say("findings.recipes", words.list(parts), recipe));
    }

    /** For each p with networks of different depth: whether the deeper one has the lower error, for each recipe. */
    static List<String> depth(List<Configuration> configurations, Words words) {
        List<String> sentences = new ArrayList<>();
        for (Configuration shallow : configurations) {
            for (Configuration deep : configurations) {
                if (shallow.latent() == deep.latent() && shallow.hiddenLayers() < deep.hiddenLayers()) {
                    depth(shallow, deep, words).ifPresent(sentences::add);
                }
            }
        }
        return sentences;
    }

    private static Optional<String> depth(Configuration shallow, Configuration deep, Words words) {
        Map<String, List<String>> verdicts = new LinkedHashMap<>();
        for (RunResult run : deep.runs()) {
            run(shallow, run.recipe().name()).ifPresent(other -> {
                String verdict =
                        level(other, run, deep) ? "same" : run.testMse() < other.testMse() ? "lower" : "higher";
                String[] errors = words.pair(run.testMse(), other.testMse());
                verdicts.computeIfAbsent(verdict, key -> new ArrayList<>())
                        .add(words.say(
                                "findings.depth.recipe", Recipes.name(run.recipe(), words), errors[0], errors[1]));
            });
        }
        List<String> parts = new ArrayList<>();
        verdicts.forEach((verdict, recipes) -> parts.add(words.say("findings.depth." + verdict, words.list(recipes))));
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of(words.say(
                        "findings.depth",
                        text(deep.latent()),
                        shallow.architecture(),
                        deep.architecture(),
                        words.list(parts)));
    }

    /** The networks compared with PCA with as many components. */
    static String pca(List<Configuration> configurations, Words words) {
        List<RunResult> runs = runs(configurations);
        Configuration any = configurations.get(0);
        List<RunResult> level = runs.stream()
                .filter(run -> level(run.testMse(), run.pcaTestMse())
                        || Math.abs(run.testMse() - run.pcaTestMse()) <= any.range(run))
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
            String least = gain(ahead.stream().min(gain).orElseThrow(), words);
            String most = gain(ahead.stream().max(gain).orElseThrow(), words);
            String factors = least.equals(most) ? most : words.say("number.range", least, most);
            parts.add(words.say("findings.pca.lower", among(ahead, runs, words), ahead.size(), factors));
        }
        if (!level.isEmpty()) {
            parts.add(words.say("findings.pca.level", among(level, runs, words), level.size(), beside(level, words)));
        }
        if (!behind.isEmpty()) {
            parts.add(
                    words.say("findings.pca.higher", among(behind, runs, words), behind.size(), beside(behind, words)));
        }
        return words.say("findings.pca", words.list(parts));
    }

    /** For instance {@code 3.84 for 784-256-128-16 (tuned recipe)}. */
    private static String gain(RunResult run, Words words) {
        return words.say("findings.pca.gain", words.factor(run.pcaTestMse() / run.testMse()), name(run, words));
    }

    private static String among(List<RunResult> some, List<RunResult> all, Words words) {
        return some.size() < all.size()
                ? words.say("findings.among.some", some.size(), all.size())
                : words.say("findings.among.all", all.size());
    }

    private static String beside(List<RunResult> runs, Words words) {
        return runs.stream()
                .map(run -> {
                    String[] errors = words.pair(run.testMse(), run.pcaTestMse());
                    return words.say("findings.pca.beside", name(run, words), errors[0], errors[1]);
                })
                .collect(Collectors.joining(", "));
    }

    /** The name of a run in a sentence, for instance {@code 784-128-2 (report’s recipe)}. */
    static String name(RunResult run, Words words) {
        return words.say("findings.name", run.architecture().toString(), Recipes.name(run.recipe(), words));
    }

    /** A number that has no separators, such as p. */
    static String text(int number) {
        return Integer.toString(number);
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

    /**
     * Whether two runs are level: their difference is tiny, or no larger than that between seeds of one of them.
     *
     * @param any configuration of the study, which knows the ranges of all runs
     */
    static boolean level(RunResult a, RunResult b, Configuration any) {
        double difference = Math.abs(a.testMse() - b.testMse());
        return level(a.testMse(), b.testMse()) || difference <= Math.max(any.range(a), any.range(b));
    }

    static boolean level(double a, double b) {
        return Math.abs(a - b) <= LEVEL * Math.min(a, b);
    }
}
