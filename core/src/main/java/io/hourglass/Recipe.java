package io.hourglass;

import io.hourglass.nn.Architecture;
import io.hourglass.nn.Convolution;
import io.hourglass.nn.Corruption;
import io.hourglass.nn.Objective;
import io.hourglass.nn.Optimizer;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How to train. Together with the architecture, the rows and their scaler, a recipe decides the trained weights to the
 * last bit.
 *
 * <pre>{@code
 * Recipe recipe = Recipe.tuned().with(r -> r.epochs(20).seed(1));
 * Autoencoder trained = new Trainer(Architecture.parse("784-128-16"), recipe).fit(train).model();
 * }</pre>
 *
 * @param name {@code paper}, {@code tuned} or a name that the user chooses; it does not affect the result
 * @param epochs passes over the training rows, 1 to 1,000,000
 * @param batchSize rows of a mini-batch, 1 to 65,536; the last mini-batch of an epoch may be smaller
 * @param optimizer how gradients change the weights
 * @param learningRate the optimiser's step size at its peak, finite and above 0
 * @param schedule how the learning rate moves
 * @param momentum share of the last step that {@link Optimizer#SGD} adds to the next, 0 or more and below 1; 0 for the
 *     other optimisers
 * @param nesterov whether the momentum is Nesterov's; it needs a momentum above 0
 * @param beta2 decay of Adam's mean of squared gradients, 0 or more and below 1; PyTorch's default is 0.999
 * @param weightDecay share of itself that each weight (not the biases) loses in a step of learning rate 1, 0 or more
 *     and below 1 / learning rate. {@link Optimizer#ADAMW} subtracts it from the weight, {@link Optimizer#SGD} adds it
 *     to the gradient, {@link Optimizer#ADAM} has none
 * @param firstDecay factor of {@code weightDecay} for the weights of the first layer, 0 or more. Above 1 it damps
 *     weights of inputs that hardly vary in the training rows and say little about new rows
 * @param shuffle whether every epoch visits the rows in a new random order
 * @param seed of the initial weights, of the order of the rows and of all noise
 * @param objective what training minimises
 * @param corruption applied to the inputs before they are reconstructed
 * @serial exclude
 */
public record Recipe(
        String name,
        int epochs,
        int batchSize,
        Optimizer optimizer,
        double learningRate,
        Schedule schedule,
        double momentum,
        boolean nesterov,
        double beta2,
        double weightDecay,
        double firstDecay,
        boolean shuffle,
        long seed,
        Objective objective,
        Corruption corruption)
        implements Serializable {

    /** The seed if the user gives none. */
    public static final long DEFAULT_SEED = 0;

    /**
     * A recipe with all its settings. {@link #paper()} and {@link #tuned()}, changed by {@link #with}, are easier.
     *
     * @param name for reports and model files
     * @param epochs 1 to 1,000,000
     * @param batchSize 1 to 65,536
     * @param optimizer how gradients change the weights
     * @param learningRate finite, above 0
     * @param schedule of the learning rate
     * @param momentum 0 or more, below 1
     * @param nesterov false where the momentum is 0
     * @param beta2 0 or more, below 1
     * @param weightDecay 0 or more, below 1 / learning rate
     * @param firstDecay finite, 0 or more; firstDecay * weightDecay is below 1 / learning rate
     * @param shuffle whether every epoch has a new order
     * @param seed any number
     * @param objective what training minimises
     * @param corruption of the inputs
     * @throws IllegalArgumentException if a value is out of range, or does not suit the optimiser; the message names it
     */
    public Recipe {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(optimizer, "optimizer");
        Objects.requireNonNull(schedule, "schedule");
        Objects.requireNonNull(objective, "objective");
        Objects.requireNonNull(corruption, "corruption");
        require(epochs >= 1 && epochs <= 1_000_000, "epochs", epochs, "1 to 1000000");
        require(batchSize >= 1 && batchSize <= 65_536, "batch size", batchSize, "1 to 65536");
        require(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY, "learning rate", learningRate, "above 0");
        require(momentum >= 0 && momentum < 1, "momentum", momentum, "0 or more, and less than 1");
        require(!nesterov || momentum > 0, "nesterov", nesterov, "false where the momentum is 0");
        require(beta2 >= 0 && beta2 < 1, "beta2", beta2, "0 or more, and less than 1");
        require(
                weightDecay >= 0 && weightDecay * learningRate < 1,
                "weight decay",
                weightDecay,
                "0 or more, and less than 1 / learning rate");
        require(
                firstDecay >= 0 && firstDecay < Double.POSITIVE_INFINITY && firstDecay * weightDecay * learningRate < 1,
                "first layer's decay",
                firstDecay,
                "0 or more, and less than 1 / (learning rate * weight decay)");
        require(
                weightDecay == 0 || optimizer.decaysWeights(),
                "weight decay",
                weightDecay,
                "0 for the optimizer " + optimizer.label() + "; adamw decays weights");
        require(
                momentum == 0 || optimizer.hasMomentum(),
                "momentum",
                momentum,
                "0 for the optimizer " + optimizer.label() + "; sgd has a momentum");
    }

    static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + " = " + value + ", expected " + expected);
        }
    }

    /**
     * The report's recipe, its Listing 3: mini-batches of 64 rows, 100 epochs, Adam at a constant learning rate of
     * 0.005.
     *
     * @return {@code --recipe paper} on the command line
     */
    public static Recipe paper() {
        return new RecipeBuilder().build();
    }

    /**
     * The tuned recipe: 45 epochs of AdamW, a one-cycle schedule with a peak of 0.0045, and weight decay that is ten
     * times larger in the first layer. Of the recipes that were tried it was the best for the report's networks; {@code
     * docs/notebook} describes how it was chosen, on validation rows.
     *
     * @return the default of the command line
     */
    public static Recipe tuned() {
        return paper().with(r -> r.name("tuned")
                .epochs(45)
                .optimizer(Optimizer.ADAMW)
                .learningRate(0.0045)
                .schedule(Schedule.ONE_CYCLE)
                .beta2(0.99)
                .weightDecay(0.015)
                .firstDecay(10));
    }

    /**
     * The recipe that suits a network: {@link #tuned()} or, with convolutions, the same with a weight decay that is not
     * larger in the first layer. The filters of a convolution see every pixel, so none of them is fed by inputs that
     * hardly vary.
     *
     * @param convolutions of the network, for instance {@link Architecture#convolutions()}; only whether there are any
     *     matters
     * @return the default of the command line
     */
    public static Recipe tuned(List<Convolution> convolutions) {
        return convolutions.isEmpty() ? tuned() : tuned().with(r -> r.firstDecay(1));
    }

    /**
     * {@link #paper()} or {@link #tuned()}.
     *
     * @param name {@code paper} or {@code tuned}
     * @return the recipe of that name
     * @throws IllegalArgumentException if there is no recipe of that name
     */
    public static Recipe named(String name) {
        return switch (name) {
            case "paper" -> paper();
            case "tuned" -> tuned();
            default -> throw new IllegalArgumentException("unknown recipe '" + name + "': expected paper or tuned");
        };
    }

    /**
     * A learning rate for {@link Optimizer#SGD} with a momentum of 0.9. A loss is a mean over a row's values, so its
     * gradients are the smaller, the more values there are; Adam does not notice, but SGD does. A few times as
     * much diverges.
     *
     * @param inputs values of a row
     * @return 0.005 * inputs, the measured compromise of {@code docs/notebook/defaults.md}
     */
    public static double sgdLearningRate(int inputs) {
        return 0.005 * inputs;
    }

    /**
     * This recipe with some settings changed, for instance {@code with(r -> r.epochs(3).loss(Loss.HUBER))}. Only the
     * result has to be valid, so the order of the changes does not matter.
     *
     * @param change sets what differs
     * @return the changed copy
     * @throws IllegalArgumentException if a value is out of range, or does not suit the optimiser; the message names it
     */
    public Recipe with(Consumer<RecipeBuilder> change) {
        RecipeBuilder builder = new RecipeBuilder(this);
        change.accept(builder);
        return builder.build();
    }

    /** The learning rate of one step of the run; step 0 is the first. */
    double rate(long step, long stepsPerEpoch) {
        return schedule.rate(learningRate, step, stepsPerEpoch, epochs);
    }

    /** {@return all settings as text for model files, by name, for instance {@code recipe.epochs}} */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("recipe.name", name);
        metadata.put("recipe.epochs", Integer.toString(epochs));
        metadata.put("recipe.batch_size", Integer.toString(batchSize));
        metadata.put("recipe.optimizer", optimizer.label());
        metadata.put("recipe.learning_rate", Double.toString(learningRate));
        metadata.put("recipe.schedule", schedule.label());
        metadata.put("recipe.warmup_epochs", Double.toString(schedule.warmupEpochs()));
        metadata.put("recipe.drop_epochs", Double.toString(schedule.dropEpochs()));
        metadata.put("recipe.drop_factor", Double.toString(schedule.dropFactor()));
        metadata.put("recipe.rate_changes", schedule.byEpoch() ? "epoch" : "step");
        metadata.put("recipe.momentum", Double.toString(momentum));
        metadata.put("recipe.nesterov", Boolean.toString(nesterov));
        metadata.put("recipe.adam_beta2", Double.toString(beta2));
        metadata.put("recipe.weight_decay", Double.toString(weightDecay));
        metadata.put("recipe.first_decay", Double.toString(firstDecay));
        metadata.put("recipe.shuffle", Boolean.toString(shuffle));
        metadata.put("recipe.seed", Long.toString(seed));
        metadata.put("recipe.loss", objective.loss().label());
        metadata.put("recipe.sparsity", Double.toString(objective.sparsity()));
        metadata.put("recipe.beta", Double.toString(objective.beta()));
        metadata.put("recipe.noise", Double.toString(corruption.noise()));
        metadata.put("recipe.mask", Double.toString(corruption.mask()));
        return metadata;
    }
}
