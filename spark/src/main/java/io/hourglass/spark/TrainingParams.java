package io.hourglass.spark;

import io.hourglass.Recipe;
import io.hourglass.Schedule;
import io.hourglass.anomaly.AnomalyDetector;
import io.hourglass.nn.Loss;
import io.hourglass.nn.Optimizer;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;

/**
 * The params of an {@link AutoencoderEstimator} that decide how it trains.
 *
 * <pre>{@code
 * AutoencoderEstimator estimator = new AutoencoderEstimator()
 *         .setMaxIter(40)
 *         .setLoss("huber")
 *         .setOptimizer("sgd")
 *         .setStepSize(0.5);
 * }</pre>
 *
 * <p>Public because Spark finds params by reflection. Do not extend it elsewhere.
 *
 * @serial exclude
 */
public abstract class TrainingParams extends NetworkParams {
    private static final long serialVersionUID = 1;
    private static final Recipe TUNED = Recipe.tuned();

    /** The shapes of {@link Schedule}. */
    private static final List<String> SCHEDULES = Stream.of(
                    Schedule.CONSTANT, Schedule.COSINE, Schedule.ONE_CYCLE, Schedule.STEP)
            .map(Schedule::label)
            .toList();

    private final Param<String> loss;
    private final IntParam maxIter;
    private final Param<String> optimizer;
    private final DoubleParam stepSize;
    private final DoubleParam sgdMomentum;
    private final BooleanParam nesterov;
    private final Param<String> schedule;
    private final DoubleParam weightDecay;
    private final IntParam batchSize;
    private final LongParam seed;
    private final DoubleParam contamination;

    @SuppressWarnings("this-escape") // each param needs a reference to its owner
    TrainingParams(String uid) {
        super(uid);
        loss = choice("loss", "what to minimise", Loss.values());
        maxIter = new IntParam(this, "maxIter", "epochs: passes over all rows", ParamValidators.gtEq(1));
        optimizer = choice("optimizer", "how gradients change the weights", Optimizer.values());
        stepSize = new DoubleParam(this, "stepSize", "peak learning rate", ParamValidators.gt(0));
        sgdMomentum = new DoubleParam(
                this,
                "sgdMomentum",
                "momentum of the optimizer sgd within a partition",
                ParamValidators.inRange(0, 1, true, false));
        nesterov = new BooleanParam(this, "nesterov", "whether the momentum of the optimizer sgd is Nesterov's");
        schedule = new Param<>(
                this,
                "schedule",
                "how the learning rate changes: constant, cosine, one-cycle or step (divided by 10 every 30 epochs)",
                ParamValidators.<String>inArray(SCHEDULES));
        weightDecay = new DoubleParam(
                this,
                "weightDecay",
                "weight decay of the optimizer adamw or sgd; multiplied by the learning rate",
                ParamValidators.gtEq(0));
        batchSize =
                new IntParam(this, "batchSize", "rows in a mini-batch, over all partitions", ParamValidators.gtEq(1));
        seed = new LongParam(this, "seed", "seed of the initial weights and of the order of the rows");
        contamination = new DoubleParam(
                this,
                "contamination",
                "with scoreCol: the share of the training rows that may be anomalies; so many of the rows to keep for"
                        + " comparison, the most unusual ones, are left out",
                ParamValidators.inRange(0, 0.5, true, false));
        setDefault(loss, Loss.MSE.label());
        setDefault(maxIter, 20);
        setDefault(optimizer, TUNED.optimizer().label());
        setDefault(stepSize, TUNED.learningRate());
        setDefault(sgdMomentum, 0.9);
        setDefault(nesterov, false);
        setDefault(schedule, TUNED.schedule().label());
        setDefault(weightDecay, TUNED.weightDecay());
        setDefault(batchSize, TUNED.batchSize());
        setDefault(seed, Recipe.DEFAULT_SEED);
        setDefault(contamination, AnomalyDetector.CONTAMINATION);
    }

    /**
     * The recipe that the params describe.
     *
     * @param inputs values of a row
     * @throws IllegalArgumentException if a param does not suit the optimiser
     */
    final Recipe recipe(int inputs) {
        Optimizer used = Optimizer.parse(getOptimizer());
        boolean own = used == TUNED.optimizer(); // a learning rate and a weight decay suit one optimiser
        boolean measured = used.hasMomentum() && !isSet(stepSize);
        return TUNED.with(r -> r.name("spark")
                .epochs(getMaxIter())
                .batchSize(getBatchSize())
                .optimizer(used)
                .learningRate(measured ? Recipe.sgdLearningRate(inputs) : getStepSize())
                .momentum(used.hasMomentum() || isSet(sgdMomentum) ? getSgdMomentum() : 0)
                .nesterov(getNesterov())
                .schedule(Schedule.parse(getSchedule()))
                .weightDecay(own || isSet(weightDecay) ? getWeightDecay() : 0)
                .loss(Loss.parse(getLoss()))
                .seed(getSeed()));
    }

    /**
     * What to minimise, a label of {@link Loss}: {@code mse}, {@code bce} (for values in [0, 1], with the output
     * activation {@code sigmoid}), {@code mae} or {@code huber}; default {@code mse}.
     *
     * @return the param
     */
    public Param<String> loss() {
        return loss;
    }

