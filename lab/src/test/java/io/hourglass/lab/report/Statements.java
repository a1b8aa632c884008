package io.hourglass.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.hourglass.History.Epoch;
import io.hourglass.lab.study.Analyses.Analysis;
import io.hourglass.lab.study.SeedRuns;
import io.hourglass.lab.study.SmallData;
import io.hourglass.lab.study.StudyResults;
import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.lab.study.SweepResult;
import io.hourglass.lab.study.VarianceResult;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Checks the report’s sentences: each must have a known form, and what it says must follow from the results. Nothing
 * here uses the code that wrote them.
 */
final class Statements {
    private static final String NUMBER = "(\\d+(?:,\\d{3})*(?:\\.\\d+)?(?:e-?\\d+)?)";
    private static final String PERCENT = "(less than 0.1 %|[\\d.]+ %)";
    /** For instance {@code 784-128-2 (report’s recipe)}. */
    static final String RUN = "(\\S+ \\((?:report’s|\\w+) recipe\\))";

    private static final String NET = "(\\d[\\d-]*-p)";

    private final StudyResults results;
    private final Map<Pattern, Check> checks = new LinkedHashMap<>();

    /** What a sentence of one form must fulfil. */
    private interface Check {
        void of(Matcher said);
    }

    Statements(StudyResults results) {
        this.results = results;
        errors();
        overfitting();
        seeds();
        curves();
        labels();
        reconstructions();
        variance();
        sweep();
        clusters();
        confusion();
        comparison();
        costs();
        beyond();
    }

    /** Checks one sentence; the parts of long ones are checked one by one. */
    void check(String sentence) {
        int known = 0;
        for (Map.Entry<Pattern, Check> entry : checks.entrySet()) {
            Matcher matcher = entry.getKey().matcher(sentence);
            if (matcher.matches()) {
                known++;
                try {
                    entry.getValue().of(matcher);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("untrue: " + sentence, e);
                }
            }
        }
        assertThat(known).as("forms of: " + sentence).isEqualTo(1);
    }

    /** Adds a form of sentence that only a test with models can check. */
    void add(String pattern, java.util.function.Consumer<Matcher> check) {
        on(pattern, check::accept);
    }

    private void on(String pattern, Check check) {
        checks.put(Pattern.compile(pattern), check);
    }

    // --- what numbers are

    /** Whether a printed number is the value, rounded to the digits printed. */
    static void same(String printed, double value) {
        BigDecimal number = new BigDecimal(printed.replace(",", ""));
        assertThat(Math.abs(number.doubleValue() - value))
                .as(printed + " for " + value)
                .isLessThanOrEqualTo(number.ulp().doubleValue() * 0.5000001);
    }

    static void percent(String printed, double ratio) {
        if (printed.startsWith("less")) {
            assertThat(Math.abs(ratio)).isLessThan(0.0005);
        } else {
            same(printed.replace(" %", ""), 100 * Math.abs(ratio));
        }
    }

    /** The run of that name in a sentence, without the report’s own code. */
    RunResult run(String name) {
        return results.runs().stream()
                .filter(run -> (run.architecture() + " (" + run.recipe().name().replace("paper", "report’s")
                                + " recipe)")
                        .equals(name))
                .findFirst()
                .orElseThrow();
    }

    private double best(int latent) {
        return bestRun(latent).testMse();
    }

    private RunResult bestRun(int latent) {
        return results.runs().stream()
                .filter(run -> run.latent() == latent)
                .min(Comparator.comparingDouble(RunResult::testMse))
                .orElseThrow();
    }

    /** Within half a percent, or within the range of the seeds of one of two runs. */
    private boolean level(RunResult a, RunResult b) {
        double range = results.seeds().stream()
                .filter(seeds -> seeds.run().equals(a.name()) || seeds.run().equals(b.name()))
                .mapToDouble(seeds -> range(seeds))
                .max()
                .orElse(0);
        return level(a.testMse(), b.testMse()) || Math.abs(a.testMse() - b.testMse()) <= range;
    }

    /** The same for a run and PCA. */
    private boolean levelWithPca(RunResult run) {
        double range = results.seeds().stream()
                .filter(seeds -> seeds.run().equals(run.name()))
                .mapToDouble(seeds -> range(seeds))
                .max()
                .orElse(0);
        return level(run.testMse(), run.pcaTestMse()) || Math.abs(run.testMse() - run.pcaTestMse()) <= range;
    }

    private static double range(SeedRuns seeds) {
        double[] sorted = seeds.each().stream()
                .mapToDouble(SeedRuns.Seed::testMse)
                .sorted()
                .toArray();
        return sorted[sorted.length - 1] - sorted[0];
    }

    private static double mean(SeedRuns seeds) {
        return seeds.each().stream()
                .mapToDouble(SeedRuns.Seed::testMse)
                .average()
                .orElseThrow();
    }

    private static boolean level(double a, double b) {
        return Math.abs(a - b) <= 0.005 * Math.min(a, b);
    }

    /** A comparison must hold for the numbers as a reader sees them as well. */
    private static void less(String small, String large) {
        assertThat(new BigDecimal(small)).isLessThan(new BigDecimal(large));
    }

    // --- results

    private void errors() {
        on(
                "The best reconstruction comes from " + RUN + ": test MSE " + NUMBER
                        + ", PSNR (\\S+)( dB)?, from a code " + NUMBER + " times smaller than the input\\.",
                said -> {
                    RunResult run = run(said.group(1));
                    assertThat(results.runs()).allMatch(other -> run.testMse() <= other.testMse());
                    same(said.group(2), run.testMse());
                    if (said.group(4) == null) {
                        assertThat(said.group(3)).isEqualTo("undefined");
                        assertThat(run.psnr())
                                .satisfies(psnr ->
                                        assertThat(Double.isFinite(psnr)).isFalse());
                    } else {
                        same(said.group(3), 10 * Math.log10(1 / run.testMse()));
                    }
                    same(said.group(5), (double) results.data().inputs() / run.latent());
                });
        on(
                "From p = (\\d+) to p = (\\d+), the best test MSE (stays level|falls by a factor of " + NUMBER
                        + "|rises by a factor of " + NUMBER + ") \\(" + NUMBER + " to " + NUMBER + "\\)\\.",
                said -> {
                    int[] latents = results.runs().stream()
                            .mapToInt(RunResult::latent)
                            .sorted()
                            .toArray();
                    double before = best(latents[0]);
                    double after = best(latents[latents.length - 1]);
                    assertThat(said.group(1)).isEqualTo("" + latents[0]);
                    assertThat(said.group(2)).isEqualTo("" + latents[latents.length - 1]);
                    same(said.group(6), before);
                    same(said.group(7), after);
                    if (said.group(3).startsWith("falls")) {
                        same(said.group(4), before / after);
                        less(said.group(7), said.group(6));
                    } else if (said.group(3).startsWith("rises")) {
                        same(said.group(5), after / before);
                        less(said.group(6), said.group(7));
                    } else {
                        assertThat(level(bestRun(latents[0]), bestRun(latents[latents.length - 1])))
                                .isTrue();
                    }
                });
        on("Compared with the report’s recipe, the tuned recipe (.*)\\.", said -> recipes(said.group(1)));
        on("At p = (\\d+), compared with (\\S+), the deeper (\\S+) has (.*)\\.", this::depth);
        on("Compared with PCA with the same number of components, (.*)\\.", said -> pca(said.group(1)));
    }

