package io.hourglass.compute;

import io.hourglass.nn.Activation;
import io.hourglass.nn.Loss;

/**
 * Law 2, "plain first, fast beside it", in time as well: the scalar kernels compute until the JVM has compiled the
 * vector kernels, which it would otherwise interpret for seconds, many times slower than the plain loops. Both give the
 * same bits, so each kernel may change at any call. {@link WarmUp} decides when.
 */
final class StartingKernels implements Kernels {
    private final int lanes = VectorWidth.chosen() / Float.SIZE;
    private final int panel = VectorKernels.panel(lanes);
    private final int narrow = VectorKernels.narrow(lanes);
    private final Kernels plain = new ScalarKernels(lanes);
    private final WarmUp warmUp = new WarmUp(new Trials(lanes), System::nanoTime);

    /** Made when they are first used: loading their classes takes as long as encoding hundreds of rows without them. */
    private static final class Fast {
        static final Kernels KERNELS = new VectorKernels();
    }

    private Kernels at(int key, long work) {
        return warmUp.isReady(key, work) ? Fast.KERNELS : plain;
    }

    @Override
    public void expect(long work) {
        warmUp.expect(work);
    }

    @Override
    public int changes() {
        return warmUp.count();
    }

    @Override
    public String name() {
        return "vector-" + lanes * Float.SIZE;
    }

    @Override
    public int lanes() {
        return lanes;
    }

    @Override
    public int panel() {
        return panel;
    }

    @Override
    public int widestPanel() {
        return VectorKernels.widestPanel(lanes);
    }

    private Kernels product(Trials.Form form, Matrix b, Matrix c) {
        int key = Trials.ofProduct(form, c.rows(), c.columns() / lanes);
        return at(key, (long) c.rows() * c.columns() * b.rows());
    }

    private Kernels rows(Trials.Elementwise kernel, Matrix of) {
        return at(kernel.key(0), (long) of.rows() * of.columns() * kernel.work);
    }

    private Kernels values(Trials.Elementwise kernel, int n) {
        return at(kernel.key(0), (long) n * kernel.work);
    }

    @Override
    public void multiply(Matrix a, Matrix b, Matrix c, boolean accumulate) {
        Trials.Form form =
                a.stride() == panel ? Trials.Form.PANEL : a.stride() == narrow ? Trials.Form.NARROW : Trials.Form.PLAIN;
        product(form, b, c).multiply(a, b, c, accumulate);
    }

    @Override
    public void multiplyTransposed(Matrix a, Matrix b, Matrix c, boolean accumulate) {
        product(Trials.Form.TRANSPOSED, b, c).multiplyTransposed(a, b, c, accumulate);
    }

    @Override
    public void multiplySparse(Bits bits, Matrix a, boolean transposed, Matrix b, Matrix c) {
        product(Trials.Form.SPARSE, b, c).multiplySparse(bits, a, transposed, b, c);
    }

    @Override
    public void transpose(Matrix from, Matrix to) {
        rows(Trials.Elementwise.TRANSPOSE, from).transpose(from, to);
    }

    @Override
    public void copy(Runs runs, float[] from, int fromOffset, float[] to, int toOffset) {
        values(Trials.Elementwise.COPY, runs.values()).copy(runs, from, fromOffset, to, toOffset);
    }

    @Override
    public void sum(float[][] terms, int offset, int stride, Matrix c) {
        rows(Trials.Elementwise.SUM, c).sum(terms, offset, stride, c);
    }

    @Override
    public void nonZeros(float[] x, int offset, int n, long[] bits, int bitsOffset) {
        values(Trials.Elementwise.NON_ZEROS, n).nonZeros(x, offset, n, bits, bitsOffset);
    }

    @Override
    public void atMost(float[] x, int offset, int n, float limit, long[] bits, int bitsOffset) {
        values(Trials.Elementwise.AT_MOST, n).atMost(x, offset, n, limit, bits, bitsOffset);
    }

    @Override
    public void pixelsToUnit(byte[] pixels, int from, float[] target, int offset, int n) {
        values(Trials.Elementwise.PIXELS, n).pixelsToUnit(pixels, from, target, offset, n);
    }

    @Override
    public boolean narrow(double[] values, int from, float[] target, int offset, int n) {
        return values(Trials.Elementwise.DOUBLES, n).narrow(values, from, target, offset, n);
    }

    @Override
    public boolean allFinite(float[] x, int offset, int n) {
        return values(Trials.Elementwise.FINITE, n).allFinite(x, offset, n);
    }

    @Override
    public void activateInPlace(Activation f, float[] x, int offset, int n) {
        Trials.Elementwise kernel = Trials.Elementwise.ACTIVATE;
        at(kernel.key(f.ordinal()), (long) n * kernel.work).activateInPlace(f, x, offset, n);
    }

    @Override
    public void activateInPlace(Activation f, Matrix x) {
        Trials.Elementwise kernel = Trials.Elementwise.ACTIVATE;
        at(kernel.key(f.ordinal()), (long) x.rows() * x.columns() * kernel.work).activateInPlace(f, x);
    }

    @Override
    public void activationGradientInPlace(Activation f, float[] v, int vOffset, float[] delta, int deltaOffset, int n) {
        Trials.Elementwise kernel = Trials.Elementwise.ACTIVATION_GRADIENT;
        at(kernel.key(f.ordinal()), (long) n * kernel.work)
                .activationGradientInPlace(f, v, vOffset, delta, deltaOffset, n);
    }

    @Override
    public double squaredError(float[] y, int yOffset, float[] x, int xOffset, int n, float[] chains) {
        return values(Trials.Elementwise.SQUARED_ERROR, n).squaredError(y, yOffset, x, xOffset, n, chains);
    }

    @Override
    public void sigmoidErrorGradient(Matrix z, Matrix x, float scale, Matrix delta, int first, float[] chains) {
        rows(Trials.Elementwise.SIGMOID_ERROR, z).sigmoidErrorGradient(z, x, scale, delta, first, chains);
    }

    @Override
    public void lossGradient(Loss loss, Matrix y, Matrix x, float scale, Matrix delta, int first, float[] chains) {
        Trials.Elementwise kernel = Trials.Elementwise.LOSS_GRADIENT;
        at(kernel.key(loss.ordinal()), (long) y.rows() * y.columns() * kernel.work)
                .lossGradient(loss, y, x, scale, delta, first, chains);
    }

    @Override
    public void adamInPlace(AdamStep step, float[] w, float[] m, float[] v, int offset, float[] g, int gOffset, int n) {
        values(Trials.Elementwise.ADAM, n).adamInPlace(step, w, m, v, offset, g, gOffset, n);
    }

    @Override
    public void sgdInPlace(SgdStep step, float[] w, float[] v, int offset, float[] g, int gOffset, int n) {
        values(Trials.Elementwise.SGD, n).sgdInPlace(step, w, v, offset, g, gOffset, n);
    }
}
