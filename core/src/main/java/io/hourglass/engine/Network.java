package io.hourglass.engine;

import io.hourglass.compute.Kernels;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Variant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The layers of an autoencoder with their weights: the forward pass, and the tensors by name. {@link Forward}
 * runs them, {@link TrainingStep} trains them.
 *
 * <p>Thread-safe while it is not being trained.
 */
public final class Network {
    private final Architecture architecture;
    private final Kernels kernels;
    private final List<Weights> layers;
    private int changes;

    /**
     * A network of zero weights.
     *
     * @throws IllegalArgumentException if a layer has 2<sup>31</sup> weights or more
     */
    public Network(Architecture architecture, Kernels kernels) {
        this.architecture = architecture;
        this.kernels = kernels;
        List<Weights> made = new ArrayList<>();
        for (Layer layer : architecture.layers()) {
            made.add(
                    layer instanceof Layer.Conv conv
                            ? new Filters(conv, kernels)
                            : new Dense(layer, made.isEmpty(), kernels));
        }
        layers = List.copyOf(made);
    }

    /** The network's shape. */
    public Architecture architecture() {
        return architecture;
    }

    /** The kernels that compute it. */
    public Kernels kernels() {
        return kernels;
    }

    /** Whether the decoder's weights are the encoder's, transposed. */
    boolean isTied() {
        return architecture.variant() == Variant.TIED;
    }

    List<Weights> layers() {
        return layers;
    }

    /** A layer that is known to be dense. */
    Dense dense(int layer) {
        return (Dense) layers.get(layer);
    }

    /** Counts the changes of the weights, for those who keep something that they have computed from them. */
    int changes() {
        return changes;
    }

    /** Called by one thread after it or others have changed the weights. */
    void changed() {
        changes++;
    }

    /**
     * Draws weights and biases uniformly from [-b, b) with b = 1 / sqrt({@link Layer#fanIn}), PyTorch's default, tensor
     * by tensor in the order of {@link #tensors()}. A tied decoder then gets the encoder's
     * weights.
     */
    public void initialize(long seed) {
        Random random = new Random(seed, 0);
        for (Weights layer : layers) {
            Layer shape = layer.shape();
            float bound = (float) (1 / Math.sqrt(shape.fanIn()));
            float[] weight = new float[Math.toIntExact(shape.weights())];
            for (int i = 0; i < weight.length; i++) {
                weight[i] = random.uniform(bound);
            }
            float[] bias = new float[shape.biases()];
            for (int i = 0; i < bias.length; i++) {
                bias[i] = random.uniform(bound);
            }
            layer.set(weight, bias, layer.weights());
        }
        if (isTied()) {
            for (int l = 0; l < architecture.encoderLayers(); l++) {
                dense(l).copyTo(mirror(l));
            }
        }
        changed();
    }

    /**
     * Sets all weights from tensors by name: as {@link Layer} describes them.
     *
     * @throws IllegalArgumentException if one is missing, has the wrong length or, if the decoder is tied, is not the
     *     transpose of the encoder's; the message names it
     */
    public void setTensors(Map<String, float[]> tensors) {
        for (Weights layer : layers) {
            layer.take(tensors, "", layer.weights());
        }
        if (isTied()) {
            for (int l = 0; l < architecture.encoderLayers(); l++) {
                requireTransposed(dense(l), mirror(l));
            }
        }
        changed();
    }

    private static void requireTransposed(Dense layer, Dense mirror) {
        float[] weight = layer.weight(layer.weights());
        float[] mirrored = mirror.weight(mirror.weights());
        int inputs = layer.shape().inputs();
        int outputs = layer.shape().outputs();
        for (int o = 0; o < outputs; o++) {
            for (int i = 0; i < inputs; i++) {
                if (weight[o * inputs + i] != mirrored[i * outputs + o]) {
                    throw new IllegalArgumentException(
                            "tensor " + mirror.shape().weight() + " has "
                                    + mirrored[i * outputs + o] + " at [" + i + ", " + o + "], expected that of "
                                    + layer.shape().weight() + " at [" + o + ", " + i + "], " + weight[o * inputs + i]
                                    + ", as decoder and encoder are tied");
                }
            }
        }
    }

    /** The decoder's layer that mirrors a layer of the encoder. */
    Dense mirror(int layer) {
        return dense(layers.size() - 1 - layer);
    }

    /** Copies of all tensors by name, in the order of the layers, each layer's weight before its bias. */
    public Map<String, float[]> tensors() {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        for (Weights layer : layers) {
            layer.put(tensors, "", layer.weights());
        }
        return tensors;
    }
}
