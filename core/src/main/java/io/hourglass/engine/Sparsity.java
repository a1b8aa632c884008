package io.hourglass.engine;

import static io.hourglass.compute.Kernels.START;

/** The L1 norm of the code as a term of the objective. Plain loops are enough: a code has few values. */
final class Sparsity implements BoundLayer {
    private final Workspace workspace;
    private final RowShares shares;
    private final int level;
    private final int latent;
    private final int buffer;
    private final float scale;

    /** L1 norm of each row's code. */
    private final double[] norms;

    /**
     * Binds the term.
     *
     * @param sparsity its weight
     * @param level of the codes
     * @param buffer which of the two gradients is with respect to the codes
     */
    Sparsity(Workspace workspace, double sparsity, int level, int buffer, RowShares shares) {
        this.workspace = workspace;
        this.shares = shares;
        this.level = level;
        this.buffer = buffer;
        latent = workspace.network.architecture().latent();
        scale = (float) (sparsity / shares.rows());
        norms = new double[shares.padded()];
    }

    @Override
    public Split split() {
        return Split.ROWS;
    }

    @Override
    public void forward(int thread) {
        Activations activations = workspace.scratch(thread).activations;
        float[] code = activations.values(level);
        for (int r = shares.from(thread); r < shares.to(thread); r++) {
            int at = activations.offset(level, r);
            double norm = 0;
            for (int j = 0; j < latent; j++) {
                norm += Math.abs(code[at + j]);
            }
            norms[r] = norm;
        }
    }

    /** Adds the gradient of the norm, which is the signs of the code. */
    @Override
    public void backward(int thread) {
        int columns = workspace.kernels.stride(shares.to(thread) - shares.from(thread));
        float[] byCode = workspace.scratch(thread).gradients[buffer];
        float[] codeT = workspace.scratch(thread).transposed[level];
        for (int i = 0; i < latent * columns; i++) {
            float z = codeT[columns + i]; // after the row of ones
            byCode[START + i] += z > 0 ? scale : z < 0 ? -scale : 0;
        }
    }

    /** The L1 norm of a row's code. */
    double norm(int row) {
        return norms[row];
    }
}
