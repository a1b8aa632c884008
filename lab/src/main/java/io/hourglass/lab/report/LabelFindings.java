package io.hourglass.lab.report;

import io.hourglass.lab.study.StudyResults.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Which digits are reconstructed worst and best at each p. */
final class LabelFindings {
    private LabelFindings() {}

    /** One sentence for each p, about the best network there and whether the others agree. */
    static List<String> of(List<Configuration> configurations, Words words) {
        List<String> sentences = new ArrayList<>();
        configurations.stream().map(Configuration::latent).distinct().sorted().forEach(latent -> {
            List<RunResult> runs = Findings.runs(configurations).stream()
                    .filter(run -> run.latent() == latent && measured(run).length >= 2)
                    .toList();
            RunResult best = Findings.bestAt(configurations, latent);
            if (runs.contains(best)) {
                sentences.add(sentence(best, runs, words));
            }
        });
        return sentences;
    }

    private static String sentence(RunResult best, List<RunResult> runs, Words words) {
        int worst = hardest(best);
        int least = easiest(best);
        return words.say(
                        "labels.extremes",
                        Findings.text(best.latent()),
                        words.label(worst),
                        words.label(least),
                        words.mse(error(best, worst)),
                        words.mse(error(best, least)),
                        words.factor(error(best, worst) / best.testMse()),
                        words.factor(error(best, least) / best.testMse()),
                        Findings.name(best, words))
                + agreement(best, runs, words);
    }

    private static String agreement(RunResult best, List<RunResult> runs, Words words) {
        int others = runs.size() - 1;
        if (others == 0) {
            return "";
        }
        List<String> differing = runs.stream()
                .filter(run -> hardest(run) != hardest(best) || easiest(run) != easiest(best))
                .map(run -> words.say(
                        "labels.differs.for",
                        Findings.name(run, words),
                        words.label(hardest(run)),
                        words.label(easiest(run))))
                .toList();
        return " "
                + (differing.isEmpty()
                        ? words.say("labels.agrees", others)
                        : words.say("labels.differs", words.list(differing)));
    }

    /** The label with the largest error; the first if several are equal. */
    static int hardest(RunResult run) {
        return IntStream.of(measured(run))
                .reduce((a, b) -> error(run, b) > error(run, a) ? b : a)
                .orElseThrow();
    }

    /** The label with the smallest error; the first if several are equal. */
    static int easiest(RunResult run) {
        return IntStream.of(measured(run))
                .reduce((a, b) -> error(run, b) < error(run, a) ? b : a)
                .orElseThrow();
    }

    /** Labels that occur in the test set: the others have no error. */
    private static int[] measured(RunResult run) {
        return IntStream.range(0, run.testMseByLabel().size())
                .filter(label -> Double.isFinite(error(run, label)))
                .toArray();
    }

    private static double error(RunResult run, int label) {
        return run.testMseByLabel().get(label);
    }
}
