package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

/**
 * The code of a variational network: replaces the means that the encoder wrote by codes drawn from the rows'
 * distributions, code = mean + deviation * normal (the reparameterisation trick of Kingma and Welling, 2014). Plain
 * loops and StrictMath are fast enough, because a code has few values.
 */
final class Draw implements BoundLayer {
    private final Scratch own;
    private final int from;
    private final int to;
    private final int real;
    private final int level;
    private final int latent;
    private final float[] byCode;
    private final int columns;
    private final float scale;

    // [row of the share][latent]
    private final float[] means;
    private final float[] deviations;
    private final float[] normals;

    /**
     * Binds the layer.
     *
     * @param beta weight of the KL divergence
     * @param level of the codes
     * @param buffer which of the two gradients is with respect to the codes
     */
    Draw(Scratch own, double beta, int level, int buffer, RowShares shares) {
        this.own = own;
        this.level = level;
        from = shares.from(own.thread);
        to = shares.to(own.thread);
        real = Math.min(shares.rows(), to);
        latent = own.workspace.network.architecture().latent();
        byCode = own.gradients[buffer];
        columns = own.workspace.kernels.stride(to - from);
        scale = (float) (beta / ((double) shares.rows() * own.workspace.terms));
        int drawn = Math.multiplyExact(to - from, latent);
        means = new float[drawn];
        deviations = new float[drawn];
        normals = new float[drawn];
    }

    @Override
    public void addTo(ArraySizes sizes) {
        sizes.add(means, deviations, normals);
    }

    @Override
    public void forward() {
        float[] code = own.activations.values(level);
        for (int r = from; r < real; r++) {
            Random random = own.random(Random.Purpose.SAMPLING, r);
            int at = own.activations.offset(level, r);
            double divergence = 0;
            for (int j = 0; j < latent; j++) {
                float mean = code[at + j];
                float logVariance = code[at + latent + j];
                float deviation = (float) StrictMath.exp(0.5 * logVariance);
                float normal = (float) random.gaussian();
                divergence += 0.5 * ((double) mean * mean + (double) deviation * deviation - 1 - logVariance);
                int of = (r - from) * latent + j;
                means[of] = mean;
                deviations[of] = deviation;
                normals[of] = normal;
                code[at + j] = Math.fma(deviation, normal, mean);
            }
            own.workspace.divergences[r] = divergence;
        }
    }

    /**
     * Replaces gradients with respect to the codes by gradients with respect to their means, and writes those with
     * respect to the logarithms of their variances after them: [2 latent][columns].
     */
    @Override
    public void backward() {
        for (int r = from; r < to; r++) {
            for (int j = 0; j < latent; j++) {
                int of = (r - from) * latent + j;
                int mean = START + j * columns + r - from;
                int logVariance = START + (latent + j) * columns + r - from;
                float deviation = deviations[of];
                float gradient = byCode[mean];
                byCode[mean] = Math.fma(scale, means[of], gradient);
                byCode[logVariance] =
                        0.5f * Math.fma(scale, Math.fma(deviation, deviation, -1), gradient * deviation * normals[of]);
            }
        }
    }
}
