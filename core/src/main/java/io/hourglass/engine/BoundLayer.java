package io.hourglass.engine;

/**
 * A layer, or another part of a training step, bound to one thread and its buffers for mini-batches of one size. Each
 * method does the thread's share and contains no barrier: {@link Planner} puts barriers where a share needs the results
 * of other threads.
 */
interface BoundLayer {
    /** How the forward pass is divided among the threads: by rows unless a layer says otherwise. */
    default Split split() {
        return Split.ROWS;
    }

    /** Computes some outputs, and what the backward pass needs. */
    void forward();

    /**
     * Turns the gradient with respect to the outputs into that with respect to the inputs, for the thread's
     * {@link RowShares}.
     */
    default void backward() {}

    /** The part of the forward pass that is the thread's, 0 to 1, of a layer that is split by outputs. */
    default double part() {
        return 0;
    }

    /** The number of weights that {@link #update} changes. */
    default long updated() {
        return 0;
    }

    /** Adds the arrays that are this layer's alone. */
    default void addTo(ArraySizes sizes) {}

    /** Passes the gradient of the thread's weights to the optimiser. */
    default void update() {}

    /** How work is divided among threads. */
    enum Split {
        /** Every thread does all of it for itself: nobody waits for the result. */
        EACH,
        /** By rows: a thread has the rows' values to itself, and all threads read the weights. */
        ROWS,
        /**
         * By outputs: each thread computes the outputs whose weights it also updates, for all rows. These weights stay
         * in its core's cache, and the rows travel.
         */
        OUTPUTS,
        /** By weights: each thread updates the weights it owns. */
        WEIGHTS
    }
}
