package io.hourglass.lab.report;

import io.hourglass.lab.study.VarianceResult;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What an error is made of, as the bars show it from left to right.
 *
 * @param colour as CSS writes it: dark, bright and grey, which differ without colours too
 */
record Parts(String name, String colour, ToDoubleFunction<VarianceResult> value) {
    private static final List<Parts> ALL = List.of(
            new Parts("bias²", "#0072b2", VarianceResult::bias2),
            new Parts("variance", "#f0a818", VarianceResult::variance),
            // By chance or rounding, the estimate may be negative.
            new Parts("noise", "#aeb5c1", result -> Math.max(0, result.noise())));

    /** Those that occur. */
    static List<Parts> of(List<VarianceResult> results) {
        return ALL.stream()
                .filter(part -> results.stream().anyMatch(result -> part.value().applyAsDouble(result) > 0))
                .toList();
    }

    static Axis axis(List<VarianceResult> results) {
        return Axis.upTo(results.stream()
                .mapToDouble(result -> ALL.stream()
                        .mapToDouble(part -> part.value().applyAsDouble(result))
                        .sum())
                .max()
                .orElse(1));
    }
}
