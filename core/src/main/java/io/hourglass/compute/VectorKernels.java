package io.hourglass.compute;

import io.hourglass.nn.Activation;
import io.hourglass.nn.Loss;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The fast twin of {@link ScalarKernels}: the same operations in the same order, many outputs at a time. There is one
 * vector width per process, because only a static final species compiles to plain vector instructions.
 */
final class VectorKernels implements Kernels {
    static final VectorSpecies<Float> SPECIES = species();
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SPECIES.vectorShape());
    static final int LANES = SPECIES.length();

    /** Width of a panel of weights. */
    static final int PANEL = panel(LANES);

    /** Width of the narrower panels at the end of a layer. */
    static final int NARROW = narrow(LANES);

    private static VectorSpecies<Float> species() {
        return VectorSpecies.of(float.class, VectorShape.forBitSize(VectorWidth.chosen()));
    }

    /**
     * A constant as a vector. Constants of the longer kernels are static: broadcasting them where they are used would
     * exceed C2's limit of nodes for inlining.
     */
    static FloatVector broadcast(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    static IntVector broadcast(int value) {
        return IntVector.broadcast(INTS, value);
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
        return widestPanel(LANES);
    }

    static int panel(int lanes) {
        return 3 * lanes;
    }

    static int narrow(int lanes) {
        return 2 * lanes;
    }

    static int widestPanel(int lanes) {
        return 4 * lanes;
    }

    @Override
    public void multiply(Matrix a, Matrix b, Matrix c, boolean accumulate) {
        VectorProducts.multiply(a, b, c, accumulate);
    }

    @Override
    public void multiplyTransposed(Matrix a, Matrix b, Matrix c, boolean accumulate) {
        VectorProducts.multiplyTransposed(a, b, c, accumulate);
    }

    @Override
    public void multiplySparse(Bits bits, Matrix a, boolean transposed, Matrix b, Matrix c) {
        VectorProducts.multiplySparse(bits, a, transposed, b, c);
    }

    @Override
    public void transpose(Matrix from, Matrix to) {
        VectorProducts.transpose(from, to);
    }

    @Override
    public void copy(Runs runs, float[] from, int fromOffset, float[] to, int toOffset) {
        VectorScans.copy(runs, from, fromOffset, to, toOffset);
    }

    @Override
    public void sum(float[][] terms, int offset, int stride, Matrix c) {
        VectorProducts.sum(terms, offset, stride, c);
    }

    @Override
    public void nonZeros(float[] x, int offset, int n, long[] bits, int bitsOffset) {
        VectorScans.nonZeros(x, offset, n, bits, bitsOffset);
    }

    @Override
    public void atMost(float[] x, int offset, int n, float limit, long[] bits, int bitsOffset) {
        VectorScans.atMost(x, offset, n, limit, bits, bitsOffset);
    }

    @Override
    public void pixelsToUnit(byte[] pixels, int from, float[] target, int offset, int n) {
        VectorScans.pixelsToUnit(pixels, from, target, offset, n);
    }

    @Override
    public boolean narrow(double[] values, int from, float[] target, int offset, int n) {
        return VectorScans.narrow(values, from, target, offset, n);
    }

    @Override
    public boolean allFinite(float[] x, int offset, int n) {
        return VectorScans.allFinite(x, offset, n);
    }

    @Override
    public void activateInPlace(Activation f, float[] x, int offset, int n) {
        VectorActivations.activate(f, x, offset, 1, n, n);
    }

    @Override
    public void activateInPlace(Activation f, Matrix x) {
        VectorActivations.activate(f, x.data(), x.offset(), x.rows(), x.columns(), x.stride());
    }

    @Override
    public void activationGradientInPlace(Activation f, float[] v, int vOffset, float[] delta, int deltaOffset, int n) {
        VectorActivations.gradient(f, v, vOffset, delta, deltaOffset, n);
    }

    @Override
    public double squaredError(float[] y, int yOffset, float[] x, int xOffset, int n, float[] chains) {
        return VectorLosses.squaredError(y, yOffset, x, xOffset, n, chains);
    }

    @Override
    public void sigmoidErrorGradient(Matrix z, Matrix x, float scale, Matrix delta, int first, float[] chains) {
        VectorActivations.sigmoidErrorGradient(z, x, scale, delta, first, chains);
    }

    @Override
    public void lossGradient(Loss loss, Matrix y, Matrix x, float scale, Matrix delta, int first, float[] chains) {
        VectorLosses.lossGradient(loss, y, x, scale, delta, first, chains);
    }

    @Override
    public void adamInPlace(AdamStep step, float[] w, float[] m, float[] v, int offset, float[] g, int gOffset, int n) {
        VectorSteps.adam(step, w, m, v, offset, g, gOffset, n);
    }

    @Override
    public void sgdInPlace(SgdStep step, float[] w, float[] v, int offset, float[] g, int gOffset, int n) {
        VectorSteps.sgd(step, w, v, offset, g, gOffset, n);
    }
}
