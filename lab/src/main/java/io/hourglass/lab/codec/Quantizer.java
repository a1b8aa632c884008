package io.hourglass.lab.codec;

/**
 * Uniform scalar quantiser: rounds a value between low and high to the nearest of 2<sup>bits</sup> levels, where the
 * first level stands for low and the last for high. The error is at most half a step, (high - low) / (2<sup>bits</sup>
 * - 1) / 2. All arithmetic is in double precision with a fixed order of operations, which Java rounds the same way
 * everywhere.
 *
 * @param bits {@value #MIN_BITS} to {@value #MAX_BITS}
 */
public record Quantizer(int bits) {
    /** Fewest bits of a level. */
    public static final int MIN_BITS = 2;

    /** Most bits of a level. */
    public static final int MAX_BITS = 16;

    /** @throws IllegalArgumentException if bits is out of range */
    public Quantizer {
        if (bits < MIN_BITS || bits > MAX_BITS) {
            throw new IllegalArgumentException("bits = " + bits + ", expected " + MIN_BITS + " to " + MAX_BITS);
        }
    }

    /** The highest level; the lowest is 0. */
    int last() {
        return (1 << bits) - 1;
    }

    /**
     * The level nearest to a value: the upper one if two are equally near, 0 if low equals high.
     *
     * @param value from low to high, both finite
     */
    int level(float value, float low, float high) {
        double span = (double) high - low;
        return span == 0 ? 0 : (int) Math.floor(((double) value - low) / span * last() + 0.5);
    }

    /** The value of a level, rounded to the nearest float. */
    float value(int level, float low, float high) {
        return (float) (low + level * ((double) high - low) / last());
    }

    /** A value from low to high after quantisation. */
    float rounded(float value, float low, float high) {
        return value(level(value, low, high), low, high);
    }
}