    // --- overfitting, seeds

    private void overfitting() {
        ToDoubleFunction<RunResult> train =
                run -> run.history().get(run.history().size() - 1).trainMseAtEnd();
        ToDoubleFunction<RunResult> gap = run -> run.testMse() / train.applyAsDouble(run) - 1;
        on(
                "No network has a higher error on the test set than on the training set \\(the closest is " + RUN
                        + ", with " + NUMBER + " on the test set and " + NUMBER
                        + " on the training set\\): no sign of overfitting\\.",
                said -> {
                    assertThat(results.runs()).allMatch(run -> run.testMse() <= train.applyAsDouble(run));
                    same(said.group(2), run(said.group(1)).testMse());
                    same(said.group(3), train.applyAsDouble(run(said.group(1))));
                });
        on(
                "The test error exceeds the training error most for " + RUN + ", by " + PERCENT + " \\("
                        + NUMBER + " on the test set and " + NUMBER
                        + " on the training set, with the same weights\\): (no sign of|hardly any|slight|clear)"
                        + " overfitting\\.",
                said -> {
                    RunResult run = run(said.group(1));
                    double widest =
                            results.runs().stream().mapToDouble(gap).max().orElseThrow();
                    assertThat(gap.applyAsDouble(run)).isEqualTo(widest).isPositive();
                    percent(said.group(2), widest);
                    same(said.group(3), run.testMse());
                    same(said.group(4), train.applyAsDouble(run));
                    less(said.group(4), said.group(3));
                    assertThat(said.group(5))
                            .isEqualTo(
                                    widest <= 0.005
                                            ? "no sign of"
                                            : widest <= 0.02 ? "hardly any" : widest <= 0.1 ? "slight" : "clear");
                });
        String small = "(\\d[\\d,]*) training rows, (\\S+) \\(report’s recipe\\) ";
        on("(On only|Even on only) " + small + "(does overfit|does not clearly overfit): .*", said -> {
            SmallData of = results.smallData().orElseThrow();
            List<Epoch> history = of.history();
            Epoch last = history.get(history.size() - 1);
            Epoch best = history.stream()
                    .min(Comparator.comparingDouble(Epoch::testMse))
                    .orElseThrow();
            double rise = last.testMse() / best.testMse() - 1;
            double apart = last.testMse() / last.trainMseAtEnd() - 1;
            same(said.group(2), of.rows());
            assertThat(said.group(3)).isEqualTo(of.network());
            assertThat(said.group(4).equals("does overfit")).isEqualTo(rise > 0.005 || apart > 0.1);
            String text = said.group();
            assertThat(text.contains("rises to")).isEqualTo(rise > 0.005);
            List<String> numbers = Pattern.compile(NUMBER + "( %)?")
                    .matcher(text.substring(text.indexOf(": ")))
                    .results()
                    .map(number -> number.group(1))
                    .toList();
            same(numbers.get(0), best.testMse());
            same(numbers.get(1), best.epoch());
            same(numbers.get(2), last.testMse());
            same(numbers.get(3), last.epoch());
            same(numbers.get(4), last.trainMseAtEnd());
            same(numbers.get(5), 100 * apart);
        });
    }

    private void seeds() {
        on(
                "Over (\\d+) seeds, the test MSE varies most for " + RUN + ": its largest value is " + PERCENT
                        + " of the mean above its smallest \\(" + NUMBER + " to " + NUMBER + "\\)\\.",
                said -> {
                    SeedRuns most = results.seeds().stream()
                            .max(Comparator.comparingDouble(seeds -> range(seeds) / mean(seeds)))
                            .orElseThrow();
                    same(said.group(1), most.each().size());
                    assertThat(run(said.group(2)).name()).isEqualTo(most.run());
                    percent(said.group(3), range(most) / mean(most));
                    double[] sorted = most.each().stream()
                            .mapToDouble(SeedRuns.Seed::testMse)
                            .sorted()
                            .toArray();
                    same(said.group(4), sorted[0]);
                    same(said.group(5), sorted[sorted.length - 1]);
                });
        on("It varies least for " + RUN + ": by " + PERCENT + " of the mean\\.", said -> {
            SeedRuns least = results.seeds().stream()
                    .min(Comparator.comparingDouble(seeds -> range(seeds) / mean(seeds)))
                    .orElseThrow();
            assertThat(run(said.group(1)).name()).isEqualTo(least.run());
            percent(said.group(2), range(least) / mean(least));
        });
        on("Every seed of " + RUN + " has a (lower|higher) test MSE than every seed of " + RUN + "\\.", said -> {
            boolean lower = said.group(2).equals("lower");
            for (SeedRuns.Seed a : seedsOf(said.group(1))) {
                for (SeedRuns.Seed b : seedsOf(said.group(3))) {
                    assertThat(lower ? a.testMse() < b.testMse() : a.testMse() > b.testMse())
                            .isTrue();
                }
            }
        });
        on("The seeds of " + RUN + " and of " + RUN + " overlap: neither is better with every seed\\.", said -> {
            int less = 0;
            int more = 0;
            for (SeedRuns.Seed a : seedsOf(said.group(1))) {
                for (SeedRuns.Seed b : seedsOf(said.group(2))) {
                    less += a.testMse() < b.testMse() ? 1 : 0;
                    more += a.testMse() > b.testMse() ? 1 : 0;
                }
            }
            assertThat(Math.max(less, more))
                    .isLessThan(seedsOf(said.group(1)).size()
                            * seedsOf(said.group(2)).size());
        });
    }

    private List<SeedRuns.Seed> seedsOf(String name) {
        return results.seeds().stream()
                .filter(seeds -> seeds.run().equals(run(name).name()))
                .findFirst()
                .orElseThrow()
                .each();
    }

