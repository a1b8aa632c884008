package io.hourglass.lab.page;

import java.util.List;

/** The colours of labels on white, in the report's maps and in the explorer. */
public final class LabelColours {
    /**
     * Ten colours, as {@code rrggbb}, that are distinct for normal, red-blind, green-blind and blue-blind eyes and have
     * a contrast of at least 3 : 1 to white. A search found them by maximising the smallest distance in OKLab, with
     * colour vision deficiencies as simulated by Machado, Oliveira and Fernandes (2009). They are in the order of the
     * digits, so that those often confused (4 and 9, 5 and 8) differ most.
     */
    public static final List<String> ON_WHITE =
            List.of("595266", "3194ff", "a248b0", "850000", "cb2100", "3100a6", "ca8500", "5e0060", "918d89", "0025ff");

    private LabelColours() {}
}
