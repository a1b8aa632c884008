package io.hourglass.benchmarks;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import io.hourglass.Recipe;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import io.hourglass.engine.Random;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * PyTorch through DJL, as fast as possible. It avoids the overhead of DJL's {@code Trainer} and blocks (parameter
 * stores, metrics, a data loader that copies) and makes one native call per operation:
 *
 * <ul>
 *   <li>all rows are one float tensor, from which {@code embedding} ({@code index_select}) gathers a mini-batch;
 *   <li>a forward pass is {@code linear} ({@code addmm}: product and bias), {@code conv2d}, {@code conv_transpose2d},
 *       {@code tanh}, {@code sigmoid}, mean square;
 *   <li>PyTorch's autograd computes the gradients; Adam is DJL's native code, one call per parameter;
 *   <li>everything a step allocates is freed at its end.
 * </ul>
 */
final class PyTorchContestant implements Contestant {
    private final int threads;
    private final int rows;
    private final Recipe recipe;
    private final List<Layer> layers;
    private final NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
    private final NDArray data;
    private final List<PtNDArray> parameters = new ArrayList<>();
    private final List<PtNDArray> means = new ArrayList<>();
    private final List<PtNDArray> squares = new ArrayList<>();

    /** Known after the first step. Every step adds to the same tensors and sets them to zero at its end. */
    private final List<PtNDArray> gradients = new ArrayList<>();

    private final PtSymbolBlock convTranspose = convTranspose();
    private int epoch;
    private int step;

    /**
     * Starts from the given weights.
     *
     * @param data all rows, [rows][inputs]; shared, never changed
     * @param weights initial weights by tensor name
     */
    PyTorchContestant(
            Architecture architecture, Recipe recipe, NDArray data, Map<String, float[]> weights, int threads) {
        this.threads = threads;
        this.recipe = recipe;
        this.data = data;
        rows = (int) data.getShape().get(0);
        layers = architecture.layers();
        for (Layer layer : layers) {
            long[] shape = layer.weightShape().stream().mapToLong(i -> i).toArray();
            addParameter(weights, layer.weight(), new Shape(shape));
            addParameter(weights, layer.bias(), new Shape(layer.biases()));
        }
    }

    private void addParameter(Map<String, float[]> weights, String name, Shape shape) {
        PtNDArray parameter = (PtNDArray) manager.create(Objects.requireNonNull(weights.get(name)), shape);
        parameter.setRequiresGradient(true);
        parameters.add(parameter);
        means.add((PtNDArray) manager.zeros(shape));
        squares.add((PtNDArray) manager.zeros(shape));
    }

    @Override
    public String name() {
        return "PyTorch, " + threads + (threads == 1 ? " thread" : " threads");
    }

    @Override
    public Lap epoch() {
        JniUtils.setNumThreads(threads);
        epoch++;
        long start = System.nanoTime();
        double errors = 0;
        try (NDManager ofEpoch = manager.newSubManager()) {
            NDArray order = ofEpoch.create(order());
            for (int from = 0; from < rows; from += recipe.batchSize()) {
                int to = Math.min(rows, from + recipe.batchSize());
                try (NDManager ofStep = ofEpoch.newSubManager()) {
                    errors += (to - from) * step(order.get(ofStep, new NDIndex().addSliceDim(from, to)));
                }
            }
        }
        return new Lap((System.nanoTime() - start) / 1e9, errors / rows);
    }

    /** The order of the rows in this epoch, the same as in Hourglass. */
    private long[] order() {
        int[] order = new int[rows];
        new Random(recipe.seed(), epoch).shuffle(order);
        long[] wide = new long[rows];
        for (int i = 0; i < rows; i++) {
            wide[i] = order[i];
        }
        return wide;
    }

    /** Trains on one mini-batch and returns its loss before the step. New arrays belong to the indices' manager. */
    private double step(NDArray indices) {
        NDArray x = indices.getNDArrayInternal()
                .embedding(indices, data, SparseFormat.DENSE)
                .singletonOrThrow();
        double loss;
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray y = x;
            for (int l = 0; l < layers.size(); l++) {
                y = sums(layers.get(l), y, parameters.get(2 * l), parameters.get(2 * l + 1));
                y = switch (layers.get(l).activation()) {
                    case IDENTITY -> y;
                    case RELU -> y.getNDArrayInternal().relu();
                    case LEAKY_RELU -> y.getNDArrayInternal().leakyRelu(0.01f);
                    case ELU -> y.getNDArrayInternal().elu(1);
                    case GELU -> y.getNDArrayInternal().gelu();
                    case SILU -> y.getNDArrayInternal().swish(1);
                    case TANH -> y.tanh();
                    case SIGMOID -> y.getNDArrayInternal().sigmoid();
                };
            }
            NDArray error = y.reshape(x.getShape()).sub(x).square().mean();
            collector.backward(error);
            loss = error.getFloat();
        }
        if (gradients.isEmpty()) {
            parameters.forEach(parameter -> gradients.add(parameter.getGradient()));
        }
        adam();
        return loss;
    }

    /** Images have the shape [rows][channels][height][width], which is also the order of a grey image's row. */
    private NDArray sums(Layer layer, NDArray x, PtNDArray weight, PtNDArray bias) {
        if (layer instanceof Layer.Conv conv) {
            io.hourglass.nn.Shape in = conv.in();
            PtNDArray images = (PtNDArray) x.reshape(-1, in.channels(), in.height(), in.width());
            return conv.isTransposed() ? transposed(conv, images, weight, bias) : convolved(conv, images, weight, bias);
        }
        return Linear.linear(x.reshape(-1, layer.inputs()), weight, bias).singletonOrThrow();
    }

    private static NDArray convolved(Layer.Conv conv, PtNDArray x, PtNDArray weight, PtNDArray bias) {
        Shape stride = new Shape(conv.stride(), conv.stride());
        return Conv2d.conv2d(x, weight, bias, stride, new Shape(conv.padding(), conv.padding()))
                .singletonOrThrow();
    }

    private NDArray transposed(Layer.Conv conv, PtNDArray x, PtNDArray weight, PtNDArray bias) {
        NDArray numbers = x.getManager()
                .create(new int[] {conv.stride(), conv.padding(), conv.outputPadding().get(0)});
        return IValueUtils.forward(convTranspose, new NDList(x, weight, bias, numbers), true)
                .singletonOrThrow();
    }

    /** DJL has no transposed convolution for PyTorch, so it is a TorchScript module ({@code conv_transpose.py}). */
    private PtSymbolBlock convTranspose() {
        try (InputStream in = PyTorchContestant.class.getResourceAsStream("ConvTranspose.pt")) {
            JniUtils.setGraphExecutorOptimize(false); // of this thread; there is nothing to optimise
            return JniUtils.loadModule((PtNDManager) manager, Objects.requireNonNull(in), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** DJL's own optimiser adds epsilon in another place than PyTorch and looks up every parameter by name. */
    private void adam() {
        step++;
        double root = Math.sqrt(1 - Math.pow(0.999, step));
        float rate = (float) recipe.learningRate();
        float corrected = (float) (recipe.learningRate() * root / (1 - Math.pow(0.9, step)));
        float epsilon = (float) (1e-8 * root);
        for (int p = 0; p < parameters.size(); p++) {
            JniUtils.adamUpdate(
                    parameters.get(p), gradients.get(p), means.get(p), squares.get(p), rate, corrected, 0, 1, -1, 0.9f,
                    0.999f, epsilon, false);
            JniUtils.zeroGrad(parameters.get(p));
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
