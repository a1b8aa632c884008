package io.hourglass.lab.report;

import static io.hourglass.lab.report.Text.mse;
import static io.hourglass.lab.report.Text.percent;

import io.hourglass.lab.study.SweepResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** What the curves of rate against distortion say. */
final class SweepFindings {
    /** A wider code that lowers the error by less than this is hardly worth its numbers. */
    private static final double WORTH = 0.15;

    private SweepFindings() {}

    /** No conclusion where the networks have hardly been trained. */
    static List<String> of(List<SweepResult> results) {
        return results.get(0).training().tooLittle().map(List::of).orElseGet(() -> ofCurves(RateCurve.of(results)));
    }

    private static List<String> ofCurves(List<RateCurve> curves) {
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
                .filter(entry -> entry.getValue() < goal)
                .findFirst()
                .map(entry -> "Of the p measured, " + entry.getKey() + " is the smallest with which " + network.name()
                        + " goes below " + target + ": " + mse(entry.getValue()) + ".")
                .orElse(network.name() + " does not go below " + target + " with any p measured."));
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
            return network.name() + " is not ahead of PCA at any p measured.";
        }
        return network.name() + " gains most over PCA at p = " + best + ", with an error smaller by a factor of "
                + Text.factor(ratio)
                + (behind.isEmpty()
                        ? ", and is ahead of it at every p measured."
                        : "; it is not ahead at p = "
                                + Text.list(behind.stream().map(String::valueOf).toList()) + ".");
    }

    /**
     * From which p on no wider code gains much: it takes the best of all wider ones, as the next one may have been an
     * exception.
     */
    private static String flattens(RateCurve network) {
        SortedMap<Integer, Double> errors = network.errors();
        int last = errors.lastKey();
        for (int p : errors.headMap(last).keySet()) {
            SortedMap<Integer, Double> wider = errors.tailMap(p + 1);
            int best = wider.keySet().stream()
                    .min(Comparator.comparingDouble((Integer q) -> error(network, q)))
                    .orElseThrow();
            double gain = 1 - error(network, best) / error(network, p);
            if (gain < WORTH) {
                return "Beyond p = " + p + " " + network.name() + " gains little: "
                        + (gain > 0
                                ? "the best wider code, p = " + best + ", lowers its error by " + percent(gain) + "."
                                : "no wider code lowers its error.");
            }
        }
        return "Wider codes pay for " + network.name() + " up to p = " + last
                + ", the widest: from every p, a wider code" + " lowers the error by at least " + percent(WORTH) + ".";
    }

    private static double error(RateCurve curve, int p) {
        return curve.errors().getOrDefault(p, Double.NaN);
    }
}
