package io.hourglass.lab.report;

import static io.hourglass.lab.report.Text.factor;
import static io.hourglass.lab.report.Text.mse;

import io.hourglass.lab.study.StudyResults.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Which digits are reconstructed worst and best at each p. */
final class LabelFindings {
    private LabelFindings() {}

    /**
     * One sentence for each p, about the best network there and whether the others agree.
     *
     * @param noun what a label is, {@code digit} for MNIST
     */
    static List<String> of(List<Configuration> configurations, String noun) {
        List<String> sentences = new ArrayList<>();
        configurations.stream().map(Configuration::latent).distinct().sorted().forEach(latent -> {
            List<RunResult> runs = Findings.runs(configurations).stream()
                    .filter(run -> run.latent() == latent && measured(run).length >= 2)
                    .toList();
            RunResult best = Findings.bestAt(configurations, latent);
            if (runs.contains(best)) {
                sentences.add(sentence(best, runs, noun));
            }
        });
        return sentences;
    }

    private static String sentence(RunResult best, List<RunResult> runs, String noun) {
        int worst = hardest(best);
        int least = easiest(best);
        return "At p = " + best.latent() + ", " + noun + " " + worst + " has the largest error and " + least
                + " the smallest: MSE "
                + mse(best.testMseByLabel().get(worst)) + " and "
                + mse(best.testMseByLabel().get(least)) + ", which is "
                + factor(best.testMseByLabel().get(worst) / best.testMse()) + " and "
                + factor(best.testMseByLabel().get(least) / best.testMse()) + " times the average of "
                + Findings.name(best, Words.ENGLISH) + "." + agreement(best, runs);
    }

    private static String agreement(RunResult best, List<RunResult> runs) {
        int others = runs.size() - 1;
        if (others == 0) {
            return "";
        }
        long agreeing = runs.stream()
                        .filter(run -> hardest(run) == hardest(best) && easiest(run) == easiest(best))
                        .count()
                - 1;
        if (agreeing == others) {
            return others == 1
                    ? " The other run with this p agrees."
                    : " The other " + others + " runs with this p agree.";
        }
        List<String> differing = runs.stream()
                .filter(run -> hardest(run) != hardest(best) || easiest(run) != easiest(best))
                .map(run -> Findings.name(run, Words.ENGLISH) + " (" + hardest(run) + " and " + easiest(run) + ")")
                .toList();
        return " This differs for " + Text.list(differing) + ".";
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
