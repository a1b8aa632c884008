package io.hourglass.io;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The names of enum constants in model files and on the command line. */
public final class Labels {
    private Labels() {}

    /** The constant's name in lower case, with hyphens, for instance {@code one-cycle}. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The constant with that label, if there is one. */
    public static <E extends Enum<E>> Optional<E> find(Class<E> type, String label) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> of(constant).equals(label))
                .findFirst();
    }

    /**
     * The constant with that label.
     *
     * @param what the constants stand for, for the message
     * @throws IllegalArgumentException if there is none; the message lists the labels
     */
    public static <E extends Enum<E>> E parse(Class<E> type, String what, String label) {
        return find(type, label).orElseThrow(() -> {
            List<String> all =
                    Arrays.stream(type.getEnumConstants()).map(Labels::of).toList();
            int last = all.size() - 1;
            return new IllegalArgumentException("unknown " + what + " '" + label + "': expected "
                    + String.join(", ", all.subList(0, last)) + " or " + all.get(last));
        });
    }
}
