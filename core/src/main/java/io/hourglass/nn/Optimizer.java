package io.hourglass.nn;

import io.hourglass.io.Labels;
import java.util.List;

/**
 * How gradients change the weights.
 *
 * <pre>{@code
 * Recipe recipe = Recipe.paper().with(r -> r.optimizer(Optimizer.SGD).momentum(0.9).learningRate(0.1));
 * }</pre>
 */
public enum Optimizer {
    /** Adam (Kingma and Ba, 2015), as in the report's Listing 3. It has no weight decay. */
    ADAM("Adam", "adam.m.", "adam.v."),
    /**
     * Adam with weight decay that does not depend on the gradient (Loshchilov and Hutter, Decoupled Weight Decay
     * Regularization, 2019). Without decay it is {@link #ADAM}.
     */
    ADAMW("AdamW", "adam.m.", "adam.v."),
    /**
     * Stochastic gradient descent, optionally with momentum (Polyak, 1964) and Nesterov's variant of it (Sutskever et
     * al., 2013). Weight decay is added to the gradient, as PyTorch does.
     */
    SGD("SGD", "sgd.velocity.");

    private final String pytorch;
    private final List<String> state;

    Optimizer(String pytorch, String... state) {
        this.pytorch = pytorch;
        this.state = List.of(state);
    }

    /**
     * {@return what the optimiser remembers of each weight, as prefixes of tensor names in checkpoints, for instance
     * {@code adam.m.} and {@code adam.v.}}
     */
    public List<String> state() {
        return state;
    }

    /** {@return whether it takes a weight decay: all but {@link #ADAM}} */
    public boolean decaysWeights() {
        return this != ADAM;
    }

    /** {@return whether it takes a momentum: only {@link #SGD}} */
    public boolean hasMomentum() {
        return this == SGD;
    }

    /** {@return the name of PyTorch's class, for instance {@code AdamW} for {@code torch.optim.AdamW}} */
    public String pytorch() {
        return pytorch;
    }

    /** {@return the name in model files and on the command line, for instance {@code adamw}} */
    public String label() {
        return Labels.of(this);
    }

    /**
     * {@return the optimiser with that label}
     *
     * @param label as {@link #label()} gives it
     * @throws IllegalArgumentException if there is none; the message lists the labels
     */
    public static Optimizer parse(String label) {
        return Labels.parse(Optimizer.class, "optimizer", label);
    }
}
