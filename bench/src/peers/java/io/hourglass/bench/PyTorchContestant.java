package io.hourglass.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import io.hourglass.Recipe;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import io.hourglass.engine.Random;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * PyTorch through DJL, as fast as possible. It avoids what DJL's {@code Trainer} and blocks add to each step (parameter
 * stores, metrics, a data loader with copies of its own) and makes one native call per operation:
 *
 * <ul>
 *   <li>all rows are one float tensor; {@code embedding}, which is {@code index_select}, gathers a mini-batch;
 *   <li>{@code linear} ({@code addmm}, product and bias in one), {@code tanh}, {@code sigmoid}, mean of squares;
 *   <li>PyTorch's autograd gives the gradients; Adam is DJL's native code, one call per parameter, PyTorch's epsilon;
 *   <li>everything that a step allocates is freed at its end.
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

    /** Known after the first step. PyTorch adds to the same tensors in every step; they are set to zero after it. */
    private final List<PtNDArray> gradients = new ArrayList<>();

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
            addParameter(weights, layer.weight(), new Shape(layer.outputs(), layer.inputs()));
            addParameter(weights, layer.bias(), new Shape(layer.outputs()));
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

    /** The order of the rows in this epoch: Hourglass's own. */
    private long[] order() {
        int[] order = new int[rows];
        new Random(recipe.seed(), epoch).shuffle(order);
        long[] wide = new long[rows];
        for (int i = 0; i < rows; i++) {
            wide[i] = order[i];
        }
        return wide;
    }

    /** Trains on one mini-batch and returns its loss before the step. Results belong to the first operand's manager. */
    private double step(NDArray indices) {
        NDArray x = indices.getNDArrayInternal()
                .embedding(indices, data, SparseFormat.DENSE)
                .singletonOrThrow();
        double loss;
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray y = x;
            for (int l = 0; l < layers.size(); l++) {
                y = Linear.linear(y, parameters.get(2 * l), parameters.get(2 * l + 1))
                        .singletonOrThrow();
                y = switch (layers.get(l).activation()) {
                    case TANH -> y.tanh();
                    case SIGMOID -> y.getNDArrayInternal().sigmoid();
                    case RELU -> y.getNDArrayInternal().relu();
                    case IDENTITY -> y;
                };
            }
            NDArray error = y.sub(x).square().mean();
            collector.backward(error);
            loss = error.getFloat();
        }
        if (gradients.isEmpty()) {
            parameters.forEach(parameter -> gradients.add(parameter.getGradient()));
        }
        adam();
        return loss;
    }

    /** DJL's own class adds epsilon in another place than PyTorch, and looks up every parameter by name. */
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
