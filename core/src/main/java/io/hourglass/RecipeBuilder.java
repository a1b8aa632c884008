package io.hourglass;

import io.hourglass.nn.Corruption;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Optimizer;

/**
 * The settings of a recipe while {@link Recipe#with} changes them.
 *
 * <pre>{@code
 * Recipe huber = Recipe.tuned().with(r -> r.epochs(20).loss(Loss.HUBER));
 * Recipe sgd = Recipe.paper().with(r -> r.optimizer(Optimizer.SGD).momentum(0.9).learningRate(12));
 * Recipe denoising = Recipe.tuned().with(r -> r.noise(0.1).mask(0.25));
 * }</pre>
 */
public final class RecipeBuilder {
    private String name = "paper";
    private int epochs = 100;
    private int batchSize = 64;
    private Optimizer optimizer = Optimizer.ADAM;
    private double learningRate = 0.005;
    private Schedule schedule = Schedule.CONSTANT;
    private double momentum;
    private boolean nesterov;
    private double beta2 = 0.999;
    private double weightDecay;
    private double firstDecay = 1;
    private boolean shuffle = true;
    private long seed = Recipe.DEFAULT_SEED;
    private Objective objective = Objective.MSE;
    private Corruption corruption = Corruption.NONE;

    /** The settings of {@link Recipe#paper}. */
    RecipeBuilder() {}

    RecipeBuilder(Recipe recipe) {
        name = recipe.name();
        epochs = recipe.epochs();
        batchSize = recipe.batchSize();
        optimizer = recipe.optimizer();
        learningRate = recipe.learningRate();
        schedule = recipe.schedule();
        momentum = recipe.momentum();
        nesterov = recipe.nesterov();
        beta2 = recipe.beta2();
        weightDecay = recipe.weightDecay();
        firstDecay = recipe.firstDecay();
        shuffle = recipe.shuffle();
        seed = recipe.seed();
        objective = recipe.objective();
        corruption = recipe.corruption();
    }

    Recipe build() {
        return new Recipe(
                name,
                epochs,
                batchSize,
                optimizer,
                learningRate,
                schedule,
                momentum,
                nesterov,
                beta2,
                weightDecay,
                firstDecay,
                shuffle,
                seed,
                objective,
                corruption);
    }

    /**
     * The recipe's name.
     *
     * @param name for reports and model files; it does not affect the result
     * @return this
     */
    public RecipeBuilder name(String name) {
        this.name = name;
        return this;
    }

    /**
     * Passes over the training rows.
     *
     * @param epochs 1 to 1,000,000
     * @return this
     */
    public RecipeBuilder epochs(int epochs) {
        this.epochs = epochs;
        return this;
    }

    /**
     * Rows of a mini-batch.
     *
     * @param batchSize 1 to 65,536
     * @return this
     */
    public RecipeBuilder batchSize(int batchSize) {
        this.batchSize = batchSize;
        return this;
    }

    /**
     * The optimiser. Learning rate, momentum and weight decay stay as they are: another optimiser may need others.
     *
     * @param optimizer how gradients change the weights
     * @return this
     */
    public RecipeBuilder optimizer(Optimizer optimizer) {
        this.optimizer = optimizer;
        return this;
    }

    /**
     * The step size at its peak.
     *
     * @param learningRate finite and above 0
     * @return this
     */
    public RecipeBuilder learningRate(double learningRate) {
        this.learningRate = learningRate;
        return this;
    }

    /**
     * How the learning rate moves.
     *
     * @param schedule a schedule with its own settings
     * @return this
     */
    public RecipeBuilder schedule(Schedule schedule) {
        this.schedule = schedule;
        return this;
    }

    /**
     * Share of the last step that is added to the next.
     *
     * @param momentum 0 or more and below 1; 0 unless the optimiser is {@link Optimizer#SGD}
     * @return this
     */
    public RecipeBuilder momentum(double momentum) {
        this.momentum = momentum;
        return this;
    }

    /**
     * Whether the momentum is Nesterov's.
     *
     * @param nesterov true needs a momentum above 0
     * @return this
     */
    public RecipeBuilder nesterov(boolean nesterov) {
        this.nesterov = nesterov;
        return this;
    }

    /**
     * Decay of Adam's mean of squared gradients.
     *
     * @param beta2 0 or more and below 1
     * @return this
     */
    public RecipeBuilder beta2(double beta2) {
        this.beta2 = beta2;
        return this;
    }

    /**
     * Share of itself that each weight loses in a step of learning rate 1.
     *
     * @param weightDecay 0 or more and below 1 / learning rate; 0 if the optimiser is {@link Optimizer#ADAM}
     * @return this
     */
    public RecipeBuilder weightDecay(double weightDecay) {
        this.weightDecay = weightDecay;
        return this;
    }

    /**
     * Factor of the weight decay in the first layer.
     *
     * @param firstDecay 0 or more
     * @return this
     */
    public RecipeBuilder firstDecay(double firstDecay) {
        this.firstDecay = firstDecay;
        return this;
    }

    /**
     * Whether every epoch visits the rows in a new random order.
     *
     * @param shuffle false takes the rows in their own order
     * @return this
     */
    public RecipeBuilder shuffle(boolean shuffle) {
        this.shuffle = shuffle;
        return this;
    }

    /**
     * Seed of the initial weights, of the order of the rows and of all noise.
     *
     * @param seed any number
     * @return this
     */
    public RecipeBuilder seed(long seed) {
        this.seed = seed;
        return this;
    }

    /**
     * What training minimises.
     *
     * @param objective replaces loss, sparsity and beta
     * @return this
     */
    public RecipeBuilder objective(Objective objective) {
        this.objective = objective;
        return this;
    }

    /**
     * The distance of a reconstruction from its row.
     *
     * @param loss see {@link Objective#loss}
     * @return this
     */
    public RecipeBuilder loss(Loss loss) {
        objective = new Objective(loss, objective.sparsity(), objective.beta());
        return this;
    }

    /**
     * Weight of the L1 norm of a row's code.
     *
     * @param sparsity 0 or more
     * @return this
     */
    public RecipeBuilder sparsity(double sparsity) {
        objective = new Objective(objective.loss(), sparsity, objective.beta());
        return this;
    }

    /**
     * Weight of the Kullback-Leibler divergence of a row's codes.
     *
     * @param beta 0 or more; it only affects a variational network
     * @return this
     */
    public RecipeBuilder beta(double beta) {
        objective = new Objective(objective.loss(), objective.sparsity(), beta);
        return this;
    }

    /**
     * How inputs are corrupted before they are reconstructed.
     *
     * @param corruption replaces noise and mask; {@link Corruption#NONE} for none
     * @return this
     */
    public RecipeBuilder corruption(Corruption corruption) {
        this.corruption = corruption;
        return this;
    }

    /**
     * Standard deviation of the noise that is added to each input.
     *
     * @param noise 0 or more, in the network's units
     * @return this
     */
    public RecipeBuilder noise(double noise) {
        corruption = new Corruption(noise, corruption.mask());
        return this;
    }

    /**
     * Probability that an input is set to 0.
     *
     * @param mask 0 or more and below 1
     * @return this
     */
    public RecipeBuilder mask(double mask) {
        corruption = new Corruption(corruption.noise(), mask);
        return this;
    }
}
