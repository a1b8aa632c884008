package io.hourglass;

import io.hourglass.io.AllocatedBytes;
import io.hourglass.nn.Architecture;

/** What coding single rows allocates, in a JVM of its own: nothing else compiles or runs beside it. */
final class Allocations {
    private static final int INPUTS = 67;

    private Allocations() {}

    /**
     * Prints the bytes that a thousand codes allocate, without a scaler and with one.
     *
     * @param args how many codes to make before
     */
    public static void main(String[] args) {
        int calls = Integer.parseInt(args[0]);
        Dataset pixels = TestData.pixels(200, INPUTS, 1);
        Dataset floats = TestData.floats(200, INPUTS, 1);
        Trainer trainer =
                new Trainer(Architecture.parse(INPUTS + "-33-5"), Recipe.paper().with(r -> r.epochs(1)));
        print("plain", trainer.fit(pixels).model(), pixels.row(0), calls);
        Scaler scaler = Scaler.fit(Scaler.Kind.MIN_MAX, floats);
        print("scaled", trainer.scaler(scaler).fit(floats).model(), floats.row(0), calls);
    }

    private static void print(String name, Autoencoder model, float[] row, int calls) {
        float[] code = new float[model.architecture().latent()];
        encode(model, row, code, calls);
        measure(model, row, code, 0); // the measurement itself allocates, the first time more
        long least = measure(model, row, code, 0);
        System.out.println(name + " " + (measure(model, row, code, 1000) - least));
    }

    private static long measure(Autoencoder model, float[] row, float[] code, int calls) {
        long before = AllocatedBytes.ofThisThread();
        encode(model, row, code, calls);
        return AllocatedBytes.ofThisThread() - before;
    }

    private static void encode(Autoencoder model, float[] row, float[] code, int calls) {
        for (int i = 0; i < calls; i++) {
            model.encode(row, code);
        }
    }
}
