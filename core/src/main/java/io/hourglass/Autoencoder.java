package io.hourglass;

import io.hourglass.nn.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A trained autoencoder (stub of the agreed API). Immutable and safe for many threads. */
public final class Autoencoder {
    private Autoencoder() {}

    /** Weights from tensors named and shaped [out][in] as in the report's PyTorch class. */
    public static Autoencoder of(
            Architecture architecture, Map<String, float[]> tensors, Map<String, String> metadata) {
        throw new AssertionError();
    }

    /** Reads a safetensors file; one with tensors only (as PyTorch writes it) gets its architecture from the shapes. */
    public static Autoencoder load(Path file) throws IOException {
        throw new AssertionError();
    }

    /** Writes a safetensors file (temporary file, then move). */
    public void save(Path file) throws IOException {
        throw new AssertionError();
    }

    public Architecture architecture() {
        throw new AssertionError();
    }

    /** Text stored with the model: recipe, data hash, version... */
    public Map<String, String> metadata() {
        throw new AssertionError();
    }

    /** [out][in] weights and [out] biases by tensor name, in the order of the layers (copies). */
    public Map<String, float[]> tensors() {
        throw new AssertionError();
    }

    /** SHA-256 of the weights, in hexadecimal. */
    public String weightsSha256() {
        throw new AssertionError();
    }

    public float[] encode(float[] row) {
        throw new AssertionError();
    }

    public float[] decode(float[] latent) {
        throw new AssertionError();
    }

    public float[] reconstruct(float[] row) {
        throw new AssertionError();
    }

    /** [rows][latent] */
    public float[][] encode(Dataset data) {
        throw new AssertionError();
    }

    /** [rows][inputs] from [rows][latent] */
    public float[][] decode(float[][] latents) {
        throw new AssertionError();
    }

    /** [rows][inputs] */
    public float[][] reconstruct(Dataset data) {
        throw new AssertionError();
    }

    /** Mean squared error per value of each row. */
    public double[] errors(Dataset data) {
        throw new AssertionError();
    }

    /** Mean squared error per value over the whole data set. */
    public double error(Dataset data) {
        throw new AssertionError();
    }
}
