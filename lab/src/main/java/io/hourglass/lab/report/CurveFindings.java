package io.hourglass.lab.report;

import static io.hourglass.lab.report.Text.list;
import static io.hourglass.lab.report.Text.percent;

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

    static List<String> of(List<Configuration> configurations) {
        List<RunResult> runs = Findings.runs(configurations);
        int epochs = runs.stream().mapToInt(run -> run.history().size()).max().orElse(0);
        if (epochs < 3) {
            return List.of("After " + Text.counted(epochs, "epoch") + " it is too early to judge convergence.");
        }
        return List.of(steadiness(runs), settling(runs));
    }

    /** How much the test error still changes from one epoch to the next, for each recipe. */
    static String steadiness(List<RunResult> runs) {
        Set<Recipe> recipes = new LinkedHashSet<>();
        runs.forEach(run -> recipes.add(run.recipe()));
        List<String> parts = new ArrayList<>();
        for (Recipe recipe : recipes) {
            runs.stream()
                    .filter(run -> run.recipe().equals(recipe))
                    .flatMapToDouble(run -> movement(run.history()).stream())
                    .average()
                    .ifPresent(movement -> parts.add("by " + percent(movement) + " with the " + Recipes.name(recipe)
                            + " (last " + end(runs, recipe) + ")"));
        }
        return "At the end of training, the test MSE still changes from one epoch to the next, on average over the"
                + " networks: "
                + list(parts) + ".";
    }

    private static String end(List<RunResult> runs, Recipe recipe) {
        int epochs = runs.stream()
                .filter(run -> run.recipe().equals(recipe))
                .mapToInt(run -> end(run.history()))
                .max()
                .orElseThrow();
        return epochs == 1 ? "epoch" : Text.count(epochs) + " epochs";
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
    static String settling(List<RunResult> runs) {
        List<String> restless = new ArrayList<>();
        for (RunResult run : runs) {
            Epoch best = run.history().stream()
                    .min(Comparator.comparingDouble(Epoch::testMse))
                    .orElseThrow();
            Epoch last = run.history().get(run.history().size() - 1);
            if (last.testMse() > best.testMse() * (1 + SETTLED)) {
                restless.add(Findings.name(run) + Text.mse(" with %s after %s", last.testMse(), best.testMse())
                        + " in epoch " + best.epoch());
            }
        }
        String within = Text.format("%.0f %%", 100 * SETTLED);
        if (restless.isEmpty()) {
            return "Every run ends within " + within + " of its best epoch.";
        }
        return restless.size() + " of " + Text.counted(runs.size(), "run") + (restless.size() == 1 ? " ends" : " end")
                + " more than " + within + " above "
                + (restless.size() == 1 ? "its" : "their") + " best epoch: " + String.join("; ", restless) + ".";
    }
}
