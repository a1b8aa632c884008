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
 * The weights of one fully connected layer in the order the kernels read them, and its three matrix products.
 *
 * <p>The outputs are cut into panels as wide as {@link Kernels#panel()}, those of a sparse layer as {@link
 * Kernels#widestPanel()}; the last one or two may be of another width. A panel is a matrix of its own, row by row: row
 * 0 holds the biases of its outputs, row 1 + i their weights for input i. Inputs come with a 1 before them, so that the
 * bias is one weight among the others. Outputs beyond the real ones, up to the padded width, have zero weights.
 */
final class Dense {
    /** Outputs of a {@link Section}: a multiple of the panels of all kernels. */
    private static final int SECTION = 192;

    private final Layer shape;
    private final Kernels kernels;
    private final int depth;
    private final int width;

    /** First output of each panel, and after them the padded width. */
    private final int[] starts;

    private final float[] weights;

    /**
     * A layer of zero weights.
     *
     * @param sparse whether most of its inputs may be zero, as with the first layer of a network
     * @throws IllegalArgumentException if they do not fit into one array
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

    /** [panel][1 + inputs][panel width], as the class comment tells, from {@link Kernels#START} on. */
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

    /** First output of a panel, or the padded width for the one after the last. */
    int panelStart(int p) {
        return starts[p];
    }

    /** Where a panel begins in {@link #weights()}. */
    int panelOffset(int p) {
        return START + starts[p] * depth;
    }

    /** The panel of an output. */
    private int panelOf(int o) {
        int p = Arrays.binarySearch(starts, o);
        return p >= 0 ? p : -p - 2;
    }

    /**
     * Panels of full width and, of what is left, one more. But where that is a third of a panel or less, for which the
     * kernels have no good tiles, the last panel takes it in or, where that would be too wide, is cut in two about
     * equal ones with it.
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
     * Some panels of a layer whose outputs are worked on apart from the others.
     *
     * @param from first panel
     * @param to panel after the last
     */
    record Section(int from, int to) {}

    /**
     * The layer's outputs in parts of {@value #SECTION}; the last has half of that to one and a half times as many.
     * Gradients by the layer's inputs are sums over the sections, so that nothing but the number of outputs may decide
     * where they end.
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
     * How many biases stand at the beginning of a run of weights that begins there: a panel's width where a panel
     * begins, else 0.
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
     * Brings weights and biases from PyTorch's order into the order of {@link #weights()}.
     *
     * @param weight [outputs][inputs]
     * @param bias [outputs]
     * @param values the weights themselves, or their moments; overwritten
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
     * @param prefix before the names of the layer's tensors
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
     * [outputs][inputs] of values in the order of {@link #weights()}: the weights themselves, or their gradients or
     * moments.
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

    /** [outputs] of the biases among such values. */
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
     * @param nonZeros of the rows; null if there are not so many zeros in them
     * @param x with nonZeros, (1, input 0, input 1, ...) of row r from {@code x[xOffset + r * xRow]} on; without, the
     *     rows side by side: input i of row r at {@code x[xOffset + (1 + i) * xRow + r]}
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
     * Some of {@link #forward}. The work consists of cells, one for each panel and row: cell p * rows + r makes the
     * outputs of panel p for row r. They go to y when they are done: what several threads write on is sent to and fro
     * between their caches.
     *
     * @param from first cell
     * @param to cell after the last
     * @param nonZeros as above, and x with an offset of 0
     * @param room of {@code START + rows * panelWidth} floats, overwritten
     */
    void forward(
            int rows,
            int from,
            int to,
            @Nullable NonZeros nonZeros,
            float[] x,
            int xRow,
            float[] room,
            float[] y,
            int yOffset,
            int yRow) {
        for (int p = from / rows; p * rows < to; p++) {
            int first = Math.max(0, from - p * rows);
            int n = Math.min(rows, to - p * rows) - first;
            int pw = panelWidth(p);
            sums(p, first, n, nonZeros, x, 0, xRow, room, START, pw);
            activateInPlace(room, START, n * pw);
            for (int r = 0; r < n; r++) {
                System.arraycopy(room, START + r * pw, y, yOffset + panelStart(p) + (first + r) * yRow, pw);
            }
        }
    }

    /**
     * What the activation of a panel's outputs is applied to, for n rows from the first on: to {@code y[yOffset + r *
     * yRow]}, r &lt; n.
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
     * First cell of a thread's share of {@link #forward}, whole tiles in height; that of the next thread is the end of
     * the share.
     */
    int firstCell(int thread, int threads, int rows) {
        if (thread == threads) {
            return panels() * rows;
        }
        long outputs = (long) width * rows * thread / threads; // those of the shares before
        int p = panelOf((int) (outputs / rows));
        int r = (int) (outputs - (long) panelStart(p) * rows) / panelWidth(p);
        return p * rows + Math.min(rows, (r + 4) & -8);
    }

    /**
     * y = activation(W x + b) for one row.
     *
     * @param x 1, input 0, input 1, ...
     * @param nonZeros of x; null if there are not so many zeros in it
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
     * z = W x + b for the outputs of one panel and some rows that lie side by side.
     *
     * @param p panel
     * @param xT [1 + inputs][stride of rows]
     * @param z [rows][panel width] from {@link Kernels#START} on, overwritten
     */
    void sums(int p, int rows, float[] xT, float[] z) {
        sums(p, 0, rows, null, xT, 0, kernels.stride(rows), z, START, panelWidth(p));
    }

    /**
     * Turns sums into outputs.
     *
     * @param y n sums from {@code y[yOffset]} on, padded
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
     * Turns gradients by outputs into gradients by the sums under the activation.
     *
     * @param y outputs from {@code y[yOffset]} on
     * @param delta the gradients by them, from {@code delta[deltaOffset]} on
     * @param n how many, padded
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
     * Gradient by the inputs, chained over the outputs in order: for {@code rows} rows side by side.
     *
     * @param deltaT [outputs][stride of rows] from {@link Kernels#START} on: the gradient by the outputs
     * @param inputT [inputs][stride of rows] from {@link Kernels#START} on, overwritten
     */
    void inputGradient(int rows, float[] deltaT, float[] inputT) {
        for (int p = 0; p < panels(); p++) {
            inputGradient(p, p > 0, rows, deltaT, panelStart(p), inputT);
        }
    }

    /**
     * What one panel's outputs add to {@link #inputGradient}.
     *
     * @param p panel
     * @param accumulate whether the chains go on from what stands in {@code inputT}
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
     * Gradient by a run of weights, chained over the rows of the batch in order.
     *
     * @param p panel
     * @param from first row of the panel, 0 for the biases
     * @param to row after the last
     * @param rows of the batch
     * @param x (1, input 0, input 1, ...) of row r from {@code x[r * xRow]} on
     * @param delta gradient by the panel's output o of row r at {@code delta[deltaOffset + r * deltaRow + o]}
     * @param nonZeros of the rows; null if there are not so many zeros in x
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
     * Adds to {@link #weightGradient} what the transposes of these weights contribute as weights of another layer: each
     * chain goes on over the rows of the batch once more.
     *
     * @param x (1, input 0, input 1, ...) of the other layer: as many inputs as this one has outputs
     * @param delta gradient by the other layer's outputs, from {@link Kernels#START} on
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
            // The sigmoid of what stands in the padding is not 0.
            int end = START + (row - from + 1) * pw;
            Arrays.fill(gradient, end - pw + real, end, 0);
        }
    }

    /** Writes all weights, transposed, over those of another layer. */
    void copyTo(Dense mirror) {
        for (int p = 0; p < panels(); p++) {
            copyTo(mirror, p, 0, depth);
        }
    }

    /**
     * {@link #copyTo(Dense)} of a run of weights.
     *
     * @param p panel
     * @param from first row of the panel, 0 for the biases, which are left out
     * @param to row after the last
     */
    void copyTo(Dense mirror, int p, int from, int to) {
        int pw = panelWidth(p);
        int outputs = Math.min(pw, shape.outputs() - panelStart(p));
        int next;
        for (int row = Math.max(1, from); row < to; row = next) {
            int q = mirror.panelOf(row - 1); // of the mirror, which has an output for each input here
            int qw = mirror.panelWidth(q);
            next = Math.min(to, 1 + mirror.panelStart(q + 1));
            int target = mirror.panelOffset(q) + (1 + panelStart(p)) * qw + row - 1 - mirror.panelStart(q);
            kernels.transpose(next - row, outputs, weights, panelOffset(p) + row * pw, pw, mirror.weights, target, qw);
        }
    }
}
