package io.hourglass.lab.report;

import io.hourglass.lab.study.SweepResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Test error by the width of the code: one kind of network, or PCA.
 *
 * @param name for instance {@code 784-128-p} or {@code PCA}
 * @param isPca whether it is PCA
 * @param colour as CSS writes it
 * @param errors by p
 */
record RateCurve(String name, boolean isPca, String colour, SortedMap<Integer, Double> errors) {
    private static final List<String> COLOURS = List.of("#0072b2", "#d55e00", "#009e73", "#b4578f", "#c28a00");

    /** For values in [0, 1], errors below this are rounding errors. */
    private static final double NOTHING = 1e-9;

    /** PCA first, so that it is drawn below the networks; these in the order of the results. */
    static List<RateCurve> of(List<SweepResult> results, Words words) {
        Map<String, SortedMap<Integer, Double>> families = new LinkedHashMap<>();
        SortedMap<Integer, Double> pca = new TreeMap<>();
        for (SweepResult result : results) {
            families.computeIfAbsent(result.family(), family -> new TreeMap<>()).put(result.latent(), result.testMse());
            pca.put(result.latent(), result.pcaTestMse());
        }
        List<RateCurve> curves = new ArrayList<>();
        curves.add(new RateCurve(words.say("pca"), true, "#6b7383", pca));
        families.forEach((family, errors) ->
                curves.add(new RateCurve(family, false, COLOURS.get((curves.size() - 1) % COLOURS.size()), errors)));
        return curves;
    }

    /** The errors that a logarithmic axis can show: PCA with as many components as values has only rounding errors. */
    SortedMap<Integer, Double> drawn() {
        SortedMap<Integer, Double> drawn = new TreeMap<>(errors);
        drawn.values().removeIf(mse -> !(mse > NOTHING));
        return drawn;
    }

    static LogAxis rates(List<RateCurve> curves) {
        return LogAxis.of(
                curves.stream()
                        .flatMapToDouble(
                                curve -> curve.errors().keySet().stream().mapToDouble(p -> p)),
                1.15);
    }

    static LogAxis distortions(List<RateCurve> curves) {
        return LogAxis.of(
                curves.stream()
                        .flatMapToDouble(
                                curve -> curve.drawn().values().stream().mapToDouble(mse -> mse)),
                1.08);
    }
}