    private void recipes(String said) {
        int told = 0;
        Matcher part = Pattern.compile(
                        "(lowers|raises|leaves) (?:the test MSE|it) (?:level )?in (?:all|the|(\\d+) of) (\\S+)"
                                + " configurations? \\(([^)]*)\\)")
                .matcher(said);
        while (part.find()) {
            List<String> group = List.of(part.group(4).split(", "));
            told += group.size();
            if (part.group(2) != null) {
                assertThat(part.group(2)).isEqualTo("" + group.size());
            }
            for (String one : group) {
                String architecture = one.split(" ")[0];
                RunResult paper = run(architecture + " (report’s recipe)");
                RunResult tuned = run(architecture + " (tuned recipe)");
                double from = paper.testMse();
                double to = tuned.testMse();
                switch (part.group(1)) {
                    case "lowers" -> assertThat(to).isLessThan(from);
                    case "raises" -> assertThat(to).isGreaterThan(from);
                    default -> assertThat(level(paper, tuned)).isTrue();
                }
                if (!part.group(1).equals("leaves")) {
                    assertThat(level(paper, tuned)).isFalse();
                    percent(one.substring(one.indexOf(" by ") + 4), to / from - 1);
                }
            }
        }
        assertThat(told).isEqualTo((int)
                results.runs().stream().map(RunResult::architecture).distinct().count());
    }

    private void depth(Matcher said) {
        Matcher part = Pattern.compile("the ((?:report’s|\\w+) recipe) \\(" + NUMBER + " against " + NUMBER + "\\)")
                .matcher("");
        int told = 0;
        for (String clause : said.group(4).split("(?=a lower|a higher|about the same)")) {
            part.reset(clause);
            while (part.find()) {
                told++;
                RunResult deep = run(said.group(3) + " (" + part.group(1) + ")");
                RunResult shallow = run(said.group(2) + " (" + part.group(1) + ")");
                assertThat(deep.latent()).isEqualTo(shallow.latent()).hasToString(said.group(1));
                assertThat(deep.architecture().hidden().size())
                        .isGreaterThan(shallow.architecture().hidden().size());
                same(part.group(2), deep.testMse());
                same(part.group(3), shallow.testMse());
                if (clause.startsWith("a lower")) {
                    less(part.group(2), part.group(3));
                } else if (clause.startsWith("a higher")) {
                    less(part.group(3), part.group(2));
                } else {
                    assertThat(level(deep, shallow)).isTrue();
                }
            }
        }
        assertThat(told).isEqualTo((int)
                results.runs().stream().map(RunResult::recipe).distinct().count());
    }

    private void pca(String said) {
        List<RunResult> runs = results.runs();
        long ahead = runs.stream()
                .filter(run -> run.testMse() < run.pcaTestMse() && !levelWithPca(run))
                .count();
        long level = runs.stream().filter(run -> levelWithPca(run)).count();
        String who = "(?:all (\\d+) networks|the network|(\\d+) of (\\d+) networks?) ";
        DoubleStream gains = runs.stream()
                .filter(run -> run.testMse() < run.pcaTestMse() && !levelWithPca(run))
                .mapToDouble(run -> run.pcaTestMse() / run.testMse());
        Matcher less = Pattern.compile(who + "ha(?:s|ve) a lower error \\(by a factor of " + NUMBER + " for " + RUN
                        + "(?: to " + NUMBER + " for " + RUN + ")?\\)")
                .matcher(said);
        assertThat(less.find()).isEqualTo(ahead > 0);
        if (ahead > 0) {
            counted(less, ahead);
            double[] sorted = gains.sorted().toArray();
            same(less.group(4), sorted[0]);
            same(
                    less.group(4),
                    run(less.group(5)).pcaTestMse() / run(less.group(5)).testMse());
            if (less.group(6) != null) {
                same(less.group(6), sorted[sorted.length - 1]);
                same(
                        less.group(6),
                        run(less.group(7)).pcaTestMse() / run(less.group(7)).testMse());
            } else {
                assertThat(ahead).isEqualTo(1);
            }
        }
        for (boolean even : new boolean[] {true, false}) {
            long expected = even ? level : runs.size() - ahead - level;
            Matcher part = Pattern.compile(who + (even ? "(?:is|are) level" : "ha(?:s|ve) a higher error")
                            + " \\((.*?)\\)(?:, |" + " and |$)")
                    .matcher(said);
            assertThat(part.find()).as(said).isEqualTo(expected > 0);
            if (expected > 0) {
                counted(part, expected);
                Matcher one = Pattern.compile(RUN + " with " + NUMBER + " against " + NUMBER)
                        .matcher(part.group(4));
                int told = 0;
                while (one.find()) {
                    told++;
                    RunResult run = run(one.group(1));
                    same(one.group(2), run.testMse());
                    same(one.group(3), run.pcaTestMse());
                    if (even) {
                        assertThat(levelWithPca(run)).isTrue();
                    } else {
                        less(one.group(3), one.group(2));
                    }
                }
                assertThat(told).isEqualTo((int) expected);
            }
        }
    }

    private void counted(Matcher who, long expected) {
        if (who.group(1) != null) {
            assertThat(who.group(1)).isEqualTo("" + results.runs().size()).isEqualTo("" + expected);
        } else if (who.group(2) != null) {
            assertThat(who.group(2)).isEqualTo("" + expected);
            assertThat(who.group(3)).isEqualTo("" + results.runs().size());
        } else {
            assertThat(results.runs()).hasSize(1);
            assertThat(expected).isEqualTo(1);
        }
    }

    // --- convergence

    private void curves() {
        on("After (\\d+) epochs? it is too early to judge convergence\\.", said -> {
            assertThat(results.runs()).allMatch(run -> run.recipe().epochs() < 3);
            same(said.group(1), results.runs().get(0).recipe().epochs());
        });
        on(
                "At the end of training, the test MSE still changes from one epoch to the next, on average over the"
                        + " networks: (.*)\\.",
                said -> {
                    Matcher part = Pattern.compile("by " + PERCENT
                                    + " with the (report’s|\\w+) recipe \\(last (?:epoch|([\\d,]+)" + " epochs)\\)")
                            .matcher(said.group(1));
                    int told = 0;
                    while (part.find()) {
                        told++;
                        int end = part.group(3) == null
                                ? 1
                                : Integer.parseInt(part.group(3).replace(",", ""));
                        String recipe = part.group(2).replace("report’s", "paper");
                        double movement = results.runs().stream()
                                .filter(run -> run.recipe().name().equals(recipe))
                                .mapToDouble(run -> movement(run.history(), end))
                                .average()
                                .orElseThrow();
                        percent(part.group(1), movement);
                        // The end is the end: at most a tenth of the epochs, or one.
                        assertThat(end)
                                .isLessThanOrEqualTo(Math.max(
                                        1,
                                        results.runs().stream()
                                                        .filter(run -> run.recipe()
                                                                .name()
                                                                .equals(recipe))
                                                        .mapToInt(run ->
                                                                run.recipe().epochs())
                                                        .max()
                                                        .orElseThrow()
                                                / 10));
                    }
                    assertThat(told).isEqualTo((int) results.runs().stream()
                            .map(RunResult::recipe)
                            .distinct()
                            .count());
                });
        on(
                "Every run ends within 2 % of its best epoch\\.",
                said -> assertThat(results.runs())
                        .allMatch(run ->
                                run.testMse() <= 1.02 * lowest(run.history()).testMse()));
        on(
                "(\\d+) of (\\d+) runs? ends? more than 2 % above (?:its|their) best epoch: (.*)\\.",
                said -> {
                    same(said.group(2), results.runs().size());
                    same(
                            said.group(1),
                            results.runs().stream()
                                    .filter(run -> run.testMse()
                                            > 1.02 * lowest(run.history()).testMse())
                                    .count());
                    String[] all = said.group(3).split("; ");
                    assertThat(all).hasSize(Integer.parseInt(said.group(1)));
                    for (String one : all) {
                        Matcher part = Pattern.compile(
                                        RUN + " with " + NUMBER + " after " + NUMBER + " in epoch (\\d+)")
                                .matcher(one);
                        assertThat(part.matches()).isTrue();
                        RunResult run = run(part.group(1));
                        Epoch best = lowest(run.history());
                        same(part.group(2), run.testMse());
                        same(part.group(3), best.testMse());
                        same(part.group(4), best.epoch());
                        less(part.group(3), part.group(2));
                    }
                });
    }

