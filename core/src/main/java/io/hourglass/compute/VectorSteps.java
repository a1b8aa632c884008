package io.hourglass.compute;

import static io.hourglass.compute.VectorKernels.LANES;
import static io.hourglass.compute.VectorKernels.SPECIES;
import static io.hourglass.compute.VectorKernels.broadcast;

import io.hourglass.numerics.Functions;
import jdk.incubator.vector.FloatVector;

/** Steps of the optimisers, many weights at a time. */
final class VectorSteps {
    private static final FloatVector DECAY1 = broadcast(AdamStep.BETA1);
    private static final FloatVector REST1 = broadcast(AdamStep.ONE_MINUS_BETA1);
    private static final FloatVector STABILIZER = broadcast(AdamStep.EPSILON);
    private static final FloatVector FLUSH_MOMENT = broadcast(Functions.MOMENT_FLUSH);

    private VectorSteps() {}

    /** Including its assertions, long enough not to be inlined, see {@link VectorActivations}. */
    static void adam(AdamStep step, float[] w, float[] m, float[] v, int offset, float[] g, int gOffset, int n) {
        FloatVector minusStep = broadcast(-step.stepSize);
        FloatVector scale = broadcast(step.scaleV);
        FloatVector decay2 = broadcast(step.decayV);
        FloatVector rest2 = broadcast(step.restV);
        FloatVector kept = broadcast(step.keep);
        assert n >= 0 && n % LANES == 0 : n + " weights, with " + LANES + " lanes";
        assert offset >= 0 && offset + n <= w.length && offset + n <= m.length && offset + n <= v.length
                : n + " weights from " + offset + ", of " + w.length + ", " + m.length + " and " + v.length;
        assert gOffset >= 0 && gOffset + n <= g.length : n + " gradients from " + gOffset + ", of " + g.length;
        for (int i = 0; i < n; i += LANES) {
            FloatVector gradient = FloatVector.fromArray(SPECIES, g, gOffset + i);
            FloatVector mean = DECAY1.fma(
                            FloatVector.fromArray(SPECIES, m, offset + i), REST1.fma(gradient, FLUSH_MOMENT))
                    .sub(FLUSH_MOMENT);
            FloatVector square = decay2.fma(
                            FloatVector.fromArray(SPECIES, v, offset + i),
                            rest2.mul(gradient).fma(gradient, FLUSH_MOMENT))
                    .sub(FLUSH_MOMENT);
            mean.intoArray(m, offset + i);
            square.intoArray(v, offset + i);
            minusStep
                    .fma(
                            mean.div(square.sqrt().fma(scale, STABILIZER)),
                            FloatVector.fromArray(SPECIES, w, offset + i).mul(kept))
                    .intoArray(w, offset + i);
        }
    }

    /** Including its assertions, long enough not to be inlined, see {@link VectorActivations}. */
    static void sgd(SgdStep step, float[] w, float[] v, int offset, float[] g, int gOffset, int n) {
        FloatVector minusRate = broadcast(-step.rate);
        FloatVector momentum = broadcast(step.momentum);
        FloatVector decay = broadcast(step.weightDecay);
        assert n >= 0 && n % LANES == 0 : n + " weights, with " + LANES + " lanes";
        assert offset >= 0 && offset + n <= w.length && offset + n <= v.length
                : n + " weights from " + offset + ", of " + w.length + " and " + v.length;
        assert gOffset >= 0 : "gradients from " + gOffset;
        assert gOffset + n <= g.length : n + " gradients from " + gOffset + ", of " + g.length;
        assert w != v && v != g : n + " weights that share their array with velocities, or these with gradients";
        for (int i = 0; i < n; i += LANES) {
            FloatVector weights = FloatVector.fromArray(SPECIES, w, offset + i);
            FloatVector gradient = decay.fma(weights, FloatVector.fromArray(SPECIES, g, gOffset + i));
            FloatVector velocity = momentum.fma(
                            FloatVector.fromArray(SPECIES, v, offset + i), gradient.add(FLUSH_MOMENT))
                    .sub(FLUSH_MOMENT);
            velocity.intoArray(v, offset + i);
            FloatVector direction = step.nesterov ? momentum.fma(velocity, gradient) : velocity;
            minusRate.fma(direction, weights).intoArray(w, offset + i);
        }
    }
}
