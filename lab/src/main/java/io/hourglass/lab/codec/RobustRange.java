package io.hourglass.lab.codec;

/**
 * The range that a dimension's values are quantised in. What lies outside is kept as it is, an escape: a single row of
 * 1e6 would otherwise leave one level to all rows near 0.
 *
 * @param low the least value that is quantised
 * @param high the largest one
 */
record RobustRange(float low, float high) {
    /** More values than one in this many are no outliers. */
    static final int LEAST_ROWS_PER_ESCAPE = 8;

    /** What an escape costs: its place and its value. */
    static final int ESCAPE_BYTES = Integer.BYTES + Float.BYTES;

    /**
     * What a bit of resolution is worth, in bits of the file for each value that gains it. Twice that many bits, given
     * to all values as more levels, would gain the same without escapes.
     */
    private static final double WORTH_OF_A_BIT = 0.5;

    /**
     * A range that gains less is not worth a larger file: the squared error of the values in it does not even halve.
     */
    private static final double LEAST_GAIN = 0.5;

    boolean contains(float value) {
        return value >= low && value <= high;
    }

    private double width() {
        return (double) high - low;
    }

    /**
     * Chooses the range: that of all values or, where it is worth its escapes, a narrower one. Tried are the fullest
     * windows of half the width, then half of what they hold, and so on.
     *
     * @param sorted at least one value, ascending, all finite
     */
    static RobustRange of(float[] sorted, Quantizer quantizer) {
        int rows = sorted.length;
        RobustRange whole = new RobustRange(sorted[0], sorted[rows - 1]);
        RobustRange best = whole;
        double mostSaved = 0;
        RobustRange range = whole;
        while (range.width() > 0) {
            int from = 0;
            int count = 0;
            double half = range.width() / 2;
            for (int begin = 0, end = 0; begin < rows && rows - begin > count; begin++) {
                while (end < rows && (double) sorted[end] - sorted[begin] <= half) {
                    end++;
                }
                if (end - begin > count) {
                    from = begin;
                    count = end - begin;
                }
            }
            int escapes = rows - count;
            if (escapes > rows / LEAST_ROWS_PER_ESCAPE) {
                break;
            }
            range = new RobustRange(sorted[from], sorted[from + count - 1]);
            double gain = gain(sorted, from, count, whole, range, quantizer);
            double saved = WORTH_OF_A_BIT * count * gain - Byte.SIZE * ESCAPE_BYTES * escapes;
            if (gain >= LEAST_GAIN && saved > mostSaved) {
                mostSaved = saved;
                best = range;
            }
        }
        return best;
    }

    /**
     * How many bits of resolution the values inside gain: one for each halving of their error, but not more than a
     * level has.
     */
    private static double gain(
            float[] sorted, int from, int count, RobustRange whole, RobustRange range, Quantizer quantizer) {
        double before = 0;
        double after = 0;
        for (int i = from; i < from + count; i++) {
            before += square(sorted[i] - (double) quantizer.rounded(sorted[i], whole.low, whole.high));
            after += square(sorted[i] - (double) quantizer.rounded(sorted[i], range.low, range.high));
        }
        if (before == 0) {
            return 0;
        }
        return Math.min(quantizer.bits(), Math.log(before / after) / Math.log(4));
    }

    private static double square(double x) {
        return x * x;
    }
}
