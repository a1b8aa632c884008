package io.hourglass.compute;

import io.hourglass.numerics.Functions;
import java.util.Arrays;
import java.util.stream.IntStream;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The fast twin of {@link ScalarKernels}: the same operations in the same order, many outputs at a time. There is one
 * vector width per process, because only a static final species compiles to plain vector instructions.
 */
final class VectorKernels implements Kernels {
    static final VectorSpecies<Float> SPECIES = species();
    static final int LANES = SPECIES.length();

    /** Width of a panel of weights. */
    static final int PANEL = 3 * LANES;

    /** Width of the narrower panels at the end of a layer. */
    static final int NARROW = 2 * LANES;

    /**
     * AVX-512 and NEON have 32 vector registers, AVX2 has 16. Machines with 512 bits also have 32 registers for
     * narrower vectors.
     */
    static final boolean THIRTY_TWO_REGISTERS =
            widestBits() == 512 || System.getProperty("os.arch").equals("aarch64");

    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SPECIES.vectorShape());

    private static final IntVector NO_BITS = IntVector.zero(INTS);
    private static final IntVector LANE_BITS =
            IntVector.broadcast(INTS, 1).lanewise(VectorOperators.LSHL, NO_BITS.addIndex(1));

    /** As many bytes as there are lanes if there is such a shape, else the narrowest shape, 64 bits. */
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, LANES * Byte.SIZE)));

    /** Half as many doubles as there are lanes, and integers of 64 bits, in vectors of the same size. */
    private static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, SPECIES.vectorShape());

    private static final VectorSpecies<Long> LONGS = VectorSpecies.of(long.class, SPECIES.vectorShape());

    /** The initial values of chains that do not continue from C. */
    private static final float[] ZEROS = new float[4 * LANES];

    /**
     * Approximate number of rows of B that are multiplied with all of A before the next ones: with 48 columns, they
     * take 24 KB of the level-1 cache.
     */
    private static final int DEPTH_BLOCK = 128;

    /** The bits of the largest double that does not round to an infinite float. */
    private static final long MOST_NARROW_BITS = Double.doubleToRawLongBits(0x1.ffffffp127) - 1;

    // Constants of the functions as vectors. Broadcasting them where they are used would exceed C2's limit of nodes for
    // inlining.
    private static final FloatVector TWO = broadcast(2);
    private static final FloatVector ONE = broadcast(1);
    private static final FloatVector MINUS_TWO = broadcast(-2);
    private static final FloatVector LOG2_E = broadcast(Functions.LOG2_E);
    private static final FloatVector MINUS_LN2_HIGH = broadcast(-Functions.LN2_HIGH);
    private static final FloatVector MINUS_LN2_LOW = broadcast(-Functions.LN2_LOW);
    private static final FloatVector ROUND = broadcast(Functions.ROUND);
    private static final IntVector ROUND_BITS = IntVector.broadcast(INTS, Float.floatToRawIntBits(Functions.ROUND));
    private static final FloatVector MINUS_EXP_NORMAL = broadcast(-Functions.EXP_NORMAL);
    private static final IntVector ONE_BITS = IntVector.broadcast(INTS, Functions.ONE_BITS);
    private static final IntVector SIGN = IntVector.broadcast(INTS, Integer.MIN_VALUE);
    private static final IntVector EXPONENT = IntVector.broadcast(INTS, 0x7f800000);
    private static final IntVector LEAST_EXPONENT = IntVector.broadcast(INTS, 1 << 23);
    private static final LongVector MAGNITUDE = LongVector.broadcast(LONGS, Long.MAX_VALUE);
    private static final LongVector MOST_NARROW = LongVector.broadcast(LONGS, MOST_NARROW_BITS);
    private static final FloatVector MINUS_ONE = broadcast(-1);
    private static final FloatVector E7 = broadcast(Functions.E7);
    private static final FloatVector E6 = broadcast(Functions.E6);
    private static final FloatVector E5 = broadcast(Functions.E5);
    private static final FloatVector E4 = broadcast(Functions.E4);
    private static final FloatVector E3 = broadcast(Functions.E3);
    private static final FloatVector E2 = broadcast(Functions.E2);

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

    // Constants of Adam and of flushing to zero.
    private static final FloatVector DECAY1 = broadcast(BETA1);
    private static final FloatVector REST1 = broadcast(ONE_MINUS_BETA1);
    private static final FloatVector STABILIZER = broadcast(EPSILON);
    private static final FloatVector FLUSH_DIFFERENCE = broadcast(Functions.DIFFERENCE_FLUSH);
    private static final FloatVector FLUSH_SLOPE = broadcast(Functions.SLOPE_FLUSH);
    private static final FloatVector FLUSH_MOMENT = broadcast(Functions.MOMENT_FLUSH);

    /** The results of {@link #gather} so far; a network needs a few. */
    private volatile int[][] gathers = new int[0][];

    /** The width of this machine's widest float vectors, in bits, at most 512. */
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
    public int widestPanel() {
        return 4 * LANES;
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
        Form form = aRow == PANEL
                ? VectorTiles::panelStrip
                : aRow == NARROW ? VectorTiles::narrowStrip : VectorTiles::plainStrip;
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

    @Override
    public void multiplySparse(
            int rows,
            int columns,
            int depth,
            long[] bits,
            int bitsOffset,
            int bitsRow,
            float[] a,
            int aOffset,
            int aRow,
            int aStep,
            float[] b,
            int bOffset,
            int bRow,
            float[] c,
            int cOffset,
            int cRow) {
        for (int j = 0; j < columns; ) {
            int vectors = Math.min(4, (columns - j) / LANES);
            int cj = cOffset + j;
            for (int k = 0; k < depth; k += Long.SIZE) {
                VectorTiles.sparseStrip(
                        vectors,
                        rows,
                        bits,
                        bitsOffset + k / Long.SIZE,
                        bitsRow,
                        k > 0 ? c : ZEROS,
                        k > 0 ? cj : 0,
                        k > 0 ? cRow : 0,
                        a,
                        aOffset + k * aStep,
                        aRow,
                        aStep,
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

    /** The tiles of {@link VectorTiles} that cover a strip of C, one to four vectors wide. */
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

    /** Divides C into strips of a few vectors, and computes each strip block by block of B's rows. */
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
        // Blocks of about equal depth: for a last block of a single row, all of C would be read and written.
        int blocks = Math.max(1, (depth + DEPTH_BLOCK * 3 / 4) / DEPTH_BLOCK);
        int block = (depth + blocks - 1) / blocks;
        for (int j = 0; j < columns; ) {
            int vectors = strip((columns - j) / LANES);
            int cj = cOffset + j;
            for (int k = 0; k < depth; k += block) {
                boolean more = accumulate || k > 0;
                form.strip(
                        vectors,
                        rows,
                        Math.min(block, depth - k),
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

    /**
     * The width of the next strip in vectors: three, but four if four are left, rather than three and one.
     */
    private static int strip(int vectorsLeft) {
        return vectorsLeft == 4 && THIRTY_TWO_REGISTERS ? 4 : vectorsLeft == 4 ? 2 : Math.min(3, vectorsLeft);
    }

    /** Moves the sign of each lane to the lane's bit, because Java 17 has no fast way from a mask to bits. */
    @Override
    public void nonZeros(float[] x, int offset, int n, long[] bits, int bitsOffset) {
        assert n >= 0 && offset >= 0 && offset + n <= x.length : n + " numbers from " + offset + ", of " + x.length;
        assert bitsOffset >= 0 && bitsOffset + (n + Long.SIZE - 1) / Long.SIZE <= bits.length
                : (n + Long.SIZE - 1) / Long.SIZE + " words from " + bitsOffset + ", of " + bits.length;
        for (int i = 0; i < n; i += Long.SIZE) {
            long word = 0;
            int end = Math.min(n, i + Long.SIZE);
            int j = i;
            for (; j + LANES <= end; j += LANES) {
                IntVector magnitude = FloatVector.fromArray(SPECIES, x, offset + j)
                        .reinterpretAsInts()
                        .lanewise(VectorOperators.LSHL, 1);
                int found = NO_BITS.sub(magnitude)
                        .or(magnitude)
                        .lanewise(VectorOperators.ASHR, Integer.SIZE - 1)
                        .and(LANE_BITS)
                        .reduceLanes(VectorOperators.OR);
                word |= (long) found << j; // modulo 64
            }
            for (; j < end; j++) {
                word |= x[offset + j] != 0 ? 1L << j : 0;
            }
            bits[bitsOffset + i / Long.SIZE] = word;
        }
    }

    /** Like {@link #nonZeros}: the limit minus a number above it is negative. */
    @Override
    public void atMost(float[] x, int offset, int n, float limit, long[] bits, int bitsOffset) {
        assert n >= 0 && offset >= 0 && offset + n <= x.length : n + " numbers from " + offset + ", of " + x.length;
        assert bitsOffset >= 0 && bitsOffset + (n + Long.SIZE - 1) / Long.SIZE <= bits.length
                : (n + Long.SIZE - 1) / Long.SIZE + " words from " + bitsOffset + ", of " + bits.length;
        FloatVector most = broadcast(limit + 0f); // -0 becomes 0, otherwise 0 would be above it
        for (int i = 0; i < n; i += Long.SIZE) {
            long word = 0;
            int end = Math.min(n, i + Long.SIZE);
            int j = i;
            for (; j + LANES <= end; j += LANES) {
                int above = most.sub(FloatVector.fromArray(SPECIES, x, offset + j))
                        .reinterpretAsInts()
                        .lanewise(VectorOperators.ASHR, Integer.SIZE - 1)
                        .and(LANE_BITS)
                        .reduceLanes(VectorOperators.OR);
                word |= (long) (above ^ (1 << LANES) - 1) << j; // modulo 64
            }
            for (; j < end; j++) {
                word |= x[offset + j] <= limit ? 1L << j : 0;
            }
            bits[bitsOffset + i / Long.SIZE] = word;
        }
    }

    /** Including its assertions, long enough not to be inlined, see {@link #exponentialInPlace}. */
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
        gathers = more; // if another thread adds one at the same time, one of the two is lost and made again later
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

    /**
     * Including its assertions, long enough not to be inlined, see {@link #exponentialInPlace}. It uses no vectors of
     * half as many floats: with a second class of float vectors, C2 would box the vectors of other kernels wherever it
     * has to know their class from a profile.
     */
    @Override
    public boolean narrow(double[] values, int from, float[] target, int offset, int n) {
        assert n >= 0 : n + " values";
        assert from >= 0 && from + n <= values.length : n + " values from " + from + ", of " + values.length;
        assert offset >= 0 && offset + n <= target.length : n + " floats from " + offset + ", of " + target.length;
        int half = LANES / 2;
        LongVector signs0 = LongVector.zero(LONGS);
        LongVector signs1 = LongVector.zero(LONGS);
        int i = 0;
        for (; i + half + LANES <= n; i += LANES) {
            DoubleVector x0 = DoubleVector.fromArray(DOUBLES, values, from + i);
            DoubleVector x1 = DoubleVector.fromArray(DOUBLES, values, from + i + half);
            // Each vector holds its floats and as many zeros, which the next one overwrites.
            ((FloatVector) x0.convertShape(VectorOperators.D2F, SPECIES, 0)).intoArray(target, offset + i);
            ((FloatVector) x1.convertShape(VectorOperators.D2F, SPECIES, 0)).intoArray(target, offset + i + half);
            signs0 = MOST_NARROW.sub(MAGNITUDE.and(x0.reinterpretAsLongs())).or(signs0);
            signs1 = MOST_NARROW.sub(MAGNITUDE.and(x1.reinterpretAsLongs())).or(signs1);
        }
        boolean finite = !signs0.or(signs1).compare(VectorOperators.LT, 0).anyTrue();
        for (; i < n; i++) {
            target[offset + i] = (float) values[from + i];
            finite &= Float.isFinite(target[offset + i]);
        }
        return finite;
    }

    /** Including its assertions, long enough not to be inlined, see {@link #exponentialInPlace}. */
    @Override
    public boolean allFinite(float[] x, int offset, int n) {
        assert n >= 0 : n + " values";
        assert offset >= 0 && offset + n <= x.length : n + " floats from " + offset + ", of " + x.length;
        // The exponent of a number that is not finite is all ones: adding one to it carries into the sign bit.
        int step = 4 * LANES;
        IntVector signs0 = IntVector.zero(INTS);
        IntVector signs1 = IntVector.zero(INTS);
        IntVector signs2 = IntVector.zero(INTS);
        IntVector signs3 = IntVector.zero(INTS);
        int i = 0;
        for (; i < n && n >= step; i += step) {
            int at = offset + Math.min(i, n - step); // the last vectors may check some numbers twice
            IntVector bits0 = FloatVector.fromArray(SPECIES, x, at).reinterpretAsInts();
            IntVector bits1 = FloatVector.fromArray(SPECIES, x, at + LANES).reinterpretAsInts();
            IntVector bits2 = FloatVector.fromArray(SPECIES, x, at + 2 * LANES).reinterpretAsInts();
            IntVector bits3 = FloatVector.fromArray(SPECIES, x, at + 3 * LANES).reinterpretAsInts();
            signs0 = EXPONENT.and(bits0).add(LEAST_EXPONENT).or(signs0);
            signs1 = EXPONENT.and(bits1).add(LEAST_EXPONENT).or(signs1);
            signs2 = EXPONENT.and(bits2).add(LEAST_EXPONENT).or(signs2);
            signs3 = EXPONENT.and(bits3).add(LEAST_EXPONENT).or(signs3);
        }
        IntVector signs = signs0.or(signs1).or(signs2.or(signs3));
        boolean finite = !signs.compare(VectorOperators.LT, 0).anyTrue();
        for (; i < n; i++) {
            finite &= Float.isFinite(x[offset + i]);
        }
        return finite;
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
     * tanh or sigmoid: both use e<sup>-a</sup>, {@link Functions#expNegative}. This is one long method on purpose. C2
     * does not inline methods of more than 325 bytes of code, so it compiles this one separately. It would inline a
     * shorter one into its caller, where it may reach its limit of nodes (NodeCountInliningCutoff) halfway; it would
     * then call the remaining operations and box every vector. Values are selected with bit operations, not with masks,
     * because Java 17 does not keep masks in registers.
     */
    private static void exponentialInPlace(float[] values, int offset, int n, boolean tanh) {
        FloatVector scale = tanh ? MINUS_TWO : MINUS_ONE;
        for (int i = offset; i < offset + n; i += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, values, i);
            FloatVector minusA = x.abs().mul(scale);
            if (!minusA.compare(VectorOperators.GE, MINUS_EXP_NORMAL).allTrue()) {
                // Rare, and without vectors: if they were used here as well, C2 would box those of the common case.
                for (int j = i; j < i + LANES; j++) {
                    values[j] = tanh ? Functions.tanh(values[j]) : Functions.sigmoid(values[j]);
                }
                continue;
            }
            FloatVector shifted = minusA.fma(LOG2_E, ROUND);
            FloatVector k = shifted.sub(ROUND);
            FloatVector r = k.fma(MINUS_LN2_LOW, k.fma(MINUS_LN2_HIGH, minusA));
            FloatVector p = r.fma(E7, E6);
            p = p.fma(r, E5);
            p = p.fma(r, E4);
            p = p.fma(r, E3);
            p = p.fma(r, E2);
            p = p.fma(r.mul(r), r);
            IntVector power = shifted.reinterpretAsInts().sub(ROUND_BITS).lanewise(VectorOperators.LSHL, 23);
            IntVector bits = x.reinterpretAsInts();
            FloatVector result;
            if (tanh) {
                FloatVector two = power.add(ONE_BITS).reinterpretAsFloats();
                FloatVector d = two.fma(p, two.sub(ONE));
                result = d.div(d.add(TWO))
                        .abs()
                        .reinterpretAsInts()
                        .or(bits.and(SIGN))
                        .reinterpretAsFloats();
            } else {
                IntVector e = p.add(ONE).reinterpretAsInts().add(power);
                FloatVector numerator = e.lanewise(VectorOperators.XOR, ONE_BITS)
                        .and(bits.lanewise(VectorOperators.ASHR, 31))
                        .lanewise(VectorOperators.XOR, ONE_BITS)
                        .reinterpretAsFloats(); // e where x < 0, else 1
                result = numerator.div(e.reinterpretAsFloats().add(ONE));
            }
            result.intoArray(values, i); // one call for both: C2 does not inline a call that it has seen too rarely
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
            FloatVector slope = value.neg().fma(value, value);
            d.mul(slope.add(FLUSH_SLOPE).sub(FLUSH_SLOPE)).intoArray(delta, deltaOffset + i);
        }
    }

    /** One long method on purpose, see {@link #exponentialInPlace}. */
    @Override
    public double squaredError(float[] y, int yOffset, float[] x, int xOffset, int n, float[] chains) {
        // One vector of chains at a time; with 512 bits a single pass takes them all.
        for (int chain = 0; chain < ERROR_CHAINS; chain += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = chain; i + LANES <= n; i += ERROR_CHAINS) {
                FloatVector d = FloatVector.fromArray(SPECIES, y, yOffset + i)
                        .sub(FloatVector.fromArray(SPECIES, x, xOffset + i));
                d = d.add(FLUSH_DIFFERENCE).sub(FLUSH_DIFFERENCE);
                sum = d.fma(d, sum);
            }
            sum.intoArray(chains, chain);
        }
        // Each remaining element is the last of its chain.
        for (int i = n & -LANES; i < n; i++) {
            float d = y[yOffset + i] - x[xOffset + i] + Functions.DIFFERENCE_FLUSH - Functions.DIFFERENCE_FLUSH;
            chains[i % ERROR_CHAINS] = Math.fma(d, d, chains[i % ERROR_CHAINS]);
        }
        double total = 0;
        for (int chain = 0; chain < ERROR_CHAINS; chain++) {
            total += chains[chain];
        }
        return total;
    }

    /** Including its assertions, long enough not to be inlined, see {@link #exponentialInPlace}. */
    @Override
    public void squaredErrorGradient(
            int rows,
            int n,
            float[] y,
            float[] x,
            int xOffset,
            int xRow,
            float scale,
            float[] delta,
            int first,
            float[] chains) {
        int width = padded(n);
        assert START + rows * width <= y.length && START + rows * width <= delta.length
                : rows + " rows of " + width + ", of " + y.length + " and " + delta.length;
        assert rows * ERROR_CHAINS <= chains.length : rows + " rows of chains, of " + chains.length;
        assert first >= 0 && first % LANES == 0 : "the first chain is " + first + ", with " + LANES + " lanes";
        FloatVector factor = broadcast(scale);
        for (int r = 0; r < rows; r++) {
            int at = START + r * width;
            int from = xOffset + r * xRow;
            // One vector of chains at a time; with 512 bits a single pass takes them all.
            for (int c = 0; c < ERROR_CHAINS; c += LANES) {
                int chain = r * ERROR_CHAINS + c;
                FloatVector sum = FloatVector.fromArray(SPECIES, chains, chain);
                for (int i = (c - first) & (ERROR_CHAINS - 1); i + LANES <= n; i += ERROR_CHAINS) {
                    FloatVector d =
                            FloatVector.fromArray(SPECIES, y, at + i).sub(FloatVector.fromArray(SPECIES, x, from + i));
                    d = d.add(FLUSH_DIFFERENCE).sub(FLUSH_DIFFERENCE);
                    factor.mul(d).intoArray(delta, at + i);
                    sum = d.fma(d, sum);
                }
                sum.intoArray(chains, chain);
            }
            for (int i = n & -LANES; i < width; i++) {
                float d = i < n ? y[at + i] - x[from + i] + Functions.DIFFERENCE_FLUSH - Functions.DIFFERENCE_FLUSH : 0;
                delta[at + i] = scale * d;
                int chain = r * ERROR_CHAINS + ((first + i) & (ERROR_CHAINS - 1));
                chains[chain] = Math.fma(d, d, chains[chain]);
            }
        }
    }

    /** With the sigmoid of {@link #exponentialInPlace}; one long method for the same reason. */
    @Override
    public void sigmoidErrorGradient(
            int rows,
            int n,
            float[] z,
            float[] x,
            int xOffset,
            int xRow,
            float scale,
            float[] delta,
            int first,
            float[] chains) {
        FloatVector factor = broadcast(scale);
        for (int column = 0; column < n; column += LANES) {
            int i = START + column;
            int from = xOffset + column;
            int chain = (first + column) & (ERROR_CHAINS - 1);
            for (int r = 0; r < rows; r++, i += n, from += xRow, chain += ERROR_CHAINS) {
                FloatVector v = FloatVector.fromArray(SPECIES, z, i);
                FloatVector minusA = v.abs().mul(MINUS_ONE);
                if (!minusA.compare(VectorOperators.GE, MINUS_EXP_NORMAL).allTrue()) { // rare
                    for (int lane = 0; lane < LANES; lane++) {
                        float y = Functions.sigmoid(z[i + lane]);
                        float d = y - x[from + lane] + Functions.DIFFERENCE_FLUSH - Functions.DIFFERENCE_FLUSH;
                        delta[i + lane] =
                                scale * d * (Math.fma(-y, y, y) + Functions.SLOPE_FLUSH - Functions.SLOPE_FLUSH);
                        chains[chain + lane] = Math.fma(d, d, chains[chain + lane]);
                    }
                    continue;
                }
                FloatVector shifted = minusA.fma(LOG2_E, ROUND);
                FloatVector k = shifted.sub(ROUND);
                FloatVector rest = k.fma(MINUS_LN2_LOW, k.fma(MINUS_LN2_HIGH, minusA));
                FloatVector p = rest.fma(E7, E6);
                p = p.fma(rest, E5);
                p = p.fma(rest, E4);
                p = p.fma(rest, E3);
                p = p.fma(rest, E2);
                p = p.fma(rest.mul(rest), rest);
                IntVector power = shifted.reinterpretAsInts().sub(ROUND_BITS).lanewise(VectorOperators.LSHL, 23);
                IntVector e = p.add(ONE).reinterpretAsInts().add(power);
                FloatVector y = e.lanewise(VectorOperators.XOR, ONE_BITS)
                        .and(v.reinterpretAsInts().lanewise(VectorOperators.ASHR, 31))
                        .lanewise(VectorOperators.XOR, ONE_BITS)
                        .reinterpretAsFloats()
                        .div(e.reinterpretAsFloats().add(ONE));
                FloatVector d = y.sub(FloatVector.fromArray(SPECIES, x, from))
                        .add(FLUSH_DIFFERENCE)
                        .sub(FLUSH_DIFFERENCE);
                FloatVector slope = y.neg().fma(y, y).add(FLUSH_SLOPE).sub(FLUSH_SLOPE);
                factor.mul(d).mul(slope).intoArray(delta, i);
                d.fma(d, FloatVector.fromArray(SPECIES, chains, chain)).intoArray(chains, chain);
            }
        }
    }

    /**
     * {@link Functions#log} of y and of 1 - y, lane by lane. One long method on purpose, see {@link
     * #exponentialInPlace}.
     */
    @Override
    public void crossEntropy(int rows, int n, float[] y, float[] x, int xOffset, int xRow, int first, float[] chains) {
        int width = padded(n);
        for (int r = 0; r < rows; r++) {
            int at = START + r * width;
            int from = xOffset + r * xRow;
            int firstChain = r * ERROR_CHAINS;
            int i = 0;
            for (; i + LANES <= n; i += LANES) {
                int chain = firstChain + ((first + i) & (ERROR_CHAINS - 1));
                FloatVector value = FloatVector.fromArray(SPECIES, y, at + i);
                FloatVector target = FloatVector.fromArray(SPECIES, x, from + i);
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
                FloatVector sum = target.neg().fma(log0, FloatVector.fromArray(SPECIES, chains, chain));
                target.sub(ONE).fma(log1, sum).intoArray(chains, chain);
            }
            for (; i < n; i++) {
                float target = x[from + i];
                int chain = firstChain + ((first + i) & (ERROR_CHAINS - 1));
                chains[chain] = Math.fma(-target, Functions.log(y[at + i]), chains[chain]);
                chains[chain] = Math.fma(target - 1, Functions.log(1 - y[at + i]), chains[chain]);
            }
        }
    }

    @Override
    public void sum(int rows, int columns, float[][] terms, int offset, int row, float[] c, int cOffset, int cRow) {
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < columns; j += LANES) {
                int at = offset + r * row + j;
                FloatVector sum = FloatVector.fromArray(SPECIES, terms[0], at);
                for (int t = 1; t < terms.length; t++) {
                    sum = sum.add(FloatVector.fromArray(SPECIES, terms[t], at));
                }
                sum.intoArray(c, cOffset + r * cRow + j);
            }
        }
    }

    /** Including its assertions, long enough not to be inlined, see {@link #exponentialInPlace}. */
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
        assert n >= 0 && n % LANES == 0 : n + " weights, with " + LANES + " lanes";
        assert offset >= 0 && offset + n <= w.length && offset + n <= m.length && offset + n <= v.length
                : n + " weights from " + offset + ", of " + w.length + ", " + m.length + " and " + v.length;
        assert gOffset >= 0 && gOffset + n <= g.length : n + " gradients from " + gOffset + ", of " + g.length;
        for (int i = 0; i < n; i += LANES) {
            FloatVector gradient = FloatVector.fromArray(SPECIES, g, gOffset + i);
            FloatVector mean = DECAY1.fma(
                            FloatVector.fromArray(SPECIES, m, offset + i), REST1.fma(gradient, FLUSH_MOMENT))
                    .sub(FLUSH_MOMENT);
            FloatVector square = decay2.fma(
                            FloatVector.fromArray(SPECIES, v, offset + i),
                            rest2.mul(gradient).fma(gradient, FLUSH_MOMENT))
                    .sub(FLUSH_MOMENT);
            mean.intoArray(m, offset + i);
            square.intoArray(v, offset + i);
            minusStep
                    .fma(
                            mean.div(square.sqrt().fma(scale, STABILIZER)),
                            FloatVector.fromArray(SPECIES, w, offset + i).mul(kept))
                    .intoArray(w, offset + i);
        }
    }

    @Override
    public long multiplyAdds(int rounds) {
        // Chains of local variables, as in VectorTiles. Modern cores start 2 to 4 multiply-adds per cycle, and each
        // takes
        // 4 cycles; 14 chains and their one constant fit into 16 registers. Every chain converges to 1. The receiver of
        // each call is x or derived from it, whose class C2 knows. It would have to know the class of a chain from a
        // profile; without one, as after a loop that has never ended before, it would call and box.
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
        // Always true, but the compiler does not know that and cannot remove the computation.
        return x.compare(VectorOperators.LT, sum).anyTrue() ? 2L * 14 * LANES * rounds : 0;
    }
}
