package io.hourglass;

import io.hourglass.engine.Network;
import io.hourglass.engine.Random;
import io.hourglass.nn.Architecture;
import io.hourglass.nn.Variant;
import java.util.Arrays;
import java.util.function.ObjIntConsumer;

/**
 * Runs rows through a network, whose weights must not change meanwhile: single rows on the calling thread, many rows by
 * a {@link BlockRunner}. Data sets must suit the network; results are in the user's units, errors in the network's.
 */
final class Inference {
    private final Network network;
    private final Architecture architecture;
    private final RowFormat format;
    private final BlockRunner runner;

    /** Buffers for one row, so that a single row allocates only its result. */
    private final ThreadLocal<Block> single;

    /** @param format how the network takes rows */
    Inference(Network network, RowFormat format, BlockRunner runner) {
        this.network = network;
        this.format = format;
        this.runner = runner;
        architecture = network.architecture();
        single = ThreadLocal.withInitial(() -> block(1));
    }

    /** Buffers for some rows. */
    Block block(int rows) {
        return new Block(network, format, rows);
    }

    /** A single row with its code, valid until this thread's next one. */
    Block encoded(float[] row) {
        Block block = withInputs(row);
        block.encode(1);
        return block;
    }

    /** A single row with its code and its reconstruction, valid until this thread's next one. */
    Block reconstructed(float[] row) {
        Block block = withInputs(row);
        block.reconstruct(1);
        return block;
    }

    private Block withInputs(float[] row) {
        requireWidth(row, architecture.inputs());
        Block block = single.get();
        block.setInputs(0, row);
        return block;
    }

    /** A single code with its reconstruction, valid until this thread's next one. */
    Block decoded(float[] code) {
        requireWidth(code, architecture.latent());
        Block block = single.get();
        block.setCode(0, code);
        block.decode(1);
        return block;
    }

    /** The codes of rows: [rows][latent]. */
    float[][] encode(Dataset data) {
        float[][] codes = new float[data.rows()][architecture.latent()];
        run(data.rows(), from(data), Block::encode, (block, r, row) -> block.code(r, codes[row]));
        return codes;
    }

    /** The reconstructions of rows: [rows][inputs]. */
    float[][] reconstruct(Dataset data) {
        float[][] rows = new float[data.rows()][architecture.inputs()];
        run(data.rows(), from(data), Block::reconstruct, (block, r, row) -> block.reconstruction(r, rows[row]));
        return rows;
    }

    /** The errors of rows: [rows]. */
    double[] errors(Dataset data) {
        double[] errors = new double[data.rows()];
        run(data.rows(), from(data), Block::reconstruct, (block, r, row) -> errors[row] = block.error(r));
        return errors;
    }

    /** The mean of the errors, added in the order of the rows. */
    double error(Dataset data) {
        double sum = 0;
        for (double error : errors(data)) {
            sum += error;
        }
        return sum / data.rows();
    }

    /** Gives the errors of rows and of their values, in one pass. */
    void errors(Dataset data, Autoencoder.RowErrors receiver) {
        run(
                data.rows(),
                from(data),
                Block::reconstruct,
                (block, r, row) -> receiver.accept(row, block.error(r), block.squaredErrors(r)));
    }

    /** Gives rows, their codes and the errors of their reconstructions block by block, in one pass. */
    void results(Dataset data, Autoencoder.BlockResults receiver) {
        runBlocks(data.rows(), from(data), Block::reconstruct, (block, start, n) -> {
            double[] values = new double[n * data.inputs()];
            data.values().read(start, n, values);
            double[][] rows = new double[n][];
            float[][] codes = new float[n][architecture.latent()];
            double[][] squares = new double[n][];
            for (int r = 0; r < n; r++) {
                rows[r] = Arrays.copyOfRange(values, r * data.inputs(), (r + 1) * data.inputs());
                block.code(r, codes[r]);
                squares[r] = block.squaredErrors(r);
            }
            receiver.accept(start, rows, codes, squares);
        });
    }

    /** The rows of codes: [rows][inputs]. */
    float[][] decode(float[][] codes) {
        float[][] rows = new float[codes.length][architecture.inputs()];
        run(codes.length, from(codes), Block::decode, (block, r, row) -> block.reconstruction(r, rows[row]));
        return rows;
    }

    /** The rows of codes, in double precision: [rows][inputs]. */
    double[][] decodeToDoubles(float[][] codes) {
        double[][] rows = new double[codes.length][];
        run(codes.length, from(codes), Block::decode, (block, r, row) -> rows[row] = block.exactReconstruction(r));
        return rows;
    }

    /** Decodes codes drawn from the standard normal distribution. */
    float[][] sample(int n, long seed) {
        Variant variant = architecture.variant();
        if (variant != Variant.VARIATIONAL) {
            throw new IllegalArgumentException("the model " + architecture + " is " + variant.label()
                    + ", expected a variational one to sample from");
        }
        Random random = new Random(seed, -1);
        float[][] codes = new float[n][architecture.latent()];
        for (float[] code : codes) {
            for (int j = 0; j < code.length; j++) {
                code[j] = (float) random.gaussian();
            }
        }
        return decode(codes);
    }

    /** Does something with row r of a block, which is the given row of all. */
    @FunctionalInterface
    private interface RowTask {
        void accept(Block block, int r, int row);
    }

    private BlockRunner.Task from(Dataset data) {
        return (block, start, n) -> data.copyRows(network.kernels(), format.scaler(), start, block.inputs(n));
    }

    private BlockRunner.Task from(float[][] codes) {
        return (block, start, n) -> {
            for (int r = 0; r < n; r++) {
                requireWidth(codes[start + r], architecture.latent());
                block.setCode(r, codes[start + r]);
            }
        };
    }

    private void run(int rows, BlockRunner.Task input, ObjIntConsumer<Block> layers, RowTask output) {
        runBlocks(rows, input, layers, (block, start, n) -> {
            for (int r = 0; r < n; r++) {
                output.accept(block, r, start + r);
            }
        });
    }

    private void runBlocks(int rows, BlockRunner.Task input, ObjIntConsumer<Block> layers, BlockRunner.Task output) {
        network.kernels().expect(architecture.parameters() * rows);
        runner.run(rows, this::block, (block, start, n) -> {
            input.run(block, start, n);
            layers.accept(block, n);
            output.run(block, start, n);
        });
    }

    /** @throws IllegalArgumentException if a row or a code has another length */
    void requireWidth(float[] row, int width) {
        if (row.length != width) {
            throw new IllegalArgumentException(
                    "a row has " + row.length + " values, but the model " + architecture + " takes " + width);
        }
    }
}
