package io.hourglass.spark;

import io.hourglass.Trainer;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The common state that every partition starts a round from, sent to each executor once. Floats travel as bytes, which
 * Java serialises several times faster.
 */
final class Common implements Serializable {
    private static final long serialVersionUID = 1;

    /** Lengths of the tensors by name, in the order of {@link #flatten}. */
    private final LinkedHashMap<String, Integer> lengths = new LinkedHashMap<>();

    private final byte[] values;
    private final long steps;

    Common(Trainer.State state) {
        state.tensors().forEach((name, tensor) -> lengths.put(name, tensor.length));
        values = bytes(flatten(state.tensors()));
        steps = state.steps();
    }

    /** The state in the form that {@link Trainer} uses. */
    Trainer.State state() {
        return with(floats(values), steps);
    }

    /** Number of floats: the weights and what the optimiser remembers of each. */
    int length() {
        return values.length / Float.BYTES;
    }

    /** Concatenates tensors in the order of their map. */
    static float[] flatten(Map<String, float[]> tensors) {
        int length = tensors.values().stream().mapToInt(tensor -> tensor.length).sum();
        float[] flat = new float[length];
        int at = 0;
        for (float[] tensor : tensors.values()) {
            System.arraycopy(tensor, 0, flat, at, tensor.length);
            at += tensor.length;
        }
        return flat;
    }

    /** A state with new values: the inverse of {@link #flatten}. */
    Trainer.State with(float[] flat, long newSteps) {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        int at = 0;
        for (Map.Entry<String, Integer> tensor : lengths.entrySet()) {
            float[] part = new float[tensor.getValue()];
            System.arraycopy(flat, at, part, 0, part.length);
            at += part.length;
            tensors.put(tensor.getKey(), part);
        }
        return new Trainer.State(tensors, newSteps);
    }

    /** Floats as bytes. */
    static byte[] bytes(float[] floats) {
        ByteBuffer buffer = ByteBuffer.allocate(Math.multiplyExact(floats.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(floats);
        return buffer.array();
    }

    /** Bytes as floats: the inverse of {@link #bytes}. */
    static float[] floats(byte[] bytes) {
        float[] floats = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
        return floats;
    }
}
