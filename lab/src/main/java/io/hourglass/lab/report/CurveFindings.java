package io.hourglass.lab.report;

import io.hourglass.History.Epoch;
import io.hourglass.Recipe;
import io.hourglass.lab.study.StudyResults.RunResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;

/** What the curves say about convergence, the question of the lab report's section 3.3. */
final class CurveFindings {
    /** A run that ends this far above its best epoch did not settle. */
    private static final double SETTLED = 0.02;

    /** Which part of the epochs counts as the end of training. */
    private static final int END = 10;

    private CurveFindings() {}

    static List<String> of(List<Configuration> configurations, Words words) {
        List<RunResult> runs = Findings.runs(configurations);
        int epochs = runs.stream().mapToInt(run -> run.history().size()).max().orElse(0);
        if (epochs < 3) {
            return List.of(words.say("curves.early", words.counted("epoch", epochs)));
        }
        return List.of(steadiness(runs, words), settling(runs, words));
    }

    /** How much the test error still changes from one epoch to the next, for each recipe. */
    static String steadiness(List<RunResult> runs, Words words) {
        Set<Recipe> recipes = new LinkedHashSet<>();
        runs.forEach(run -> recipes.add(run.recipe()));
        List<String> parts = new ArrayList<>();
        for (Recipe recipe : recipes) {
            runs.stream()
                    .filter(run -> run.recipe().equals(recipe))
                    .flatMapToDouble(run -> movement(run.history()).stream())
                    .average()
                    .ifPresent(movement -> parts.add(words.say(
                            "curves.movement",
                            words.percent(movement),
                            Recipes.name(recipe, words),
                            end(runs, recipe))));
        }
        return words.say("curves.steadiness", words.list(parts));
    }

    private static int end(List<RunResult> runs, Recipe recipe) {
        return runs.stream()
                .filter(run -> run.recipe().equals(recipe))
                .mapToInt(run -> end(run.history()))
                .max()
                .orElseThrow();
    }

    /** A tenth of the epochs, and at least one. */
    private static int end(List<Epoch> history) {
        return Math.max(1, history.size() / END);
    }

    private static OptionalDouble movement(List<Epoch> history) {
        return IntStream.range(Math.max(1, history.size() - end(history)), history.size())
                .mapToDouble(i ->
                        Math.abs(history.get(i).testMse() / history.get(i - 1).testMse() - 1))
                .average();
    }

    /** Which runs end clearly above their best epoch. */
    static String settling(List<RunResult> runs, Words words) {
        List<String> restless = new ArrayList<>();
        for (RunResult run : runs) {
            Epoch best = run.history().stream()
                    .min(Comparator.comparingDouble(Epoch::testMse))
                    .orElseThrow();
            Epoch last = run.history().get(run.history().size() - 1);
            if (last.testMse() > best.testMse() * (1 + SETTLED)) {
                String[] errors = words.pair(last.testMse(), best.testMse());
                restless.add(words.say(
                        "curves.restless",
                        Findings.name(run, words),
                        errors[0],
                        errors[1],
                        Findings.text(best.epoch())));
            }
        }
        String within = words.say("number.percent", words.number("%.0f", 100 * SETTLED));
        return restless.isEmpty()
                ? words.say("curves.settled", within)
                : words.say(
                        "curves.unsettled",
                        restless.size(),
                        words.counted("run", runs.size()),
                        within,
                        String.join("; ", restless));
    }
}
