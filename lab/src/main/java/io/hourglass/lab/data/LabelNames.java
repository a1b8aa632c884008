package io.hourglass.lab.data;

import io.hourglass.Dataset;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Labels that are given as text. */
final class LabelNames {
    /** A whole number as one writes it: not 007, which is another label than 7. */
    private static final Pattern WHOLE = Pattern.compile("0|[1-9]\\d{0,8}");

    private static final Pattern NUMBER = Pattern.compile("[-+]?\\d{1,20}(\\.\\d{1,20})?");

    private LabelNames() {}

    /**
     * Adds labels to rows. If all labels are whole numbers from 0 without leading zeros, they are used unchanged.
     * Otherwise they are numbered and keep their names, sorted as numbers if all are numbers, and alphabetically if
     * not.
     */
    static Dataset label(Dataset data, List<String> labels) {
        if (labels.stream().allMatch(label -> WHOLE.matcher(label).matches())) {
            return data.withLabels(labels.stream().mapToInt(Integer::parseInt).toArray());
        }
        List<String> names = new ArrayList<>(new HashSet<>(labels));
        boolean numbers = names.stream().allMatch(name -> NUMBER.matcher(name).matches());
        Comparator<String> alphabet = Comparator.naturalOrder();
        names.sort(
                numbers
                        ? Comparator.<String, BigDecimal>comparing(BigDecimal::new)
                                .thenComparing(alphabet)
                        : alphabet);
        Map<String, Integer> places = new HashMap<>();
        for (String name : names) {
            places.put(name, places.size());
        }
        return data.withLabels(labels.stream().mapToInt(places::get).toArray()).withLabelNames(names);
    }
}