    private static double movement(List<Epoch> history, int end) {
        double sum = 0;
        for (int i = history.size() - end; i < history.size(); i++) {
            sum += Math.abs(history.get(i).testMse() / history.get(i - 1).testMse() - 1);
        }
        return sum / end;
    }

    private static Epoch lowest(List<Epoch> history) {
        return history.stream().min(Comparator.comparingDouble(Epoch::testMse)).orElseThrow();
    }

    // --- labels

    private void labels() {
        on(
                "At p = (\\d+), (?:digit|label) (\\d+) has the largest error and (\\d+) the smallest: MSE " + NUMBER
                        + " and " + NUMBER + ", which is " + NUMBER + " and " + NUMBER + " times the average of " + RUN
                        + "\\.(.*)",
                said -> {
                    RunResult run = run(said.group(8));
                    assertThat(run.testMse()).isEqualTo(best(Integer.parseInt(said.group(1))));
                    List<Double> errors = run.testMseByLabel();
                    double[] known = errors.stream()
                            .mapToDouble(error -> error)
                            .filter(Double::isFinite)
                            .sorted()
                            .toArray();
                    double most = errors.get(Integer.parseInt(said.group(2)));
                    double least = errors.get(Integer.parseInt(said.group(3)));
                    assertThat(most).isEqualTo(known[known.length - 1]);
                    assertThat(least).isEqualTo(known[0]);
                    same(said.group(4), most);
                    same(said.group(5), least);
                    same(said.group(6), most / run.testMse());
                    same(said.group(7), least / run.testMse());
                    long agreeing = results.runs().stream()
                            .filter(other -> other != run && other.latent() == run.latent())
                            .filter(other -> extremes(other).equals(extremes(run)))
                            .count();
                    long others = results.runs().stream()
                                    .filter(other -> other.latent() == run.latent())
                                    .count()
                            - 1;
                    if (said.group(9).contains("differs")) {
                        Matcher part = Pattern.compile(RUN + " \\((\\d+) and (\\d+)\\)")
                                .matcher(said.group(9));
                        int told = 0;
                        while (part.find()) {
                            told++;
                            assertThat(extremes(run(part.group(1))))
                                    .isEqualTo(
                                            List.of(Integer.parseInt(part.group(2)), Integer.parseInt(part.group(3))));
                        }
                        assertThat(told).isEqualTo((int) (others - agreeing)).isPositive();
                    } else {
                        assertThat(agreeing).isEqualTo(others);
                        assertThat(said.group(9))
                                .isEqualTo(
                                        others == 0
                                                ? ""
                                                : others == 1
                                                        ? " The other run with this p agrees."
                                                        : " The other " + others + " runs with this p agree.");
                    }
                });
    }

    private static List<Integer> extremes(RunResult run) {
        List<Double> errors = run.testMseByLabel();
        int most = -1;
        int least = -1;
        for (int label = 0; label < errors.size(); label++) {
            if (Double.isFinite(errors.get(label))) {
                most = most < 0 || errors.get(label) > errors.get(most) ? label : most;
                least = least < 0 || errors.get(label) < errors.get(least) ? label : least;
            }
        }
        return List.of(most, least);
    }

    // --- reconstructions

    private void reconstructions() {
        on(
                "The reconstructions come closest to the originals with " + RUN + ", at a test MSE of " + NUMBER
                        + ", and stay furthest from them with " + RUN + ", at " + NUMBER + ": " + NUMBER
                        + " times as much\\.",
                said -> {
                    RunResult best = run(said.group(1));
                    RunResult worst = run(said.group(3));
                    assertThat(results.runs())
                            .allMatch(run -> run.testMse() >= best.testMse() && run.testMse() <= worst.testMse());
                    same(said.group(2), best.testMse());
                    same(said.group(4), worst.testMse());
                    same(said.group(5), worst.testMse() / best.testMse());
                    less(said.group(2), said.group(4));
                });
        on(
                "All networks reconstruct about equally well: their test MSE lies between " + NUMBER + " and " + NUMBER
                        + "\\.",
                said -> {
                    double[] errors = results.runs().stream()
                            .mapToDouble(RunResult::testMse)
                            .sorted()
                            .toArray();
                    same(said.group(1), errors[0]);
                    same(said.group(2), errors[errors.length - 1]);
                    assertThat(level(errors[0], errors[errors.length - 1])).isTrue();
                });
    }

    // --- bias and variance

