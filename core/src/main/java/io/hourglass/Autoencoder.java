package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Team;
import io.hourglass.engine.Activations;
import io.hourglass.engine.Network;
import io.hourglass.engine.Random;
import io.hourglass.format.FormatException;
import io.hourglass.io.Sha256;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Layer;
import io.hourglass.nn.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trained autoencoder: an encoder from rows of {@code inputs} values to codes of {@code latent} values, and a decoder
 * back. Immutable and safe for many threads at once. {@link Trainer} makes one, {@link #load} reads one.
 *
 * <p>Rows go in and come out in the user's units: the model's {@link #scaler} works inside. Errors are in the units of
 * the network.
 */
public final class Autoencoder {
    private final Network network;
    private final Scaler scaler;
    private final Inputs inputs;
    private final Map<String, String> metadata;
    private final int threads;
    private final int layers;
    private final int encoderLayers;

    /** Room for one row, so that encoding a single row allocates nothing but its result. */
    private final ThreadLocal<Activations> single;

    /** Room for the sums of a row's squared error. */
    private final ThreadLocal<float[]> chains = ThreadLocal.withInitial(() -> new float[Kernels.ERROR_CHAINS]);

    /**
     * Takes over the network: nobody may train it from here on.
     *
     * @throws IllegalArgumentException if the metadata tells a scaler, or columns, that are damaged or do not fit
     */
    Autoencoder(Network network, Map<String, String> metadata) {
        this(network, metadata, Runtime.getRuntime().availableProcessors());
    }

    private Autoencoder(Network network, Map<String, String> metadata, int threads) {
        this.network = network;
        this.threads = threads;
        scaler = Scaler.parse(metadata, network.architecture().inputs());
        inputs = Inputs.parse(metadata, network.architecture().inputs(), scaler);
        this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        layers = network.architecture().layers().size();
        encoderLayers = network.architecture().encoderLayers();
        single = ThreadLocal.withInitial(() -> new Activations(network, 1));
    }

    /**
     * A model with the given weights.
     *
     * @param tensors weights [outputs][inputs] and biases [outputs] of all layers, by the names of {@link
     *     Architecture#layers()}
     * @param metadata text stored with the model; {@link Scaler#metadata} among it gives it that scaler
     * @throws IllegalArgumentException if a tensor is missing or has the wrong length, or a scaler does not fit
     */
    public static Autoencoder of(
            Architecture architecture, Map<String, float[]> tensors, Map<String, String> metadata) {
        Network network = new Network(architecture, Kernels.best());
        network.setTensors(tensors);
        return new Autoencoder(network, metadata);
    }

    /**
     * Reads a model from a safetensors file: one that {@link #save} wrote, or one with the tensors of the report's
     * PyTorch class only, whose architecture is then read from their shapes and whose activations are taken to be the
     * report's: see {@link #assumedActivations}.
     *
     * @throws FormatException if the file is not such a model, or its content is not what its checksum says; the
     *     message names the file, the value and what was expected
     * @throws IOException if it cannot be read
     */
    public static Autoencoder load(Path file) throws IOException {
        return load(file, Assumptions.NONE);
    }

    /**
     * The same, told what a file with nothing but tensors does not tell.
     *
     * @throws FormatException as {@link #load(Path)}, and if the file states something else than is assumed
     * @throws IOException if it cannot be read
     */
    public static Autoencoder load(Path file, Assumptions assumptions) throws IOException {
        return ModelFile.load(file, assumptions);
    }

    /**
     * Writes the model as a safetensors file, which PyTorch's {@code load_state_dict} takes as it is. An old file stays
     * as it was until the new one is complete. The entry {@code hourglass.sha256} among the file's text is a checksum
     * of the weights and of all text that the model has now (the entry {@code hourglass.covered} names it): {@link
     * #load} refuses a file in which something of that has changed. Text that is added later is not covered. Whoever
     * changes a model on purpose deletes {@code hourglass.sha256}.
     *
     * @throws IOException if it cannot be written
     */
    public void save(Path file) throws IOException {
        ModelFile.save(this, file);
    }

    /**
     * This model with more text stored with it; entries of the same name are replaced.
     *
     * @throws IllegalArgumentException if the text tells a scaler that does not fit
     */
    public Autoencoder withMetadata(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(metadata);
        all.putAll(more);
        return new Autoencoder(network, all, threads);
    }

    /**
     * This model, computing on that many threads where it is given many rows at once. A model that is trained or loaded
     * computes on as many as there are processors. The results do not depend on it.
     *
     * @throws IllegalArgumentException unless it is 1 to {@value Team#MAX_THREADS}
     */
    public Autoencoder withThreads(int threads) {
        return new Autoencoder(network, metadata, Team.checkThreads(threads));
    }

    /** Its shape. */
    public Architecture architecture() {
        return network.architecture();
    }

    Network network() {
        return network;
    }

    /** Brings rows from the user's units into those of the network; {@link Scaler#none()} where they are the same. */
    public Scaler scaler() {
        return scaler;
    }

    /** Names of the columns that the model was trained on; empty where they had none. */
    public List<String> columns() {
        return inputs.columns();
    }

    /** Those rows with the model's columns in their order, where both have names. */
    Dataset matchColumns(Dataset data) {
        return inputs.withColumns(data, architecture().inputs(), new ArrayList<>());
    }

    /** Whether it was trained on pixels, which are values from 0 to 1 and bytes in images, rather than on numbers. */
    public boolean isOfPixels() {
        return inputs.units() == Inputs.Units.PIXELS;
    }

    /**
     * Rows as a model takes them.
     *
     * @param rows with the columns that the model was trained on, in their order, and in its units
     * @param notes what was done to get them that the user may not expect, a sentence each
     */
    public record Match(Dataset rows, List<String> notes) {}

    /**
     * Those rows as this model takes them. Where both have names of columns, they are matched by name: in any order,
     * and columns the model does not know are left out. Bytes of images that meet a model of numbers become 0 to 255,
     * whole numbers up to 255 that meet a model of pixels become 0 to 1. Every method that takes a {@link Dataset} does
     * this; it is for programs that want to tell their users.
     *
     * @throws IllegalArgumentException if a column is missing or named twice, or the rows are not as wide as the
     *     model's inputs
     */
    public Match match(Dataset data) {
        Match match = inputs.match(data, architecture().inputs());
        if (match.rows().inputs() != architecture().inputs()) {
            throw new IllegalArgumentException(data.name() + " has rows of " + data.inputs() + " values, but the model "
                    + architecture() + " takes " + architecture().inputs());
        }
        return match;
    }

    /**
     * A {@link Variant#PLAIN} model that encodes and decodes to the same bits, for programs that read weights layer by
     * layer: without the logarithms of a variational model's variances, with a tied model's weights on both sides,
     * which it has anyway.
     */
    public Autoencoder plain() {
        Architecture plain = architecture().withVariant(Variant.PLAIN);
        Map<String, float[]> tensors = tensors();
        for (Layer layer : plain.layers()) {
            // The means are the first outputs of the layer.
            tensors.computeIfPresent(
                    layer.weight(), (name, all) -> Arrays.copyOf(all, layer.outputs() * layer.inputs()));
            tensors.computeIfPresent(layer.bias(), (name, all) -> Arrays.copyOf(all, layer.outputs()));
        }
        return of(plain, tensors, metadata).withThreads(threads);
    }

    /** Text stored with the model: recipe, scaler, data, version. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * Which activations are the report's for want of a better knowledge, as neither the model's file stated them nor
     * its reader: for instance {@code hidden tanh, latent identity, output sigmoid}. Empty where all are known.
     */
    public String assumedActivations() {
        return metadata.getOrDefault(ModelFile.ASSUMED, "");
    }

    /** Copies of all weights [outputs][inputs] and biases [outputs] by tensor name, in the order of the layers. */
    public Map<String, float[]> tensors() {
        return network.tensors();
    }

    /** SHA-256 of all tensors in order, as little-endian floats, in hexadecimal: equal for equal weights only. */
    public String weightsSha256() {
        Sha256 sum = new Sha256();
        tensors().values().forEach(sum::add);
        return sum.hex();
    }

    /**
     * The code of one row; a variational model's mean.
     *
     * @param row [inputs]
     * @return [latent]
     * @throws IllegalArgumentException if the row has another length, or a value that is not finite or cannot be
     *     scaled; the message names it
     */
    public float[] encode(float[] row) {
        float[] latent = new float[architecture().latent()];
        encode(row, latent);
        return latent;
    }

    /**
     * The code of one row, written to {@code latent}; allocates nothing.
     *
     * @param row [inputs]
     * @param latent [latent], overwritten
     * @throws IllegalArgumentException if one of them has another length, or a value of the row is not finite or cannot
     *     be scaled; the message names it
     */
    public void encode(float[] row, float[] latent) {
        single(row, 0, encoderLayers, latent);
    }

    /**
     * The row that a code stands for.
     *
     * @param latent [latent]
     * @return [inputs]
     * @throws IllegalArgumentException if the code has another length or a value that is not finite; the message names
     *     it
     */
    public float[] decode(float[] latent) {
        float[] row = new float[architecture().inputs()];
        single(latent, encoderLayers, layers, row);
        return row;
    }

    /**
     * One row encoded and decoded again.
     *
     * @param row [inputs]
     * @return [inputs]
     * @throws IllegalArgumentException if the row has another length, or a value that is not finite or cannot be
     *     scaled; the message names it
     */
    public float[] reconstruct(float[] row) {
        float[] reconstruction = new float[architecture().inputs()];
        single(row, 0, layers, reconstruction);
        return reconstruction;
    }

    /**
     * Mean squared error of one row's reconstruction, per value, in the network's (scaled) units, with the bits that
     * {@link #errors} gives; allocates nothing.
     *
     * @param row [inputs]
     * @return 0 or more; infinite if it is too large for a number, never NaN
     * @throws IllegalArgumentException if the row has another length, or a value that is not finite or cannot be
     *     scaled; the message names it
     */
    public double error(float[] row) {
        Activations a = single(row, 0, layers);
        double error = network.kernels()
                        .squaredError(
                                a.values(layers),
                                a.offset(layers, 0),
                                a.values(0),
                                a.offset(0, 0),
                                row.length,
                                chains.get())
                / row.length;
        return Evaluation.orInfinite(error);
    }

    /**
     * The squared error of each value of one row's reconstruction, in the network's (scaled) units.
     *
     * @param row [inputs]
     * @return [inputs]
     * @throws IllegalArgumentException if the row has another length, or a value that is not finite or cannot be
     *     scaled; the message names it
     */
    public double[] squaredErrors(float[] row) {
        return squaredErrors(single(row, 0, layers));
    }

    /** The same of a row of a data set that is as {@link #match} gives it. */
    public double[] squaredErrors(Dataset data, int row) {
        return squaredErrors(single(data, row));
    }

    private double[] squaredErrors(Activations a) {
        double[] squares = new double[architecture().inputs()];
        for (int i = 0; i < squares.length; i++) {
            double difference = (double) a.values(layers)[a.offset(layers, 0) + i] - a.values(0)[a.offset(0, 0) + i];
            squares[i] = difference * difference;
        }
        return squares;
    }

    private void single(float[] input, int first, int last, float[] output) {
        requireLength(output.length, width(last));
        Activations activations = single(input, first, last);
        System.arraycopy(activations.values(last), activations.offset(last, 0), output, 0, output.length);
        if (last == layers) {
            scaler.unscaleInPlace(output, 0);
        }
    }

    /**
     * Runs one row through layers first to last - 1; the inputs stay at level {@code first}, in the network's units.
     */
    private Activations single(float[] input, int first, int last) {
        requireLength(input.length, width(first));
        Activations activations = single.get();
        System.arraycopy(input, 0, activations.values(first), activations.offset(first, 0), input.length);
        requireFinite(input, first == 0 ? "a row" : "a code"); // tanh and the like would hide it
        if (first == 0) {
            scaler.scaleInPlace(activations.values(0), activations.offset(0, 0));
        }
        network.forward(activations, first, last);
        return activations;
    }

    /** Runs one row of a data set, as {@link #match} gives it, through all layers. */
    private Activations single(Dataset data, int row) {
        requireLength(data.inputs(), width(0));
        Activations activations = single.get();
        data.copyRow(network.kernels(), scaler, row, activations.values(0), activations.offset(0, 0));
        network.forward(activations, 0, layers);
        return activations;
    }

    /** Values of a row between layers: the network's inputs, its code or its reconstruction. */
    private int width(int level) {
        return level == encoderLayers ? architecture().latent() : architecture().inputs();
    }

    private void requireFinite(float[] values, String what) {
        if (network.kernels().allFinite(values, 0, values.length)) {
            return;
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        "value " + i + " of " + what + " is " + values[i] + ", expected a finite number");
            }
        }
    }

    private void requireLength(int length, int expected) {
        if (length != expected) {
            throw new IllegalArgumentException(
                    "a row has " + length + " values, but the model " + architecture() + " takes " + expected);
        }
    }

    /**
     * The codes of all rows, computed on {@link #withThreads all processors}.
     *
     * @return [rows][latent]
     * @throws IllegalArgumentException as {@link #match}
     */
    public float[][] encode(Dataset data) {
        return run(data, encoderLayers);
    }

    /**
     * All rows encoded and decoded again, computed on {@link #withThreads all processors}.
     *
     * @return [rows][inputs]
     * @throws IllegalArgumentException as {@link #match}
     */
    public float[][] reconstruct(Dataset data) {
        float[][] rows = run(data, layers);
        for (float[] row : rows) {
            scaler.unscaleInPlace(row, 0);
        }
        return rows;
    }

    private float[][] run(Dataset data, int last) {
        Dataset rows = match(data).rows();
        try (Team team = team(rows.rows())) {
            Evaluation evaluation = new Evaluation(network, scaler, team);
            return run(evaluation, rows.rows(), evaluation.scaled(rows), 0, last);
        }
    }

    /**
     * The rows that codes stand for, computed on {@link #withThreads all processors}.
     *
     * @param latents [rows][latent]
     * @return [rows][inputs]
     * @throws IllegalArgumentException if a code has another length or a value that is not finite; the message names it
     */
    public float[][] decode(float[][] latents) {
        float[][] rows = decodeScaled(latents);
        for (float[] row : rows) {
            scaler.unscaleInPlace(row, 0);
        }
        return rows;
    }

    /**
     * The same with all the digits that a scaler gives: for values such as times, of which a float keeps too few.
     *
     * @param latents [rows][latent]
     * @return [rows][inputs]
     * @throws IllegalArgumentException if a code has another length, or a value that is not finite
     */
    public double[][] decodeToDoubles(float[][] latents) {
        float[][] rows = decodeScaled(latents);
        double[][] results = new double[rows.length][];
        for (int r = 0; r < rows.length; r++) {
            results[r] = scaler.unscale(rows[r]);
        }
        return results;
    }

    private float[][] decodeScaled(float[][] latents) {
        for (float[] latent : latents) {
            requireLength(latent.length, architecture().latent());
            requireFinite(latent, "a code");
        }
        Evaluation.Input input =
                (row, target, offset) -> System.arraycopy(latents[row], 0, target, offset, latents[row].length);
        try (Team team = team(latents.length)) {
            return run(new Evaluation(network, scaler, team), latents.length, input, encoderLayers, layers);
        }
    }

    private float[][] run(Evaluation evaluation, int rows, Evaluation.Input input, int first, int last) {
        float[][] results = new float[rows][width(last)];
        evaluation.forEach(rows, input, first, last, (row, values, offset) -> {
            System.arraycopy(values, offset, results[row], 0, results[row].length);
        });
        return results;
    }

    /**
     * Rows that a variational model makes up: decoded from codes drawn from the standard normal distribution.
     *
     * @param n how many, 1 or more
     * @param seed the same gives the same rows, and more rows begin with those of fewer
     * @return [n][inputs]
     * @throws IllegalArgumentException if the model is not {@link Variant#VARIATIONAL}: of no other the distribution of
     *     codes is known
     */
    public float[][] sample(int n, long seed) {
        if (architecture().variant() != Variant.VARIATIONAL) {
            throw new IllegalArgumentException("the model " + architecture() + " is "
                    + architecture().variant().label() + ", expected a variational one to sample from");
        }
        Random random = new Random(seed, -1);
        float[][] latents = new float[n][architecture().latent()];
        for (float[] latent : latents) {
            for (int j = 0; j < latent.length; j++) {
                latent[j] = (float) random.gaussian();
            }
        }
        return decode(latents);
    }

    /**
     * Mean squared error of each row's reconstruction, per value, in the network's (scaled) units.
     *
     * @return [rows], each 0 or more; infinite where it is too large for a number, never NaN
     * @throws IllegalArgumentException as {@link #match}
     */
    public double[] errors(Dataset data) {
        Dataset rows = match(data).rows();
        try (Team team = team(rows.rows())) {
            return new Evaluation(network, scaler, team).errors(rows);
        }
    }

    /**
     * Mean squared error of the reconstruction over all rows, per value, in the network's (scaled) units.
     *
     * @throws IllegalArgumentException as {@link #match}
     */
    public double error(Dataset data) {
        Dataset rows = match(data).rows();
        try (Team team = team(rows.rows())) {
            return new Evaluation(network, scaler, team).error(rows);
        }
    }

    /** No more threads than there are blocks of rows. */
    private Team team(int rows) {
        int blocks = (rows + Evaluation.BLOCK - 1) / Evaluation.BLOCK;
        return new Team(Math.max(1, Math.min(blocks, threads)));
    }
}
