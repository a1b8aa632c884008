package io.hourglass.lab.report;

import io.hourglass.lab.study.VarianceResult;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What an error is made of, as the formula and the bars show it from left to right.
 *
 * @param id part of the keys of its messages and, after {@code part-}, its class on the page
 * @param colour in pictures, as CSS writes it: dark, bright and grey, which differ without colours too
 */
record Parts(String id, String colour, ToDoubleFunction<VarianceResult> value) {
    static final List<Parts> ALL = List.of(
            new Parts("bias", "#0072b2", VarianceResult::bias2),
            new Parts("variance", "#f0a818", VarianceResult::variance),
            // By chance or rounding, the estimate may be negative.
            new Parts("noise", "#aeb5c1", result -> Math.max(0, result.noise())));

    /** Those that occur. */
    static List<Parts> of(List<VarianceResult> results) {
        return ALL.stream()
                .filter(part -> results.stream().anyMatch(result -> part.value().applyAsDouble(result) > 0))
                .toList();
    }

    String name(Words words) {
        return words.say("variance.part." + id);
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
