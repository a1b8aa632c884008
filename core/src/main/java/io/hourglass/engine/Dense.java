package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Matrix;
import io.hourglass.nn.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The weights of one fully connected layer, in the order in which the kernels read them. {@link DenseForward} and the
 * bound layers of a training step compute with them.
 *
 * <p>The outputs are divided into panels of width {@link Kernels#panel()}, or {@link Kernels#widestPanel()} in a sparse
 * layer; the last one or two may have another width. Each panel is stored as one matrix, row by row: row 0 holds the
 * biases of its outputs, row 1 + i their weights for input i. Inputs have a leading 1, so that the bias is a weight
 * like the others. Outputs between the real and the padded width have zero weights.
 */
final class Dense extends Weights {
    /** Outputs of a {@link Section}: a multiple of the panels of all kernels. */
    private static final int SECTION = 192;

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
        super(shape);
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

    /** [panel][1 + inputs][panel width], see the class comment, from {@link Kernels#START} on. */
    @Override
    float[] weights() {
        return weights;
    }

    @Override
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

    /** The outputs of a panel without the padding. */
    int realWidth(int p) {
        return Math.min(panelWidth(p), shape.outputs() - panelStart(p));
    }

    /** A panel's weights with its biases: [1 + inputs][panel width]. */
    Matrix panel(int p) {
        return panel(p, 0, depth, panelWidth(p));
    }

    /** Some rows of a panel's weights; row 0 holds the biases. */
    Matrix panel(int p, int from, int rows, int columns) {
        return new Matrix(weights, panelOffset(p) + from * panelWidth(p), rows, columns, panelWidth(p));
    }

    /** The panel of an output. */
    int panelOf(int o) {
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

    @Override
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

    @Override
    void set(float[] weight, float[] bias, float[] values) {
        int inputs = shape.inputs();
        for (int o = 0; o < shape.outputs(); o++) {
            int at = index(o);
            int next = panelWidth(panelOf(o));
            values[at] = bias[row(o)];
            for (int i = 0; i < inputs; i++) {
                values[at += next] = weight[row(o) * inputs + column(i)];
            }
        }
    }

    /** Index of an output in PyTorch's order. */
    private int row(int o) {
        return shape.out().channelFirst(o);
    }

    private int column(int i) {
        return shape.in().channelFirst(i);
    }

    @Override
    float[] weight(float[] values) {
        int inputs = shape.inputs();
        float[] weight = new float[Math.multiplyExact(shape.outputs(), inputs)];
        for (int o = 0; o < shape.outputs(); o++) {
            int at = index(o);
            int next = panelWidth(panelOf(o));
            for (int i = 0; i < inputs; i++) {
                weight[row(o) * inputs + column(i)] = values[at += next];
            }
        }
        return weight;
    }

    @Override
    float[] bias(float[] values) {
        float[] bias = new float[shape.outputs()];
        for (int o = 0; o < bias.length; o++) {
            bias[row(o)] = values[index(o)];
        }
        return bias;
    }

    /** Copies all weights, transposed, to the tied layer. */
    void copyTo(Dense mirror) {
        for (int p = 0; p < panels(); p++) {
            for (Copy copy : copies(mirror, p, 0, depth)) {
                copy.run(kernels);
            }
        }
    }

    /** Some weights, and where they are in the tied layer. */
    record Copy(Matrix from, Matrix to) {
        void run(Kernels kernels) {
            kernels.transpose(from, to);
        }
    }

    /**
     * The parts of {@link #copyTo} for a run of weights.
     *
     * @param p panel
     * @param from first row of the panel; row 0, the biases, is not copied
     * @param to row after the last
     */
    List<Copy> copies(Dense mirror, int p, int from, int to) {
        List<Copy> copies = new ArrayList<>();
        int outputs = realWidth(p);
        int next;
        for (int row = Math.max(1, from); row < to; row = next) {
            int q = mirror.panelOf(row - 1); // the mirror has one output per input of this layer
            int qw = mirror.panelWidth(q);
            next = Math.min(to, 1 + mirror.panelStart(q + 1));
            int target = mirror.panelOffset(q) + (1 + panelStart(p)) * qw + row - 1 - mirror.panelStart(q);
            copies.add(new Copy(
                    panel(p, row, next - row, outputs), new Matrix(mirror.weights, target, outputs, next - row, qw)));
        }
        return copies;
    }
}
