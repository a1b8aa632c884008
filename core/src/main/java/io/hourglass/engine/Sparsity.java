package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

/** The L1 norm of the code as a term of the objective. Plain loops are enough: a code has few values. */
final class Sparsity implements BoundLayer {
    private final Scratch own;
    private final int from;
    private final int to;
    private final int level;
    private final int latent;
    private final float[] byCode;
    private final float scale;

    /**
     * Binds the term.
     *
     * @param sparsity its weight
     * @param level of the codes
     * @param buffer which of the two gradients is with respect to the codes
     */
    Sparsity(Scratch own, double sparsity, int level, int buffer, RowShares shares) {
        this.own = own;
        this.level = level;
        from = shares.from(own.thread);
        to = shares.to(own.thread);
        latent = own.workspace.network.architecture().latent();
        byCode = own.gradients[buffer];
        scale = (float) (sparsity / shares.rows());
    }

    @Override
    public void forward() {
        float[] code = own.activations.values(level);
        for (int r = from; r < to; r++) {
            int at = own.activations.offset(level, r);
            double norm = 0;
            for (int j = 0; j < latent; j++) {
                norm += Math.abs(code[at + j]);
            }
            own.workspace.norms[r] = norm;
        }
    }

    /** Adds the gradient of the norm, which is the signs of the code. */
    @Override
    public void backward() {
        int columns = own.workspace.kernels.stride(to - from);
        float[] codeT = own.transposed[level];
        for (int i = 0; i < latent * columns && from < to; i++) {
            float z = codeT[columns + i]; // after the row of ones
            byCode[START + i] += z > 0 ? scale : z < 0 ? -scale : 0;
        }
    }
}
