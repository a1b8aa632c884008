package io.hourglass.lab.data;

import io.hourglass.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Labels that come as text. */
final class LabelNames {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    private LabelNames() {}

    /** Those rows with labels: whole numbers from 0 are taken as they are, other texts are numbered in the order of the alphabet and keep their names. */
    static Dataset label(Dataset data, List<String> labels) {
        if (labels.stream().allMatch(label -> NUMBER.matcher(label).matches())) {
            return data.withLabels(labels.stream().mapToInt(Integer::parseInt).toArray());
        }
        List<String> names = new ArrayList<>(new TreeSet<>(labels));
        String[] sorted = names.toArray(new String[0]);
        int[] numbers = labels.stream()
                .mapToInt(label -> Arrays.binarySearch(sorted, label))
                .toArray();
        return data.withLabels(numbers).withLabelNames(names);
    }
}