    private void variance() {
        on("After ([\\d,]+) training steps?, these networks are far .* too early for conclusions\\.", said -> {
            VarianceResult any = results.variance().get(0);
            same(said.group(1), any.training().steps());
            assertThat(any.training().steps()).isLessThan(1000);
        });
        on("Variance makes up (.*); the rest is squared bias\\.", said -> {
            Matcher part =
                    Pattern.compile(PERCENT + " of the error at p = (\\d+)").matcher(said.group(1));
            for (VarianceResult result : results.variance()) {
                assertThat(part.find()).isTrue();
                percent(part.group(1), result.variance() / (result.bias2() + result.variance()));
                same(part.group(2), result.latent());
            }
            assertThat(part.find()).isFalse();
        });
        String moves = "(stays level|(?:falls|grows) by a factor of " + NUMBER + ")";
        on(
                "From p = (\\d+) to p = (\\d+), the squared bias " + moves + " and the variance " + moves
                        + "; the share of variance in the error (?:(grows|falls) from " + PERCENT + " to " + PERCENT
                        + "|stays about level \\(" + PERCENT + " and " + PERCENT + "\\))\\.",
                said -> {
                    VarianceResult first = results.variance().get(0);
                    VarianceResult last =
                            results.variance().get(results.variance().size() - 1);
                    same(said.group(1), first.latent());
                    same(said.group(2), last.latent());
                    moved(said.group(3), said.group(4), first.bias2(), last.bias2());
                    moved(said.group(5), said.group(6), first.variance(), last.variance());
                    double from = first.variance() / first.mse();
                    double to = last.variance() / last.mse();
                    if (said.group(7) == null) {
                        percent(said.group(10), from);
                        percent(said.group(11), to);
                        assertThat(Math.max(from, to) / Math.min(from, to)).isLessThanOrEqualTo(1.0500001);
                    } else {
                        assertThat(said.group(7)).isEqualTo(to > from ? "grows" : "falls");
                        percent(said.group(8), from);
                        percent(said.group(9), to);
                        assertThat(said.group(8)).isNotEqualTo(said.group(9));
                    }
                });
        on(
                "The mean of (\\d+) models’ reconstructions .* lower the error of (\\S+) from " + NUMBER + " to "
                        + NUMBER + "\\.",
                said -> {
                    VarianceResult last =
                            results.variance().get(results.variance().size() - 1);
                    same(said.group(1), last.models());
                    assertThat(said.group(2)).isEqualTo(last.network());
                    same(said.group(3), last.mse());
                    same(said.group(4), last.bias2());
                });
        on(
                "The irreducible error is part of the squared bias: .*",
                said -> assertThat(results.variance()).allMatch(result -> result.noise() == 0));
    }

    private static void moved(String how, String factor, double from, double to) {
        if (how.startsWith("falls")) {
            same(factor, from / to);
        } else if (how.startsWith("grows")) {
            same(factor, to / from);
        } else {
            assertThat(Math.max(from, to) / Math.min(from, to)).isLessThan(1.0050001);
        }
    }

    // --- the sweep

    private List<SweepResult> curve(String network) {
        return results.sweep().stream()
                .filter(result -> result.network().replaceFirst("\\d+$", "p").equals(network))
                .sorted(Comparator.comparingInt(SweepResult::latent))
                .toList();
    }

    private void sweep() {
        on(
                "These networks were trained for ([\\d,]+) epochs? \\(([\\d,]+) steps?\\) on ([\\d,]+) of ([\\d,]+)"
                        + " rows,"
                        + " which is too little to draw a conclusion: that takes at least 15 epochs and 10,000 steps"
                        + " on all"
                        + " rows\\.",
                said -> {
                    SweepResult any = results.sweep().get(0);
                    same(said.group(1), any.training().recipe().epochs());
                    same(said.group(3), any.training().rows());
                    same(said.group(4), results.data().train());
                    assertThat(enough()).isFalse();
                });
        String goal = "PCA with p = (\\d+) \\(" + NUMBER + "\\)";
        on(
                "The smallest measured p at which " + NET + " beats " + goal + " is (\\d+), with an error of " + NUMBER
                        + "\\.",
                said -> {
                    double target = target(said.group(2), said.group(3));
                    for (SweepResult result : curve(said.group(1))) {
                        if (result.latent() < Integer.parseInt(said.group(4))) {
                            assertThat(result.testMse()).isGreaterThanOrEqualTo(target);
                        } else if (result.latent() == Integer.parseInt(said.group(4))) {
                            assertThat(result.testMse()).isLessThan(target);
                            same(said.group(5), result.testMse());
                        }
                    }
                });
        on(NET + " does not beat " + goal + " at any measured p\\.", said -> {
            double target = target(said.group(2), said.group(3));
            assertThat(curve(said.group(1))).isNotEmpty().allMatch(result -> result.testMse() >= target);
        });
        on(NET + " is not better than PCA at any measured p\\.", said -> {
            assertThat(enough()).isTrue();
            assertThat(curve(said.group(1))).isNotEmpty().allMatch(result -> result.testMse() >= result.pcaTestMse());
        });
        on(
                NET + " improves most on PCA at p = (\\d+), where its error is lower by a factor of " + NUMBER
                        + "(; it is better than PCA at every measured p"
                        + "|; it is not better than PCA at p = ([\\d, and]+))\\.",
                said -> {
                    assertThat(enough()).isTrue();
                    List<SweepResult> curve = curve(said.group(1));
                    double[] gains = curve.stream()
                            .mapToDouble(result -> result.pcaTestMse() / result.testMse())
                            .toArray();
                    same(said.group(3), Arrays.stream(gains).max().orElseThrow());
                    List<String> behind = curve.stream()
                            .filter(result -> result.testMse() >= result.pcaTestMse())
                            .map(result -> "" + result.latent())
                            .toList();
                    assertThat(
                                    said.group(5) == null
                                            ? List.of()
                                            : List.of(said.group(5).split(", | and ")))
                            .isEqualTo(behind);
                });
        on(
                "Beyond p = (\\d+), " + NET + " gains little: (?:the best wider code, p = (\\d+), lowers its error by "
                        + PERCENT + "|no wider code lowers its error)\\.",
                said -> {
                    assertThat(enough()).isTrue();
                    int p = Integer.parseInt(said.group(1));
                    List<SweepResult> curve = curve(said.group(2));
                    double at = curve.stream()
                            .filter(result -> result.latent() == p)
                            .findFirst()
                            .orElseThrow()
                            .testMse();
                    double wider = curve.stream()
                            .filter(result -> result.latent() > p)
                            .mapToDouble(SweepResult::testMse)
                            .min()
                            .orElseThrow();
                    assertThat(1 - wider / at).isLessThan(0.15);
                    if (said.group(3) == null) {
                        assertThat(wider).isGreaterThanOrEqualTo(at);
                    } else {
                        percent(said.group(4), 1 - wider / at);
                        assertThat(wider).isLessThan(at);
                    }
                });
        on(
                NET
                        + " gains from wider codes up to p = (\\d+), the widest: from every smaller p, a wider code"
                        + " lowers the error by"
                        + " at least 15 %\\.",
                said -> {
                    assertThat(enough()).isTrue();
                    List<SweepResult> curve = curve(said.group(1));
                    same(said.group(2), curve.get(curve.size() - 1).latent());
                    for (int i = 0; i < curve.size() - 1; i++) {
                        double wider = curve.subList(i + 1, curve.size()).stream()
                                .mapToDouble(SweepResult::testMse)
                                .min()
                                .orElseThrow();
                        assertThat(wider)
                                .isLessThanOrEqualTo(0.8500001 * curve.get(i).testMse());
                    }
                });
    }

    private double target(String p, String printed) {
        assertThat(enough()).isTrue();
        SweepResult widest = results.sweep().stream()
                .max(Comparator.comparingInt(SweepResult::latent))
                .orElseThrow();
        same(p, widest.latent());
        same(printed, widest.pcaTestMse());
        return widest.pcaTestMse();
    }

