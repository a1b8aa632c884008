package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.compute.Team;
import io.hourglass.engine.Forward;
import io.hourglass.engine.Network;

/** Runs many rows through a network without training it, on the threads of a team. */
final class Evaluation {
    /** Rows that go through the network together. */
    static final int BLOCK = 64;

    private final Network network;
    private final Scaler scaler;
    private final Team team;
    private final Forward[] forwards;

    /** @param scaler brings rows of data sets into the network's units */
    Evaluation(Network network, Scaler scaler, Team team) {
        this.network = network;
        this.scaler = scaler;
        this.team = team;
        forwards = new Forward[team.size()];
        for (int t = 0; t < forwards.length; t++) {
            forwards[t] = new Forward(network, BLOCK);
        }
    }

    /** Receives the outputs of each row once, on any thread. */
    @FunctionalInterface
    interface Output {
        /** The outputs of the last layer that was run are {@code values[offset ..]}. */
        void accept(int row, float[] values, int offset);
    }

    /** Provides the inputs of each row, on any thread. */
    @FunctionalInterface
    interface Input {
        /** Writes the inputs of one row to {@code target[offset ..]}. */
        void copy(int row, float[] target, int offset);
    }

    /** Runs all rows through layers first to last - 1. */
    void forEach(int rows, Input input, int first, int last, Output output) {
        int blocks = (rows + BLOCK - 1) / BLOCK;
        team.run(thread -> {
            Forward a = forwards[thread];
            for (int block = thread; block < blocks; block += team.size()) {
                int start = block * BLOCK;
                int n = Math.min(BLOCK, rows - start);
                for (int r = 0; r < n; r++) {
                    input.copy(start + r, a.values(first), a.offset(first, r));
                }
                a.run(n, first, last);
                for (int r = 0; r < n; r++) {
                    output.accept(start + r, a.values(last), a.offset(last, r));
                }
            }
        });
    }

    /** The rows of a data set in the network's units. */
    Input scaled(Dataset data) {
        Kernels kernels = network.kernels();
        return (row, target, offset) -> data.copyRow(kernels, scaler, row, target, offset);
    }

    /** Mean squared error per value of each row, in the network's units. */
    double[] errors(Dataset data) {
        Kernels kernels = network.kernels();
        int layers = network.architecture().layers().size();
        double[] errors = new double[data.rows()];
        ThreadLocal<float[][]> scratch = ThreadLocal.withInitial(
                () -> new float[][] {new float[data.inputs()], new float[Kernels.ERROR_CHAINS]});
        Input input = scaled(data);
        forEach(data.rows(), input, 0, layers, (row, y, at) -> {
            float[] x = scratch.get()[0];
            input.copy(row, x, 0);
            errors[row] =
                    orInfinite(kernels.squaredError(y, at, x, 0, data.inputs(), scratch.get()[1]) / data.inputs());
        });
        return errors;
    }

    /**
     * The error of a row of finite values. It is NaN if the network's sums exceeded the largest float. The true error
     * is then too large as well, and infinity, unlike NaN, compares as above any threshold.
     */
    static double orInfinite(double error) {
        return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
    }

    /** Mean squared error per value over all rows, added in the order of the rows. */
    double error(Dataset data) {
        double sum = 0;
        for (double error : errors(data)) {
            sum += error;
        }
        return sum / data.rows();
    }
}
