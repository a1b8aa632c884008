package io.hourglass;

import io.hourglass.compute.Kernels;
import io.hourglass.engine.Network;
import io.hourglass.nn.Architecture;
import java.util.Map;

/** Models with random weights, for tests that need no trained one. */
public final class RandomModel {
    private RandomModel() {}

    /** A model without a scaler. */
    public static Autoencoder of(Architecture architecture, long seed) {
        return of(architecture, Scaler.none(), seed);
    }

    /** A model of numbers. */
    public static Autoencoder of(Architecture architecture, Scaler scaler, long seed) {
        Network network = new Network(architecture, Kernels.best());
        network.initialize(seed);
        return new Autoencoder(network, scaler.isNone() ? Map.of() : scaler.metadata());
    }
}