    /** Whether the sweep's networks have been trained enough for conclusions, by the rule that the sentence states. */
    private boolean enough() {
        SweepResult any = results.sweep().get(0);
        long batches = (any.training().rows() + any.training().recipe().batchSize() - 1)
                / any.training().recipe().batchSize();
        return any.training().recipe().epochs() >= 15
                && any.training().recipe().epochs() * batches >= 10_000
                && any.training().rows() == results.data().train();
    }

    // --- clusters

    private static final Map<String, String> PIPELINES = Map.of(
            "k-means", "kmeans",
            "a Gaussian mixture", "gmm",
            "UMAP, then k-means", "umap+kmeans",
            "UMAP, then a Gaussian mixture", "umap+gmm");

    private static double accuracy(Analysis analysis, String pipeline) {
        return analysis.clusters().pipelines().stream()
                .filter(scores -> scores.pipeline().equals(pipeline))
                .mapToDouble(scores -> scores.accuracy())
                .findFirst()
                .orElse(Double.NEGATIVE_INFINITY);
    }

    private Analysis analysis(RunResult run) {
        return results.analyses().run(run.name()).orElseThrow();
    }

    private void clusters() {
        on(
                "With (k-means|a Gaussian mixture|UMAP, then k-means|UMAP, then a Gaussian mixture), the clusters of "
                        + RUN + " match the (?:digit|label)s best: ([\\d.]+) % of the test images are in the cluster"
                        + " of their (?:digit|label) \\(NMI ([\\d.]+)\\)"
                        + "(?:\\. The best result without a network is ([\\d.]+) % \\((.*)\\))?\\.",
                said -> {
                    String pipeline = PIPELINES.get(said.group(1));
                    double best = accuracy(analysis(run(said.group(2))), pipeline);
                    assertThat(results.analyses().runs()).allMatch(other -> accuracy(other, pipeline) <= best);
                    same(said.group(3), 100 * best);
                    double without = results.analyses().baselines().stream()
                            .mapToDouble(other -> accuracy(other, pipeline))
                            .max()
                            .orElseThrow();
                    if (said.group(5) == null) {
                        assertThat(without).isEqualTo(Double.NEGATIVE_INFINITY);
                    } else {
                        same(said.group(5), 100 * without);
                    }
                });
        on("From p = (\\d+) to p = (\\d+), the highest accuracy of any network goes (.*)\\.", said -> {
            Matcher part = Pattern.compile(
                            "from ([\\d.]+) % to ([\\d.]+) % with (the 10 nearest neighbours|k-means|a Gaussian"
                                    + " mixture|UMAP, then k-means|UMAP, then a Gaussian mixture)")
                    .matcher(said.group(3));
            int told = 0;
            while (part.find()) {
                told++;
                String pipeline = PIPELINES.get(part.group(3));
                Function<Analysis, Double> accuracy = pipeline == null
                        ? analysis -> analysis.clusters().knnAccuracy()
                        : analysis -> accuracy(analysis, pipeline);
                for (int end = 1; end <= 2; end++) {
                    int latent = Integer.parseInt(said.group(end));
                    same(
                            part.group(end),
                            100
                                    * results.runs().stream()
                                            .filter(run -> run.latent() == latent)
                                            .mapToDouble(run -> accuracy.apply(analysis(run)))
                                            .max()
                                            .orElseThrow());
                }
            }
            assertThat(told).isGreaterThanOrEqualTo(2);
        });
        on(
                "With k-means, the codes of (\\d+) of (\\d+) networks give better clusters than .* \\(([\\d.]+)"
                        + " %\\)\\.",
                said -> {
                    Analysis raw = results.analyses().baselines().stream()
                            .filter(baseline -> baseline.name().equals("raw"))
                            .findFirst()
                            .orElseThrow();
                    same(said.group(3), 100 * raw.clusters().kmeans().accuracy());
                    same(said.group(2), results.runs().size());
                    same(
                            said.group(1),
                            results.analyses().runs().stream()
                                    .filter(run -> run.clusters().kmeans().accuracy()
                                            > raw.clusters().kmeans().accuracy())
                                    .count());
                });
    }

    // --- confusion

    private static double rate(List<List<Integer>> counts, int label, int reading) {
        return counts.get(label).get(reading)
                / (double) counts.get(label).stream().mapToInt(count -> count).sum();
    }

    private void confusion() {
        on(
                "At p = (\\d+), the classifier reads ([\\d.]+) % of the images decoded by " + RUN
                        + " correctly\\.(?: The most frequent confusion: ([\\d.]+) % of the (?:images with label"
                        + " )?(\\d+)s? look like (?:label )?(\\d+)s?\\.)?",
                said -> {
                    RunResult run = run(said.group(3));
                    assertThat(run.testMse()).isEqualTo(best(Integer.parseInt(said.group(1))));
                    List<List<Integer>> counts = analysis(run).confusion();
                    double right = 0;
                    double all = 0;
                    double worst = 0;
                    for (int label = 0; label < counts.size(); label++) {
                        right += counts.get(label).get(label);
                        for (int reading = 0; reading < counts.size(); reading++) {
                            all += counts.get(label).get(reading);
                            worst = label == reading ? worst : Math.max(worst, rate(counts, label, reading));
                        }
                    }
                    same(said.group(2), 100 * right / all);
                    if (said.group(4) == null) {
                        assertThat(worst).isZero();
                    } else {
                        same(said.group(4), 100 * worst);
                        same(
                                said.group(4),
                                100 * rate(counts, Integer.parseInt(said.group(5)), Integer.parseInt(said.group(6))));
                    }
                });
        on(
                "The lab report saw (\\d)s turn into (\\d)s at p = 2 and not at p = 16. Here, ([\\d.]+) %(?: to"
                        + " ([\\d.]+) %)? of the \\1s do so at p = (\\d+) and ([\\d.]+) %(?: to ([\\d.]+) %)? at p"
                        + " = (\\d+): (indeed none|fewer, but not none|no fewer|not always fewer). Of the"
                        + " original \\1s, the classifier takes ([\\d.]+) % for \\2s\\.",
                said -> {
                    assertThat(results.data().name()).isEqualTo("mnist");
                    int label = Integer.parseInt(said.group(1));
                    int reading = Integer.parseInt(said.group(2));
                    double[][] rates = new double[2][];
                    for (int end = 0; end < 2; end++) {
                        int latent = Integer.parseInt(said.group(5 + 3 * end));
                        rates[end] = results.runs().stream()
                                .filter(run -> run.latent() == latent)
                                .mapToDouble(run -> 100 * rate(analysis(run).confusion(), label, reading))
                                .sorted()
                                .toArray();
                        String least = said.group(3 + 3 * end);
                        same(least, rates[end][0]);
                        same(
                                said.group(4 + 3 * end) == null ? least : said.group(4 + 3 * end),
                                rates[end][rates[end].length - 1]);
                    }
                    double least = rates[0][0];
                    double largest = rates[1][rates[1].length - 1];
                    switch (said.group(9)) {
                        case "indeed none" -> assertThat(largest).isZero();
                        case "fewer, but not none" ->
                            assertThat(largest).isPositive().isLessThan(least);
                        case "no fewer" ->
                            assertThat(rates[1][0]).isGreaterThanOrEqualTo(rates[0][rates[0].length - 1]);
                        case "not always fewer" -> {
                            assertThat(largest).isGreaterThanOrEqualTo(least);
                            assertThat(rates[1][0]).isLessThan(rates[0][rates[0].length - 1]);
                        }
                        default -> fail(said.group(9));
                    }
                    same(said.group(10), 100 * rate(results.analyses().originals(), label, reading));
                });
    }

