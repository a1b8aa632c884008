package io.hourglass.compute;

import io.hourglass.nn.Activation;
import io.hourglass.nn.Loss;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Short calls of the vector kernels with made-up numbers, which run the same methods as some real call. A key names
 * each: the kernel and, for a product, what of its shape decides about the tiles. A call does one or two hundred
 * operations on vectors: enough to tell code that is compiled for vectors (a fifth of a microsecond) from other
 * code (five or more).
 */
final class Trials implements IntFunction<Runnable> {
    /** The heights of all tiles divide this number of rows. */
    private static final int ALL_TILES = 24;

    /** Fewer rows of C than this stand for all others. */
    private static final int ROWS = 2 * ALL_TILES;

    /** Vectors in a row of C: 5 to 7 stand for all wider ones, which begin with more strips of three. */
    private static final int VECTORS = 8;

    /** Multiply-adds of a product with vectors, if it has as few as that. */
    private static final int OPERATIONS = 48;

    private static final int PRODUCTS = Form.values().length * ROWS * VECTORS;
    private static final int FUNCTIONS = 16;

    /** The number of keys. */
    static final int KEYS = PRODUCTS + Elementwise.values().length * FUNCTIONS;

    private final int lanes;

    Trials(int lanes) {
        this.lanes = lanes;
    }

    /** The layouts of A in a product; each has tiles of its own. */
    enum Form {
        TRANSPOSED,
        PANEL,
        NARROW,
        PLAIN,
        SPARSE
    }

    /** The other kernels. */
    enum Elementwise {
        TRANSPOSE(4),
        COPY(1),
        SUM(1),
        NON_ZEROS(1),
        AT_MOST(1),
        PIXELS(1),
        DOUBLES(1),
        FINITE(1),
        SQUARED_ERROR(1),
        SIGMOID_ERROR(20),
        ADAM(20),
        SGD(2),
        ACTIVATE(10),
        ACTIVATION_GRADIENT(5),
        LOSS_GRADIENT(5);

        /** Roughly, the scalar kernel's time for a value in multiply-adds. */
        final int work;

        Elementwise(int work) {
            this.work = work;
        }

        /** @param function index of the activation or loss, else 0 */
        int key(int function) {
            return PRODUCTS + ordinal() * FUNCTIONS + function;
        }
    }

    /**
     * The key of a product.
     *
     * @param rows of C
     * @param vectors in a row of C
     */
    static int ofProduct(Form form, int rows, int vectors) {
        int v = vectors < VECTORS ? vectors : 5 + (vectors - 5) % 3;
        int tallest = form == Form.PLAIN || form == Form.SPARSE ? 4 : v > 4 ? ALL_TILES : VectorStrips.tallest(v);
        int r = rows <= tallest ? rows : tallest + rows % tallest;
        return (form.ordinal() * ROWS + r) * VECTORS + v;
    }

    /** Makes the call of a key. */
    @Override
    public Runnable apply(int key) {
        VectorKernels fast = new VectorKernels();
        if (key < PRODUCTS) {
            Form form = Form.values()[key / VECTORS / ROWS];
            return product(fast, form, key / VECTORS % ROWS, key % VECTORS * lanes);
        }
        Elementwise kernel = Elementwise.values()[(key - PRODUCTS) / FUNCTIONS];
        return elementwise(fast, kernel, (key - PRODUCTS) % FUNCTIONS);
    }

    private Runnable product(VectorKernels fast, Form form, int rows, int columns) {
        int tiles = Math.max(1, rows * columns / lanes);
        int depth = Math.max(2, OPERATIONS / tiles);
        Matrix b = matrix(depth, columns);
        Matrix c = matrix(rows, columns);
        int stride = switch (form) {
            case PANEL -> VectorKernels.panel(lanes);
            case NARROW -> VectorKernels.narrow(lanes);
            default -> depth + 1;
        };
        Matrix a = new Matrix(numbers(rows * Math.max(stride, depth)), 0, rows, depth, stride);
        return switch (form) {
            case TRANSPOSED -> {
                Matrix aT = matrix(depth, rows);
                yield () -> fast.multiplyTransposed(aT, b, c, false);
            }
            case PANEL, NARROW, PLAIN -> () -> fast.multiply(a, b, c, false);
            case SPARSE -> {
                long[] words = new long[rows];
                Arrays.fill(words, -1L >>> Long.SIZE - depth);
                Bits bits = new Bits(words, 0, 1);
                yield () -> fast.multiplySparse(bits, a, false, b, c);
            }
        };
    }

