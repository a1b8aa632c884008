package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The weights of one fully connected layer in the order in which the kernels read them, and its three matrix products.
 *
 * <p>The outputs are divided into panels of width {@link Kernels#panel()}, or {@link Kernels#widestPanel()} in a sparse
 * layer; the last one or two may have another width. Each panel is stored as one matrix, row by row: row 0 holds the
 * biases of its outputs, row 1 + i their weights for input i. Inputs have a leading 1, so that the bias is a weight
 * like the others. Outputs between the real and the padded width have zero weights.
 */
final class Dense {
    /** Outputs of a {@link Section}: a multiple of the panels of all kernels. */
    private static final int SECTION = 192;

    private final Layer shape;
    private final Kernels kernels;
    private final int depth;
    private final int width;

    /** The first output of each panel, then the padded width. */
    private final int[] starts;

    private final float[] weights;

    /**
     * A layer of zero weights.
     *
     * @param sparse whether most of its inputs may be zero, as in the first layer of a network
     * @throws IllegalArgumentException if the weights do not fit into one array
     */
    Dense(Layer shape, boolean sparse, Kernels kernels) {
        this.shape = shape;
        this.kernels = kernels;
        depth = shape.inputs() + 1;
        width = kernels.padded(shape.outputs());
        starts = starts(width, sparse ? kernels.widestPanel() : kernels.panel(), kernels);
        long padded = START + (long) depth * width;
        if (padded > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(shape.name() + " has " + shape.outputs() + " x " + shape.inputs()
                    + " weights, expected fewer than 2^31 in a layer");
        }
        weights = new float[(int) padded];
    }

    Layer shape() {
        return shape;
    }

    /** [panel][1 + inputs][panel width], see the class comment, from {@link Kernels#START} on. */
    float[] weights() {
        return weights;
    }

    /** Padded number of outputs. */
    int width() {
        return width;
    }

    /** 1 + inputs: rows of a panel. */
    int depth() {
        return depth;
    }

    int panels() {
        return starts.length - 1;
    }

    int panelWidth(int p) {
        return starts[p + 1] - starts[p];
    }

    /** The first output of panel p; the padded width if p is the number of panels. */
    int panelStart(int p) {
        return starts[p];
    }

    /** Start of a panel in {@link #weights()}. */
    int panelOffset(int p) {
        return START + starts[p] * depth;
    }

    /** The panel of an output. */
    private int panelOf(int o) {
        int p = Arrays.binarySearch(starts, o);
        return p >= 0 ? p : -p - 2;
    }

    /**
     * Panels of full width, and one more for the rest. The kernels have no good tiles for a rest of a third of a panel
     * or less. The last full panel then includes it or, if it would become too wide, is divided with it into two panels
     * of about equal width.
     */
    private static int[] starts(int width, int panel, Kernels kernels) {
        int panels = (width + panel - 1) / panel;
        int rest = width - (panels - 1) * panel;
        boolean little = panels > 1 && rest <= panel / 3;
        boolean takenIn = little && panel + rest <= kernels.widestPanel();
        if (takenIn) {
            panels--;
        }
        int[] starts = new int[panels + 1];
        for (int p = 0; p < panels; p++) {
            starts[p] = p * panel;
        }
        starts[panels] = width;
        if (little && !takenIn) {
            starts[panels - 1] = starts[panels - 2] + ((panel + rest) / kernels.lanes() + 1) / 2 * kernels.lanes();
        }
        return starts;
    }

    /**
     * Some panels of a layer that are computed separately from the others.
     *
     * @param from first panel
     * @param to panel after the last
     */
    record Section(int from, int to) {}

    /**
     * Sections of {@value #SECTION} outputs; the last one has half to one and a half times as many. Gradients with
     * respect to the layer's inputs are sums over the sections, so their boundaries must depend only on the number of
     * outputs.
     */
    List<Section> sections() {
        int count = Math.max(1, (shape.outputs() + SECTION / 2) / SECTION);
        List<Section> sections = new ArrayList<>();
        for (int s = 0; s < count; s++) {
            sections.add(new Section(panelOf(s * SECTION), s == count - 1 ? panels() : panelOf((s + 1) * SECTION)));
        }
        return sections;
    }

    /**
     * The number of biases at the beginning of a run of weights: the panel's width if the run starts a panel, else 0.
     */
    int biasesAt(int offset) {
        int p = panelOf((offset - START) / depth);
        return offset == panelOffset(p) ? panelWidth(p) : 0;
    }

    /**
     * Index in {@link #weights()} of the bias of output o; the weights for its inputs follow, a panel's width apart.
     */
    private int index(int o) {
        int p = panelOf(o);
        return panelOffset(p) + o - panelStart(p);
    }

    /**
     * Copies weights and biases from PyTorch's order to the order of {@link #weights()}.
     *
     * @param weight [outputs][inputs]
     * @param bias [outputs]
     * @param values the weights or their moments; overwritten
     */
    void set(float[] weight, float[] bias, float[] values) {
        int inputs = shape.inputs();
        for (int o = 0; o < shape.outputs(); o++) {
            int at = index(o);
            int next = panelWidth(panelOf(o));
            values[at] = bias[o];
            for (int i = 0; i < inputs; i++) {
                values[at += next] = weight[o * inputs + i];
            }
        }
    }

    /**
     * {@link #set} with tensors by name.
     *
     * @param prefix of the names of the layer's tensors
     * @throws IllegalArgumentException if one is missing or has the wrong length; the message names it
     */
    void take(Map<String, float[]> tensors, String prefix, float[] values) {
        set(
                require(tensors, prefix + shape.weight(), (long) shape.outputs() * shape.inputs()),
                require(tensors, prefix + shape.bias(), shape.outputs()),
                values);
    }

    private static float[] require(Map<String, float[]> tensors, String name, long length) {
        float[] values = tensors.get(name);
        if (values == null) {
            throw new IllegalArgumentException("tensor " + name + " is missing, found " + tensors.keySet());
        }
        if (values.length != length) {
            throw new IllegalArgumentException(
                    "tensor " + name + " has " + values.length + " values, expected " + length);
        }
        return values;
    }

    /**
     * [outputs][inputs] from values in the order of {@link #weights()}: weights, gradients or moments.
     */
    float[] weight(float[] values) {
        int inputs = shape.inputs();
        float[] weight = new float[Math.multiplyExact(shape.outputs(), inputs)];
        for (int o = 0; o < shape.outputs(); o++) {
            int at = index(o);
            int next = panelWidth(panelOf(o));
            for (int i = 0; i < inputs; i++) {
                weight[o * inputs + i] = values[at += next];
            }
        }
        return weight;
    }

    /** [outputs] of the biases from values in the order of {@link #weights()}. */
    float[] bias(float[] values) {
        float[] bias = new float[shape.outputs()];
        for (int o = 0; o < bias.length; o++) {
            bias[o] = values[index(o)];
        }
        return bias;
    }

    /**
     * y = activation(W x + b) for some rows.
     *
     * @param nonZeros of the rows; null if they are not sparse enough
     * @param x with nonZeros, (1, input 0, input 1, ...) of row r from {@code x[xOffset + r * xRow]} on; without,
     *     transposed rows: input i of row r at {@code x[xOffset + (1 + i) * xRow + r]}
     * @param y output 0 of row r goes to {@code y[yOffset + r * yRow]}; written up to the padded width
     */
    void forward(
            int rows, @Nullable NonZeros nonZeros, float[] x, int xOffset, int xRow, float[] y, int yOffset, int yRow) {
        for (int p = 0; p < panels(); p++) {
            sums(p, 0, rows, nonZeros, x, xOffset, xRow, y, yOffset + panelStart(p), yRow);
        }
        for (int r = 0; r < rows; r++) {
            activateInPlace(y, yOffset + r * yRow, width);
        }
    }

    /**
     * A part of {@link #forward}. Work item p * rows + r computes the outputs of panel p for row r. They are copied to
     * y when they are complete: memory that several threads write to moves back and forth between their caches.
     *
     * @param from first work item
     * @param to work item after the last
     * @param nonZeros as above; x has an offset of 0
     * @param scratch {@code START + rows * panelWidth} floats, overwritten
     */
    void forward(
            int rows,
            int from,
            int to,
            @Nullable NonZeros nonZeros,
            float[] x,
            int xRow,
            float[] scratch,
            float[] y,
            int yOffset,
            int yRow) {
        for (int p = from / rows; p * rows < to; p++) {
            int first = Math.max(0, from - p * rows);
            int n = Math.min(rows, to - p * rows) - first;
            int pw = panelWidth(p);
            sums(p, first, n, nonZeros, x, 0, xRow, scratch, START, pw);
            activateInPlace(scratch, START, n * pw);
            for (int r = 0; r < n; r++) {
                System.arraycopy(scratch, START + r * pw, y, yOffset + panelStart(p) + (first + r) * yRow, pw);
            }
        }
    }

    /**
     * The sums of a panel for rows {@code first ... first + n - 1}, written to {@code y[yOffset + r * yRow]}, r &lt; n.
     */
    private void sums(
            int p,
            int first,
            int n,
            @Nullable NonZeros nonZeros,
            float[] x,
            int xOffset,
            int xRow,
            float[] y,
            int yOffset,
            int yRow) {
        int pw = panelWidth(p);
        int w = panelOffset(p);
        if (nonZeros == null) {
            kernels.multiplyTransposed(n, pw, depth, false, x, xOffset + first, xRow, weights, w, pw, y, yOffset, yRow);
        } else {
            int words = nonZeros.rowWords();
            long[] bits = nonZeros.ofRows();
            int at = first * words;
            int xAt = xOffset + first * xRow;
            kernels.multiplySparse(n, pw, depth, bits, at, words, x, xAt, xRow, 1, weights, w, pw, y, yOffset, yRow);
        }
    }

    /**
     * The first work item of a thread's share of {@link #forward}, and the end of the share of the thread before.
     * Shares consist of complete tiles.
     */
    int firstItem(int thread, int threads, int rows) {
        if (thread == threads) {
            return panels() * rows;
        }
        long outputs = (long) width * rows * thread / threads; // in the shares of the threads before
        int p = panelOf((int) (outputs / rows));
        int r = (int) (outputs - (long) panelStart(p) * rows) / panelWidth(p);
        return p * rows + Math.min(rows, (r + 4) & -8);
    }

    /**
     * y = activation(W x + b) for one row.
     *
     * @param x 1, input 0, input 1, ...
     * @param nonZeros of x; null if it is not sparse enough
     * @param y output 0 goes to {@code y[yOffset]}; written up to the padded width
     */
    void forward(float[] x, @Nullable NonZeros nonZeros, float[] y, int yOffset) {
        for (int p = 0; p < panels(); p++) {
            int start = yOffset + panelStart(p);
            if (nonZeros == null) {
                int pw = panelWidth(p);
                kernels.multiply(1, pw, depth, false, x, 0, 0, weights, panelOffset(p), pw, y, start, 0);
            } else {
                sums(p, 0, 1, nonZeros, x, 0, 0, y, start, 0);
            }
        }
        activateInPlace(y, yOffset, width);
    }

    /**
     * z = W x + b for the outputs of one panel and some transposed rows.
     *
     * @param p panel
     * @param xT [1 + inputs][stride of rows]
     * @param z [rows][panel width] from {@link Kernels#START} on, overwritten
     */
    void sums(int p, int rows, float[] xT, float[] z) {
        sums(p, 0, rows, null, xT, 0, kernels.stride(rows), z, START, panelWidth(p));
    }

    /**
     * Applies the activation to sums.
     *
     * @param y the sums are {@code y[yOffset ..]}
     * @param n number of sums, padded
     */
    void activateInPlace(float[] y, int yOffset, int n) {
        switch (shape.activation()) {
            case IDENTITY -> {}
            case RELU -> kernels.reluInPlace(y, yOffset, n);
            case TANH -> kernels.tanhInPlace(y, yOffset, n);
            case SIGMOID -> kernels.sigmoidInPlace(y, yOffset, n);
        }
    }

    /**
     * Turns gradients with respect to outputs into gradients with respect to the sums under the activation.
     *
     * @param y the outputs are {@code y[yOffset ..]}
     * @param delta the gradients are {@code delta[deltaOffset ..]}; overwritten
     * @param n number of outputs, padded
     */
    void activationGradientInPlace(float[] y, int yOffset, float[] delta, int deltaOffset, int n) {
        switch (shape.activation()) {
            case IDENTITY -> {}
            case RELU -> kernels.reluGradientInPlace(y, yOffset, delta, deltaOffset, n);
            case TANH -> kernels.tanhGradientInPlace(y, yOffset, delta, deltaOffset, n);
            case SIGMOID -> kernels.sigmoidGradientInPlace(y, yOffset, delta, deltaOffset, n);
        }
    }

    /**
     * Gradient with respect to the inputs of some transposed rows, as chains over the outputs in order.
     *
     * @param deltaT [outputs][stride of rows] from {@link Kernels#START} on: the gradient with respect to the sums
     * @param inputT [inputs][stride of rows] from {@link Kernels#START} on, overwritten
     */
    void inputGradient(int rows, float[] deltaT, float[] inputT) {
        for (int p = 0; p < panels(); p++) {
            inputGradient(p, p > 0, rows, deltaT, panelStart(p), inputT);
        }
    }

    /**
     * The contribution of one panel's outputs to {@link #inputGradient}.
     *
     * @param p panel
     * @param accumulate whether the chains continue from the values in {@code inputT}
     * @param deltaT [outputs of the panel][stride of rows], from {@link Kernels#START} on
     */
    void inputGradient(int p, boolean accumulate, int rows, float[] deltaT, float[] inputT) {
        inputGradient(p, accumulate, rows, deltaT, 0, inputT);
    }

    private void inputGradient(int p, boolean accumulate, int rows, float[] deltaT, int firstDelta, float[] inputT) {
        int columns = kernels.padded(rows);
        int stride = kernels.stride(rows);
        int pw = panelWidth(p);
        int real = Math.min(pw, shape.outputs() - panelStart(p));
        int at = panelOffset(p) + pw; // past the biases
        int deltas = START + firstDelta * stride;
        kernels.multiply(
                shape.inputs(),
                columns,
                real,
                accumulate,
                weights,
                at,
                pw,
                deltaT,
                deltas,
                stride,
                inputT,
                START,
                stride);
    }

    /**
     * Gradient with respect to a run of weights, as chains over the rows of the batch in order.
     *
     * @param p panel
     * @param from first row of the panel, 0 for the biases
     * @param to row after the last
     * @param rows of the batch
     * @param x (1, input 0, input 1, ...) of row r from {@code x[r * xRow]} on
     * @param delta gradient with respect to the sum of the panel's output o of row r, at {@code delta[deltaOffset + r *
     *     deltaRow + o]}
     * @param nonZeros of the rows; null if x is not sparse enough
     * @param gradient [to - from][panel width] from {@link Kernels#START} on, overwritten
     */
    void weightGradient(
            int p,
            int from,
            int to,
            int rows,
            float[] x,
            int xRow,
            float[] delta,
            int deltaOffset,
            int deltaRow,
            @Nullable NonZeros nonZeros,
            float[] gradient) {
        int n = to - from;
        int pw = panelWidth(p);
        if (nonZeros == null) {
            kernels.multiplyTransposed(
                    n, pw, rows, false, x, from, xRow, delta, deltaOffset, deltaRow, gradient, START, pw);
        } else {
            int words = nonZeros.inputWords(rows);
            long[] bits = nonZeros.ofInputs();
            int at = from * words;
            kernels.multiplySparse(
                    n, pw, rows, bits, at, words, x, from, 1, xRow, delta, deltaOffset, deltaRow, gradient, START, pw);
        }
    }

    /**
     * Adds the gradient of the tied layer, whose weights are the transpose of these, to {@link #weightGradient}: each
     * chain continues over the rows of the batch once more.
     *
     * @param x (1, input 0, input 1, ...) of the tied layer, which has as many inputs as this one has outputs
     * @param delta gradient with respect to the tied layer's sums, from {@link Kernels#START} on
     */
    void addTransposedGradient(
            int p, int from, int to, int rows, float[] x, int xRow, float[] delta, int deltaRow, float[] gradient) {
        int first = Math.max(1, from); // biases are not shared
        int pw = panelWidth(p);
        int at = START + (first - from) * pw;
        kernels.multiplyTransposed(
                to - first,
                pw,
                rows,
                true,
                delta,
                START + first - 1,
                deltaRow,
                x,
                1 + panelStart(p),
                xRow,
                gradient,
                at,
                pw);
        int real = Math.min(pw, shape.outputs() - panelStart(p));
        for (int row = first; row < to && real < pw; row++) {
            // The padding holds the sigmoid of 0, which is not 0.
            int end = START + (row - from + 1) * pw;
            Arrays.fill(gradient, end - pw + real, end, 0);
        }
    }

    /** Copies all weights, transposed, to the tied layer. */
    void copyTo(Dense mirror) {
        for (int p = 0; p < panels(); p++) {
            copyTo(mirror, p, 0, depth);
        }
    }

    /**
     * {@link #copyTo(Dense)} of a run of weights.
     *
     * @param p panel
     * @param from first row of the panel; row 0, the biases, is not copied
     * @param to row after the last
     */
    void copyTo(Dense mirror, int p, int from, int to) {
        int pw = panelWidth(p);
        int outputs = Math.min(pw, shape.outputs() - panelStart(p));
        int next;
        for (int row = Math.max(1, from); row < to; row = next) {
            int q = mirror.panelOf(row - 1); // the mirror has one output per input of this layer
            int qw = mirror.panelWidth(q);
            next = Math.min(to, 1 + mirror.panelStart(q + 1));
            int target = mirror.panelOffset(q) + (1 + panelStart(p)) * qw + row - 1 - mirror.panelStart(q);
            kernels.transpose(next - row, outputs, weights, panelOffset(p) + row * pw, pw, mirror.weights, target, qw);
        }
    }
}
