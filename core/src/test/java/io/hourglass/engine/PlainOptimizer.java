package io.hourglass.engine;

import io.hourglass.nn.Optimizer;
import io.hourglass.numerics.Functions;
import java.util.HashMap;
import java.util.Map;

/**
 * The optimisers as their papers write them, one weight at a time: the specification of the engine's updaters.
 *
 * @param firstDecay factor of the weight decay of the first layer
 * @param memory of each tensor: two moments or a velocity
 */
record PlainOptimizer(
        Optimizer optimizer,
        double beta2,
        double momentum,
        boolean nesterov,
        double weightDecay,
        double firstDecay,
        Map<String, float[][]> memory) {
    private static final float FLUSH = Functions.MOMENT_FLUSH;

    PlainOptimizer(
            Optimizer optimizer,
            double beta2,
            double momentum,
            boolean nesterov,
            double weightDecay,
            double firstDecay) {
        this(optimizer, beta2, momentum, nesterov, weightDecay, firstDecay, new HashMap<>());
    }

    /** The engine's side of the same optimiser. */
    Updater updater(Network network) {
        return Updater.of(network, new Updater.Settings(optimizer, weightDecay, firstDecay, beta2, momentum, nesterov));
    }

    /** What it remembers, by the names of {@link Updater#tensors()}. */
    Map<String, float[]> tensors() {
        Map<String, float[]> tensors = new HashMap<>();
        memory.forEach((name, values) -> {
            for (int s = 0; s < optimizer.state().size(); s++) {
                tensors.put(optimizer.state().get(s) + name, values[s]);
            }
        });
        return tensors;
    }

    /**
     * A tensor after a step.
     *
     * @param t 1 for the first step
     */
    float[] update(String name, float[] w, float[] gradient, long t, double rate) {
        float[][] state = memory.computeIfAbsent(name, any -> new float[2][w.length]);
        boolean first = name.equals("encoder.0.weight");
        double decay = name.endsWith("bias") ? 0 : first ? weightDecay * firstDecay : weightDecay;
        return switch (optimizer) {
            case ADAM, ADAMW -> adam(w, gradient, state[0], state[1], t, rate, decay);
            case SGD -> sgd(w, gradient, state[0], rate, decay);
        };
    }

    private float[] adam(float[] w, float[] g, float[] m, float[] v, long t, double rate, double decay) {
        float stepSize = (float) (rate / (1 - StrictMath.pow(0.9, t)));
        float correction = (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, t)));
        float keep = (float) (1 - rate * decay);
        float[] next = new float[w.length];
        for (int i = 0; i < w.length; i++) {
            m[i] = Math.fma(0.9f, m[i], Math.fma((float) (1 - 0.9), g[i], FLUSH)) - FLUSH;
            v[i] = Math.fma((float) beta2, v[i], Math.fma((float) (1 - beta2) * g[i], g[i], FLUSH)) - FLUSH;
            float denominator = Math.fma((float) Math.sqrt(v[i]), correction, 1e-8f);
            next[i] = Math.fma(-stepSize, m[i] / denominator, keep * w[i]);
        }
        return next;
    }

    private float[] sgd(float[] w, float[] gradient, float[] v, double rate, double decay) {
        float[] next = new float[w.length];
        for (int i = 0; i < w.length; i++) {
            float g = Math.fma((float) decay, w[i], gradient[i]);
            v[i] = Math.fma((float) momentum, v[i], g + FLUSH) - FLUSH;
            next[i] = Math.fma((float) -rate, nesterov ? Math.fma((float) momentum, v[i], g) : v[i], w[i]);
        }
        return next;
    }
}