    /** {@return the value of {@link #loss}} */
    public String getLoss() {
        return getOrDefault(loss);
    }

    /**
     * Sets {@link #loss}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setLoss(String value) {
        return with(loss, value);
    }

    /**
     * Epochs: passes over all rows; default {@code 20}.
     *
     * @return the param
     */
    public IntParam maxIter() {
        return maxIter;
    }

    /** {@return the value of {@link #maxIter}} */
    public int getMaxIter() {
        return (Integer) getOrDefault(maxIter);
    }

    /**
     * Sets {@link #maxIter}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setMaxIter(int value) {
        return with(maxIter, value);
    }

    /**
     * How gradients change the weights, a label of {@link Optimizer}: {@code adam}, {@code adamw} or {@code sgd};
     * default {@code adamw}.
     *
     * @return the param
     */
    public Param<String> optimizer() {
        return optimizer;
    }

    /** {@return the value of {@link #optimizer}} */
    public String getOptimizer() {
        return getOrDefault(optimizer);
    }

    /**
     * Sets {@link #optimizer}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setOptimizer(String value) {
        return with(optimizer, value);
    }

    /**
     * Peak learning rate; default {@code 0.0045}, or 0.005 times the number of values in a row for the optimizer {@code
     * sgd}.
     *
     * @return the param
     */
    public DoubleParam stepSize() {
        return stepSize;
    }

    /** {@return the value of {@link #stepSize}} */
    public double getStepSize() {
        return (Double) getOrDefault(stepSize);
    }

    /**
     * Sets {@link #stepSize}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setStepSize(double value) {
        return with(stepSize, value);
    }

    /**
     * Momentum of the optimizer {@code sgd} within a partition, at least 0 and less than 1; default {@code 0.9}. {@link
     * AutoencoderEstimator#momentum()} is that of the rounds.
     *
     * @return the param
     */
    public DoubleParam sgdMomentum() {
        return sgdMomentum;
    }

    /** {@return the value of {@link #sgdMomentum}} */
    public double getSgdMomentum() {
        return (Double) getOrDefault(sgdMomentum);
    }

    /**
     * Sets {@link #sgdMomentum}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setSgdMomentum(double value) {
        return with(sgdMomentum, value);
    }

    /**
     * Whether the momentum of the optimizer {@code sgd} is Nesterov's; default {@code false}.
     *
     * @return the param
     */
    public BooleanParam nesterov() {
        return nesterov;
    }

    /** {@return the value of {@link #nesterov}} */
    public boolean getNesterov() {
        return (Boolean) getOrDefault(nesterov);
    }

    /**
     * Sets {@link #nesterov}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setNesterov(boolean value) {
        return with(nesterov, value);
    }

    /**
     * How the learning rate changes: {@code constant}, {@code cosine}, {@code one-cycle} or {@code step} (divided by 10
     * every 30 epochs); default {@code one-cycle}.
     *
     * @return the param
     */
    public Param<String> schedule() {
        return schedule;
    }

    /** {@return the value of {@link #schedule}} */
    public String getSchedule() {
        return getOrDefault(schedule);
    }

    /**
     * Sets {@link #schedule}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setSchedule(String value) {
        return with(schedule, value);
    }

    /**
     * Weight decay; multiplied by the learning rate; default {@code 0.015} for the optimizer {@code adamw}, 0 for
     * {@code sgd}. {@code adam} has none.
     *
     * @return the param
     */
    public DoubleParam weightDecay() {
        return weightDecay;
    }

    /** {@return the value of {@link #weightDecay}} */
    public double getWeightDecay() {
        return (Double) getOrDefault(weightDecay);
    }

    /**
     * Sets {@link #weightDecay}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setWeightDecay(double value) {
        return with(weightDecay, value);
    }

    /**
     * Rows in a mini-batch, over all partitions; each takes its share, but at least 8 rows; default {@code 64}.
     *
     * @return the param
     */
    public IntParam batchSize() {
        return batchSize;
    }

    /** {@return the value of {@link #batchSize}} */
    public int getBatchSize() {
        return (Integer) getOrDefault(batchSize);
    }

    /**
     * Sets {@link #batchSize}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setBatchSize(int value) {
        return with(batchSize, value);
    }

    /**
     * Seed of the initial weights and of the order of the rows; default {@code 0}.
     *
     * @return the param
     */
    public LongParam seed() {
        return seed;
    }

    /** {@return the value of {@link #seed}} */
    public long getSeed() {
        return (Long) getOrDefault(seed);
    }

    /**
     * Sets {@link #seed}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setSeed(long value) {
        return with(seed, value);
    }

    /**
     * The share of the training rows that may be anomalies, 0 to below 0.5; default {@code 0.05}. With {@link
     * #scoreCol}, so many of the rows that the model keeps for comparison, the most unusual ones, are left out.
     *
     * @return the param
     */
    public DoubleParam contamination() {
        return contamination;
    }

    /** {@return the value of {@link #contamination}} */
    public double getContamination() {
        return (Double) getOrDefault(contamination);
    }

    /**
     * Sets {@link #contamination}.
     *
     * @param value new value
     * @return this estimator
     */
    public AutoencoderEstimator setContamination(double value) {
        return with(contamination, value);
    }
}
