package io.hourglass.spark;

import io.hourglass.Trainer;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/** What all partitions begin a round with: the state of the run, sent to each executor once. */
final class Common implements Serializable {
    private static final long serialVersionUID = 1;

    private final LinkedHashMap<String, float[]> tensors;
    private final long steps;

    Common(Trainer.State state) {
        tensors = new LinkedHashMap<>(state.tensors());
        steps = state.steps();
    }

    /** For the library. */
    Trainer.State state() {
        return new Trainer.State(tensors, steps);
    }

    /** Number of floats: weights and both moments. */
    int length() {
        return tensors.values().stream().mapToInt(values -> values.length).sum();
    }

    /** Tensors, one after the other, in the order of their map. */
    static float[] flatten(Map<String, float[]> tensors) {
        int length = tensors.values().stream().mapToInt(values -> values.length).sum();
        float[] flat = new float[length];
        int at = 0;
        for (float[] values : tensors.values()) {
            System.arraycopy(values, 0, flat, at, values.length);
            at += values.length;
        }
        return flat;
    }

    /** A state with other values: the inverse of {@link #flatten}. */
    Trainer.State with(float[] flat, long newSteps) {
        Map<String, float[]> all = new LinkedHashMap<>();
        int at = 0;
        for (Map.Entry<String, float[]> tensor : tensors.entrySet()) {
            float[] values = new float[tensor.getValue().length];
            System.arraycopy(flat, at, values, 0, values.length);
            at += values.length;
            all.put(tensor.getKey(), values);
        }
        return new Trainer.State(all, newSteps);
    }
}