    private Runnable elementwise(VectorKernels fast, Elementwise kernel, int function) {
        int n = 8 * lanes;
        float[] x = numbers(4 * n);
        float[] y = numbers(4 * n);
        float[] z = numbers(4 * n);
        float[] g = numbers(4 * n);
        float[] chains = new float[Kernels.ERROR_CHAINS * 4];
        // Rows that end within a vector.
        Matrix rows = new Matrix(x, 0, 4, 2 * lanes - 1, 2 * lanes);
        Matrix targets = new Matrix(y, 0, 4, 2 * lanes - 1, 2 * lanes);
        Matrix delta = new Matrix(z, 0, 4, 2 * lanes - 1, 2 * lanes);
        return switch (kernel) {
            case TRANSPOSE -> {
                Matrix from = new Matrix(x, 0, lanes, lanes + 3, lanes + 3);
                Matrix to = new Matrix(y, 0, lanes + 3, lanes, lanes);
                yield () -> fast.transpose(from, to);
            }
            case COPY -> {
                Runs runs = new Runs(new int[] {0, 3}, new int[] {1, n}, 2, 5, n, n - 1);
                yield () -> fast.copy(runs, x, 0, y, 0);
            }
            case SUM -> {
                float[][] terms = {x, y, z};
                Matrix sum = new Matrix(g, 0, 4, n, n);
                yield () -> fast.sum(terms, 0, n, sum);
            }
            case NON_ZEROS -> {
                long[] bits = new long[n / Long.SIZE + 1];
                yield () -> fast.nonZeros(x, 0, n, bits, 0);
            }
            case AT_MOST -> {
                long[] bits = new long[n / Long.SIZE + 1];
                yield () -> fast.atMost(x, 0, n, 0.5f, bits, 0);
            }
            case PIXELS -> {
                byte[] pixels = new byte[3 * n];
                yield () -> fast.pixelsToUnit(pixels, 0, x, 0, 3 * n);
            }
            case DOUBLES -> {
                double[] values = new double[3 * n];
                yield () -> fast.narrow(values, 0, x, 0, 3 * n);
            }
            case FINITE -> () -> fast.allFinite(x, 0, 4 * n);
            case SQUARED_ERROR -> {
                float[] ofOne = new float[Kernels.ERROR_CHAINS];
                yield () -> fast.squaredError(x, 0, y, 0, n - 1, ofOne);
            }
            case SIGMOID_ERROR -> {
                Matrix sums = new Matrix(x, 0, 4, 2 * lanes, 2 * lanes);
                Matrix target = new Matrix(y, 0, 4, 2 * lanes, 2 * lanes);
                Matrix gradient = new Matrix(z, 0, 4, 2 * lanes, 2 * lanes);
                yield () -> fast.sigmoidErrorGradient(sums, target, 1e-9f, gradient, 0, chains);
            }
            case ADAM -> {
                AdamStep step = new AdamStep();
                step.set(1, 0, 0.999, 0);
                yield () -> fast.adamInPlace(step, x, y, z, 0, g, 0, n);
            }
            case SGD -> {
                SgdStep step = new SgdStep();
                yield () -> fast.sgdInPlace(step, x, y, 0, g, 0, n);
            }
            case ACTIVATE -> () -> fast.activateInPlace(Activation.values()[function], x, 0, n);
            case ACTIVATION_GRADIENT ->
                () -> fast.activationGradientInPlace(Activation.values()[function], x, 0, y, 0, n);
            case LOSS_GRADIENT ->
                () -> fast.lossGradient(Loss.values()[function], rows, targets, 1e-9f, delta, 0, chains);
        };
    }

    private Matrix matrix(int rows, int columns) {
        return new Matrix(numbers(rows * columns + lanes), 0, rows, columns, columns);
    }

    /** Numbers between 0 and 1, so that no kernel leaves its usual path. */
    private static float[] numbers(int n) {
        float[] x = new float[n];
        Arrays.fill(x, 0.25f);
        return x;
    }
}
