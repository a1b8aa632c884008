package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Team;
import io.hourglass.engine.Network;
import io.hourglass.format.FormatException;
import io.hourglass.format.Safetensors;
import io.hourglass.io.AtomicFile;
import io.hourglass.io.Sha256;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Columns;
import io.hourglass.nn.Variant;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A trained autoencoder: an encoder from rows of {@code inputs} values to codes of {@code latent} values, and a decoder
 * back. {@link Trainer} trains one, {@link #load} reads one from a file. It is immutable and thread-safe.
 *
 * <p>Rows are given and returned in the user's units; the model applies its {@link #scaler} itself. Errors are in the
 * network's units: a row's error is the mean squared error per value or, if the {@link #table} has categories, the mean
 * over columns that {@link Columns} describes. A category comes back as probabilities. If the model has an {@link
 * #imputation}, a value may be missing: it is NaN, and no part of the error. A method that takes a row or a code throws
 * IllegalArgumentException if it has another length, or a value that is not finite or cannot be scaled. One that takes
 * a data set throws it as {@link #match} does.
 *
 * <p>Methods that take one row run on the calling thread and allocate nothing but their result. Methods that take many
 * rows run on {@link #withThreads several threads}. Both give the same bits.
 *
 * <pre>{@code
 * Autoencoder trained = new Trainer(Architecture.parse("784-128-16"), Recipe.tuned()).fit(train).model();
 * trained.save(file);
 * float[] code = Autoencoder.load(file).encode(test.row(0)); // 16 values
 * float[] reconstruction = trained.decode(code);             // 784 values
 * }</pre>
 */
public final class Autoencoder {
    private final Network network;
    private final RowFormat format;
    private final Inputs inputs;
    private final Map<String, String> metadata;
    private final BlockRunner runner;
    private final Inference inference;

    /**
     * Takes over the network, which must not be trained any further.
     *
     * @throws IllegalArgumentException if the metadata holds a scaler, columns or values that are damaged or do not fit
     */
    Autoencoder(Network network, Map<String, String> metadata) {
        this(network, metadata, new BlockRunner(Runtime.getRuntime().availableProcessors()));
    }

    private Autoencoder(Network network, Map<String, String> metadata, BlockRunner runner) {
        this.network = network;
        this.runner = runner;
        format = RowFormat.parse(metadata, network.architecture().inputs());
        inputs = Inputs.parse(metadata, network.architecture().inputs(), format.scaler());
        this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        inference = new Inference(network, format, runner);
    }

    /**
     * A model with the given weights.
     *
     * @param architecture its shape
     * @param tensors weights and biases of all layers, by the names and in the shapes of {@link Architecture#layers()}:
     *     [outputs][inputs] and [outputs] for dense layers
     * @param metadata text stored with the model; if it includes {@link Scaler#metadata}, the model has that scaler
     * @return the model, which computes on all processors
     * @throws IllegalArgumentException if a tensor is missing or has the wrong length, or a scaler does not fit
     */
    public static Autoencoder of(
            Architecture architecture, Map<String, float[]> tensors, Map<String, String> metadata) {
        Network network = new Network(architecture, Kernels.best());
        network.setTensors(tensors);
        return new Autoencoder(network, metadata);
    }

    /**
     * Reads a model as {@link #load(Path, Assumptions)} does, without assumptions.
     *
     * @param file a model file or a checkpoint
     * @return the model, with its scaler and text
     * @throws FormatException as {@link #load(Path, Assumptions)}
     * @throws IOException if it cannot be read
     */
    public static Autoencoder load(Path file) throws IOException {
        return load(file, Assumptions.NONE);
    }

    /**
     * Reads a model from a safetensors file that {@link #save} or PyTorch wrote. If the file
     * holds tensors only, the architecture follows from their shapes, and the activations are those of the assumptions
     * or the report's: see {@link #assumedActivations}. A file with convolutions needs {@link
     * Assumptions#withImages(int, int)}.
     *
     * @param file a model file or a checkpoint
     * @param assumptions what a file of tensors does not state: activations, names of layers, size of images, strides
     * @return the model, with its scaler and text
     * @throws FormatException if the file is not such a model, its content does not match its checksum, or it states
     *     something else than is assumed; the message names the file, the value and what was expected
     * @throws IOException if it cannot be read
     */
    public static Autoencoder load(Path file, Assumptions assumptions) throws IOException {
        return ModelFile.model(file.toString(), Safetensors.read(file), assumptions);
    }

    /**
     * Reads a model from a stream, as {@link #load(Path, Assumptions)} does from a file.
     *
     * @param in is read to its end, which must be the end of the model, and not closed
     * @param name of the source, for messages
     * @param assumptions what a file of tensors does not state: activations, names of layers, size of images, strides
     * @return the model, with its scaler and text
     * @throws FormatException as {@link #load(Path, Assumptions)}; the message begins with the name
     * @throws IOException if the stream cannot be read
     */
    public static Autoencoder read(InputStream in, String name, Assumptions assumptions) throws IOException {
        return ModelFile.model(name, Safetensors.read(in, name), assumptions);
    }

    /**
     * Reads a model from an array, as {@link #load(Path)} does from a file.
     *
     * @param bytes of a model file, as {@link #toBytes} gives them
     * @param name of the source, for messages
     * @return the model, with its scaler and text
     * @throws IOException a {@link FormatException}, as {@link #load(Path)}; the message begins with the name
     */
    public static Autoencoder ofBytes(byte[] bytes, String name) throws IOException {
        return read(new ByteArrayInputStream(bytes), name, Assumptions.NONE);
    }

    /**
     * Writes the model as a safetensors file, which PyTorch's {@code load_state_dict} accepts. An existing file is
     * replaced only when the new one is complete.
     *
     * <p>The entry {@code hourglass.sha256} of the file's text is a checksum of the weights and of the model's text,
     * whose entries {@code hourglass.covered} lists. {@link #load} refuses a file that no longer matches it. Text that
     * is added to the file later is not covered. To edit a model file on purpose, delete {@code hourglass.sha256}.
     *
     * @param file to write, usually with the extension {@code .safetensors}
     * @throws IOException if it cannot be written
     */
    public void save(Path file) throws IOException {
        AtomicFile.write(file, this::write);
    }

    /**
     * Writes the bytes of {@link #save} to a stream.
     *
     * @param out is flushed, but not closed
     * @throws IOException if it cannot be written
     */
    public void write(OutputStream out) throws IOException {
        Safetensors content = ModelFile.content(this);
        Safetensors.write(out, content.metadata(), content.tensors());
    }

    /** {@return the bytes that {@link #save} writes, in a new array; a model of 2 GB or more does not fit into one} */
    public byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            write(out);
        } catch (IOException e) { // not from memory
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * This model with additional text; entries of the same name are replaced.
     *
     * @param more entries to store with the model
     * @return a model that shares this model's weights
     * @throws IllegalArgumentException if the text holds a scaler that does not fit
     */
    public Autoencoder withMetadata(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(metadata);
        all.putAll(more);
        return new Autoencoder(network, all, runner);
    }

    /**
     * This model without some of its text.
     *
     * @param names of entries; those that the model does not have do not matter
     * @return a model that shares this model's weights
     */
    public Autoencoder withoutMetadata(Set<String> names) {
        Map<String, String> others = new LinkedHashMap<>(metadata);
        others.keySet().removeAll(names);
        return new Autoencoder(network, others, runner);
    }

    /**
     * This model with another number of threads for methods that take many rows. By default it is the number of
     * processors. It does not change any result.
     *
     * @param threads the most threads that work on one call, with the caller: 1 to {@value Team#MAX_THREADS}
     * @return a model that shares this model's weights
     * @throws IllegalArgumentException if it is out of range
     */
    public Autoencoder withThreads(int threads) {
        return withRunner(new BlockRunner(threads, runner.executor()));
    }

    /**
     * This model with another executor for methods that take many rows. By default it is {@link
     * java.util.concurrent.ForkJoinPool#commonPool}.
     *
     * <p>The caller of such a method computes itself, and offers the executor one task less than {@link #withThreads
     * threads}. It never waits for a task that has not begun: an executor that is busy, shut down or refuses tasks
     * costs time, but changes no result. An interrupt does not end a call; the thread stays interrupted.
     *
     * @param executor of any kind; it is never shut down
     * @return a model that shares this model's weights
     */
    public Autoencoder withExecutor(Executor executor) {
        return withRunner(new BlockRunner(runner.threads(), executor));
    }

    private Autoencoder withRunner(BlockRunner other) {
        return new Autoencoder(network, metadata, other);
    }

    /**
     * A {@link Variant#PLAIN} model that encodes and decodes to the same bits, for programs that read weights layer by
     * layer. The outputs for the logarithms of a variational model's variances are removed; the layers of a tied model
     * become independent.
     *
     * @return a model with the same text
     */
    public Autoencoder plain() {
        Architecture plain = architecture().withVariant(Variant.PLAIN);
        Map<String, float[]> tensors = tensors();
        // The means are the first outputs of a layer.
        plain.layers().forEach(layer -> {
            tensors.computeIfPresent(
                    layer.weight(), (name, all) -> Arrays.copyOf(all, Math.toIntExact(layer.weights())));
            tensors.computeIfPresent(layer.bias(), (name, all) -> Arrays.copyOf(all, layer.biases()));
        });
        return of(plain, tensors, metadata).withRunner(runner);
    }

    /** {@return the shape of the network: widths, activations and variant} */
    public Architecture architecture() {
        return network.architecture();
    }

    /** {@return what converts rows from the user's units to the network's; {@link Scaler#none()} if nothing does} */
    public Scaler scaler() {
        return format.scaler();
    }

    /**
     * {@return the columns in the values of a row, with their weights; {@link Columns#NONE} if all values are alike}
     */
    public Columns table() {
        return format.table();
    }

    /** {@return what replaces missing values; empty if no value may be missing} */
    public Optional<Imputation> imputation() {
        return Optional.ofNullable(format.imputation());
    }

    /** {@return the names of the columns of the training rows, one per value of a row; empty if they had none} */
    public List<String> columns() {
        return inputs.columns();
    }

    /** {@return whether the model was trained on pixels: bytes that stand for 0 to 1; false if unknown} */
    public boolean isOfPixels() {
        return inputs.units() == Inputs.Units.PIXELS;
    }

    /** {@return the text stored with the model, by name: recipe, scaler, columns, threshold; not modifiable} */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * {@return the activations that were assumed to be the report's, because neither the model file nor the {@link
     * Assumptions} stated them, for instance {@code hidden tanh, latent identity, output sigmoid}; empty if all are
     * known}
     */
    public String assumedActivations() {
        return metadata.getOrDefault(ModelFile.ASSUMED, "");
    }

    /**
     * {@return copies of all tensors by name, in the layers' order and shapes: weights [outputs][inputs] and biases
     * [outputs] of dense layers}
     */
    public Map<String, float[]> tensors() {
        return network.tensors();
    }

    /** {@return a hash of the weights: SHA-256 of all tensors in order, as little-endian floats, in hexadecimal} */
    public String weightsSha256() {
        Sha256 sum = new Sha256();
        tensors().values().forEach(sum::add);
        return sum.hex();
    }

    /** Buffers for a block of rows. */
    Block block() {
        return inference.block(Block.ROWS);
    }

    /** The rows with the model's columns in the model's order, if both have names. */
    Dataset matchColumns(Dataset data) {
        return inputs.withColumns(data, architecture().inputs(), new ArrayList<>());
    }

    /**
     * Rows that were converted for a model.
     *
     * @param rows with the columns that the model was trained on, in the model's order and units
     * @param notes what was done that the user may not expect, one sentence each
     */
    public record Match(Dataset rows, List<String> notes) {}

    /**
     * Converts rows for this model. If both have column names, columns are matched by name: their order does not
     * matter, and columns that the model does not know are dropped. Pixels given to a model of numbers become 0 to 255;
     * whole numbers up to 255 given to a model of pixels become 0 to 1. Every method that takes a {@link Dataset} does
     * this. Call it to show the notes to a user.
     *
     * @param data rows in any order of columns
     * @return the converted rows, and notes
     * @throws IllegalArgumentException if a column is missing or named twice, the rows are not as wide as the model's
     *     inputs, they are images of another shape than those of its convolutions, or a value is missing and the model
     *     has no {@link #imputation}
     */
    public Match match(Dataset data) {
        Match match = matchIncomplete(data);
        format.requireComplete(match.rows());
        return match;
    }

    /** {@link #match} for rows with missing values, whatever the model does with them. */
    Match matchIncomplete(Dataset data) {
        Match match = inputs.match(data, architecture().inputs());
        Inputs.requireImages(match.rows(), architecture());
        if (match.rows().inputs() != architecture().inputs()) {
            throw new IllegalArgumentException(data.name() + " has rows of " + data.inputs() + " values, but the model "
                    + architecture() + " takes " + architecture().inputs());
        }
        return match;
    }

    /**
     * {@return the code of one row, [latent]; the mean if the model is variational}
     *
     * @param row [inputs]
     */
    public float[] encode(float[] row) {
        float[] latent = new float[architecture().latent()];
        encode(row, latent);
        return latent;
    }

    /**
     * Writes the code of one row; allocates nothing.
     *
     * @param row [inputs]
     * @param latent [latent], overwritten
     */
    public void encode(float[] row, float[] latent) {
        inference.requireWidth(latent, architecture().latent());
        inference.encoded(row).code(0, latent);
    }

    /**
     * {@return the row of one code, [inputs]}
     *
     * @param latent [latent]
     */
    public float[] decode(float[] latent) {
        return inference.decoded(latent).reconstruction(0);
    }

    /**
     * {@return the reconstruction of one row, [inputs]: encoded and decoded}
     *
     * @param row [inputs]
     */
    public float[] reconstruct(float[] row) {
        return inference.reconstructed(row).reconstruction(0);
    }

    /**
     * The error of one row's reconstruction, in the network's units: the mean squared error per value or, with
     * categories, per column. It allocates nothing.
     *
     * @param row [inputs]
     * @return 0 or more; infinite if it is too large for a double, never NaN
     */
    public double error(float[] row) {
        return inference.reconstructed(row).error(0);
    }

    /**
     * {@return the squared error of each value of one row's reconstruction, in the network's units: [inputs]. If the
     * table has categories, the error of each column: [columns]. A missing one has 0}
     *
     * @param row [inputs]
     */
    public double[] squaredErrors(float[] row) {
        return inference.reconstructed(row).squaredErrors(0);
    }

    /**
     * {@return the codes of all rows: [rows][latent]}
     *
     * @param data rows in the user's units
     */
    public float[][] encode(Dataset data) {
        return inference.encode(match(data).rows());
    }

    /**
     * {@return the reconstructions of all rows: [rows][inputs]}
     *
     * @param data rows in the user's units
     */
    public float[][] reconstruct(Dataset data) {
        return inference.reconstruct(match(data).rows());
    }

    /**
     * {@return the rows of many codes: [rows][inputs]}
     *
     * @param latents [rows][latent]
     */
    public float[][] decode(float[][] latents) {
        return inference.decode(latents);
    }

    /**
     * Decodes codes to doubles, for values such as times that a float cannot hold exactly enough.
     *
     * @param latents [rows][latent]
     * @return [rows][inputs]
     */
    public double[][] decodeToDoubles(float[][] latents) {
        return inference.decodeToDoubles(latents);
    }

    /**
     * Generates rows with a variational model: draws codes from the standard normal distribution and decodes them.
     *
     * @param n number of rows, 0 or more
     * @param seed the same seed gives the same rows; a larger n adds rows at the end
     * @return [n][inputs]
     * @throws IllegalArgumentException if the model is not {@link Variant#VARIATIONAL}: the distribution of the codes
     *     of other models is unknown
     */
    public float[][] sample(int n, long seed) {
        return inference.sample(n, seed);
    }

    /**
     * {@return the error of each row, as {@link #error(float[])} gives it: [rows]}
     *
     * @param data rows in the user's units
     */
    public double[] errors(Dataset data) {
        return inference.errors(match(data).rows());
    }

    /**
     * {@return the mean of the errors of all rows}
     *
     * @param data rows in the user's units
     */
    public double error(Dataset data) {
        return inference.error(match(data).rows());
    }

    /**
     * Gives the errors of all rows and of their values, or columns, in one pass.
     *
     * @param data rows in the user's units
     * @param receiver is called once for each row; an exception that it throws ends the call and is passed on
     */
    public void errors(Dataset data, RowErrors receiver) {
        inference.errors(match(data).rows(), receiver);
    }

    /** Receives the errors of rows, on several threads and in any order. */
    @FunctionalInterface
    public interface RowErrors {
        /**
         * The errors of one row.
         *
         * @param row 0 for the first
         * @param error as {@link Autoencoder#error(float[])} gives it
         * @param squares as {@link Autoencoder#squaredErrors} gives them
         */
        void accept(int row, double error, double[] squares);
    }

    /**
     * Gives the codes of all rows and the errors of their values, or columns, in one pass, block by block.
     *
     * @param data rows in the user's units
     * @param receiver is called once for each block; an exception that it throws ends the call and is passed on
     */
    public void results(Dataset data, BlockResults receiver) {
        inference.results(match(data).rows(), receiver);
    }

    /** Receives what a network makes of rows, on several threads and in any order. */
    @FunctionalInterface
    public interface BlockResults {
        /**
         * What a network makes of some rows, which follow each other.
         *
         * @param first number of the first of them, 0 for the first of all
         * @param rows [n][inputs] their values, as {@link Match#rows} has them
         * @param codes [n][latent], as {@link Autoencoder#encode(float[])} gives them
         * @param squares [n][], as {@link Autoencoder#squaredErrors} gives them
         */
        void accept(int first, double[][] rows, float[][] codes, double[][] squares);
    }

    /**
     * Whether the other is a model with the same architecture, weights and text; a model that was saved and loaded is.
     * Threads and executor do not count.
     */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Autoencoder model
                && architecture().equals(model.architecture())
                && ModelFile.ownText(this).equals(ModelFile.ownText(model))
                && (network == model.network || weightsSha256().equals(model.weightsSha256()));
    }

    @Override
    public int hashCode() {
        return Objects.hash(architecture(), ModelFile.ownText(this));
    }

    /** For instance {@code 784-128-16 (tanh, identity, sigmoid), 206k parameters}. */
    @Override
    public String toString() {
        Architecture shape = architecture();
        String variant = shape.variant() == Variant.PLAIN ? "" : shape.variant().label() + ": ";
        long parameters = shape.parameters();
        return shape + " (" + variant + shape.hiddenActivation().label() + ", "
                + shape.latentActivation().label() + ", "
                + shape.outputActivation().label() + "), "
                + (parameters < 10_000 ? "" + parameters : Math.round(parameters / 1000.0) + "k") + " parameters";
    }
}
