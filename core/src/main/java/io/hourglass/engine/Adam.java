package io.hourglass.engine;

import io.hourglass.compute.Kernels;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adam (Kingma and Ba, 2015), like {@code torch.optim.Adam} with its default epsilon and first beta. With weight decay,
 * which biases do not have, it is {@code AdamW}. It keeps two moments of every weight.
 */
public final class Adam implements Optimizer {
    private final Network network;
    private final float[][] m;
    private final float[][] v;
    private float stepSize;
    private float scaleV;
    private float keep;
    private float keepFirst;
    private float decayV;
    private float restV;

    /** An optimiser for a network, with moments of zero. */
    public Adam(Network network) {
        this.network = network;
        m = new float[network.layers().size()][];
        v = new float[m.length][];
        for (int l = 0; l < m.length; l++) {
            int length = network.layers().get(l).weights().length;
            m[l] = new float[length];
            v[l] = new float[length];
        }
    }

    /**
     * Sets the factors of the next step. One thread calls it, before a barrier that all threads pass.
     *
     * @param t 1 for the first step of the run
     * @param learningRate of this step
     * @param beta2 of the recipe
     * @param weightDecay of the recipe
     * @param firstDecay of the recipe
     */
    public void prepare(long t, double learningRate, double beta2, double weightDecay, double firstDecay) {
        // StrictMath gives the same factors on every machine.
        stepSize = (float) (learningRate / (1 - StrictMath.pow(0.9, t)));
        keep = (float) (1 - learningRate * weightDecay);
        keepFirst = (float) (1 - learningRate * (weightDecay * firstDecay));
        scaleV = (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, t)));
        decayV = (float) beta2;
        restV = (float) (1 - beta2); // rounded from the double, as in PyTorch
    }

    /** Copies of all moments by name: {@code adam.m.} or {@code adam.v.}, then the name of the weights' tensor. */
    public Map<String, float[]> tensors() {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        for (int l = 0; l < m.length; l++) {
            Dense layer = network.layers().get(l);
            tensors.put("adam.m." + layer.shape().weight(), layer.weight(m[l]));
            tensors.put("adam.m." + layer.shape().bias(), layer.bias(m[l]));
            tensors.put("adam.v." + layer.shape().weight(), layer.weight(v[l]));
            tensors.put("adam.v." + layer.shape().bias(), layer.bias(v[l]));
        }
        return tensors;
    }

    /**
     * Sets all moments from tensors by name.
     *
     * @throws IllegalArgumentException if one is missing or has the wrong length; the message names it
     */
    public void setTensors(Map<String, float[]> tensors) {
        for (int l = 0; l < m.length; l++) {
            Dense layer = network.layers().get(l);
            layer.take(tensors, "adam.m.", m[l]);
            layer.take(tensors, "adam.v.", v[l]);
        }
    }

    @Override
    public void apply(int layer, int offset, float[] gradient, int n) {
        Kernels kernels = network.kernels();
        Dense dense = network.layers().get(layer);
        float[] w = dense.weights();
        int biases = dense.biasesAt(offset);
        kernels.adamInPlace(
                w, m[layer], v[layer], offset, gradient, Kernels.START, biases, stepSize, decayV, restV, scaleV, 1);
        kernels.adamInPlace(
                w,
                m[layer],
                v[layer],
                offset + biases,
                gradient,
                Kernels.START + biases,
                n - biases,
                stepSize,
                decayV,
                restV,
                scaleV,
                layer == 0 ? keepFirst : keep);
    }
}
