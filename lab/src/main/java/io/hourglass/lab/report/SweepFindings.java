package io.hourglass.lab.report;

import io.hourglass.lab.study.SweepResult;
import io.hourglass.lab.study.Training;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Sentences about the curves of rate against distortion. */
final class SweepFindings {
    /** A wider code that lowers the error by less than this is hardly worth its extra values. */
    private static final double WORTH = 0.15;

    private final Words words;
    private final RateCurve pca;

    private SweepFindings(Words words, RateCurve pca) {
        this.words = words;
        this.pca = pca;
    }

    /** No conclusions if the networks have hardly been trained. */
    static List<String> of(List<SweepResult> results, Words words) {
        Training training = results.get(0).training();
        if (!training.isEnough()) {
            return List.of(words.say(
                    "sweep.early",
                    words.counted("epoch", training.recipe().epochs()),
                    words.counted("step", training.steps()),
                    training.rows(),
                    training.data().train(),
                    training.enoughEpochs(),
                    training.enoughSteps()));
        }
        List<RateCurve> curves = RateCurve.of(results, words);
        SweepFindings findings = new SweepFindings(words, curves.get(0));
        List<String> sentences = new ArrayList<>();
        for (RateCurve network : curves.subList(1, curves.size())) {
            findings.reaches(network).ifPresent(sentences::add);
            sentences.add(findings.beats(network));
            if (network.errors().size() > 1) {
                sentences.add(findings.flattens(network));
            }
        }
        return sentences;
    }

    /** Which p is enough for the error of PCA's widest code. */
    private Optional<String> reaches(RateCurve network) {
        int widest = pca.errors().lastKey();
        double goal = error(pca, widest);
        if (pca.errors().size() < 2) {
            return Optional.empty();
        }
        String p = Findings.text(widest);
        return Optional.of(network.errors().entrySet().stream()
                .filter(entry -> entry.getValue() < goal)
                .findFirst()
                .map(entry -> {
                    String[] errors = words.pair(goal, entry.getValue());
                    return words.say(
                            "sweep.reaches", network.name(), p, errors[0], Findings.text(entry.getKey()), errors[1]);
                })
                .orElseGet(() -> words.say("sweep.reaches.not", network.name(), p, words.mse(goal))));
    }

    private String beats(RateCurve network) {
        List<String> behind = network.errors().keySet().stream()
                .filter(p -> error(network, p) >= error(pca, p))
                .map(String::valueOf)
                .toList();
        int best = network.errors().keySet().stream()
                .max(Comparator.comparingDouble((Integer p) -> error(pca, p) / error(network, p)))
                .orElseThrow();
        if (behind.size() == network.errors().size()) {
            return words.say("sweep.beats.not", network.name());
        }
        return words.say(
                "sweep.beats",
                network.name(),
                Findings.text(best),
                words.factor(error(pca, best) / error(network, best)),
                behind.isEmpty() ? words.say("sweep.beats.all") : words.say("sweep.beats.but", words.list(behind)));
    }

    /**
     * The p beyond which no wider code gains much. It compares with the best of all wider codes, because the next wider
     * one may be an exception.
     */
    private String flattens(RateCurve network) {
        SortedMap<Integer, Double> errors = network.errors();
        int last = errors.lastKey();
        for (int p : errors.headMap(last).keySet()) {
            SortedMap<Integer, Double> wider = errors.tailMap(p + 1);
            int best = wider.keySet().stream()
                    .min(Comparator.comparingDouble((Integer q) -> error(network, q)))
                    .orElseThrow();
            double gain = 1 - error(network, best) / error(network, p);
            if (gain < WORTH) {
                return words.say(
                        "sweep.flattens",
                        Findings.text(p),
                        network.name(),
                        gain > 0
                                ? words.say("sweep.flattens.by", Findings.text(best), words.percent(gain))
                                : words.say("sweep.flattens.none"));
            }
        }
        return words.say("sweep.gains", network.name(), Findings.text(last), words.percent(WORTH));
    }

    private static double error(RateCurve curve, int p) {
        return curve.errors().getOrDefault(p, Double.NaN);
    }
}
