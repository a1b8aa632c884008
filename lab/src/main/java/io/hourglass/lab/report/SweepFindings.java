package io.hourglass.lab.report;

import static io.hourglass.lab.report.Text.mse;
import static io.hourglass.lab.report.Text.percent;

import io.hourglass.lab.study.SweepResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Sentences about the curves of rate against distortion. */
final class SweepFindings {
    /** A wider code that lowers the error by less than this is hardly worth its extra values. */
    private static final double WORTH = 0.15;

    private SweepFindings() {}

    /** No conclusions if the networks have hardly been trained. */
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
        String target = "PCA with p = " + widest + " (" + mse(goal) + ")";
        return Optional.of(network.errors().entrySet().stream()
                .filter(entry -> entry.getValue() < goal)
                .findFirst()
                .map(entry -> "The smallest measured p at which " + network.name() + " beats " + target + " is "
                        + entry.getKey() + ", with an error of " + mse(entry.getValue()) + ".")
                .orElse(network.name() + " does not beat " + target + " at any measured p."));
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
            return network.name() + " is not better than PCA at any measured p.";
        }
        return network.name() + " improves most on PCA at p = " + best + ", where its error is lower by a factor of "
                + Text.factor(ratio)
                + (behind.isEmpty()
                        ? "; it is better than PCA at every measured p."
                        : "; it is not better than PCA at p = "
                                + Text.list(behind.stream().map(String::valueOf).toList()) + ".");
    }

    /**
     * The p beyond which no wider code gains much. It compares with the best of all wider codes, because the next wider
     * one may be an exception.
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
                return "Beyond p = " + p + ", " + network.name() + " gains little: "
                        + (gain > 0
                                ? "the best wider code, p = " + best + ", lowers its error by " + percent(gain) + "."
                                : "no wider code lowers its error.");
            }
        }
        return network.name() + " gains from wider codes up to p = " + last
                + ", the widest: from every smaller p, a wider code lowers the error by at least " + percent(WORTH)
                + ".";
    }

    private static double error(RateCurve curve, int p) {
        return curve.errors().getOrDefault(p, Double.NaN);
    }
}
