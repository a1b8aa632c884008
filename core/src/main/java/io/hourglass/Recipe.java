package io.hourglass;

import io.hourglass.nn.Corruption;
import io.hourglass.nn.Objective;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How to train: everything that, with the architecture and the rows, decides the trained weights to the last bit.
 *
 * @param name {@code paper}, {@code tuned} or a name of the user's own
 * @param epochs passes over the training rows, 1 to 1,000,000
 * @param batchSize rows of a mini-batch, 1 to 65,536; the last batch of an epoch may be smaller
 * @param learningRate Adam's step size at its peak, finite and above 0
 * @param schedule how the learning rate moves
 * @param weightDecay how much of itself each weight (but no bias) loses in a step of learning rate 1, apart from the
 *     gradient (AdamW, Loshchilov and Hutter, 2019); 0 or more, and below 1 / learning rate
 * @param firstDecay how many times {@code weightDecay} holds for the weights of the first layer, 0 or more: what of an
 *     input that is nearly always the same says little of new rows
 * @param beta2 how much of itself the mean square of a weight's gradients keeps in a step of Adam's, 0 or more and
 *     below 1; PyTorch's default is 0.999
 * @param shuffle whether every epoch visits the rows in a new random order
 * @param seed of the initial weights, of the order of the rows and of all noise
 * @param objective what training minimises
 * @param corruption what the inputs go through before they are reconstructed
 */
