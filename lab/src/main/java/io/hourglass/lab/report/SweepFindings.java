package io.hourglass.lab.report;

import static io.hourglass.lab.report.Text.mse;
import static io.hourglass.lab.report.Text.percent;

import io.hourglass.lab.study.StudyResults.RunResult;
import io.hourglass.lab.study.SweepResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What the curves of rate against distortion say. */
final class SweepFindings {
    /** A wider code that lowers the error by less than this is hardly worth its numbers. */
    private static final double WORTH = 0.15;

    private SweepFindings() {}

    static List<String> of(List<RateCurve> curves) {
        RateCurve pca = curves.get(0);
        List<String> findings = new ArrayList<>();
        for (RateCurve network : curves.subList(1, curves.size())) {
            reaches(network, pca).ifPresent(findings::add);
            findings.add(beats(network, pca));
            if (network.errors().size() > 1) {
                findings.add(flattens(network));
            }
        }
        return findings;
    }

    /** Which p is enough for the error of PCA's widest code. */
    private static Optional<String> reaches(RateCurve network, RateCurve pca) {
        int widest = pca.errors().lastKey();
        double goal = error(pca, widest);
        if (pca.errors().size() < 2) {
            return Optional.empty();
        }
        String target = "PCA's error with p = " + widest + " (" + mse(goal) + ")";
        return Optional.of(network.errors().entrySet().stream()
                .filter(entry -> entry.getValue() <= goal)
                .findFirst()
                .map(entry -> network.name() + " needs p = " + entry.getKey() + " to go below " + target + ": "
                        + mse(entry.getValue()) + ".")
                .orElse(network.name() + " does not reach " + target + " with any p measured."));
    }

    private static String beats(RateCurve network, RateCurve pca) {
        List<Integer> behind = network.errors().keySet().stream()
                .filter(p -> error(network, p) >= error(pca, p))
                .toList();
        int best = network.errors().keySet().stream()
                .max(Comparator.comparingDouble((Integer p) -> error(pca, p) / error(network, p)))
                .orElseThrow();
        double ratio = error(pca, best) / error(network, best);
        if (behind.size() == network.errors().size()) {
            return network.name() + " errs more than PCA at every p.";
        }
        return network.name() + " gains most over PCA at p = " + best + ", with an error smaller by a factor of "
                + Text.factor(ratio)
                + (behind.isEmpty()
                        ? ", and is ahead of it at every p."
                        : "; it is not ahead at p = "
                                + Text.list(behind.stream().map(String::valueOf).toList()) + ".");
    }

    /** From which p on a wider code gains little. */
    private static String flattens(RateCurve network) {
        int before = network.errors().firstKey();
        for (int p : network.errors().tailMap(before + 1).keySet()) {
            double gain = 1 - error(network, p) / error(network, before);
            if (gain < WORTH) {
                return "Beyond p = " + before + " " + network.name() + " gains little: p = " + p
                        + (gain >= 0 ? " lowers its error by " : " raises its error by ") + percent(gain) + ".";
            }
            before = p;
        }
        return "Each wider code up to p = " + before + " lowers the error of " + network.name() + " by at least "
                + percent(WORTH) + ".";
    }

    /**
     * How far the sweep's short training is from the end, where the study has trained the same network to it.
     *
     * @param runs of the study
     */
    static Optional<String> training(List<SweepResult> results, List<RunResult> runs) {
        List<String> parts = new ArrayList<>();
        for (SweepResult result : results) {
            runs.stream()
                    .filter(run -> run.architecture().equals(result.network())
                            && run.epochs() > result.training().epochs())
                    .min(Comparator.comparingDouble(RunResult::testMse))
                    .ifPresent(run -> parts.add(result.network() + " from " + mse(result.testMse()) + " to "
                            + mse(run.testMse()) + " (" + Text.counted(run.epochs(), "epoch") + ")"));
        }
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of("The sweep's training is short; the study's longer one takes " + Text.list(parts)
                        + ". What a wide code seems to gain little is partly want of training.");
    }

    private static double error(RateCurve curve, int p) {
        return curve.errors().getOrDefault(p, Double.NaN);
    }
}
