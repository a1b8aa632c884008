package io.hourglass.compute;

import java.util.Arrays;
import java.util.stream.IntStream;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * The fast twin of {@link ScalarKernels}: the same operations in the same order, many outputs at a time. One vector width a
 * process, because only a static final species compiles to bare vector instructions.
 */
final class VectorKernels implements Kernels {
    static final VectorSpecies<Float> SPECIES = species();
    static final int LANES = SPECIES.length();

    /** Width of a panel of weights. */
    static final int PANEL = 3 * LANES;

    /** AVX-512 and NEON have 32 vector registers, AVX2 has 16; machines with 512 bits offer 32 for narrower vectors as well. */
    static final boolean THIRTY_TWO_REGISTERS =
            widestBits() == 512 || System.getProperty("os.arch").equals("aarch64");

    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SPECIES.vectorShape());

    /** As many bytes as there are lanes, where there is such a shape, else the narrowest: 64 bits. */
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, LANES * Byte.SIZE)));

    /** Where chains start that do not go on from what stands in C. */
    private static final float[] ZEROS = new float[4 * LANES];

    /** Rows of B that are passed over all of A before the next ones: 64 * 48 floats of B stay in a 32 KB level-1 cache. */
    private static final int DEPTH_BLOCK = 128;

    // Constants of the functions, once as vectors: broadcasting them in place costs C2 more nodes than it is willing to
    // inline.
    private static final FloatVector ZERO = FloatVector.zero(SPECIES);
    private static final FloatVector TWO = broadcast(2);
    private static final FloatVector ONE = broadcast(1);
    private static final FloatVector MINUS_TWO = broadcast(-2);
    private static final FloatVector LOG2_E = broadcast(Functions.LOG2_E);
    private static final FloatVector MINUS_LN2_HIGH = broadcast(-Functions.LN2_HIGH);
    private static final FloatVector MINUS_LN2_LOW = broadcast(-Functions.LN2_LOW);
    private static final FloatVector ROUND = broadcast(Functions.ROUND);
    private static final IntVector ROUND_BITS = IntVector.broadcast(INTS, Float.floatToRawIntBits(Functions.ROUND));
    private static final IntVector EXPONENT_BIAS = IntVector.broadcast(INTS, 127);
    private static final FloatVector EXP_ZERO = broadcast(Functions.EXP_ZERO);
    private static final FloatVector E7 = broadcast(Functions.E7);
    private static final FloatVector E6 = broadcast(Functions.E6);
    private static final FloatVector E5 = broadcast(Functions.E5);
    private static final FloatVector E4 = broadcast(Functions.E4);
    private static final FloatVector E3 = broadcast(Functions.E3);
    private static final FloatVector E2 = broadcast(Functions.E2);
    private static final FloatVector TANH_SMALL = broadcast(Functions.TANH_SMALL);
    private static final FloatVector T9 = broadcast(Functions.T9);
    private static final FloatVector T7 = broadcast(Functions.T7);
    private static final FloatVector T5 = broadcast(Functions.T5);
    private static final FloatVector T3 = broadcast(Functions.T3);
    private static final FloatVector T1 = broadcast(Functions.T1);

    private static final FloatVector LEAST_NORMAL = broadcast(Float.MIN_NORMAL);
    private static final FloatVector LOG_LEAST = broadcast(Functions.LOG_LEAST);
    private static final FloatVector LN2_HIGH = broadcast(Functions.LN2_HIGH);
    private static final FloatVector LN2_LOW = broadcast(Functions.LN2_LOW);
    private static final FloatVector MINUS_HALF = broadcast(-0.5f);
    private static final IntVector ROOT_HALF_BITS = IntVector.broadcast(INTS, Functions.ROOT_HALF_BITS);
    private static final FloatVector L11 = broadcast(Functions.L11);
    private static final FloatVector L10 = broadcast(Functions.L10);
    private static final FloatVector L9 = broadcast(Functions.L9);
    private static final FloatVector L8 = broadcast(Functions.L8);
    private static final FloatVector L7 = broadcast(Functions.L7);
    private static final FloatVector L6 = broadcast(Functions.L6);
    private static final FloatVector L5 = broadcast(Functions.L5);
    private static final FloatVector L4 = broadcast(Functions.L4);
    private static final FloatVector L3 = broadcast(Functions.L3);

    // Those of Adam, and what is negligible.
    private static final FloatVector DECAY1 = broadcast(BETA1);
    private static final FloatVector REST1 = broadcast(ONE_MINUS_BETA1);
    private static final FloatVector STABILIZER = broadcast(EPSILON);
    private static final FloatVector DIFFERENCE = broadcast(LEAST_DIFFERENCE);
    private static final FloatVector SLOPE = broadcast(LEAST_SLOPE);
    private static final FloatVector GRADIENT = broadcast(LEAST_GRADIENT);
    private static final FloatVector MEAN = broadcast(LEAST_MEAN);
    private static final FloatVector SQUARE = broadcast(LEAST_SQUARE);

    /** Those of {@link #gather} so far; a network has a few. */
    private volatile int[][] gathers = new int[0][];

    /** Widest float vectors of this machine, in bits, at most 512. */
    static int widestBits() {
        return Math.min(512, FloatVector.SPECIES_PREFERRED.vectorBitSize());
    }

    private static VectorSpecies<Float> species() {
        int bits = Integer.getInteger(KernelChoice.PROPERTY, widestBits());
        return VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
    }

    @Override
    public String name() {
        return "vector-" + SPECIES.vectorBitSize();
    }

    @Override
    public int lanes() {
        return LANES;
    }

    @Override
    public int panel() {
        return PANEL;
    }

    @Override
    public void multiply(
            int rows,
            int columns,
            int depth,
            boolean accumulate,
            float[] a,
            int aOffset,
            int aRow,
            float[] b,
            int bOffset,
            int bRow,
            float[] c,
            int cOffset,
            int cRow) {
        Form form = aRow == PANEL ? VectorTiles::panelStrip : VectorTiles::plainStrip;
        strips(form, 1, rows, columns, depth, accumulate, a, aOffset, aRow, b, bOffset, bRow, c, cOffset, cRow);
    }

    @Override
    public void multiplyTransposed(
            int rows,
            int columns,
            int depth,
            boolean accumulate,
            float[] a,
            int aOffset,
            int aRow,
            float[] b,
            int bOffset,
            int bRow,
            float[] c,
            int cOffset,
            int cRow) {
        Form form = VectorTiles::transposedStrip;
        strips(form, aRow, rows, columns, depth, accumulate, a, aOffset, aRow, b, bOffset, bRow, c, cOffset, cRow);
    }

    /** Tiles of {@link VectorTiles} that cover a strip of C of one to four vectors. */
    @FunctionalInterface
    private interface Form {
        void strip(
                int vectors,
                int rows,
                int depth,
                float[] start,
                int sOffset,
                int sRow,
                float[] a,
                int aOffset,
                int aRow,
                float[] b,
                int bOffset,
                int bRow,
                float[] c,
                int cOffset,
                int cRow);
    }

    /** Covers C with strips of a few vectors, and each of them block by block of B's rows. */
    private static void strips(
            Form form,
            int aStep,
            int rows,
            int columns,
            int depth,
            boolean accumulate,
            float[] a,
            int aOffset,
            int aRow,
            float[] b,
            int bOffset,
            int bRow,
            float[] c,
            int cOffset,
            int cRow) {
        for (int j = 0; j < columns; ) {
            int vectors = strip((columns - j) / LANES);
            int cj = cOffset + j;
            for (int k = 0; k < depth; k += DEPTH_BLOCK) {
                boolean more = accumulate || k > 0;
                form.strip(
                        vectors,
                        rows,
                        Math.min(DEPTH_BLOCK, depth - k),
                        more ? c : ZEROS,
                        more ? cj : 0,
                        more ? cRow : 0,
                        a,
                        aOffset + k * aStep,
                        aRow,
                        b,
                        bOffset + j + k * bRow,
                        bRow,
                        c,
                        cj,
                        cRow);
            }
            j += vectors * LANES;
        }
    }

    /** How many of the vectors that are left the next strip takes: three, but four at once rather than three and one. */
    private static int strip(int vectorsLeft) {
        return vectorsLeft == 4 && THIRTY_TWO_REGISTERS ? 4 : vectorsLeft == 4 ? 2 : Math.min(3, vectorsLeft);
    }

    /** With what it asserts, long enough not to be inlined, for the reason told at {@link #exponentialInPlace}. */
    @Override
    public void transpose(
            int rows, int columns, float[] from, int fromOffset, int fromRow, float[] to, int toOffset, int toRow) {
        assert fromOffset >= 0 && fromOffset + (rows - 1) * fromRow + columns <= from.length
                : rows + " rows of " + columns + " from " + fromOffset + ", " + fromRow + " apart, of " + from.length;
        assert toOffset >= 0 && toOffset + (columns - 1) * toRow + rows <= to.length
                : columns + " rows of " + rows + " from " + toOffset + ", " + toRow + " apart, of " + to.length;
        assert rows >= 0 && columns >= 0 : "a matrix of " + rows + " x " + columns;
        assert from != to : "rows of " + columns + " onto themselves";
        assert fromRow >= columns && toRow >= rows
                : "rows of " + columns + " every " + fromRow + ", to be rows of " + rows + " every " + toRow
                        + " floats";
        int[] column = gather(fromRow);
        int i = 0;
        for (; i + LANES <= rows; i += LANES) {
            int f = fromOffset + i * fromRow;
            int t = toOffset + i;
            for (int j = 0; j < columns; j++) {
                FloatVector.fromArray(SPECIES, from, f + j, column, 0).intoArray(to, t + j * toRow);
            }
        }
        for (; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                to[toOffset + j * toRow + i] = from[fromOffset + i * fromRow + j];
            }
        }
    }

    /** Offsets of one column in {@link #LANES} rows that are {@code row} apart. */
    private int[] gather(int row) {
        int[][] known = gathers;
        for (int[] offsets : known) {
            if (offsets[1] == row) {
                return offsets;
            }
        }
        int[] offsets = IntStream.range(0, LANES).map(lane -> lane * row).toArray();
        int[][] more = Arrays.copyOf(known, known.length + 1);
        more[known.length] = offsets;
        gathers = more; // another thread may have added one at the same time: the loser's is made again some day
        return offsets;
    }

    @Override
    public void pixelsToUnit(byte[] pixels, int from, float[] target, int offset, int n) {
        final float reciprocal = 1 / 255f;
        int i = 0;
        for (; i + BYTES.length() <= n; i += BYTES.length()) {
            ByteVector bytes = ByteVector.fromArray(BYTES, pixels, from + i);
            for (int part = 0; part * LANES < BYTES.length(); part++) {
                IntVector ints = (IntVector) bytes.convertShape(VectorOperators.B2I, INTS, part);
                FloatVector x = (FloatVector)
                        ints.lanewise(VectorOperators.AND, 255).convertShape(VectorOperators.I2F, SPECIES, 0);
                // A product and one correction give the correctly rounded quotient of all 256 values, without a
                // division.
                FloatVector q = x.mul(reciprocal);
                FloatVector rest = q.fma(FloatVector.broadcast(SPECIES, -255f), x);
                rest.fma(FloatVector.broadcast(SPECIES, reciprocal), q).intoArray(target, offset + i + part * LANES);
            }
        }
        for (; i < n; i++) {
            target[offset + i] = (pixels[from + i] & 255) / 255f;
        }
    }

    @Override
    public void reluInPlace(float[] x, int offset, int n) {
        for (int i = offset; i < offset + n; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, i);
            v.blend(0f, v.lt(0f)).intoArray(x, i);
        }
    }

    /** {@link Functions#tanh}, lane by lane. */
    @Override
    public void tanhInPlace(float[] values, int offset, int n) {
        exponentialInPlace(values, offset, n, true);
    }

    /** {@link Functions#sigmoid}, lane by lane. */
    @Override
    public void sigmoidInPlace(float[] values, int offset, int n) {
        exponentialInPlace(values, offset, n, false);
    }

    /**
     * tanh or sigmoid: both are made of e<sup>-a</sup>, {@link Functions#expNegative}. In one piece on purpose: C2 inlines no method of
     * more than 325 bytes of code, so this one is compiled by itself. A shorter one ends inside its caller, where C2 may run out of
     * nodes (NodeCountInliningCutoff) halfway; then it calls what is left and boxes every vector on the way.
     */
    private static void exponentialInPlace(float[] values, int offset, int n, boolean tanh) {
        FloatVector scale = tanh ? TWO : ONE;
        for (int i = offset; i < offset + n; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, values, i);
            FloatVector absolute = x.abs();
            FloatVector a = absolute.mul(scale);
            FloatVector minusA = a.neg();
            FloatVector shifted = minusA.fma(LOG2_E, ROUND);
            FloatVector k = shifted.sub(ROUND);
            FloatVector r = k.fma(MINUS_LN2_LOW, k.fma(MINUS_LN2_HIGH, minusA));
            FloatVector p = r.fma(E7, E6);
            p = p.fma(r, E5);
            p = p.fma(r, E4);
            p = p.fma(r, E3);
            p = p.fma(r, E2);
            p = p.fma(r.mul(r), r).add(ONE);
            IntVector power = shifted.reinterpretAsInts().sub(ROUND_BITS);
            IntVector half = power.lanewise(VectorOperators.ASHR, 1);
            IntVector rest = power.sub(half);
            FloatVector e = p.mul(half.add(EXPONENT_BIAS)
                            .lanewise(VectorOperators.LSHL, 23)
                            .reinterpretAsFloats())
                    .mul(rest.add(EXPONENT_BIAS)
                            .lanewise(VectorOperators.LSHL, 23)
                            .reinterpretAsFloats());
            e = e.blend(ZERO, a.compare(VectorOperators.GT, EXP_ZERO));
            FloatVector result;
            if (tanh) {
                FloatVector s = x.mul(x);
                FloatVector q = s.fma(T9, T7);
                q = q.fma(s, T5);
                q = q.fma(s, T3);
                q = q.fma(s, T1);
                FloatVector small = q.mul(s).fma(x, x);
                FloatVector y = e.div(e.add(ONE)).fma(MINUS_TWO, ONE);
                FloatVector large = y.blend(y.neg(), x.compare(VectorOperators.LT, ZERO));
                result = large.blend(small, absolute.compare(VectorOperators.LT, TANH_SMALL));
            } else {
                result = ONE.blend(e, x.compare(VectorOperators.LT, ZERO)).div(e.add(ONE));
            }
            result.intoArray(
                    values, i); // once for both: C2 inlines no call whose receiver it has not seen often enough
        }
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    @Override
    public void reluGradientInPlace(float[] y, int yOffset, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, y, yOffset + i);
            FloatVector d = FloatVector.fromArray(SPECIES, delta, deltaOffset + i);
            broadcast(0f).blend(d, value.compare(VectorOperators.GT, 0f)).intoArray(delta, deltaOffset + i);
        }
    }

    @Override
    public void tanhGradientInPlace(float[] y, int yOffset, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, y, yOffset + i);
            FloatVector d = FloatVector.fromArray(SPECIES, delta, deltaOffset + i);
            d.mul(value.neg().fma(value, broadcast(1f))).intoArray(delta, deltaOffset + i);
        }
    }

    @Override
    public void sigmoidGradientInPlace(float[] y, int yOffset, float[] delta, int deltaOffset, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector value = FloatVector.fromArray(SPECIES, y, yOffset + i);
            FloatVector d = FloatVector.fromArray(SPECIES, delta, deltaOffset + i);
            d.mul(unlessBelow(SLOPE, value.neg().fma(value, value))).intoArray(delta, deltaOffset + i);
        }
    }

    @Override
    public double squaredError(float[] y, int yOffset, float[] x, int xOffset, int n, float[] chains) {
        return squaredError(y, yOffset, x, xOffset, n, 0, null, 0, chains);
    }

    @Override
    public double squaredErrorGradient(
            float[] y,
            int yOffset,
            float[] x,
            int xOffset,
            int n,
            float scale,
            float[] delta,
            int deltaOffset,
            float[] chains) {
        double error = squaredError(y, yOffset, x, xOffset, n, scale, delta, deltaOffset, chains);
        Arrays.fill(delta, deltaOffset + n, deltaOffset + padded(n), 0);
        return error;
    }

    /** With the gradient where there is an array for it. In one piece, for the reason told at {@link #exponentialInPlace}. */
    private static double squaredError(
            float[] y,
            int yOffset,
            float[] x,
            int xOffset,
            int n,
            float scale,
            float @Nullable [] delta,
            int deltaOffset,
            float[] chains) {
        FloatVector factor = broadcast(scale);
        // One vector of chains at a time; with 512 bits a single pass takes them all.
        for (int chain = 0; chain < ERROR_CHAINS; chain += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            if (delta == null) {
                for (int i = chain; i + LANES <= n; i += ERROR_CHAINS) {
                    FloatVector d = FloatVector.fromArray(SPECIES, y, yOffset + i)
                            .sub(FloatVector.fromArray(SPECIES, x, xOffset + i));
                    d = d.blend(ZERO, d.abs().compare(VectorOperators.LT, DIFFERENCE));
                    sum = d.fma(d, sum);
                }
            } else {
                for (int i = chain; i + LANES <= n; i += ERROR_CHAINS) {
                    FloatVector d = FloatVector.fromArray(SPECIES, y, yOffset + i)
                            .sub(FloatVector.fromArray(SPECIES, x, xOffset + i));
                    d = d.blend(ZERO, d.abs().compare(VectorOperators.LT, DIFFERENCE));
                    factor.mul(d).intoArray(delta, deltaOffset + i);
                    sum = d.fma(d, sum);
                }
            }
            sum.intoArray(chains, chain);
        }
        // What is left is the last of its chain.
        for (int i = n & -LANES; i < n; i++) {
            float d = y[yOffset + i] - x[xOffset + i];
            d = Math.abs(d) < LEAST_DIFFERENCE ? 0 : d;
            if (delta != null) {
                delta[deltaOffset + i] = scale * d;
            }
            chains[i % ERROR_CHAINS] = Math.fma(d, d, chains[i % ERROR_CHAINS]);
        }
        double total = 0;
        for (int chain = 0; chain < ERROR_CHAINS; chain++) {
            total += chains[chain];
        }
        return total;
    }

    /** {@link Functions#log} of y and of 1 - y, lane by lane. In one piece, for the reason told at {@link #exponentialInPlace}. */
    @Override
    public double crossEntropy(float[] y, int yOffset, float[] x, int xOffset, int n, float[] chains) {
        for (int chain = 0; chain < ERROR_CHAINS; chain += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = chain; i + LANES <= n; i += ERROR_CHAINS) {
                FloatVector value = FloatVector.fromArray(SPECIES, y, yOffset + i);
                FloatVector target = FloatVector.fromArray(SPECIES, x, xOffset + i);
                FloatVector other = ONE.sub(value);
                IntVector bits0 = value.reinterpretAsInts();
                IntVector exponent0 = bits0.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
                FloatVector f0 = bits0.sub(exponent0.lanewise(VectorOperators.LSHL, 23))
                        .reinterpretAsFloats()
                        .sub(ONE);
                FloatVector e0 = (FloatVector) exponent0.convertShape(VectorOperators.I2F, SPECIES, 0);
                FloatVector p0 = L11.fma(f0, L10);
                p0 = p0.fma(f0, L9);
                p0 = p0.fma(f0, L8);
                p0 = p0.fma(f0, L7);
                p0 = p0.fma(f0, L6);
                p0 = p0.fma(f0, L5);
                p0 = p0.fma(f0, L4);
                p0 = p0.fma(f0, L3);
                FloatVector square0 = f0.mul(f0);
                FloatVector rest0 = e0.fma(LN2_LOW, p0.mul(f0).mul(square0));
                FloatVector log0 =
                        e0.fma(LN2_HIGH, MINUS_HALF.fma(square0, rest0).add(f0));
                log0 = log0.blend(LOG_LEAST, value.compare(VectorOperators.LT, LEAST_NORMAL));
                log0 = log0.blend(value, value.compare(VectorOperators.NE, value));
                IntVector bits1 = other.reinterpretAsInts();
                IntVector exponent1 = bits1.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
                FloatVector f1 = bits1.sub(exponent1.lanewise(VectorOperators.LSHL, 23))
                        .reinterpretAsFloats()
                        .sub(ONE);
                FloatVector e1 = (FloatVector) exponent1.convertShape(VectorOperators.I2F, SPECIES, 0);
                FloatVector p1 = L11.fma(f1, L10);
                p1 = p1.fma(f1, L9);
                p1 = p1.fma(f1, L8);
                p1 = p1.fma(f1, L7);
                p1 = p1.fma(f1, L6);
                p1 = p1.fma(f1, L5);
                p1 = p1.fma(f1, L4);
                p1 = p1.fma(f1, L3);
                FloatVector square1 = f1.mul(f1);
                FloatVector rest1 = e1.fma(LN2_LOW, p1.mul(f1).mul(square1));
                FloatVector log1 =
                        e1.fma(LN2_HIGH, MINUS_HALF.fma(square1, rest1).add(f1));
                log1 = log1.blend(LOG_LEAST, other.compare(VectorOperators.LT, LEAST_NORMAL));
                log1 = log1.blend(other, other.compare(VectorOperators.NE, other));
                sum = target.neg().fma(log0, sum);
                sum = target.sub(ONE).fma(log1, sum);
            }
            sum.intoArray(chains, chain);
        }
        for (int i = n & -LANES; i < n; i++) {
            float value = y[yOffset + i];
            float target = x[xOffset + i];
            float chain = Math.fma(-target, Functions.log(value), chains[i % ERROR_CHAINS]);
            chains[i % ERROR_CHAINS] = Math.fma(target - 1, Functions.log(1 - value), chain);
        }
        double total = 0;
        for (int chain = 0; chain < ERROR_CHAINS; chain++) {
            total += chains[chain];
        }
        return total;
    }

    /** Two vectors at a time and in one piece: long enough not to be inlined, for the reason told at {@link #exponentialInPlace}. */
    @Override
    public void adamInPlace(
            float[] w,
            float[] m,
            float[] v,
            int offset,
            float[] g,
            int gOffset,
            int n,
            float stepSize,
            float decayV,
            float restV,
            float scaleV,
            float keep) {
        FloatVector minusStep = broadcast(-stepSize);
        FloatVector scale = broadcast(scaleV);
        FloatVector decay2 = broadcast(decayV);
        FloatVector rest2 = broadcast(restV);
        FloatVector kept = broadcast(keep);
        int i = 0;
        for (; i + 2 * LANES <= n; i += 2 * LANES) {
            FloatVector gradient0 = FloatVector.fromArray(SPECIES, g, gOffset + i);
            gradient0 = gradient0.blend(ZERO, gradient0.abs().compare(VectorOperators.LT, GRADIENT));
            FloatVector mean0 = DECAY1.fma(FloatVector.fromArray(SPECIES, m, offset + i), gradient0.mul(REST1));
            mean0 = mean0.blend(ZERO, mean0.abs().compare(VectorOperators.LT, MEAN));
            FloatVector square0 = decay2.fma(
                    FloatVector.fromArray(SPECIES, v, offset + i),
                    gradient0.mul(gradient0).mul(rest2));
            square0 = square0.blend(ZERO, square0.abs().compare(VectorOperators.LT, SQUARE));
            mean0.intoArray(m, offset + i);
            square0.intoArray(v, offset + i);
            FloatVector denominator0 = square0.sqrt().fma(scale, STABILIZER);
            minusStep
                    .fma(
                            mean0.div(denominator0),
                            FloatVector.fromArray(SPECIES, w, offset + i).mul(kept))
                    .intoArray(w, offset + i);
            FloatVector gradient1 = FloatVector.fromArray(SPECIES, g, gOffset + i + LANES);
            gradient1 = gradient1.blend(ZERO, gradient1.abs().compare(VectorOperators.LT, GRADIENT));
            FloatVector mean1 = DECAY1.fma(FloatVector.fromArray(SPECIES, m, offset + i + LANES), gradient1.mul(REST1));
            mean1 = mean1.blend(ZERO, mean1.abs().compare(VectorOperators.LT, MEAN));
            FloatVector square1 = decay2.fma(
                    FloatVector.fromArray(SPECIES, v, offset + i + LANES),
                    gradient1.mul(gradient1).mul(rest2));
            square1 = square1.blend(ZERO, square1.abs().compare(VectorOperators.LT, SQUARE));
            mean1.intoArray(m, offset + i + LANES);
            square1.intoArray(v, offset + i + LANES);
            FloatVector denominator1 = square1.sqrt().fma(scale, STABILIZER);
            minusStep
                    .fma(
                            mean1.div(denominator1),
                            FloatVector.fromArray(SPECIES, w, offset + i + LANES)
                                    .mul(kept))
                    .intoArray(w, offset + i + LANES);
        }
        if (i < n) {
            FloatVector gradient = FloatVector.fromArray(SPECIES, g, gOffset + i);
            gradient = gradient.blend(ZERO, gradient.abs().compare(VectorOperators.LT, GRADIENT));
            FloatVector mean = DECAY1.fma(FloatVector.fromArray(SPECIES, m, offset + i), gradient.mul(REST1));
            mean = mean.blend(ZERO, mean.abs().compare(VectorOperators.LT, MEAN));
            FloatVector square = decay2.fma(
                    FloatVector.fromArray(SPECIES, v, offset + i),
                    gradient.mul(gradient).mul(rest2));
            square = square.blend(ZERO, square.abs().compare(VectorOperators.LT, SQUARE));
            mean.intoArray(m, offset + i);
            square.intoArray(v, offset + i);
            FloatVector denominator = square.sqrt().fma(scale, STABILIZER);
            minusStep
                    .fma(
                            mean.div(denominator),
                            FloatVector.fromArray(SPECIES, w, offset + i).mul(kept))
                    .intoArray(w, offset + i);
        }
    }

    @Override
    public long multiplyAdds(int rounds) {
        // Chains of local variables, as in VectorTiles. Modern cores begin 2 to 4 multiply-adds a cycle, each of which
        // takes
        // 4 cycles; 14 chains and their one constant fit 16 registers. Every chain goes towards 1. The object of each
        // call is x
        // or made of it, whose class C2 knows: that of a chain it would have to know from a profile, and where there is
        // none, as after a loop that was never left before, it calls and boxes.
        FloatVector x = broadcast(0.5f);
        FloatVector c0 = broadcast(0);
        FloatVector c1 = broadcast(1);
        FloatVector c2 = broadcast(2);
        FloatVector c3 = broadcast(3);
        FloatVector c4 = broadcast(4);
        FloatVector c5 = broadcast(5);
        FloatVector c6 = broadcast(6);
        FloatVector c7 = broadcast(7);
        FloatVector c8 = broadcast(8);
        FloatVector c9 = broadcast(9);
        FloatVector c10 = broadcast(10);
        FloatVector c11 = broadcast(11);
        FloatVector c12 = broadcast(12);
        FloatVector c13 = broadcast(13);
        for (int i = 0; i < rounds; i++) {
            c0 = x.fma(c0, x);
            c1 = x.fma(c1, x);
            c2 = x.fma(c2, x);
            c3 = x.fma(c3, x);
            c4 = x.fma(c4, x);
            c5 = x.fma(c5, x);
            c6 = x.fma(c6, x);
            c7 = x.fma(c7, x);
            c8 = x.fma(c8, x);
            c9 = x.fma(c9, x);
            c10 = x.fma(c10, x);
            c11 = x.fma(c11, x);
            c12 = x.fma(c12, x);
            c13 = x.fma(c13, x);
        }
        FloatVector sum = x;
        sum = x.fma(sum, c0);
        sum = x.fma(sum, c1);
        sum = x.fma(sum, c2);
        sum = x.fma(sum, c3);
        sum = x.fma(sum, c4);
        sum = x.fma(sum, c5);
        sum = x.fma(sum, c6);
        sum = x.fma(sum, c7);
        sum = x.fma(sum, c8);
        sum = x.fma(sum, c9);
        sum = x.fma(sum, c10);
        sum = x.fma(sum, c11);
        sum = x.fma(sum, c12);
        sum = x.fma(sum, c13);
        // Always so, which the compiler does not know: it would leave out what nobody asks for.
        return x.compare(VectorOperators.LT, sum).anyTrue() ? 2L * 14 * LANES * rounds : 0;
    }

    /** x where its magnitude is at least that, 0 elsewhere. */
    private static FloatVector unlessBelow(FloatVector least, FloatVector x) {
        return x.blend(ZERO, x.abs().compare(VectorOperators.LT, least));
    }
}