    // --- the smallest p beside the largest

    private RunResult narrow() {
        return bestOf(results.runs().stream().mapToInt(RunResult::latent).min().orElseThrow());
    }

    private RunResult wide() {
        return bestOf(results.runs().stream().mapToInt(RunResult::latent).max().orElseThrow());
    }

    private RunResult bestOf(int latent) {
        double least = best(latent);
        return results.runs().stream()
                .filter(run -> run.latent() == latent && run.testMse() == least)
                .findFirst()
                .orElseThrow();
    }

    private void comparison() {
        on(
                RUN + " reconstructs with " + PERCENT + " of the error of " + RUN + ": test MSE " + NUMBER + " against "
                        + NUMBER + ", PSNR ([\\d.]+) dB against ([\\d.]+) dB\\.",
                said -> {
                    assertThat(run(said.group(1))).isEqualTo(wide());
                    assertThat(run(said.group(3))).isEqualTo(narrow());
                    percent(said.group(2), wide().testMse() / narrow().testMse());
                    same(said.group(4), wide().testMse());
                    same(said.group(5), narrow().testMse());
                    same(said.group(6), -10 * Math.log10(wide().testMse()));
                    same(said.group(7), -10 * Math.log10(narrow().testMse()));
                });
        on(
                "A code with p = (\\d+) loses most of (?:digit|label) (\\d+), whose error is " + NUMBER
                        + " times that at p = (\\d+), and least of (?:digit|label) (\\d+) \\(" + NUMBER
                        + " times\\)\\.",
                said -> {
                    double[] losses = losses();
                    double[] known = known(losses);
                    latents(said.group(4), said.group(1));
                    assertThat(losses[Integer.parseInt(said.group(2))])
                            .isEqualTo(known[known.length - 1])
                            .isGreaterThan(1);
                    assertThat(losses[Integer.parseInt(said.group(5))]).isEqualTo(known[0]);
                    same(said.group(3), known[known.length - 1]);
                    same(said.group(6), known[0]);
                });
        on("No (?:digit|label) has a larger error at p = (\\d+) than at p = (\\d+)\\.", said -> {
            latents(said.group(2), said.group(1));
            assertThat(Arrays.stream(known(losses())).max().orElseThrow()).isLessThanOrEqualTo(1);
        });
        on(
                "Images decoded at p = (\\d+) are (easier to recognise than|harder to recognise than|as easy to"
                        + " recognise as) at p = (\\d+): a classifier reads ([\\d.]+) % of them"
                        + " correctly, against ([\\d.]+) %; of the originals, ([\\d.]+) %\\.",
                said -> {
                    latents(said.group(1), said.group(3));
                    same(said.group(4), 100 * right(analysis(wide()).confusion()));
                    same(said.group(5), 100 * right(analysis(narrow()).confusion()));
                    same(said.group(6), 100 * right(results.analyses().originals()));
                    compared(said.group(2).split(" ")[0], said.group(4), said.group(5));
                });
        on(
                "Clusters of the codes match the (?:digit|label)s (better|less well|as well) at p = (\\d+) (?:than|as)"
                        + " at p = (\\d+): ([\\d.]+) % of the test images are in the cluster of their (?:digit|label),"
                        + " against ([\\d.]+) %\\. The ten nearest codes predict ([\\d.]+) % of the"
                        + " (?:digit|label)s, against"
                        + " ([\\d.]+) %\\.",
                said -> {
                    latents(said.group(2), said.group(3));
                    same(said.group(4), 100 * kMeans(wide()));
                    same(said.group(5), 100 * kMeans(narrow()));
                    same(said.group(6), 100 * analysis(wide()).clusters().knnAccuracy());
                    same(said.group(7), 100 * analysis(narrow()).clusters().knnAccuracy());
                    compared(said.group(1).split(" ")[0], said.group(4), said.group(5));
                });
        on(
                "The price is compression: the code has (\\d+) values instead of (\\d+), " + NUMBER
                        + " times as many\\. It is " + NUMBER + " times smaller than an image of " + NUMBER
                        + " values; the narrow code, " + NUMBER + " times\\.",
                said -> {
                    latents(said.group(1), said.group(2));
                    double inputs = results.data().inputs();
                    same(said.group(3), (double) wide().latent() / narrow().latent());
                    same(said.group(4), inputs / wide().latent());
                    same(said.group(5), inputs);
                    same(said.group(6), inputs / narrow().latent());
                });
    }

    private void latents(String largest, String smallest) {
        same(largest, wide().latent());
        same(smallest, narrow().latent());
    }

    private double[] losses() {
        double[] losses = new double[narrow().testMseByLabel().size()];
        Arrays.setAll(
                losses,
                l -> narrow().testMseByLabel().get(l) / wide().testMseByLabel().get(l));
        return losses;
    }

    private static double[] known(double[] losses) {
        return Arrays.stream(losses).filter(Double::isFinite).sorted().toArray();
    }

    private static double right(List<List<Integer>> counts) {
        double right = 0;
        double all = 0;
        for (int label = 0; label < counts.size(); label++) {
            right += counts.get(label).get(label);
            all += counts.get(label).stream().mapToInt(count -> count).sum();
        }
        return right / all;
    }

    private static void compared(String verdict, String many, String few) {
        if (verdict.equals("as")) {
            assertThat(many).isEqualTo(few);
        } else if (verdict.equals("easier") || verdict.equals("better")) {
            less(few, many);
        } else {
            less(many, few);
        }
    }

    // --- what p costs

