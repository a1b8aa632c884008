package io.hourglass.engine;

import java.lang.reflect.Array;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Sums the bytes of arrays. An array that serves several purposes counts once; the headers of arrays do not count. */
final class ArraySizes {
    private final Set<Object> counted = Collections.newSetFromMap(new IdentityHashMap<>());
    private long bytes;

    /**
     * Adds arrays of numbers, or arrays of arrays of them.
     *
     * @param arrays null elements count as nothing
     */
    void add(Object... arrays) {
        for (Object array : arrays) {
            if (array instanceof Object[] nested) {
                add(nested);
            } else if (array != null && counted.add(array)) {
                bytes += (long) Array.getLength(array) * bytesOfOne(array);
            }
        }
    }

    private static int bytesOfOne(Object array) {
        if (array instanceof float[] || array instanceof int[]) {
            return Float.BYTES;
        }
        if (array instanceof double[] || array instanceof long[]) {
            return Double.BYTES;
        }
        throw new IllegalArgumentException("an array of " + array.getClass() + ", expected numbers");
    }

    long bytes() {
        return bytes;
    }
}