public record Recipe(
        String name,
        int epochs,
        int batchSize,
        double learningRate,
        Schedule schedule,
        double weightDecay,
        double firstDecay,
        double beta2,
        boolean shuffle,
        long seed,
        Objective objective,
        Corruption corruption)
        implements Serializable {

    /** The seed where the user names none. */
    public static final long DEFAULT_SEED = 0;

    /** @throws IllegalArgumentException if a value is out of range; the message names it */
    public Recipe {
        require(epochs >= 1 && epochs <= 1_000_000, "epochs", epochs, "1 to 1000000");
        require(batchSize >= 1 && batchSize <= 65_536, "batch size", batchSize, "1 to 65536");
        require(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY, "learning rate", learningRate, "above 0");
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
        require(beta2 >= 0 && beta2 < 1, "beta2", beta2, "0 or more, and less than 1");
    }

    static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + " = " + value + ", expected " + expected);
        }
    }

    /** The report's Listing 3: batch 64, 100 epochs, Adam at a constant learning rate of 0.005. */
    public static Recipe paper() {
        return new Recipe(
                "paper",
                100,
                64,
                0.005,
                Schedule.CONSTANT,
                0,
                1,
                0.999,
                true,
                DEFAULT_SEED,
                Objective.MSE,
                Corruption.NONE);
    }

    /**
     * One cycle up to 0.0045 and down in 45 epochs, with weight decay, ten times as much in the first layer: best for
     * the report's networks. BENCHMARKS.md tells how it was chosen, on a validation split.
     */
    public static Recipe tuned() {
        return new Recipe(
                "tuned",
                45,
                64,
                0.0045,
                Schedule.ONE_CYCLE,
                0.015,
                10,
                0.99,
                true,
                DEFAULT_SEED,
                Objective.MSE,
                Corruption.NONE);
    }

    /**
     * {@link #paper()} or {@link #tuned()}.
     *
     * @throws IllegalArgumentException if there is no recipe of that name
     */
    public static Recipe named(String name) {
        return switch (name) {
            case "paper" -> paper();
            case "tuned" -> tuned();
            default -> throw new IllegalArgumentException("unknown recipe '" + name + "': expected paper or tuned");
        };
    }

    /** This recipe with another name. */
    public Recipe withName(String name) {
        return new Recipe(
                name,
                epochs,
                batchSize,
                learningRate,
                schedule,
                weightDecay,
                firstDecay,
                beta2,
                shuffle,
                seed,
                objective,
                corruption);
    }

    /** This recipe with another number of epochs. */
    public Recipe withEpochs(int epochs) {
        return new Recipe(
                name,
                epochs,
                batchSize,
                learningRate,
                schedule,
                weightDecay,
                firstDecay,
                beta2,
                shuffle,
                seed,
                objective,
                corruption);
    }

    /** This recipe with another batch size. */
    public Recipe withBatchSize(int batchSize) {
        return new Recipe(
                name,
                epochs,
                batchSize,
                learningRate,
                schedule,
                weightDecay,
                firstDecay,
                beta2,
                shuffle,
                seed,
                objective,
                corruption);
    }

    /** This recipe with another learning rate. */
    public Recipe withLearningRate(double learningRate) {
        return new Recipe(
                name,
                epochs,
                batchSize,
                learningRate,
                schedule,
                weightDecay,
                firstDecay,
                beta2,
                shuffle,
                seed,
                objective,
                corruption);
    }

    /** This recipe with another schedule. */
    public Recipe withSchedule(Schedule schedule) {
        return new Recipe(
                name,
                epochs,
                batchSize,
                learningRate,
                schedule,
                weightDecay,
                firstDecay,
                beta2,
                shuffle,
                seed,
                objective,
                corruption);
    }

    /** This recipe with another weight decay. */
    public Recipe withWeightDecay(double weightDecay) {
        return new Recipe(
                name,
                epochs,
                batchSize,
                learningRate,
                schedule,
                weightDecay,
                firstDecay,
                beta2,
                shuffle,
                seed,
                objective,
                corruption);
    }

    /** This recipe with another factor of the first layer's weight decay. */
    public Recipe withFirstDecay(double firstDecay) {
        return new Recipe(
                name,
                epochs,
                batchSize,
                learningRate,
                schedule,
                weightDecay,
                firstDecay,
                beta2,
                shuffle,
                seed,
                objective,
                corruption);
    }

    /** This recipe with another beta2 of Adam's. */
    public Recipe withBeta2(double beta2) {
        return new Recipe(
                name,
                epochs,
                batchSize,
                learningRate,
                schedule,
                weightDecay,
                firstDecay,
                beta2,
                shuffle,
                seed,
                objective,
                corruption);
    }

    /** This recipe with or without a new order of the rows in every epoch. */
    public Recipe withShuffle(boolean shuffle) {
        return new Recipe(
                name,
                epochs,
                batchSize,
                learningRate,
                schedule,
                weightDecay,
                firstDecay,
                beta2,
                shuffle,
                seed,
                objective,
                corruption);
    }

    /** This recipe with another seed. */
    public Recipe withSeed(long seed) {
        return new Recipe(
                name,
                epochs,
                batchSize,
                learningRate,
                schedule,
                weightDecay,
                firstDecay,
                beta2,
                shuffle,
                seed,
                objective,
                corruption);
    }

    /** This recipe with another objective. */
    public Recipe withObjective(Objective objective) {
        return new Recipe(
                name,
                epochs,
                batchSize,
                learningRate,
                schedule,
                weightDecay,
                firstDecay,
                beta2,
                shuffle,
                seed,
                objective,
                corruption);
    }

    /** This recipe with another corruption of its inputs. */
    public Recipe withCorruption(Corruption corruption) {
        return new Recipe(
                name,
                epochs,
                batchSize,
                learningRate,
                schedule,
                weightDecay,
                firstDecay,
                beta2,
                shuffle,
                seed,
                objective,
                corruption);
    }

    /** The learning rate of one step of the run, 0 the first. */
    double rate(long step, long stepsPerEpoch) {
        return schedule.rate(learningRate, step, stepsPerEpoch, epochs);
    }

    /** Everything in this recipe as text, for model files. */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("recipe.name", name);
        metadata.put("recipe.epochs", Integer.toString(epochs));
        metadata.put("recipe.batch_size", Integer.toString(batchSize));
        metadata.put("recipe.learning_rate", Double.toString(learningRate));
        metadata.put("recipe.schedule", schedule.label());
        metadata.put("recipe.warmup_epochs", Double.toString(schedule.warmupEpochs()));
        metadata.put("recipe.drop_epochs", Double.toString(schedule.dropEpochs()));
        metadata.put("recipe.drop_factor", Double.toString(schedule.dropFactor()));
        metadata.put("recipe.rate_changes", schedule.byEpoch() ? "epoch" : "step");
        metadata.put("recipe.weight_decay", Double.toString(weightDecay));
        metadata.put("recipe.first_decay", Double.toString(firstDecay));
        metadata.put("recipe.adam_beta2", Double.toString(beta2));
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
