package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

/**
 * The code of a variational network: replaces the means that the encoder wrote by codes drawn from the rows'
 * distributions, code = mean + deviation * normal (the reparameterisation trick of Kingma and Welling, 2014). Plain
 * loops and StrictMath are fast enough, because a code has few values.
 */
final class Draw implements BoundLayer {
    private final Workspace workspace;
    private final RowShares shares;
    private final int level;
    private final int latent;
    private final int buffer;
    private final float scale;

    // [row of the mini-batch][latent]
    private final float[] means;
    private final float[] deviations;
    private final float[] normals;

    /** KL divergence of each row's distribution of codes in nats. */
    private final double[] divergences;

    /**
     * Binds the layer.
     *
     * @param beta weight of the KL divergence
     * @param level of the codes
     * @param buffer which of the two gradients is with respect to the codes
     */
    Draw(Workspace workspace, double beta, int level, int buffer, RowShares shares) {
        this.workspace = workspace;
        this.shares = shares;
        this.level = level;
        this.buffer = buffer;
        latent = workspace.network.architecture().latent();
        scale = (float) (beta / ((double) shares.rows() * workspace.network.architecture().inputs()));
        int drawn = Math.multiplyExact(shares.padded(), latent);
        means = new float[drawn];
        deviations = new float[drawn];
        normals = new float[drawn];
        divergences = new double[shares.padded()];
    }

    @Override
    public Split split() {
        return Split.ROWS;
    }

    @Override
    public void forward(int thread) {
        Workspace.Scratch own = workspace.scratch(thread);
        float[] code = own.activations.values(level);
        for (int r = shares.from(thread); r < Math.min(shares.rows(), shares.to(thread)); r++) {
            Random random = own.random(Random.Purpose.SAMPLING, r);
            int at = own.activations.offset(level, r);
            double divergence = 0;
            for (int j = 0; j < latent; j++) {
                float mean = code[at + j];
                float logVariance = code[at + latent + j];
                float deviation = (float) StrictMath.exp(0.5 * logVariance);
                float normal = (float) random.gaussian();
                divergence += 0.5 * ((double) mean * mean + (double) deviation * deviation - 1 - logVariance);
                means[r * latent + j] = mean;
                deviations[r * latent + j] = deviation;
                normals[r * latent + j] = normal;
                code[at + j] = Math.fma(deviation, normal, mean);
            }
            divergences[r] = divergence;
        }
    }

    /**
     * Replaces gradients with respect to the codes by gradients with respect to their means, and writes those with
     * respect to the logarithms of their variances after them.
     */
    @Override
    public void backward(int thread) {
        int from = shares.from(thread);
        int to = shares.to(thread);
        int columns = workspace.kernels.stride(to - from);
        float[] byCode = workspace.scratch(thread).gradients[buffer]; // [2 latent][columns]
        for (int r = from; r < to; r++) {
            for (int j = 0; j < latent; j++) {
                int of = r * latent + j;
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

    /** The KL divergence of a row's distribution of codes from the standard normal distribution, in nats. */
    double divergence(int row) {
        return divergences[row];
    }
}
