package io.hourglass.lab.codec;

/**
 * The range in which one value of the codes is quantised. A value outside it is an escape, stored exactly: otherwise a
 * single row at 1e6 would leave only one level for all rows near 0.
 *
 * @param low the smallest value that is quantised
 * @param high the largest one
 */
record RobustRange(float low, float high) {
    /** If more than one value in this many is outside, they are not outliers. */
    static final int LEAST_ROWS_PER_ESCAPE = 8;

    /** Size of an escape: its place and its value. */
    static final int ESCAPE_BYTES = Integer.BYTES + Float.BYTES;

    /**
     * The worth of a bit of resolution, in bits of the file for each value that gains it. Spending twice as many bits
     * on more levels for all values would gain the same without escapes.
     */
    private static final double WORTH_OF_A_BIT = 0.5;

    /**
     * A range that gains less is not worth a larger file: it does not even halve the squared error of its values.
     */
    private static final double LEAST_GAIN = 0.5;

    boolean contains(float value) {
        return value >= low && value <= high;
    }

    private double width() {
        return (double) high - low;
    }

    /**
     * Chooses the range: that of all values, or a narrower one if it is worth its escapes. Candidates are the window of
     * half the width that holds the most values, then the best window of half the width of those values, and so on.
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
     * The bits of resolution that the values inside gain: one for each halving of their error, at most the bits of a
     * level.
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
