package io.hourglass.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows {@code from ... to - 1} of a weight panel. Their gradient is computed into scratch memory and passed to the
 * optimiser at once; no array holds the gradient of a whole layer.
 *
 * @param size number of weights, padded
 */
record WeightBlock(int panel, int from, int to, int size) {
    /** Approximate number of rows of a block: in a panel of 48 floats they take 12 KB and stay in the cache. */
    private static final int ROWS = 64;

    /** The most rows of a block. */
    static final int MAX_ROWS = ROWS * 3 / 2;

    private static WeightBlock of(Dense layer, int panel, int from, int to) {
        return new WeightBlock(panel, from, to, (to - from) * layer.panelWidth(panel));
    }

    /**
     * The blocks of a panel: complete tiles, and blocks of about equal size, because the overhead of a block with a
     * single row would exceed its work.
     */
    static List<WeightBlock> ofPanel(Dense layer, int panel) {
        int blocks = Math.max(1, (layer.depth() + ROWS / 2) / ROWS);
        int rows = ((layer.depth() + blocks - 1) / blocks + 7) & -8;
        List<WeightBlock> all = new ArrayList<>();
        for (int from = 0; from < layer.depth(); from += rows) {
            all.add(of(layer, panel, from, Math.min(layer.depth(), from + rows)));
        }
        return all;
    }

    /** The blocks of all panels. */
    static List<WeightBlock> ofLayer(Dense layer) {
        List<WeightBlock> all = new ArrayList<>();
        for (int p = 0; p < layer.panels(); p++) {
            all.addAll(ofPanel(layer, p));
        }
        return all;
    }

    /** The biases of a layer whose weights are another's. */
    static List<WeightBlock> biases(Dense layer) {
        List<WeightBlock> all = new ArrayList<>();
        for (int p = 0; p < layer.panels(); p++) {
            all.add(of(layer, p, 0, 1));
        }
        return all;
    }

    /** The blocks of one thread, if the blocks are divided into runs whose sizes are about the shares. */
    static List<WeightBlock> share(List<WeightBlock> blocks, int thread, Shares shares) {
        long total = blocks.stream().mapToLong(WeightBlock::size).sum();
        long before = 0;
        int from = 0;
        int to = 0;
        for (int t = 1; t <= thread + 1; t++) {
            from = to;
            while (to < blocks.size()
                    && (t == shares.threads() || before + blocks.get(to).size() / 2 < shares.from(total, t))) {
                before += blocks.get(to++).size();
            }
        }
        return blocks.subList(from, to);
    }
}