    private void costs() {
        String change = "([+\u2212][\\d.]+ %)(?: to ([+\u2212][\\d.]+ %))?";
        on(
                "From p = (\\d+) to p = (\\d+), with the same hidden layers and recipe, parameters change by " + change
                        + ", memory in training by " + change + " and the model file by " + change
                        + "; a code takes (\\d+) bytes instead of (\\d+)\\.",
                said -> {
                    latents(said.group(2), said.group(1));
                    changes(
                            said.group(3),
                            said.group(4),
                            run -> run.architecture().parameters());
                    changes(said.group(5), said.group(6), Statements::memory);
                    changes(said.group(7), said.group(8), run -> run.cost().modelFileBytes());
                    same(said.group(9), 4 * wide().latent());
                    same(said.group(10), 4 * narrow().latent());
                });
        on(
                "The lab report expects a larger p to cost more time and memory\\. Of these pairs of networks, (\\d+)"
                        + " of (\\d+) needs? more memory\\.",
                said -> {
                    same(
                            said.group(1),
                            pairs(Statements::memory).filter(c -> c > 0).count());
                    same(said.group(2), pairs(Statements::memory).count());
                });
        on("Training time changes by " + change + "; (\\d+) of (\\d+) took at least 5 % longer\\.", said -> {
            assertThat(timed()).isTrue();
            changes(said.group(1), said.group(2), RunResult::trainSeconds);
            same(
                    said.group(3),
                    pairs(RunResult::trainSeconds).filter(c -> c >= 0.05).count());
            same(said.group(4), pairs(Statements::memory).count());
        });
        on(
                "Whether it costs more time cannot be told here: runs overlapped or took less than a second\\.",
                said -> assertThat(timed()).isFalse());
    }

    private boolean timed() {
        return results.runs().stream().noneMatch(run -> run.cost().sharedMachine() || run.trainSeconds() < 1);
    }

    private static double memory(RunResult run) {
        return (double) run.cost().weightsBytes()
                + run.cost().optimizerBytes()
                + run.cost().buffersBytes();
    }

    /** Relative changes of all pairs of runs that differ in p alone. */
    private DoubleStream pairs(ToDoubleFunction<RunResult> cost) {
        return results.runs().stream()
                .filter(few -> few.latent() == narrow().latent())
                .flatMapToDouble(few -> results.runs().stream()
                        .filter(many -> many.name()
                                .equals(few.name().replace("-" + few.latent() + "-", "-" + wide().latent() + "-")))
                        .mapToDouble(many -> cost.applyAsDouble(many) / cost.applyAsDouble(few) - 1));
    }

    private void changes(String least, String most, ToDoubleFunction<RunResult> cost) {
        double[] changes = pairs(cost).sorted().toArray();
        signed(least, changes[0]);
        signed(most == null ? least : most, changes[changes.length - 1]);
    }

    private static void signed(String printed, double change) {
        same(printed.replace("+", "").replace("\u2212", "-").replace(" %", ""), 100 * change);
    }

    // --- beyond the lab report

    private RunResult convolutional(String latent) {
        return results.beyond().stream()
                .filter(run -> run.latent() == Integer.parseInt(latent))
                .findFirst()
                .orElseThrow();
    }

    private RunResult dense(String latent) {
        double least = best(Integer.parseInt(latent));
        return results.runs().stream()
                .filter(run -> run.latent() == Integer.parseInt(latent) && run.testMse() == least)
                .findFirst()
                .orElseThrow();
    }

    private void beyond() {
        on(
                "(The convolutional network reconstructs no better: c|C)ompared with the best dense network of the"
                        + " same p, (it|the convolutional network) (.*)\\.",
                said -> {
                    boolean adds = said.group(1).equals("C");
                    assertThat(said.group(2)).isEqualTo(adds ? "the convolutional network" : "it");
                    assertThat(said.group(3).contains("lowers")).isEqualTo(adds);
                    Matcher part = Pattern.compile(
                                    "p = (\\d+)(?: by " + PERCENT + ")? \\(" + NUMBER + " against " + NUMBER + "\\)")
                            .matcher("");
                    List<String> told = new ArrayList<>();
                    for (String clause : said.group(3).split("(?=lowers|raises|leaves)")) {
                        part.reset(clause);
                        while (part.find()) {
                            told.add(part.group(1));
                            double to = convolutional(part.group(1)).testMse();
                            double from = dense(part.group(1)).testMse();
                            same(part.group(3), to);
                            same(part.group(4), from);
                            assertThat(level(from, to)).isEqualTo(clause.startsWith("leaves"));
                            if (clause.startsWith("leaves")) {
                                assertThat(part.group(2)).isNull();
                                continue;
                            }
                            percent(part.group(2), to / from - 1);
                            if (clause.startsWith("lowers")) {
                                less(part.group(3), part.group(4));
                            } else {
                                less(part.group(4), part.group(3));
                            }
                        }
                    }
                    assertEachOnce(told);
                });
        on(
                "Compared with the same dense networks, the k-means clusters of its codes match the (?:digit|label)s"
                        + " (.*)\\.",
                said -> {
                    Matcher part = Pattern.compile("p = (\\d+) \\(([\\d.]+) % against ([\\d.]+) %\\)")
                            .matcher("");
                    List<String> told = new ArrayList<>();
                    for (String clause : said.group(1).split("(?=better|less well|equally well)")) {
                        part.reset(clause);
                        while (part.find()) {
                            told.add(part.group(1));
                            same(part.group(2), 100 * kMeans(convolutional(part.group(1))));
                            same(part.group(3), 100 * kMeans(dense(part.group(1))));
                            if (clause.startsWith("better")) {
                                less(part.group(3), part.group(2));
                            } else if (clause.startsWith("less well")) {
                                less(part.group(2), part.group(3));
                            } else {
                                assertThat(part.group(2)).isEqualTo(part.group(3));
                            }
                        }
                    }
                    assertEachOnce(told);
                });
        on(
                "At p = (\\d+), the convolutional network has " + NUMBER + " parameters and trained for (.*); " + RUN
                        + " has " + NUMBER + " and trained for (.*)\\.",
                said -> {
                    RunResult run = convolutional(said.group(1));
                    assertThat(results.beyond()).allMatch(other -> other.latent() <= run.latent());
                    assertThat(run(said.group(4))).isEqualTo(dense(said.group(1)));
                    same(said.group(2), run.architecture().parameters());
                    duration(said.group(3), run.trainSeconds());
                    same(said.group(5), run(said.group(4)).architecture().parameters());
                    duration(said.group(6), run(said.group(4)).trainSeconds());
                });
    }

    private void assertEachOnce(List<String> latents) {
        assertThat(latents)
                .containsExactlyInAnyOrderElementsOf(
                        results.beyond().stream().map(run -> "" + run.latent()).toList());
    }

    private double kMeans(RunResult run) {
        return Stream.concat(results.analyses().runs().stream(), results.analyses().beyond().stream())
                .filter(of -> of.name().equals(run.name()))
                .findFirst()
                .orElseThrow()
                .clusters()
                .kmeans()
                .accuracy();
    }

    private static void duration(String printed, double seconds) {
        Matcher minutes = Pattern.compile("(\\d+) min (\\d\\d) s").matcher(printed);
        if (minutes.matches()) {
            same("" + (60 * Integer.parseInt(minutes.group(1)) + Integer.parseInt(minutes.group(2))), seconds);
        } else {
            same(printed.replace(" s", ""), seconds);
        }
    }
}
